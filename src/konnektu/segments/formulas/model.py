"""Records of computed attributes. In: nothing. Out: what a project states of one, and how it stands.

Invariant: a computed attribute is known by its key for ever, its number is the position of the first fact that stated
it; a version of its formula never changes.
"""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from konnektu.rules.formulas import Formula

FACT: Final = "computed"
"""Type of the system's fact that says something of a computed attribute."""

Act = Literal["saved", "deleted", "built"]
"""What a fact does to a computed attribute. built: the version that was being built is in force."""

Key = Annotated[str, Meta(pattern=r"\A[a-z0-9][a-z0-9_-]{0,63}\Z")]
Title = Annotated[str, Meta(min_length=1, max_length=200)]


class Stated(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A computed attribute as a project states it."""

    title: Title
    """Unique among those of a workspace, however it is written."""
    description: Annotated[str, Meta(max_length=2_000)] = ""
    unit: Annotated[str, Meta(max_length=40)] = ""
    """What follows the value where it is shown: days, points. Money shows its currency by itself."""
    formula: Formula


class Told(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one fact says."""

    key: Key
    act: Act
    computed: Stated | None = None
    """Of `saved`."""
    version: int = 0
    """Of `built`."""
    note: Annotated[str, Meta(max_length=1_000)] = ""
    """Why, in its author's words."""


class Standing(Struct, frozen=True, kw_only=True):
    """A computed attribute as it stands."""

    id: int
    """Position of the first fact that stated it."""
    key: str
    """What rules and the API name it by."""
    position: int
    """Of the last fact about it."""
    instant: int
    author: str
    """Who made the last change."""
    stated: Stated
    is_deleted: bool = False
    version: int = 0
    """Of the formula stated last; versions count from 1."""
    current: int = 0
    """The version that values are read by; 0 while there is none."""
    building: int = 0
    """The version that is being built; 0 where none is."""


class Version(Struct, frozen=True, kw_only=True):
    """One version of a formula."""

    computed: int
    version: int
    position: int
    """Of the fact that brought it about: its own, or that of another one that it asks for."""
    instant: int
    formula: Formula
    """Written out: without other computed attributes."""
    author: str
    note: str = ""


class Followed(Struct, frozen=True, kw_only=True):
    """A formula that the writer follows."""

    key: str
    version: int
    position: int
    """The history until there is what a building has to read."""
    formula: Formula
    is_building: bool
    """Remembered, and not read yet."""
