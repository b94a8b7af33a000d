"""The front door of reading: look at a file of a table once, then read its rows; open what is packed."""

from konnektu.reading.files import EmptyFile, FileGone, inspect, read, samples
from konnektu.reading.model import MAX_CELL, BadRow, Format, Layout, Row
from konnektu.reading.text import BrokenArchive, compression, opened
from konnektu.reading.whole import breaks_off
from konnektu.reading.workbook import BrokenWorkbook

__all__ = [
    "MAX_CELL",
    "BadRow",
    "BrokenArchive",
    "BrokenWorkbook",
    "EmptyFile",
    "FileGone",
    "Format",
    "Layout",
    "Row",
    "breaks_off",
    "compression",
    "inspect",
    "opened",
    "read",
    "samples",
]
