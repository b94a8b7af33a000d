"""Transfers: files and query results taken in by a schedule, exports delivered by one."""
