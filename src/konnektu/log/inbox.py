"""The door into the inbox: parcels in, a durable block out.

Who appends gets the block's id after the commit and nothing sooner. A missing day partition is made at
need, so that an unusual clock costs one more statement and not the request.
"""

from collections.abc import Sequence
from datetime import timedelta

import psycopg

from konnektu.core.records import Parcel
from konnektu.log import store
from konnektu.log.blocks import count_events, encode_block
from konnektu.storage.api import Db

DAYS_AHEAD = 2
"""Partitions made ahead of time, so that midnight costs nothing."""

NewBlock = tuple[int, int, int, bytes]
"""(workspace, received_at, events, body)."""


def append_blocks(inbox: Db, blocks: Sequence[NewBlock]) -> list[int]:
    """Append blocks of any workspaces in one transaction; their ids, in order, after the commit.

    Raises `Retry` where the database is away or its disk is full; then nothing was appended.
    """
    try:
        return _commit(inbox, blocks)
    except psycopg.errors.CheckViolation:
        ensure_partitions(inbox, [received_at for _, received_at, _, _ in blocks])
        return _commit(inbox, blocks)


def _commit(inbox: Db, blocks: Sequence[NewBlock]) -> list[int]:
    with inbox.statement() as db:
        return store.add_blocks(db, blocks)


class Inlet:
    """The way into the inbox for a process that does nothing but append. Not to be shared between threads."""

    def __init__(self, inbox: Db) -> None:
        """Take the inbox's door, which says where it is and makes partitions."""
        self._inbox = inbox
        self._adding = store.adding(inbox.conninfo, inbox.name)

    def append(self, blocks: Sequence[NewBlock]) -> None:
        """Append blocks as `append_blocks` does."""
        try:
            store.add(self._adding, blocks)
        except psycopg.errors.CheckViolation:
            ensure_partitions(self._inbox, [received_at for _, received_at, _, _ in blocks])
            store.add(self._adding, blocks)

    def close(self) -> None:
        """Close every connection."""
        self._adding.close()
        self._inbox.close()


def ensure_partitions(inbox: Db, instants: Sequence[int]) -> None:
    """Make the partitions for the days of these instants and the days right after them."""
    days = {
        store.day_of(instant) + timedelta(days=ahead)
        for instant in instants
        for ahead in range(DAYS_AHEAD + 1)
    }
    with inbox.transaction() as db:
        store.make_partitions(db, sorted(days))


def new_block(workspace: int, parcels: list[Parcel]) -> NewBlock:
    """The block of these parcels."""
    received_at = max(parcel.received_at for parcel in parcels)
    return workspace, received_at, count_events(parcels), encode_block(parcels)


def append(inbox: Db, workspace: int, parcels: list[Parcel]) -> int:
    """Append parcels of one workspace as one block; its id.

    A parcel with a key is appended once: when the first parcel's key is known, the block that carried
    it is returned and nothing is written.
    """
    row = new_block(workspace, parcels)
    key = parcels[0].key
    if not key:
        return append_blocks(inbox, [row])[0]
    ensure_partitions(inbox, [row[1]])
    with inbox.transaction() as db:
        earlier = store.claimed(db, workspace, key)
        if earlier is not None:
            return earlier
        block = store.add_blocks(db, [row])[0]
        store.claim(db, workspace, key, block)
    return block
