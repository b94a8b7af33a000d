"""The log's blocks in a backup and out of it.

In: one instant of the inbox. Out: the blocks that the event store cannot give back: those that wait for the
writer, and applied ones that are not sealed. Restored, they have numbers and a day of their new inbox, because
numbers are the installation's; whoever speaks of a block is told. Each step may be repeated.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import aiosql
from msgspec import Struct

from konnektu.storage.api import Connection

_HERE = Path(__file__).parent
_inbox: Any = aiosql.from_path(_HERE / "inbox.sql", "psycopg")
_own: Any = aiosql.from_path(_HERE / "writer.sql", "psycopg")
ROWS_AT_ONCE = 200


class KeptBlock(Struct, frozen=True, array_like=True):
    """A block in a backup."""

    was: int
    """Its number in the inbox it came from."""
    received_at: int
    events: int
    waits: bool
    """Whether no writer had applied it."""
    body: bytes


def unsealed_blocks(db: Connection) -> list[tuple[date, int]]:
    """Day and number of each applied block that the event store lacks."""
    return list(_own.unsealed_blocks(db))


def kept_blocks(
    inbox: Connection, workspace: int, unsealed: Sequence[tuple[date, int]]
) -> Iterator[KeptBlock]:
    """The blocks that wait for the writer and the unsealed ones, in order, a few in memory at a time."""
    given = {
        "workspace": workspace,
        "days": [day for day, _ in unsealed],
        "blocks": [block for _, block in unsealed],
    }
    _inbox.hold_days(inbox)
    with inbox.cursor(name="kept_blocks") as cursor:
        cursor.itersize = ROWS_AT_ONCE
        for row in cursor.execute(_inbox.kept_blocks.sql, given):
            yield KeptBlock(*row)


def last_block(db: Connection) -> int:
    """The highest number of a block that the workspace speaks of."""
    return int(_own.last_block(db))


def raise_blocks(inbox: Connection, least: int) -> None:
    """Let new blocks have numbers above `least`, so that none is taken for one applied elsewhere."""
    _inbox.raise_blocks(inbox, least=least)


def restore_blocks(inbox: Connection, workspace: int, day: date, blocks: Sequence[KeptBlock]) -> None:
    """Add blocks of a backup to a day's partition; they wait for nobody until `open_restored`."""
    _inbox.restore_blocks(
        inbox,
        workspace=workspace,
        day=day,
        were=[one.was for one in blocks],
        received=[one.received_at for one in blocks],
        events=[one.events for one in blocks],
        waits=[one.waits for one in blocks],
        bodies=[one.body for one in blocks],
    )


def renumber(inbox: Connection, db: Connection, workspace: int) -> None:
    """Let everything that speaks of restored blocks speak of their present numbers, and let any lease write."""
    rows = list(_inbox.restored_blocks(inbox, workspace=workspace))
    were, blocks, days = ([row[at] for row in rows] for at in range(3))
    _own.renumber_applied(db, were=were, blocks=blocks, days=days)
    _own.renumber_quarantine(db, were=were, blocks=blocks)
    _own.unlease(db)


def renumber_keys(inbox: Connection, workspace: int) -> None:
    """Let idempotency keys lead to the present numbers of restored blocks."""
    _inbox.renumber_keys(inbox, workspace=workspace)


def open_restored(inbox: Connection, workspace: int) -> None:
    """Let the restored blocks that waited wait for the writer again."""
    _inbox.open_restored(inbox, workspace=workspace)
