"""In: a request of the web application. Out: its caller, or a refusal, before anything of the body is read.

Invariant: a route is open to callers only through `require`, which writes the caller into the request.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from konnektu.access.caller import Caller
from konnektu.access.model import Right
from konnektu.access.providers import Providers
from konnektu.access.recognition import Credentials, caller_of_request, is_remembered
from konnektu.access.sign_in import cookie_name
from konnektu.core.clock import Clock
from konnektu.core.errors import Forbidden
from konnektu.storage.api import Storage

if TYPE_CHECKING:
    from litestar.connection import ASGIConnection
    from litestar.handlers import BaseRouteHandler

Given = TypeVar("Given")

READING = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER = "x-csrf-token"

guard = Callable[["ASGIConnection[Any, Any, Any, Any]", "BaseRouteHandler"], Awaitable[None]]


class Gate(Protocol):
    """What the application keeps for its guards, as `app.state.gate`."""

    storage: Storage
    clock: Clock
    providers: Providers

    def address_of(self, connection: "ASGIConnection[Any, Any, Any, Any]") -> str:
        """Address of the sender, seen through trusted proxies."""

    def is_secure(self, connection: "ASGIConnection[Any, Any, Any, Any]") -> bool:
        """Whether the sender's connection is encrypted, seen through trusted proxies."""

    def home_of(self, connection: "ASGIConnection[Any, Any, Any, Any]") -> str:
        """Address of the installation, as the sender reaches it; without a slash at its end."""

    def why_closed(self, handler: str) -> str:
        """Why the handler of this name is closed to callers with a row limit; empty where it is open to them."""

    async def aside(self, work: Callable[[], Given]) -> Given:
        """Do what waits for a disk or a server in a thread, so that other requests go on."""


def require(right: Right | None) -> guard:
    """Return a Litestar guard that lets in holders of a right; None lets in every caller of the path's workspace.

    Raises what `caller_of_request` raises, and `Forbidden` naming the right that lacks.
    """

    async def check(connection: "ASGIConnection[Any, Any, Any, Any]", handler: "BaseRouteHandler") -> None:
        caller = await _caller(connection)
        gate: Gate = connection.app.state.gate
        if caller.workspace.row_limit and (why := gate.why_closed(handler.handler_name)):
            raise Forbidden(
                f"This needs sight of all rows, and yours is limited to some: {why}."
                " Ask an administrator of your workspace to lift the limit."
            )
        if right is not None and not caller.may(right):
            raise Forbidden(
                f"This needs the right {right}. Ask an administrator of your workspace for it.", right=right
            )
        connection.scope["user"] = caller

    check.right = right  # type: ignore[attr-defined]
    return check


def caller_of(connection: "ASGIConnection[Any, Any, Any, Any]", *, csrf: str = "") -> Caller:
    """Return the caller of a request, by its token or its session.

    `csrf` is what a form repeats of the session; other requests say it in a header.
    """
    gate: Gate = connection.app.state.gate
    return caller_of_request(gate.storage, _shown(connection, csrf), now=gate.clock.now_ms())


async def _caller(connection: "ASGIConnection[Any, Any, Any, Any]") -> Caller:
    """The caller, at once where memory tells it; the database is asked in a thread."""
    gate: Gate = connection.app.state.gate
    shown, now = _shown(connection), gate.clock.now_ms()
    tell = partial(caller_of_request, gate.storage, shown, now=now)
    return tell() if is_remembered(gate.storage, shown, now=now) else await gate.aside(tell)


def _shown(connection: "ASGIConnection[Any, Any, Any, Any]", csrf: str = "") -> Credentials:
    gate: Gate = connection.app.state.gate
    slug = str(connection.path_params["workspace"])
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return Credentials(
        slug=slug,
        bearer=token.strip() if scheme.casefold() == "bearer" else "",
        cookie=connection.cookies.get(cookie_name(slug), ""),
        csrf=csrf or connection.headers.get(CSRF_HEADER, ""),
        is_change=connection.scope.get("method", "GET") not in READING,
        ip=gate.address_of(connection),
    )
