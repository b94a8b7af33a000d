"""Records of exports: what a column holds, which formats there are."""

from typing import Literal

from msgspec import Struct

ColumnType = Literal["text", "number", "time", "date", "boolean"]
"""text: ids and phones too, never calculated; time: milliseconds UTC; date: ISO text."""
Format = Literal["csv", "xlsx", "jsonl"]


class Column(Struct, frozen=True):
    """One column of a list."""

    name: str
    """Name in JSON and in the API."""
    en: str
    ru: str
    type: ColumnType = "text"
    is_personal: bool = False
    """Names or reaches a person: covered unless somebody with the right exports.personal states a reason."""
