"""What the live evaluator remembers of a person. In: packed bytes. Out: the same; streams unpack one by one."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from heapq import heapify, heappop, heappush
from typing import Any, Final, cast

import msgspec

from konnektu.rules.known import KnownEvent
from konnektu.rules.live import packing
from konnektu.rules.live.clock import NEVER
from konnektu.rules.live.picture import Picture
from konnektu.rules.live.streams import Stream

QUEUE_SLACK: Final = 64
LONG_AGO: Final = -(2**62)


class State:
    """Of one person."""

    __slots__ = (
        "_packed",
        "_picture",
        "_queue",
        "_streams",
        "at",
        "due",
        "dues",
        "inside",
        "is_born",
        "parked",
        "streams",
        "truth",
    )

    def __init__(self) -> None:
        self.at = LONG_AGO
        """The last instant at which verdicts were taken."""
        self.is_born = False
        """Whether there was a fact."""
        self.truth = 0
        """Verdicts of leaves, a bit each, and the bits of the person."""
        self.inside = 0
        """The segments they are in, a bit each."""
        self.due = NEVER
        """Not later than the next instant at which time alone may change a verdict."""
        self.dues: dict[int, int] = {}
        """The same for each leaf that has one."""
        """Leaves without verdicts, a bit each."""
        self.parked: list[KnownEvent] = []
        """Events of the future."""
        self.streams: dict[int, Any] = {}
        """What is kept, unpacked."""
        self._queue: list[tuple[int, int]] | None = None
        self._packed: dict[int, bytes] = {}
        self._picture: Picture | bytes = Picture()
        self._streams: Mapping[int, Stream] = {}

    def knows(self, streams: Mapping[int, Stream]) -> None:
        """Says how streams are kept; before anything else is asked."""
        self._streams = streams

    def held(self, stream: int) -> Any:
        """What is kept of a stream, to be looked at and added to."""
        found = self.streams.get(stream)
        if found is None:
            keep, packed = self._streams[stream].keep, self._packed.pop(stream, None)
            found = keep.empty() if packed is None else packing.entries(packed, keep)
            self.streams[stream] = found
        return found

    def forget(self, known: AbstractSet[int]) -> None:
        """Drops what is kept of streams other than the known ones."""
        for kept in (self.streams, self._packed):
            for number in () if kept.keys() <= known else kept.keys() - known:
                del kept[number]

    def awaits(self, leaf: int, until: int) -> None:
        """A leaf may change at an instant; at none where that is NEVER."""
        if until >= NEVER:
            self.dues.pop(leaf, None)
        elif self.dues.get(leaf) != until:
            self.dues[leaf] = until
            if self._queue is not None:
                heappush(self._queue, (until, leaf))
            self.due = min(self.due, until)

    def ripe(self, at: int) -> set[int]:
        """The leaves that are due by an instant."""
        found: set[int] = set()
        while (first := self._first()) is not None and first[0] <= at:
            found.add(first[1])
            del self.dues[first[1]]
        return found

    def first_due(self) -> int:
        """The first instant that a leaf awaits; NEVER where there is none."""
        first = self._first()
        return NEVER if first is None else first[0]

    def _first(self) -> tuple[int, int] | None:
        """The first of the queue that still stands: who awaits another instant by now has left it behind."""
        if self._queue is None or len(self._queue) > 2 * len(self.dues) + QUEUE_SLACK:
            self._queue = [(until, leaf) for leaf, until in self.dues.items()]
            heapify(self._queue)
        while self._queue:
            until, leaf = self._queue[0]
            if self.dues.get(leaf) == until:
                return until, leaf
            heappop(self._queue)
        return None

    @property
    def picture(self) -> Picture:
        """Everything beside events."""
        here = self._picture
        if isinstance(here, bytes):
            here = self._picture = cast(Picture, packing.unpacked(here))
        return here

    @picture.setter
    def picture(self, picture: Picture) -> None:
        self._picture = picture

    @property
    def remembered(self) -> set[int]:
        """The streams of which something is kept."""
        return {*(number for number, held in self.streams.items() if held), *self._packed}

    def pack(self) -> bytes:
        """The whole state."""
        picture = self._picture if isinstance(self._picture, bytes) else packing.packed(self._picture)
        whole = _Whole(
            self.at,
            self.is_born,
            _bits(self.truth),
            _bits(self.inside),
            self.due,
            self.dues,
            b"",
            packing.packed(self.parked) if self.parked else b"",
            picture,
            self._all_packed(),
        )
        return msgspec.msgpack.encode(whole)

    def _all_packed(self) -> dict[int, bytes]:
        kept = {number: packing.packed_entries(held) for number, held in self.streams.items() if held}
        return {**self._packed, **kept}

    @classmethod
    def unpack(cls, packed: bytes) -> "State":
        """A state as `pack` wrote it."""
        whole = msgspec.msgpack.decode(packed, type=_Whole)
        state = cls()
        state.at, state.is_born, state.due, state.dues = whole.at, whole.is_born, whole.due, whole.dues
        state.truth, state.inside = _number(whole.truth), _number(whole.inside)
        state.parked = packing.unpacked(whole.parked) if whole.parked else []
        state._picture, state._packed = whole.picture, whole.streams
        return state


class _Whole(msgspec.Struct, array_like=True):
    at: int
    is_born: bool
    truth: bytes
    inside: bytes
    due: int
    dues: dict[int, int]
    spare: bytes
    """Nothing: states written by earlier releases have a field here."""
    parked: bytes
    picture: bytes
    streams: dict[int, bytes]


def _bits(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "little")


def _number(bits: bytes) -> int:
    return int.from_bytes(bits, "little")
