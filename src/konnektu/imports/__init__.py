"""Imports: files of people and events become facts, each row once, whatever happens on the way.

In: a CSV, XLSX or JSON Lines file and a mapping. Out: parcels in the inbox, and a file of the rows
that could not be taken, or lost a value, each with its reason. Rows read = rows accepted + rows rejected.
"""
