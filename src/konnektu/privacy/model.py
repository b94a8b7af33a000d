"""Records of privacy."""

from collections.abc import Sequence

from msgspec import Struct

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
