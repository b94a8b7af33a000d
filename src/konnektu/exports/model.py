"""Records of exports: which formats there are; columns are those of sections."""

from typing import Literal

from konnektu.core.section import Column, ColumnType

Format = Literal["csv", "xlsx", "jsonl"]
PAGE = 1_000
"""Rows that are fetched at once."""

__all__ = ["PAGE", "Column", "ColumnType", "Format"]
