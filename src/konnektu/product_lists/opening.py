"""A list as a fold takes hold of it: of its products only those are opened that the tail speaks of.

In: the bytes of a list, and what facts say of it. Out: its bytes after them, as `logic.bound` leaves the whole.
Invariant: what stays closed is in order and within its bounds, for this is how the fold before left it.
"""

from typing import Final

import msgspec
from msgspec import Raw, Struct, field

from konnektu.product_lists import logic
from konnektu.product_lists.model import NEVER, Entry, Key, ListState, Moment, Told

SHORTEST_WORD: Final = 13
"""Bytes that a word takes at least: the head of its array and one byte of each value, four of the operation."""

_entries = msgspec.msgpack.Decoder(list[Entry])
_pack = msgspec.msgpack.Encoder().encode


class _Closed(Struct, array_like=True):
    """A `ListState` with the words about each product as bytes."""

    since: Moment = NEVER
    entries: dict[Key, Raw] = field(default_factory=dict)


_closed = msgspec.msgpack.Decoder(_Closed)


class OpenList:
    """One list in the hands of a fold."""

    __slots__ = ("_closed", "_most_words", "_state")

    def __init__(self, packed: bytes = b"") -> None:
        """Take hold of a list; of an empty one without bytes."""
        whole = _closed.decode(packed) if packed else _Closed()
        self._closed = whole.entries
        self._state = ListState(whole.since)
        self._most_words = len(packed) // SHORTEST_WORD

    def take(self, told: Told, time: int, position: int, source: int) -> None:
        """Take what a fact says into the list."""
        if told.clears:
            self._open_all()
        for one in told.said:
            self._open(one.key)
        self._most_words += len(told.said)
        logic.take(self._state, told, time, position, source)

    def packed(self) -> bytes:
        """The bytes of the list, within its bounds."""
        products = len(self._closed) + len(self._state.entries)
        if products > logic.MOST_PRODUCTS or self._most_words > logic.MOST_OF_LIST:
            self._open_all()
        state = logic.bound(self._state)
        if not self._closed:
            return _pack(state)
        entries = self._closed | {key: Raw(_pack(words)) for key, words in state.entries.items()}
        return _pack(_Closed(state.since, dict(sorted(entries.items()))))

    def _open(self, key: Key) -> None:
        words = self._closed.pop(key, None)
        if words is not None:
            self._state.entries[key] = _entries.decode(words)

    def _open_all(self) -> None:
        for key in list(self._closed):
            self._open(key)
