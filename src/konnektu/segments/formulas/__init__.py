"""Computed attributes as a project states them. In: facts. Out: how they stand, and what is wrong with them."""
