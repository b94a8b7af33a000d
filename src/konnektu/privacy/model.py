"""Records of privacy."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct

from konnektu.core.records import Identifier


class Erasure(Struct, frozen=True):
    """One person's removal: begun by the writer, finished once inbox and event store hold nothing of the person."""

    position: int
    """Of the fact that asked for it."""
    instant: int
    profile: int
    atoms: tuple[int, ...]
    removed: dict[str, int]
    """How many rows of each kind were removed so far."""
    sealed: bytes | None = None
    """The person's identifiers, encrypted, as long as the rest of the erasure needs them."""
    state: str = "open"
    """open or done."""


class Sought(Struct, frozen=True):
    """By what an erased person's facts are found until inbox and event store hold none."""

    identifiers: list[Identifier]
    orders: list[str] = []
    """Numbers of the person's orders."""
    records: Sequence[tuple[str, str]] = ()
    """(kind, id) of the person's related records."""


class Gone(Struct, frozen=True):
    """What is noted of an erasure apart from its workspace: enough to erase the same person again, and no more."""

    position: int
    instant: int
    atoms: tuple[int, ...]
    hashes: tuple[bytes, ...]
    """Tombstones of the person's identifiers."""


Subject = Literal["event", "attribute", "purpose"]
"""What a rule of retention is about: events of a kind, statements of an attribute, consents for a purpose."""
LONGEST_TERM = 36_600
"""Days."""


Thing = Annotated[str, Meta(min_length=1, max_length=200)]


class Rule(Struct, frozen=True, order=True, forbid_unknown_fields=True):
    """How long something is kept."""

    subject: Subject
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    """event: name of a track event, or `$page`, `$screen`, `$group`; attribute: its standard name; purpose: as consents
    name it."""
    days: Annotated[int, Meta(ge=1, le=LONGEST_TERM)]
    """After which it is removed: since it happened, since it was stated, since the consent's term ended."""
    attributes: tuple[Thing, ...] = ()
    """Of a purpose: attributes that are kept for it, by their standard names."""
    events: tuple[Thing, ...] = ()
    """Of a purpose: kinds of events that are kept for it."""
    data_days: Annotated[int, Meta(ge=1, le=LONGEST_TERM)] | None = None
    """Of a purpose: after which these are removed. What several rules name is kept as long as the longest says."""

    @property
    def things(self) -> tuple[tuple[Subject, str], ...]:
        """What a purpose names."""
        return (*(("attribute", one) for one in self.attributes), *(("event", one) for one in self.events))


class Cut(Struct, frozen=True, order=True, omit_defaults=True):
    """What rules say of one thing at one instant: what is older is removed."""

    subject: Subject
    name: str
    before: int
    """Milliseconds UTC."""
    purposes: tuple[str, ...] = ()
    """For which it was kept, where rules say so."""

    @property
    def key(self) -> str:
        """What it is about, in one text."""
        return f"{self.subject}:{self.name}"


RunState = Literal["open", "removed", "done"]
"""open: what grew old is being taken out; removed: it is, and people are being told anew of what is left; done."""


class Run(Struct, frozen=True):
    """One execution of the rules."""

    position: int
    """Of its fact. What stands above it is for the next one."""
    instant: int
    cuts: tuple[Cut, ...]
    state: RunState = "open"
    removed: Mapping[str, int] = {}
    """Facts by the cut that removed them, and rows of other kinds."""
    people: int = 0
    """Whose states were told anew."""
    done_at: int | None = None


class Aged(Struct, frozen=True):
    """What is noted of a run apart from its workspace: enough to remove the same again."""

    position: int
    instant: int
    cuts: tuple[Cut, ...]
