"""The order over everybody, computed. In: a workspace, when it is. Out: facts that say who is at the top.

Everything is of one instant: events of the event store and a copy of what stands beside them, both up to one position.
The event store orders; what comes here is who is at the top, and what is appended is who came there and who left.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, zip_longest
from typing import Final

from msgspec import Struct, structs

from konnektu.core.records import Parcel
from konnektu.identity import api as identity
from konnektu.jobs.api import Later, Work, defer, put_schedule, schedules
from konnektu.log import api as log
from konnektu.rules import sql
from konnektu.rules.live.computing import parts
from konnektu.rules.memory import last_moment, ranks_of
from konnektu.rules.model import All, Rank, Rule
from konnektu.rules.model import Segment as Definition
from konnektu.segments.copying import stands
from konnektu.segments.counting import Base, asked_of
from konnektu.segments.following import rank_fact
from konnektu.segments.formulas.store import followed
from konnektu.segments.naming import AT_ONCE, pieces
from konnektu.segments.ranks import store
from konnektu.segments.ranks.model import Computed, Told
from konnektu.segments.store import defined
from konnektu.storage.api import Connection, Storage, WorkspaceRecord

JOB: Final = "segments.ranks"
EVERY_QUARTER: Final = "*/15 * * * *"
"""Full hours of every zone's clock fall upon quarters of an hour."""
SECONDS: Final = 600
"""The longest that one order may take."""
APPLIED_SECONDS: Final = 60.0
"""How long the writer may take for what waited when the work began."""
LOOK_SECONDS: Final = 0.2
AGAIN_SECONDS: Final = 5.0
WAITING: Final = 512
"""Waiting blocks looked at."""


def compute_soon(
    storage: Storage, record: WorkspaceRecord, asking: Iterable[Rule | Definition], *, now: int, by: str
) -> None:
    """Have the ranks that rules ask for computed at once and from then on; nothing where they ask for none."""
    if not ranks_of(asking):
        return
    if all(one.kind != JOB for one in schedules(storage, record)):
        put_schedule(storage, record, JOB, cron=EVERY_QUARTER, now=now)
    defer(storage, record, JOB, now=now, by=by)


def asked_for(db: Connection) -> dict[str, Rank]:
    """The ranks that definitions and formulas ask for that are in force or being built, by key."""
    rules = (one.definition for one in defined(db))
    return ranks_of(chain(rules, *(parts(one.formula) for one in followed(db))))


def is_due(rank: Rank, last: Computed | None, now: int, home: str) -> bool:
    """Whether a moment has come since the last computation, or there was none. `home`: zone of the workspace."""
    zone = home if rank.moments.zone == "workspace" else rank.moments.zone
    return last is None or last.at < last_moment(rank.moments, now, zone)


def compute_ranks(work: Work) -> int:
    """Compute the ranks whose moment has come, and forget those that nothing asks for; how many were computed.

    Raises `Later` while the writer is behind, `Retry` while the event store is.
    """
    now = work.clock.now_ms()
    _await_applied(work, now)
    with work.storage.workspace(work.workspace).read(snapshot=True) as db:
        asked, computed = asked_for(db), store.computed(db)
    for key in sorted(computed.keys() - asked.keys()):
        _append(work, [Told(key=key, is_dropped=True)])
    home = work.workspace.timezone
    due = {key: one for key, one in asked.items() if is_due(one, computed.get(key), now, home)}
    if due:
        _compute(work, due, now)
    return len(due)


def _await_applied(work: Work, begun: int) -> None:
    """Wait until what waited for the writer is applied, so that a computation before this one stands whole."""
    for _ in range(int(APPLIED_SECONDS / LOOK_SECONDS)):
        work.check()
        with work.storage.inbox.read() as inbox:
            waiting = log.store.pending_blocks(inbox, work.workspace.id, WAITING)
        if all(block.received_at > begun for block in waiting):
            return
        work.stop.wait(LOOK_SECONDS)
    raise Later(AGAIN_SECONDS, "The writer has not come to this instant yet.")


class _Order(Struct, frozen=True):
    """Who is at the top of a rank."""

    key: str
    at: int
    placed: int
    inside: frozenset[int]


def _compute(work: Work, due: Mapping[str, Rank], now: int) -> None:
    base = Base(work.storage, work.workspace, now)
    found = asked_of(base, Definition(All(tuple(due.values()))), {}, is_fresh=True)
    everybody = structs.replace(found, seconds=SECONDS, spills=True)
    for key, rank in due.items():
        work.check()
        statement = sql.ranked(rank, everybody)
        placed, inside = base.history.rows(statement.sql, statement.parameters)[0]
        stands(base.history, everybody.copy)
        order = _Order(key, everybody.at, placed, frozenset(inside))
        with base.db.read(snapshot=True) as db:
            told = list(_told(db, order))
        _append(work, told)


def _told(db: Connection, order: _Order) -> Iterator[Told]:
    """Who came to the top and who left it, piece by piece."""
    atoms = store.at_the_top(db, order.key)
    homes = identity.current_many(db, atoms) if atoms else {}
    came = sorted(order.inside - set(homes.values()))
    left = [atom for atom in atoms if homes.get(atom) not in order.inside]
    several = list(zip_longest(pieces(came, AT_ONCE), pieces(left, AT_ONCE), fillvalue=())) or [((), ())]
    for number, (add, remove) in enumerate(several, 1):
        yield Told(
            key=order.key,
            at=order.at,
            add=tuple(add),
            remove=tuple(remove),
            is_last=number == len(several),
            placed=order.placed,
            inside=len(order.inside),
        )


def _append(work: Work, told: Iterable[Told]) -> None:
    """Append facts, a block for each, so that others are taken between them; all were received at one instant."""
    now = work.clock.now_ms()
    for one in told:
        parcel = Parcel(0, "system", now, [rank_fact(one, now=now)])
        log.append(work.storage.inbox, work.workspace.id, [parcel])
