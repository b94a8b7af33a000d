"""Records of the log: blocks on their way in, their place once applied, and what was decided about their events."""

from datetime import date

import numpy as np
from msgspec import Struct, msgpack
from numpy.typing import NDArray

from konnektu.core.records import Derived, Parcel
from konnektu.log.frames import MAGIC, framed, unframed

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
    derived: "Derivations | None" = None
    """What decoding derived, so that the sink need not decode again; None where the writer said nothing."""

    @property
    def accepted(self) -> int:
        """How many events are facts on the log."""
        return int((self.atoms >= NOBODY).sum())

    def part(self, start: int, stop: int) -> "Stamps":
        """The stamps of the events from `start` to before `stop`."""
        derived = self.derived.part(start, stop) if self.derived else None
        return Stamps(self.atoms[start:stop], self.marks[start:stop], self.visits[start:stop], derived)

    def encode(self) -> bytes:
        """As it lies in PostgreSQL."""
        arrays = (self.atoms.tobytes(), self.marks.tobytes(), self.visits.tobytes())
        body = msgpack.encode((*arrays, self.derived.packed() if self.derived else None))
        # Else PostgreSQL compresses them by itself, which costs it a twentieth of all its time.
        return body if len(body) < LEAST_FRAMED else framed(body)


class Derivations(Struct, frozen=True):
    """Times and derived columns of each event of a block, in its order."""

    times: NDArray[np.int64]
    raw_times: NDArray[np.int64]
    kinds: NDArray[np.int32]
    """Index into `table`; UNDERIVED where only decoding the event tells."""
    table: tuple[Derived, ...]

    def part(self, start: int, stop: int) -> "Derivations":
        """Those of the events from `start` to before `stop`, with what they need of the table."""
        used, kinds = np.unique(self.kinds[start:stop], return_inverse=True)
        unknown = int(used.size > 0 and used[0] == UNDERIVED)
        table = tuple(self.table[kind] for kind in used[unknown:].tolist())
        return Derivations(
            self.times[start:stop], self.raw_times[start:stop], (kinds - unknown).astype(np.int32), table
        )

    def packed(self) -> "PackedDerivations":
        """As it lies in the stamps."""
        return self.times.tobytes(), self.raw_times.tobytes(), self.kinds.tobytes(), self.table


UNDERIVED = -1
PackedDerivations = tuple[bytes, bytes, bytes, tuple[Derived, ...]]
_stamps_decoder = msgpack.Decoder(tuple[bytes, bytes, bytes, PackedDerivations | None])
_bare_stamps_decoder = msgpack.Decoder(tuple[bytes, bytes, bytes])
LEAST_FRAMED = 1_000
"""Bytes of stamps below which a frame gains nothing."""
BARE = b"\x93"
"""How MessagePack begins an array of three: stamps without derived columns."""


def decode_stamps(body: bytes) -> Stamps:
    """The inverse of `Stamps.encode`; stamps that were written without derived columns or a frame are read too."""
    if body.startswith(MAGIC):
        body = unframed(body)
    if body[:1] == BARE:
        atoms, marks, visits = _bare_stamps_decoder.decode(body)
        packed = None
    else:
        atoms, marks, visits, packed = _stamps_decoder.decode(body)
    return Stamps(
        np.frombuffer(atoms, np.int64),
        np.frombuffer(marks, np.uint8),
        np.frombuffer(visits, np.int64),
        None if packed is None else _unpacked(packed),
    )


def _unpacked(packed: PackedDerivations) -> Derivations:
    times, raw_times, kinds, table = packed
    return Derivations(
        np.frombuffer(times, np.int64),
        np.frombuffer(raw_times, np.int64),
        np.frombuffer(kinds, np.int32),
        table,
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
    became: int | None = None
    """Position of the event that it became when it was sent again; None before, and where it was a repeat."""
    became_at: int | None = None
    """That event's instant."""


class Chosen(Struct, frozen=True, kw_only=True):
    """Which rejected events are meant; what is not given does not matter."""

    reason: str = ""
    source: int | None = None
    since: int = 0
    """Rejected at or after, milliseconds."""
    until: int = 2**53
    """Rejected before."""


class Open(Struct, frozen=True):
    """A rejected event that waits, with all that it takes to send it again."""

    position: int
    instant: int
    reason: str
    body: bytes
    parcel: Parcel


class Batch(Struct, frozen=True):
    """Bounds of one load of the event store, cut once and reused by every retry."""

    after: int
    upto: int
    facts: int
    decisions: int
    attempt: int
