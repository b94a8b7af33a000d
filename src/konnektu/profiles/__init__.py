"""The single profile of a person: attributes, basics computed from facts, consents, tags."""
