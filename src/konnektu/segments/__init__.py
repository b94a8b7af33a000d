"""Segments: which people belong together by a rule, from their definition to the reason of every verdict."""
