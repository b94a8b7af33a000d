"""Records of exports: which formats there are; columns are those of sections."""

from typing import Literal

from konnektu.core.section import Column, ColumnType

Format = Literal["csv", "xlsx", "jsonl"]

__all__ = ["Column", "ColumnType", "Format"]
