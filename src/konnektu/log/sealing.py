"""Sealing: the log's applied blocks into the event store, in batches that are cut once.

The bounds and counts of a batch are in PostgreSQL before the first insert and reused by every retry, and
each insert carries a token made of them, so that a batch sent twice, or killed between two partitions of
the event store, adds nothing. A batch is sealed after its rows were counted there.
"""

from collections.abc import Callable, Iterator, Sequence

import msgspec
import numpy as np
import pyarrow as pa
from msgspec import structs
from numpy.typing import NDArray

from konnektu.core.errors import Retry
from konnektu.core.records import Decision, Parcel
from konnektu.log import store
from konnektu.log.blocks import decode_block
from konnektu.log.facts import decision_table
from konnektu.log.model import NOBODY, Applied, Batch, Entry, decode_stamps
from konnektu.log.rows import Reading, block_rows
from konnektu.storage.api import Connection, Db, History

Decisions = Callable[[Connection, int, int], Sequence[Decision]]
"""Identity decisions with positions in (after, upto]."""

_COUNT = "SELECT count() FROM {table} WHERE position > {{after:Int64}} AND position <= {{upto:Int64}}"


def seal(db: Db, inbox: Db, history: History, reading: Reading, decisions: Decisions, rows: int) -> int:
    """Carry one batch of about `rows` facts into the event store; the number of positions sealed, 0 when none wait.

    Raises `Retry` while the event store is away or a count differs; the batch stays cut and is sent again.
    """
    batch, made = _open_batch(db, decisions, rows)
    if batch is None:
        return 0
    facts = pa.concat_tables(_rows(db, inbox, batch, reading))
    _load(history, "fact", batch, batch.facts, lambda: facts)
    _load(
        history,
        "decision",
        batch,
        batch.decisions,
        lambda: decision_table(made, [_json(one) for one in made]),
    )
    with db.transaction() as own:
        store.seal_batch(own, batch.upto)
    return batch.upto - batch.after


_json = msgspec.json.Encoder(decimal_format="string").encode


def _open_batch(db: Db, decisions: Decisions, rows: int) -> tuple[Batch | None, Sequence[Decision]]:
    """The batch on its way, or a new one with its bounds committed, and its decisions; None when all is sealed."""
    with db.transaction() as own:
        sealed, batch = store.sealed(own)
        if batch is not None:
            store.count_attempt(own)
            again = structs.replace(batch, attempt=batch.attempt + 1)
            return again, decisions(own, again.after, again.upto)
        blocks = _up_to(store.applied_range(own, sealed, 2**62, rows), rows)
        if not blocks:
            return None, ()
        upto = blocks[-1].last_position
        made = decisions(own, sealed, upto)
        batch = Batch(sealed, upto, sum(block.accepted for block in blocks), len(made), attempt=0)
        store.cut_batch(own, batch.upto, batch.facts, batch.decisions)
    return batch, made


def _up_to(blocks: Sequence[Applied], rows: int) -> list[Applied]:
    """The first blocks with about so many events, at least one."""
    taken: list[Applied] = []
    events = 0
    for block in blocks:
        if taken and events + block.events > rows:
            break
        taken.append(block)
        events += block.events
    return taken


def _rows(db: Db, inbox: Db, batch: Batch, reading: Reading) -> Iterator[pa.Table]:
    """The batch's facts, a table for each block: batches are cut between blocks."""
    for block, body in _blocks(db, inbox, batch.after, batch.upto, None):
        yield block_rows(block, decode_block(body), reading)


def _load(history: History, table: str, batch: Batch, expected: int, rows: Callable[[], object]) -> None:
    """Insert the batch's rows of a table unless they are there, and count them."""
    if expected == 0:
        return
    bounds = {"after": batch.after, "upto": batch.upto}
    count = _COUNT.format(table=table)
    if batch.attempt and history.scalar(count, bounds) == expected:
        return
    history.insert(table, rows(), token=f"{table}-{batch.after}-{batch.upto}")
    found = history.scalar(count, bounds)
    if found > expected:
        # Only a batch whose token the event store has forgotten can be there twice: take it out and send it anew.
        history.command(_COUNT.replace("SELECT count() FROM", "DELETE FROM").format(table=table), bounds)
        history.insert(table, rows(), token=f"{table}-{batch.after}-{batch.upto}-{batch.attempt}")
        found = history.scalar(count, bounds)
    if found != expected:
        message = (
            f"The event store counts {found} rows of {table} up to position {batch.upto}, not {expected}."
        )
        raise Retry(message)


def tail(db: Db, inbox: Db, after: int, upto: int, atoms: Sequence[int] | None = None) -> Iterator[Entry]:
    """The facts with positions in (after, upto] from the inbox, in order; of all atoms, or of these.

    Raises `Retry` where a block is gone that must still be there.
    """
    wanted = None if atoms is None else np.array(sorted(atoms), np.int64)
    for block, body in _blocks(db, inbox, after, upto, wanted):
        yield from _entries(block, body, after, upto, wanted)


def _blocks(
    db: Db, inbox: Db, after: int, upto: int, wanted: NDArray[np.int64] | None
) -> Iterator[tuple[Applied, bytes]]:
    """The blocks with positions in (after, upto], with their bodies; where atoms are wanted, those that hold some."""
    while after < upto:
        with db.read() as own:
            blocks = store.applied_range(own, after, upto, BLOCKS_AT_ONCE)
        if not blocks:
            return
        touched = [
            block
            for block in blocks
            if wanted is None or np.isin(decode_stamps(block.stamps).atoms, wanted).any()
        ]
        with inbox.read() as read:
            bodies = store.bodies(read, touched)
        for block in touched:
            if block.block not in bodies:
                message = f"Block {block.block} left the inbox before it was sealed. Restore the last backup."
                raise Retry(message)
            yield block, bodies[block.block]
        after = blocks[-1].last_position


BLOCKS_AT_ONCE = 200


def _entries(
    block: Applied, body: bytes, after: int, upto: int, wanted: NDArray[np.int64] | None
) -> Iterator[Entry]:
    stamps = decode_stamps(block.stamps)
    index = 0
    for parcel in decode_block(body):
        for event in parcel.events:
            position, atom = block.first_position + index, int(stamps.atoms[index])
            if atom >= NOBODY and after < position <= upto and (wanted is None or atom in wanted):
                one = structs.replace(parcel, events=[event])
                yield Entry(
                    position, block.instant, atom, int(stamps.marks[index]), int(stamps.visits[index]), one
                )
            index += 1


__all__ = ["Decisions", "Parcel", "Reading", "seal", "tail"]
