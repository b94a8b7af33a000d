"""The catalogue: products with their variants, the category tree, stores, stock, and the feeds that tell of them.

In: price lists (YML, tables) and batches of the API. Out: rows, each with the version that said it last.
Invariant: a load takes effect whole or not at all; readers never see half of one.
"""
