"""Routes of rejected events: see them, correct and replay them, close them.

In: requests. Out: views of what `log.api` keeps. Invariant: what is done to them is audited.
"""

from typing import Annotated, Any, Literal, cast

import msgspec
from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta, Struct

from konnektu.access.api import Caller, record_alone, require
from konnektu.core.ids import internal_id, public_id
from konnektu.core.paging import LIMIT_MOST, LIMIT_USUAL, Page, page
from konnektu.log import api as log
from konnektu.storage.api import Db, Storage

AT_ONCE = 1_000
State = Literal["open", "replayed", "discarded"]
Id = Annotated[str, Meta(max_length=100)]


class QuarantinedView(Struct, frozen=True, kw_only=True):
    """A rejected event."""

    id: str
    at: int
    """When it was rejected."""
    source: int
    reason: str
    detail: str
    event: str
    """The event as it came, in full, bytes that are no UTF-8 as U+FFFD; empty without the right to personal data."""
    state: State


class Correction(Struct, frozen=True):
    """A rejected event to send again."""

    id: Id
    event: dict[str, Any] | None = None
    """What to send in its place; null sends it as it came."""


class Replay(Struct, frozen=True):
    """Rejected events to send again."""

    events: Annotated[list[Correction], Meta(min_length=1, max_length=AT_ONCE)]


class Discard(Struct, frozen=True):
    """Rejected events to close."""

    ids: Annotated[list[Id], Meta(min_length=1, max_length=AT_ONCE)]


class Replayed(Struct, frozen=True):
    """Where the events went."""

    block: int
    """Block of the inbox; the writer applies it next."""


@get("/quarantine", guards=[require("quarantine.manage")], sync_to_thread=True)
def list_quarantine(
    caller: NamedDependency[Caller],
    db: NamedDependency[Db],
    kept: Annotated[State, QueryParameter(name="state")] = "open",
    after: Annotated[str, QueryParameter(max_length=100)] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=LIMIT_MOST)] = LIMIT_USUAL,
) -> Page[QuarantinedView]:
    """Rejected events of a state, the latest first; what they say only for who may see personal data."""
    is_open = caller.may("profiles.personal")
    rows = log.quarantine(db, internal_id(after) if after else None, limit + 1, kept)
    return page(
        rows, limit, lambda row: _view(row, is_open=is_open), lambda row: public_id(row.instant, row.position)
    )


@post("/quarantine/replay", status_code=200, guards=[require("quarantine.manage")], sync_to_thread=True)
def replay_quarantine(
    data: JSONBody[Replay],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    db: NamedDependency[Db],
    now: NamedDependency[int],
) -> Replayed:
    """Send open rejected events again, corrected or as they came."""
    positions = [internal_id(one.id) for one in data.events]
    corrected = {
        position: _bytes(one.event)
        for position, one in zip(positions, data.events, strict=True)
        if one.event is not None
    }
    detail = {"events": len(positions), "corrected": len(corrected)}
    record_alone(storage.control, caller, "quarantine.replayed", "quarantine", detail, now=now)
    return Replayed(log.replay(db, storage.inbox, caller.workspace.id, positions, corrected))


@post("/quarantine/discard", status_code=204, guards=[require("quarantine.manage")], sync_to_thread=True)
def discard_quarantine(
    data: JSONBody[Discard],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    db: NamedDependency[Db],
    now: NamedDependency[int],
) -> None:
    """Close rejected events without sending them again."""
    positions = [internal_id(one) for one in data.ids]
    detail = {"events": len(positions)}
    record_alone(storage.control, caller, "quarantine.discarded", "quarantine", detail, now=now)
    log.discard(db, positions)


def _view(row: log.Quarantined, *, is_open: bool) -> QuarantinedView:
    return QuarantinedView(
        id=public_id(row.instant, row.position),
        at=row.instant,
        source=row.source,
        reason=row.reason,
        detail=row.detail if is_open else "",
        event=bytes(row.body).decode("utf-8", "replace") if is_open else "",
        state=cast(State, row.state),
    )


def _bytes(event: dict[str, Any]) -> bytes:
    return msgspec.json.encode(event)


routes = [
    Router(
        "/api/{workspace:str}",
        route_handlers=[list_quarantine, replay_quarantine, discard_quarantine],
        tags=["quarantine"],
    )
]
