"""Routes for machines: /healthz, /readyz, /metrics, /api/openapi.json.

In: nothing. Out: whether this process lives, whether it can serve, its figures, its contract.
"""

from contextlib import suppress
from typing import Any, Literal

from litestar import Request, Response, get
from litestar.di import NamedDependency
from msgspec import Struct

from konnektu.core.errors import KonnektuError, NotFound, Retry
from konnektu.core.metrics import exposition, inbox_lag_seconds
from konnektu.log.api import oldest_waiting, waiting_since
from konnektu.storage.api import Storage, list_workspaces
from konnektu.web.gate import Gate
from konnektu.web.openapi import PUBLIC

LAG_MOST = 300_000
"""Milliseconds that a block may wait for its writer before an administrator should look."""

Health = Literal["ok", "degraded", "away"]


class Check(Struct, frozen=True):
    """State of one part."""

    name: str
    state: Health
    detail: str


class Readiness(Struct, frozen=True):
    """Whether requests are served, and what is wrong otherwise."""

    is_ready: bool
    checks: list[Check]


@get("/healthz", opt={PUBLIC: True}, media_type="text/plain", sync_to_thread=False, tags=["health"])
def healthz() -> str:
    """This process lives."""
    return "ok"


@get("/readyz", opt={PUBLIC: True}, sync_to_thread=True, tags=["health"])
def readyz(storage: NamedDependency[Storage], now: NamedDependency[int]) -> Response[Readiness]:
    """This process can serve: 200, or 503 while PostgreSQL is away.

    A lag or an event store that is away is told as `degraded`: events are accepted all the same.
    """
    checks = [_postgres(storage)]
    if checks[0].state == "ok":
        checks.append(_inbox(storage, now))
    is_ready = all(check.state != "away" for check in checks)
    return Response(Readiness(is_ready, checks), status_code=200 if is_ready else 503)


@get("/metrics", opt={PUBLIC: True}, sync_to_thread=True, include_in_schema=False)
def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Figures in the Prometheus text format, for this machine and private networks alone."""
    gate: Gate = request.app.state.gate
    if not gate.is_near(request):
        raise NotFound("There is no such page.")
    with suppress(KonnektuError):  # a database that is away is told by others
        _show_inbox_lag(gate.storage, gate.clock.now_ms())
    return Response(exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")


@get("/api/openapi.json", opt={PUBLIC: True}, sync_to_thread=False, include_in_schema=False)
def openapi(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The contract of the management API (OpenAPI 3.1)."""
    return Response(request.app.state.openapi, media_type="application/json")


def _show_inbox_lag(storage: Storage, now: int) -> None:
    """Let the figures say how long blocks wait: asked here, because nobody else works where no belt runs."""
    since = waiting_since(storage.inbox)
    for record in list_workspaces(storage):
        lag = max(0, now - since.get(record.id, now)) / 1000
        inbox_lag_seconds.labels(record.slug).set(lag)


def _postgres(storage: Storage) -> Check:
    try:
        with storage.control.read() as conn:
            conn.execute("SELECT 1")
    except Retry:
        return Check("postgres", "away", "PostgreSQL does not answer.")
    return Check("postgres", "ok", "")


def _inbox(storage: Storage, now: int) -> Check:
    try:
        since = oldest_waiting(storage.inbox, [record.id for record in list_workspaces(storage)])
    except KonnektuError:
        return Check("inbox", "away", "The inbox does not answer.")
    lag = 0 if since is None else max(0, now - since)
    if lag > LAG_MOST:
        return Check("inbox", "degraded", f"The oldest block has waited {lag // 1000} s. Is a belt running?")
    return Check("inbox", "ok", f"Lag {lag} ms.")


routes = [healthz, readyz, metrics, openapi]
