"""Records of segments. In: nothing. Out: what a project states of a segment, and how it stands.

Invariant: a segment is known by its key for ever, its number is the position of the first fact that stated it; a
version of its definition never changes.
"""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from konnektu.rules.model import Segment as Definition

Kind = Literal["live", "snapshot", "list"]
"""live: right at every instant; snapshot: decided once; list: people who were named."""
KINDS: dict[Kind, tuple[str, str]] = {
    "live": ("Live", "Живой"),
    "snapshot": ("Snapshot", "Снимок"),
    "list": ("Uploaded list", "Загруженный список"),
}
"""(English, Russian) name of every kind."""

Status = Literal["building", "on", "off"]
STATUSES: dict[Status, tuple[str, str]] = {
    "building": ("Being built", "Строится"),
    "on": ("On", "Включён"),
    "off": ("Off", "Выключен"),
}

Act = Literal["saved", "on", "off", "deleted", "built", "dropped", "listed"]
"""What a fact does to a segment. built: the version that was being built is in force; dropped: it never will be;
listed: people are put on a list or taken off it."""
LISTED: Final = "listed:"
"""Under which the rule of a list asks for those who stand on it, before the list's key; no segment has such a key."""

Key = Annotated[str, Meta(pattern=r"\A[a-z0-9][a-z0-9_-]{0,63}\Z")]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Tag = Annotated[str, Meta(min_length=1, max_length=100)]


class Stated(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A segment as a project states it."""

    name: Name
    """Unique among the segments of a workspace, however it is written."""
    kind: Kind = "live"
    """Never changes."""
    description: Annotated[str, Meta(max_length=2_000)] = ""
    folder: Annotated[str, Meta(max_length=200)] = ""
    tags: Annotated[tuple[Tag, ...], Meta(max_length=50)] = ()
    definition: Definition | None = None
    """None of a list; of a snapshot the one by which people were chosen."""
    taken_of: Annotated[str, Meta(max_length=64)] = ""
    """Of a snapshot: the key of the segment whose people it holds."""
    taken_at: Annotated[int, Meta(ge=0)] = 0
    """Of a snapshot: who was in at this instant."""


class Told(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one fact says."""

    key: Key
    act: Act
    segment: Stated | None = None
    """Of `saved`."""
    version: int = 0
    """Of `built` and `dropped`."""
    add: tuple[int, ...] = ()
    """Of `listed`: atoms of people who are on the list from here on."""
    remove: tuple[int, ...] = ()
    """Of `listed`: atoms of people who are on it no more."""
    note: Annotated[str, Meta(max_length=1_000)] = ""
    """Why, in its author's words."""


class Standing(Struct, frozen=True, kw_only=True):
    """A segment as it stands."""

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
    """With the definition stated last, whether it is in force yet or not."""
    is_on: bool = True
    is_deleted: bool = False
    version: int = 0
    """Of the definition stated last; versions count from 1."""
    current: int = 0
    """The version in force; 0 while there is none."""
    building: int = 0
    """The version that is being built; 0 where none is."""
    written: Definition | None = None
    """What is decided by: the definition with its computed attributes written out; None of a list."""

    @property
    def status(self) -> Status:
        """What it is doing."""
        if not self.is_on:
            return "off"
        return "building" if self.building else "on"


class Version(Struct, frozen=True, kw_only=True):
    """One version of a definition."""

    segment: int
    version: int
    position: int
    """Of the fact that stated it."""
    instant: int
    definition: Definition
    written: Definition
    """The same with its computed attributes written out."""
    author: str
    note: str = ""


class Edit(Struct, frozen=True, kw_only=True):
    """One change of a segment."""

    segment: int
    position: int
    instant: int
    act: Act
    author: str
    note: str
    version: int
    """The version stated last by then."""
    stated: Stated | None
    """As it was stated, without its definition; None where it was not."""


class Defined(Struct, frozen=True, kw_only=True):
    """A definition that the writer follows."""

    id: int
    key: str
    kind: Kind
    version: int
    position: int
    """Of the fact that stated it: the history until there is what a building has to read."""
    instant: int
    definition: Definition
    is_building: bool
    """Remembered without verdicts until it is built."""
