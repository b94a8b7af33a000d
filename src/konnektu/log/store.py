"""The log's statements, one short function each. `inbox` functions run as the inbox role, others as the workspace's."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import aiosql
import msgspec
from psycopg import sql

from konnektu.core.records import Parcel
from konnektu.log.model import Applied, Batch, Chosen, Open, Place, Quarantined, Waiting
from konnektu.storage.api import Bigints, Byteas, Connection, Prepared

_HERE = Path(__file__).parent
_inbox: Any = aiosql.from_path(_HERE / "inbox.sql", "psycopg")
_own: Any = aiosql.from_path(_HERE / "writer.sql", "psycopg")

QuarantineRow = tuple[int, int, int, str, str, bytes, bytes, bytes]
"""(position, instant, source, reason, detail, body, parcel, fingerprint) of a rejected event."""
_parcel = msgspec.msgpack.Decoder(Parcel).decode

LOG_CHANNEL = "konnektu_log"
"""Announces workspaces whose log has grown, by id; the way out listens."""


# Inbox


def add_blocks(inbox: Connection, rows: Sequence[tuple[int, int, int, bytes]]) -> list[int]:
    """Append blocks given as (workspace, received_at, events, body); their ids in the same order."""
    workspaces, received, events, bodies = zip(*rows, strict=True)
    added = _inbox.add_blocks(
        inbox,
        workspaces=Bigints(workspaces),
        received=Bigints(received),
        events=Bigints(events),
        bodies=Byteas(bodies),
        announced=_announced(workspaces),
    )
    return [row[0] for row in added]


def adding(conninfo: str, name: str) -> Prepared:
    """`add_blocks` on a connection of its own."""
    return Prepared(conninfo, name, _inbox.add_blocks.sql)


def add(adding: Prepared, rows: Sequence[tuple[int, int, int, bytes]]) -> None:
    """Append blocks as `add_blocks` does."""
    workspaces, received, events, bodies = zip(*rows, strict=True)
    adding.run(
        workspaces=Bigints(workspaces).encoded(),
        received=Bigints(received).encoded(),
        events=Bigints(events).encoded(),
        bodies=Byteas(bodies).encoded(),
        announced=_announced(workspaces).encode(),
    )


def _announced(workspaces: Sequence[int]) -> str:
    return ",".join(map(str, sorted(set(workspaces))))


def claimed(inbox: Connection, workspace: int, key: str) -> int | None:
    """The block that carries this key, or None; others with the same key wait until this transaction ends."""
    block: int | None = _inbox.claimed(inbox, workspace=workspace, key=key)
    return block


def claim(inbox: Connection, workspace: int, key: str, block: int) -> None:
    """Note that this block carries the key."""
    _inbox.claim(inbox, workspace=workspace, key=key, block=block)


def busy_workspaces(inbox: Connection, limit: int = 1000) -> list[int]:
    """Workspaces with blocks waiting, the longest waiting first."""
    return [row[0] for row in _inbox.busy_workspaces(inbox, limit=limit)]


def pending_blocks(inbox: Connection, workspace: int, limit: int) -> list[Waiting]:
    """The oldest blocks waiting for this workspace's writer, in order of id."""
    return [Waiting(*row) for row in _inbox.pending_blocks(inbox, workspace=workspace, limit=limit)]


def pending_count(inbox: Connection, workspace: int) -> int:
    """How many blocks wait for this workspace's writer."""
    return int(_inbox.pending_count(inbox, workspace=workspace))


def pending_before(inbox: Connection, day: date) -> bool:
    """Whether any block received before this day still waits for its writer."""
    return bool(_inbox.pending_before(inbox, day=day))


def clear_pending(inbox: Connection, workspace: int, blocks: Sequence[int]) -> None:
    """Forget that these blocks wait, and announce that the workspace's log has grown."""
    _inbox.clear_pending(inbox, workspace=workspace, blocks=list(blocks))
    _inbox.announce_log(inbox, channel=LOG_CHANNEL, workspace=str(workspace))


def bodies(inbox: Connection, blocks: Sequence[Applied]) -> dict[int, bytes]:
    """Bodies of these blocks by id, of those that are kept."""
    days = sorted({block.day for block in blocks})
    return dict(_inbox.bodies(inbox, days=days, blocks=[block.block for block in blocks]))


def replace_body(inbox: Connection, block: Applied, body: bytes) -> None:
    """Put another body in place of a block's."""
    _inbox.replace_body(inbox, day=block.day, block=block.block, body=body)


def ask_for_lease(inbox: Connection, workspace: int, holder: str, seconds: float) -> None:
    """Want the lease next: who has it lets go when renewing; the wish is respected for so many seconds."""
    _inbox.ask_for_lease(inbox, workspace=workspace, holder=holder, seconds=seconds)


def take_lease(inbox: Connection, workspace: int, holder: str, seconds: float) -> int | None:
    """The epoch of a lease taken, or None while another holder has it or is waiting for it."""
    epoch: int | None = _inbox.take_lease(inbox, workspace=workspace, holder=holder, seconds=seconds)
    return epoch


def renew_lease(
    inbox: Connection, workspace: int, holder: str, epoch: int, seconds: float, *, yields: bool = False
) -> bool:
    """Whether the lease was still held and is held for longer; one that yields is not where another waits for it."""
    return bool(
        _inbox.renew_lease(
            inbox, workspace=workspace, holder=holder, epoch=epoch, seconds=seconds, yields=yields
        )
    )


def release_lease(inbox: Connection, workspace: int, holder: str, epoch: int) -> None:
    """Let the next holder take the lease at once."""
    _inbox.release_lease(inbox, workspace=workspace, holder=holder, epoch=epoch)


def make_partitions(inbox: Connection, days: Sequence[date]) -> None:
    """Make the inbox's partitions for these days where they are missing."""
    # IF NOT EXISTS does not hold between two sessions that create at once
    inbox.execute("SELECT pg_advisory_xact_lock(hashtext('inbox partitions'))")
    present = {row[0] for row in _inbox.partition_names(inbox)}
    for day in days:
        name = f"block_{day:%Y%m%d}"
        if name not in present:
            statement = sql.SQL(
                "CREATE TABLE IF NOT EXISTS {} PARTITION OF block FOR VALUES FROM ({}) TO ({})"
            )
            inbox.execute(statement.format(sql.Identifier(name), str(day), str(day + timedelta(days=1))))


def drop_partitions(inbox: Connection, before: date) -> list[str]:
    """Drop the partitions of days before this one; their names."""
    old = [row[0] for row in _inbox.partition_names(inbox) if row[0] < f"block_{before:%Y%m%d}"]
    for name in old:
        inbox.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(name)))
    return old


def may_drop_days(inbox: Connection) -> bool:
    """Whether nobody reads old days: a drop that waits for a reader holds up everybody who appends."""
    return bool(_inbox.may_drop_days(inbox))


def forget_keys(inbox: Connection, days: int) -> None:
    """Drop idempotency keys older than so many days."""
    _inbox.forget_keys(inbox, days=days)


# The workspace's side


def place(db: Connection) -> Place:
    """Where the workspace's writer stands."""
    return Place(*_own.place(db))


def unseat(db: Connection) -> int:
    """End sessions that hold the writer's row. Only for who has just been given the lease; how many there were."""
    return len(list(_own.unseat(db)))


def fence(db: Connection, epoch: int) -> bool:
    """Whether this epoch is now the writer's; lower ones cannot commit from here on."""
    return _own.fence(db, epoch=epoch) is not None


def move(db: Connection, was: Place, position: int, instant: int) -> bool:
    """Whether the writer's place was still `was` and is now this one. First statement of a writing transaction."""
    return _own.move(db, was=was.position, epoch=was.epoch, position=position, instant=instant) is not None


def applied_among(db: Connection, blocks: Sequence[int]) -> set[int]:
    """Which of these blocks have been applied."""
    return {row[0] for row in _own.applied_among(db, blocks=list(blocks))}


def position_of(db: Connection, block: int) -> int | None:
    """The first position of an applied block; None before it is applied and after its hand-over is forgotten."""
    position: int | None = _own.position_of(db, block=block)
    return position


def add_applied(db: Connection, rows: Sequence[Applied]) -> None:
    """Hand blocks over to the event store."""
    _own.add_applied(
        db,
        firsts=Bigints(row.first_position for row in rows),
        blocks=Bigints(row.block for row in rows),
        days=[row.day for row in rows],
        events=Bigints(row.events for row in rows),
        accepted=Bigints(row.accepted for row in rows),
        instants=Bigints(row.instant for row in rows),
        stamps=Byteas(row.stamps for row in rows),
    )


def applied_range(db: Connection, after: int, upto: int, limit: int) -> list[Applied]:
    """Applied blocks with positions in (after, upto], in order, at most `limit`."""
    return [Applied(*row) for row in _own.applied_range(db, after=after, upto=upto, limit=limit)]


def replace_stamps(db: Connection, first_position: int, stamps: bytes, accepted: int) -> None:
    """Put other stamps in place of a block's."""
    _own.replace_stamps(db, first_position=first_position, stamps=stamps, accepted=accepted)


def unsealed_before(db: Connection, day: date) -> bool:
    """Whether a block received before this day still waits for the event store."""
    return bool(_own.unsealed_before(db, day=day))


def forget_applied(db: Connection, day: date) -> None:
    """Drop sealed hand-overs of blocks received before this day."""
    _own.forget_applied(db, day=day)


def seen_sizes(db: Connection, buckets: Sequence[int]) -> list[tuple[int, int, int, int]]:
    """(bucket, position, instant, bytes) of every row of these buckets."""
    return list(_own.seen_sizes(db, buckets=list(buckets)))


def seen_slices(
    db: Connection, slices: Sequence[tuple[int, int, int, int]]
) -> list[tuple[int, int, int, bytes]]:
    """(index in `slices`, bucket, position, records) of each (bucket, position, first byte, bytes) that is there."""
    buckets, positions, starts, lengths = map(Bigints, zip(*slices, strict=True))
    return list(_own.seen_slices(db, buckets=buckets, positions=positions, starts=starts, lengths=lengths))


def add_seen(db: Connection, rows: Sequence[tuple[int, int, int, bytes]]) -> None:
    """Store records: (bucket, position, instant, records)."""
    buckets, positions, instants, records = zip(*rows, strict=True)
    _own.add_seen(
        db,
        buckets=Bigints(buckets),
        positions=Bigints(positions),
        instants=Bigints(instants),
        records=Byteas(records),
    )


def drop_seen(db: Connection, rows: Sequence[tuple[int, int]]) -> None:
    """Drop rows: (bucket, position)."""
    _own.drop_seen(db, buckets=[row[0] for row in rows], positions=[row[1] for row in rows])


def forget_seen(db: Connection, before: int) -> int:
    """Drop digests that arrived before this instant; how many rows."""
    return int(_own.forget_seen(db, before=before))


def add_quarantine(db: Connection, rows: Sequence[QuarantineRow]) -> None:
    """Keep rejected events."""
    names = ("positions", "instants", "sources", "reasons", "details", "bodies", "parcels", "fingerprints")
    _own.add_quarantine(
        db, **dict(zip(names, (list(column) for column in zip(*rows, strict=True)), strict=True))
    )


def reopen_quarantine(db: Connection, rows: Sequence[QuarantineRow]) -> None:
    """Open events again that were sent again and rejected again."""
    _own.reopen_quarantine(
        db,
        positions=[row[0] for row in rows],
        instants=[row[1] for row in rows],
        details=[row[4] for row in rows],
        fingerprints=[row[7] for row in rows],
    )


def link_quarantine(db: Connection, positions: Sequence[int], became: Sequence[int], instant: int) -> None:
    """Note which events rejected ones became when they were sent again."""
    _own.link_quarantine(db, positions=list(positions), became=list(became), instant=instant)


def quarantined(db: Connection, state: str, before: int, chosen: Chosen, limit: int) -> list[Quarantined]:
    """Rejected events of one state before a position, latest first."""
    rows = _own.quarantined(db, state=state, before=before, limit=limit, **_chosen(chosen))
    return [Quarantined(*row) for row in rows]


def open_quarantine(db: Connection, after: int, chosen: Chosen, limit: int) -> list[Open]:
    """Rejected events that wait, in order, after a position."""
    rows = _own.open_quarantine(db, after=after, limit=limit, **_chosen(chosen))
    return [
        Open(position, instant, reason, body, _parcel(parcel))
        for position, instant, reason, body, parcel in rows
    ]


def count_quarantine(db: Connection, chosen: Chosen) -> int:
    """How many rejected events wait."""
    found: int = _own.count_quarantine(db, **_chosen(chosen))
    return found


def _chosen(chosen: Chosen) -> dict[str, Any]:
    return {"reason": chosen.reason, "source": chosen.source, "since": chosen.since, "until": chosen.until}


def quarantined_among(db: Connection, positions: Sequence[int]) -> list[tuple[int, bytes, bytes]]:
    """(position, body, parcel) of those that are open, locked for this transaction."""
    return list(_own.quarantined_among(db, positions=list(positions)))


def rejected_at(db: Connection, earlier: int) -> int | None:
    """When the event was rejected that has so many later ones; None where there are fewer."""
    instant: int | None = _own.rejected_at(db, earlier=earlier)
    return instant


def quarantine_counts(db: Connection) -> dict[str, int]:
    """Open rejected events by reason."""
    return dict(_own.quarantine_counts(db))


def settle_quarantine(db: Connection, positions: Sequence[int], state: str, block: int | None) -> None:
    """Close rejected events as replayed in a block, or as discarded."""
    _own.settle_quarantine(db, positions=list(positions), state=state, block=block)


def erase_quarantine(db: Connection, values: Sequence[bytes]) -> int:
    """Delete rejected events whose text holds one of these values; how many."""
    return len(list(_own.erase_quarantine(db, values=list(values))))


def hold_blocks(db: Connection) -> None:
    """Let nobody else rewrite blocks until the transaction ends."""
    _own.hold_blocks(db)


def hold_history(db: Connection) -> None:
    """Let nothing leave the event store for its age until the transaction ends."""
    _own.hold_history(db)


def may_age_history(db: Connection) -> bool:
    """Whether nobody holds the history; nobody will until the transaction ends."""
    return bool(_own.may_age_history(db))


def quarantine_after(
    db: Connection, after: int, upto: int, limit: int
) -> list[tuple[int, int, bytes, Parcel]]:
    """(position, instant, body, parcel) of rejected events of every state above a position, in order."""
    rows = _own.quarantine_after(db, after=after, upto=upto, limit=limit)
    return [(position, instant, bytes(body), _parcel(parcel)) for position, instant, body, parcel in rows]


def drop_quarantine(db: Connection, positions: Sequence[int]) -> None:
    """Remove rejected events."""
    _own.drop_quarantine(db, positions=list(positions))


def change_quarantine(db: Connection, rows: Sequence[tuple[int, bytes, bytes]]) -> None:
    """Give rejected events another body and parcel: (position, body, packed parcel)."""
    positions, bodies, parcels = (list(column) for column in zip(*rows, strict=True))
    _own.change_quarantine(db, positions=positions, bodies=bodies, parcels=parcels)


def sealed(db: Connection) -> tuple[int, Batch | None]:
    """How far the event store has everything, and the batch on its way."""
    position, upto, facts, decisions, attempt = _own.sealed(db)
    return position, None if upto is None else Batch(position, upto, facts, decisions, attempt)


def cut_batch(db: Connection, upto: int, facts: int, decisions: int) -> None:
    """Fix the bounds and counts of the next batch."""
    _own.cut_batch(db, upto=upto, facts=facts, decisions=decisions)


def count_attempt(db: Connection) -> None:
    """Note one more try of the batch on its way."""
    _own.count_attempt(db)


def seal_batch(db: Connection, upto: int) -> None:
    """The batch has arrived whole."""
    _own.seal_batch(db, upto=upto)


def day_of(instant: int) -> date:
    """The UTC day of an instant in milliseconds: the day of its inbox partition."""
    return datetime.fromtimestamp(instant / 1000, UTC).date()
