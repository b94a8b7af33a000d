"""The tail of a list: what facts said of it last, as it was appended, before it is folded into the list's state.

In: facts, or the bytes of a state and its tail. Out: bytes, or the state of both. Pure.
Invariant: a tail is folded as soon as a fact makes it longer than `LONGEST_TAIL`. So what is kept of a list follows
from the sequence of the facts about it alone, wherever batches ended.
"""

from collections.abc import Iterator
from struct import Struct as Layout
from typing import Final

import msgspec
from msgspec import Struct

from konnektu.core.records import Event
from konnektu.product_lists import logic
from konnektu.product_lists.model import ListState, Said, Told
from konnektu.product_lists.opening import OpenList

LONGEST_TAIL: Final = 1_600
"""Bytes. With it a row still fits into a quarter of a page, above which PostgreSQL compresses and moves values."""


class _Heard(Struct, frozen=True, array_like=True):
    """What one fact said."""

    time: int
    position: int
    source: int
    clears: bool
    said: tuple[Said, ...]


_LENGTH: Final = Layout("!I")
_encode = msgspec.msgpack.Encoder().encode
_heard = msgspec.msgpack.Decoder(_Heard).decode
_state = msgspec.msgpack.Decoder(ListState).decode


def words(event: Event, told: Told) -> bytes:
    """What a fact says of a list, to be appended to the list's tail."""
    heard = _encode(_Heard(event.time, event.position, event.source, told.clears, told.said))
    return _LENGTH.pack(len(heard)) + heard


def folded(state: bytes, tail: bytes) -> tuple[bytes, bytes]:
    """State and tail after folding as much of the tail as its facts make due."""
    start = end = 0
    while end < len(tail):
        end = _end(tail, end)
        if end - start > LONGEST_TAIL:
            state, start = _taken(state, tail[start:end]), end
    return state, tail[start:]


def whole(state: bytes, tail: bytes) -> ListState:
    """All that is kept of a list; `logic.bound` puts it in order."""
    found = _state(state) if state else ListState()
    for one in _facts(tail):
        logic.take(found, Told("", one.said, clears=one.clears), one.time, one.position, one.source)
    return found


def _taken(state: bytes, part: bytes) -> bytes:
    opened = OpenList(state)
    for one in _facts(part):
        opened.take(Told("", one.said, clears=one.clears), one.time, one.position, one.source)
    return opened.packed()


def _facts(tail: bytes) -> Iterator[_Heard]:
    start = 0
    while start < len(tail):
        end = _end(tail, start)
        yield _heard(tail[start + _LENGTH.size : end])
        start = end


def _end(tail: bytes, start: int) -> int:
    """Where the fact ends that begins here."""
    length: int = _LENGTH.unpack_from(tail, start)[0]
    return start + _LENGTH.size + length
