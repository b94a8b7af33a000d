"""Rebuild: folds the whole history and the recorded decisions into empty state, and compares.

In: a workspace. Out: for each table of state how many rows were compared and how many differ. The new
state grows in a schema beside the workspace's own and is dropped in the end. Nothing is decided again:
identity folds its decisions, the profiles fold the facts.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import LiteralString

from msgspec import Struct
from psycopg.sql import SQL, Identifier

from konnektu.acquisition import api as acquisition
from konnektu.belt.lease import held_lease
from konnektu.core.errors import Retry
from konnektu.dictionary import api as dictionary
from konnektu.flow import Replayed, refold, replayed
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.orders import api as orders
from konnektu.privacy import api as privacy
from konnektu.segments import api as segments
from konnektu.storage.api import Connection, Db, Storage, WorkspaceRecord, shadow, shadow_schema

FACTS_AT_ONCE = 5_000
ALONE = frozenset({"cut", "erase"})
"""Decisions that are carried out on state complete up to them."""
ALONE_FACTS = frozenset({identity.REMAINDER, *segments.FACTS, orders.STATUSES, acquisition.RECOGNISED})
"""Types of facts that are."""
STATE_TABLES = (
    "identifier",
    "person",
    "profile",
    "tag",
    "consent",
    "refusal",
    "marketing_source",
    "arrival",
    "orders",
    "order_figures",
    "order_stages",
    "order_currency",
    "order_currency_from",
    "record_kind",
    "record",
    "record_version",
    "tracking_plan",
    "product_list",
    "segment",
    "segment_version",
    "segment_edit",
    "computed",
    "computed_version",
    "listed",
    "ranked",
    "rank_computed",
    "home_zone",
    "member",
    "segment_size",
)
"""Everything that is a function of facts and decisions."""
AS_TOLD: Mapping[str, LiteralString] = {
    "refusal": "SELECT (to_jsonb(t) - 'id')::text FROM {table} t"
    " WHERE contact_value NOT LIKE 'erased:%%' AND time < %(waiting)s",
    "segment_size": "SELECT t::text FROM {table} t WHERE people <> 0",
}
"""Rows of a table as history can tell them, where that is not every column of every row.

A refusal is numbered as it was recorded, which the API does before its fact is applied: those whose fact may still
wait are left out. Of an erased person's refusals only keyed hashes are kept and their facts are gone, so nothing
could make them again.
"""
WHOLE: LiteralString = "SELECT t::text FROM {table} t"
NEVER = 2**62

Progress = Callable[[int, int], None]
"""Called with the position folded and the last position."""


class Overtaken(Retry):
    """A writer went on while the state was being rebuilt, because the lease was lost. Repeat the rebuild."""


class Aging(Retry):
    """A retention run is under way: facts are gone whose people are still told of them. Repeat when it has ended."""


class Compared(Struct, frozen=True):
    """One table of state, as it stands and as rebuilt."""

    table: str
    rows: int
    """Rows as rebuilt."""
    missing: int
    """Rows that were rebuilt and do not stand."""
    extra: int
    """Rows that stand and were not rebuilt."""


class Rebuilt(Struct, frozen=True):
    """The outcome of a rebuild."""

    position: int
    """The last position of the log that was folded."""
    facts: int
    tables: tuple[Compared, ...]

    @property
    def is_equal(self) -> bool:
        """Whether what stands is what the history says."""
        return not any(table.missing or table.extra for table in self.tables)


def rebuild(storage: Storage, record: WorkspaceRecord, holder: str, progress: Progress) -> Rebuilt:
    """Rebuild the state at the writer's place and compare it with what stands there.

    The rebuild holds the workspace's lease, so that the writer waits and both sides speak of one position.
    Raises `StillWritten` where a writer does not let go, `Aging` during a retention run, `Retry` while the event store
    is away.
    """
    with storage.workspace(record).read() as own:
        if privacy.open_run(own) is not None:
            raise Aging
    with held_lease(storage, record, holder) as epoch:
        return _rebuild(storage, record, epoch, progress)


def _rebuild(storage: Storage, record: WorkspaceRecord, epoch: int, progress: Progress) -> Rebuilt:
    db = storage.workspace(record)
    with db.transaction() as own:
        log.store.fence(own, epoch)
        place = log.store.place(own)
        upto = place.position
    _settle(db, place.instant)
    facts = 0
    with db.read() as own:
        first = segments.homes(own)[:1]
    with shadow(storage, record) as beside:
        with beside.transaction() as other:
            for _, _, zone in first:
                segments.seat_home(other, zone)
        for part in _parts(replayed(storage, record, upto), FACTS_AT_ONCE):
            with beside.transaction() as other:
                refold(storage, record, other, part)
            facts += sum(one.event is not None for one in part)
            progress(part[-1].position, upto)
        _settle(beside, place.instant)
        with db.read(snapshot=True) as own:
            own.execute("SET LOCAL statement_timeout = 0")
            if log.store.place(own).position != upto:
                raise Overtaken
            waiting = _waiting_since(storage, record)
            tables = tuple(
                _compare(own, record.schema, shadow_schema(record), table, waiting)
                for table in _comparable(own)
            )
    return Rebuilt(upto, facts, tables)


def _settle(db: Db, until: int) -> None:
    """Bring everybody under the definitions in force, and to the instant at which the writer has closed time."""
    kept, is_settled = segments.Kept(), False
    while not is_settled:
        with db.transaction() as own:
            force = kept.of(own)
            is_settled = force is None or not (
                segments.switch_next(own, force) or segments.advance_due(own, force, until)
            )


def relearn(storage: Storage, record: WorkspaceRecord, holder: str, progress: Progress) -> int:
    """Learn the dictionary anew from the whole history; how many events it holds.

    What stood is replaced at once in the end. The writer waits, as with `rebuild`, and the same is raised.
    """
    with held_lease(storage, record, holder) as epoch:
        db = storage.workspace(record)
        with db.transaction() as own:
            log.store.fence(own, epoch)
            upto = log.store.place(own).position
            homes = identity.homes(own)
        events, lesson = 0, dictionary.Lesson()
        learner = dictionary.Learner({})
        for part in _parts(replayed(storage, record, upto), FACTS_AT_ONCE):
            told = [(one.event, homes.get(one.atom, 0)) for one in part if one.event is not None]
            learner.learn(told, lesson)
            events += len(told)
            progress(part[-1].position, upto)
        with db.transaction() as own:
            if not log.store.fence(own, epoch) or log.store.place(own).position != upto:
                raise Overtaken
            dictionary.replace(own, lesson)
    return events


def _parts(positions: Iterable[Replayed], size: int) -> Iterator[list[Replayed]]:
    """Parts of the log of about `size` positions. A cut, an erasure and a remainder stand alone, as in the writer.

    They give people the states that their history up to there makes, so everything before is folded first,
    and nothing after.
    """
    part: list[Replayed] = []
    for one in positions:
        is_alone = any(made.kind in ALONE for made in one.decisions) or (
            one.event is not None and one.event.type in ALONE_FACTS
        )
        if part and (is_alone or len(part) == size):
            yield part
            part = []
        part.append(one)
        if is_alone:
            yield part
            part = []
    if part:
        yield part


def _comparable(own: Connection) -> Iterator[str]:
    """The tables that history can tell. During an erasure facts are still there whose refusals are not."""
    is_erasing = bool(privacy.open_erasures(own))
    return (table for table in STATE_TABLES if not (is_erasing and table == "refusal"))


def _waiting_since(storage: Storage, record: WorkspaceRecord) -> int:
    """When the oldest block was received that is not applied. Asked after the snapshot was taken, it misses none."""
    return log.waiting_since(storage.inbox).get(record.id, NEVER)


def _compare(db: Connection, standing: str, rebuilt: str, table: str, waiting: int) -> Compared:
    """Rows of a table in one schema and not in the other, counted by the server."""
    told = AS_TOLD.get(table, WHOLE)
    rows = {
        "standing": SQL(told).format(table=Identifier(standing, table)),
        "rebuilt": SQL(told).format(table=Identifier(rebuilt, table)),
    }
    query = SQL(
        "SELECT (SELECT count(*) FROM ({rebuilt}) AS r),"
        " (SELECT count(*) FROM ({rebuilt} EXCEPT ALL {standing}) AS a),"
        " (SELECT count(*) FROM ({standing} EXCEPT ALL {rebuilt}) AS b)"
    )
    row = db.execute(query.format(**rows), {"waiting": waiting}).fetchone() or (0, 0, 0)
    return Compared(table, *row)
