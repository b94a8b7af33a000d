"""Facts that put people on lists. In: atoms. Out: facts on the log, each small enough for one event."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final, TypeVar

from konnektu.core.records import Parcel
from konnektu.log import api as log
from konnektu.segments.following import fact
from konnektu.segments.model import Told
from konnektu.storage.api import Storage

Item = TypeVar("Item")

AT_ONCE: Final = 1_000
"""Atoms in one fact, and so people decided in one turn of the writer."""


def listings(key: str, add: Sequence[int], remove: Sequence[int], note: str) -> Iterator[Told]:
    """What is to be told, piece by piece; the first piece says why."""
    for number, (came, left) in enumerate(
        zip_longest(pieces(add, AT_ONCE), pieces(remove, AT_ONCE), fillvalue=())
    ):
        yield Told(key=key, act="listed", add=tuple(came), remove=tuple(left), note="" if number else note)


def pieces(several: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """A sequence in pieces of a size, the last one smaller."""
    return (several[start : start + size] for start in range(0, len(several), size))


def append(
    storage: Storage, workspace: int, told: Sequence[Told], *, by: str, now: int, once: str = ""
) -> int:
    """Append facts, a block for each, so that others are taken between them; the last block, 0 for none.

    With `once`, the same facts appended again under this name are one.
    """
    block = 0
    for number, one in enumerate(told):
        key = f"{once}-{number}" if once else ""
        block = log.append(
            storage.inbox, workspace, [Parcel(0, "system", now, [fact(one, by=by, now=now)], key=key)]
        )
    return block
