"""Records of exports: which formats there are; columns are those of sections."""

from typing import Literal

from konnektu.core.section import Column, ColumnType

Format = Literal["csv", "xlsx", "jsonl"]
Language = Literal["ru", "en"]
PAGE = 1_000
"""Rows that are fetched at once."""
NOT_KNOWN = "…"
"""In a table, in place of a value that is not known yet: an empty cell would say that there is none."""

__all__ = ["NOT_KNOWN", "PAGE", "Column", "ColumnType", "Format", "Language"]
