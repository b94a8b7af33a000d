"""The log: inbox, the writer's position, deduplication, quarantine, sealed history."""
