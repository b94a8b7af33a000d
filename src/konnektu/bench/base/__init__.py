"""A big base: people with ten orders each and a large catalogue, made fast, checked, and measured at work."""
