"""In: nothing. Out: what may be done to the cells of a row before the mapping reads them, one record a kind of step.

Steps are taken in their order; each sees the columns that the ones before it left.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Name = Annotated[str, Meta(min_length=1, max_length=1_000)]
Names = Annotated[tuple[Name, ...], Meta(min_length=1, max_length=1_000)]


class Rename(Struct, frozen=True, forbid_unknown_fields=True, tag="rename"):
    """Another name for a column."""

    column: Name
    to: Name


class Join(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="join"):
    """Columns joined into one, empty cells left out; the columns themselves stay."""

    columns: Names
    to: Name
    separator: str = " "


class Split(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="split"):
    """A column cut into several; the last one gets the rest. The column itself stays."""

    column: Name
    to: Names
    separator: Annotated[str, Meta(min_length=1)] = " "


class Translate(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="dictionary"):
    """Values put in place of values, by a dictionary; compared without case and outer spaces."""

    column: Name
    values: dict[str, str]
    otherwise: Literal["keep", "empty", "reject"] = "keep"
    """What becomes of a value that the dictionary does not know."""


class Constant(Struct, frozen=True, forbid_unknown_fields=True, tag="constant"):
    """A column that holds the same in every row."""

    to: Name
    value: str


class Trim(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="trim"):
    """Outer spaces cut off and inner ones made single."""

    columns: tuple[Name, ...] = ()
    """Empty: every column."""


class Case(Struct, frozen=True, forbid_unknown_fields=True, tag="case"):
    """Letters made lower, upper, or upper at the beginning of each word."""

    columns: Names
    case: Literal["lower", "upper", "title"]


class Dates(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="date"):
    """A date or time written in another form, in the words of strptime; a row that holds none is rejected."""

    column: Name
    format: str = ""
    """How it is written; empty: ISO 8601, 31.12.2025, 31/12/2025 or Unix time."""
    to: Annotated[str, Meta(min_length=1, max_length=100)] = "%Y-%m-%d"


class Drop(Struct, frozen=True, forbid_unknown_fields=True, tag="drop"):
    """Columns that are not to be known: they reach neither the log nor the file of errors."""

    columns: Names


class Hash(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="hash"):
    """A value replaced by its hash, in hexadecimal; it reaches neither the log nor the file of errors.

    sha256 and md5 are what partners match by; keyed is HMAC-SHA256 under a key of this workspace, which nobody
    outside can guess values by.
    """

    column: Name
    how: Literal["sha256", "md5", "keyed"] = "sha256"


Step = Rename | Join | Split | Translate | Constant | Trim | Case | Dates | Drop | Hash
