"""What a workspace's status page and API say: how much came, how far it got, what is wrong.

In: the workspace's databases. Out: `Status`. Invariant: an event store that is away leaves gaps, no error.
"""

from litestar import Router, get
from litestar.di import NamedDependency
from msgspec import Struct

from konnektu.access.api import Caller, Source, SourceKind, SourceState, require, sources
from konnektu.core.clock import DAY
from konnektu.core.errors import Retry
from konnektu.core.ids import public_id
from konnektu.log import api as log
from konnektu.profiles import api as profiles
from konnektu.storage.api import Storage, WorkspaceRecord

RECENT = 30 * DAY
"""How far back the last event of a source is looked for."""


class SourceStatus(Struct, frozen=True, kw_only=True):
    """A source and when it last spoke."""

    id: str
    name: str
    kind: SourceKind
    state: SourceState
    last_event_at: int | None
    """Received time of its last event of the last 30 days; null where there is none or the event store is away."""


class Status(Struct, frozen=True, kw_only=True):
    """The state of a workspace."""

    events: int
    """Facts on the log, repeated and rejected ones included."""
    profiles: int
    known_profiles: int
    """Of them, those with an identifier of a person."""
    waiting_events: int
    """Accepted, not yet applied by the writer."""
    writer_lag_ms: int
    """Age of the oldest waiting block."""
    sink_lag_events: int
    """Applied, not yet in the event store."""
    quarantine: dict[str, int]
    """Open rejected events by reason."""
    is_history_there: bool
    """Whether the event store answers."""
    sources: list[SourceStatus]


def status(storage: Storage, workspace: WorkspaceRecord, *, now: int) -> Status:
    """Return the state of a workspace at `now`."""
    db = storage.workspace(workspace)
    behind = log.lag(db, storage.inbox, workspace.id)
    with db.read() as conn:
        everyone, known = profiles.counts(conn)
    heard = _last_events(storage, workspace, now)
    return Status(
        events=behind.position,
        profiles=everyone,
        known_profiles=known,
        waiting_events=behind.waiting_events,
        writer_lag_ms=max(0, now - behind.waiting_since) if behind.waiting_since else 0,
        sink_lag_events=behind.position - behind.sealed,
        quarantine=log.quarantine_counts(db),
        is_history_there=heard is not None,
        sources=[_source(one, heard or {}) for one in sources(storage.control, workspace.id, now=now)],
    )


@get("/status", guards=[require("events.read")], sync_to_thread=True)
def get_status(
    caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> Status:
    """How much came, how far it got, and what is wrong."""
    return status(storage, caller.workspace, now=now)


def _last_events(storage: Storage, workspace: WorkspaceRecord, now: int) -> dict[int, int] | None:
    """Received time of the last event by source, or None while the event store is away."""
    try:
        return log.last_by_source(storage.history(workspace), now - RECENT)
    except Retry:
        return None


def _source(source: Source, heard: dict[int, int]) -> SourceStatus:
    return SourceStatus(
        id=public_id(source.created_at, source.id),
        name=source.name,
        kind=source.kind,
        state=source.state,
        last_event_at=heard.get(source.id),
    )


routes = [Router("/api/{workspace:str}", route_handlers=[get_status], tags=["status"])]
