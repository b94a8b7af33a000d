"""In: a request of the web application. Out: its caller, or a refusal, before anything of the body is read.

Invariant: a route is open to callers only through `require`, which writes the caller into the request.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from konnektu.access.caller import Caller
from konnektu.access.model import Right
from konnektu.access.sign_in import Credentials, caller_of_request, cookie_name
from konnektu.core.clock import Clock
from konnektu.core.errors import Forbidden
from konnektu.storage.api import Storage

if TYPE_CHECKING:
    from litestar.connection import ASGIConnection

READING = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER = "x-csrf-token"

guard = Callable[["ASGIConnection[Any, Any, Any, Any]", object], None]


class Gate(Protocol):
    """What the application keeps for its guards, as `app.state.gate`."""

    storage: Storage
    clock: Clock

    def address_of(self, connection: "ASGIConnection[Any, Any, Any, Any]") -> str:
        """Address of the sender, seen through trusted proxies."""

    def is_secure(self, connection: "ASGIConnection[Any, Any, Any, Any]") -> bool:
        """Whether the sender's connection is encrypted, seen through trusted proxies."""


def require(right: Right | None) -> guard:
    """Return a Litestar guard that lets in holders of a right; None lets in every caller of the path's workspace.

    Raises what `caller_of_request` raises, and `Forbidden` naming the right that lacks.
    """

    def check(connection: "ASGIConnection[Any, Any, Any, Any]", _handler: object) -> None:
        caller = caller_of(connection)
        if right is not None and not caller.may(right):
            raise Forbidden(f"This needs the right {right}. Ask an administrator of your workspace for it.")
        connection.scope["user"] = caller

    check.right = right  # type: ignore[attr-defined]
    return check


def caller_of(connection: "ASGIConnection[Any, Any, Any, Any]", *, csrf: str = "") -> Caller:
    """Return the caller of a request, by its token or its session.

    `csrf` is what a form repeats of the session; other requests say it in a header.
    """
    gate: Gate = connection.app.state.gate
    slug = str(connection.path_params["workspace"])
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    shown = Credentials(
        slug=slug,
        bearer=token.strip() if scheme.casefold() == "bearer" else "",
        cookie=connection.cookies.get(cookie_name(slug), ""),
        csrf=csrf or connection.headers.get(CSRF_HEADER, ""),
        is_change=connection.scope.get("method", "GET") not in READING,
        ip=gate.address_of(connection),
    )
    return caller_of_request(gate.storage, shown, now=gate.clock.now_ms())
