"""Computed attributes: values that a project makes of what people did and have, right at every instant.

In: facts about their formulas. Out: how they stand; values of people as the writer left them.
"""
