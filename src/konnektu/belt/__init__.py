"""The belt: runs the writer of each workspace, carries its log to the event store, rebuilds state from it."""
