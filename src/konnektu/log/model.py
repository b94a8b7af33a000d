"""Records of the log: blocks on their way in, their place once applied, and what was decided about their events."""

from datetime import date

import numpy as np
from msgspec import Struct, msgpack
from numpy.typing import NDArray

from konnektu.core.records import Parcel

NOBODY, REPEATED, REJECTED, ERASED = 0, -1, -2, -3
"""In place of an atom: accepted without a usable identifier; a repetition; in quarantine; erased with its person."""


class Waiting(Struct, frozen=True):
    """A committed block that no writer has applied."""

    id: int
    day: date
    received_at: int
    events: int
    body: bytes


class Place(Struct, frozen=True):
    """Where a writer stands: the last position and instant on the log, and the epoch that wrote them."""

    position: int
    instant: int
    epoch: int


class Stamps(Struct, frozen=True):
    """What was decided about each event of a block, in its order."""

    atoms: NDArray[np.int64]
    """The atom, or one of NOBODY, REPEATED, REJECTED, ERASED."""
    marks: NDArray[np.uint8]
    visits: NDArray[np.int64]
    """Start of the visit the event belongs to, milliseconds; 0 where it belongs to none."""

    @property
    def accepted(self) -> int:
        """How many events are facts on the log."""
        return int((self.atoms >= NOBODY).sum())

    def part(self, start: int, stop: int) -> "Stamps":
        """The stamps of the events from `start` to before `stop`."""
        return Stamps(self.atoms[start:stop], self.marks[start:stop], self.visits[start:stop])

    def encode(self) -> bytes:
        """As it lies in PostgreSQL."""
        return msgpack.encode((self.atoms.tobytes(), self.marks.tobytes(), self.visits.tobytes()))


def decode_stamps(body: bytes) -> Stamps:
    """The inverse of `Stamps.encode`."""
    atoms, marks, visits = msgpack.decode(body, type=tuple[bytes, bytes, bytes])
    return Stamps(
        np.frombuffer(atoms, np.int64), np.frombuffer(marks, np.uint8), np.frombuffer(visits, np.int64)
    )


class Applied(Struct, frozen=True):
    """A block with its place on the log: the hand-over from the writer to the event store."""

    first_position: int
    block: int
    day: date
    events: int
    accepted: int
    instant: int
    stamps: bytes

    @property
    def last_position(self) -> int:
        """Position of its last event."""
        return self.first_position + self.events - 1


class Entry(Struct, frozen=True):
    """One fact read back from the log: what came, and what was decided about it."""

    position: int
    instant: int
    atom: int
    marks: int
    visit: int
    parcel: Parcel
    """The door's stamp with this one event."""


class Quarantined(Struct, frozen=True):
    """A rejected event as a person sees it."""

    position: int
    instant: int
    source: int
    reason: str
    detail: str
    body: bytes
    state: str


class Batch(Struct, frozen=True):
    """Bounds of one load of the event store, cut once and reused by every retry."""

    after: int
    upto: int
    facts: int
    decisions: int
    attempt: int
