"""In: every HTTP request of the public port. Out: tracking requests answered here, all others by the application.

A bare ASGI callable, because this path is hot: no framework stands between a tracking request and the
group commit. It also serves the documents that browser SDKs fetch, and answers their preflights.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from typing import Any, Final

from konnektu.access.api import key_version, write_keys
from konnektu.collect import answers, documents
from konnektu.collect.answers import Answer
from konnektu.collect.appending import Appender
from konnektu.collect.committer import Committer
from konnektu.collect.intake import Disconnected, Intake, Receive, Scope
from konnektu.collect.keys import Keys
from konnektu.collect.sender import is_inside
from konnektu.collect.wire import ROUTES, Headers, Route, key_of
from konnektu.core.clock import Clock
from konnektu.core.config import Config
from konnektu.core.errors import Fatal, KonnektuError, NotFound, Refused
from konnektu.core.logging import Action, get
from konnektu.core.metrics import requests_refused
from konnektu.storage.api import Db

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

PATIENCE_SECONDS: Final = 10.0
"""How long an accepted request waits for a database that is away before it is answered 503. Shorter than the
ten to fifteen seconds after which official clients give up a request."""
SETTINGS_SECONDS: Final = 120
"""How long browsers keep a settings document."""
SCRIPT_SECONDS: Final = 3_600
"""How long browsers keep the browser SDK."""
_SETTINGS: Final = ("/v1/projects/", "/settings")
_SCRIPT: Final = ("/analytics.js/v1/", "/analytics.min.js")
_CONFIG: Final = frozenset(("/sourceConfig", "/sourceConfig/"))
_log = get("collect")


def collector(
    app: Application, config: Config, inbox: Db, clock: Clock, *, patience: float = PATIENCE_SECONDS
) -> "Collector":
    """The collector in front of an application, over the inbox's door to the database.

    `patience` is how many seconds an accepted request waits for a database that is away.
    """
    keys = Keys(partial(write_keys, inbox), partial(key_version, inbox), clock)
    return Collector(app, config, keys, Appender(inbox.conninfo, inbox.name), clock, patience)


class Collector:
    """The ASGI callable. It opens and closes with the application's lifespan."""

    def __init__(
        self, app: Application, config: Config, keys: Keys, appender: Appender, clock: Clock, patience: float
    ) -> None:  # fmt: skip
        self._app, self._config, self._keys, self._appender = app, config, keys, appender
        self._committer = Committer(appender.append, patience=patience)
        self._intake = Intake(config, keys, self._committer, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a tracking request, or hand the request to the application."""
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
            return
        path: str = scope.get("path", "")
        route = ROUTES.get(path) or ROUTES.get(path.rstrip("/"))
        if scope["type"] != "http" or (route is None and not _is_document(path)):
            await self._app(scope, receive, send)
            return
        headers: Headers = dict(scope["headers"])
        try:
            if route is not None and scope["method"] == "POST":
                answer = await self._intake.accept(route, scope, headers, receive)
            else:
                answer = await self._other(path, route, scope, headers)
        except Disconnected:
            return
        except KonnektuError as error:
            requests_refused.labels(str(error.status)).inc()
            answer = answers.problem(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client must get an answer and keep its events
            _log.error(Action.REQUEST_FAILED, path=path, error=repr(error), exc_info=True)
            answer = answers.problem(Fatal())
        await send(_start(answer, headers))
        await send({"type": "http.response.body", "body": answer.body})

    async def open(self) -> None:
        """Start keeping keys and committing; call inside the event loop that will serve."""
        self._keys.open()
        await self._appender.open()
        self._committer.open()

    async def close(self) -> None:
        """Write what was accepted, then stop."""
        await self._committer.close()
        await self._appender.close()
        await self._keys.close()

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.open()
        try:
            await self._app(scope, receive, send)
        finally:
            await self.close()

    async def _other(self, path: str, route: Route | None, scope: Scope, headers: Headers) -> Answer:
        """Everything but events: preflights, documents for browsers, wrong methods."""
        if scope["method"] == "OPTIONS":
            wanted = headers.get(b"access-control-request-headers", b"")
            return answers.preflight(headers.get(b"origin", b""), wanted)
        if route is not None:
            return answers.problem(Refused("Use POST here."), 405)
        if scope["method"] != "GET":
            return answers.problem(Refused("Use GET here."), 405)
        return await self._document(path, scope, headers)

    async def _document(self, path: str, scope: Scope, headers: Headers) -> Answer:
        if path in _CONFIG:
            key = await self._checked(key_of(headers, scope["query_string"]))
            return answers.document(documents.rudder_config(key, "://".join(self._address(scope, headers))))
        prefix, suffix = _SETTINGS if path.startswith(_SETTINGS[0]) else _SCRIPT
        key = await self._checked(path[len(prefix) : -len(suffix)])
        if suffix == _SETTINGS[1]:
            settings = documents.segment_settings(key, *self._address(scope, headers))
            return answers.document(settings, max_age=SETTINGS_SECONDS)
        script = documents.standalone_script()
        if script is None:
            raise NotFound(
                "This build does not bring the browser SDK. Bundle @segment/analytics-next with the page."
            )
        return answers.document(script, b"text/javascript; charset=utf-8", max_age=SCRIPT_SECONDS)

    async def _checked(self, key: str) -> str:
        if await self._keys.find(key) is None:
            raise NotFound("There is no source with this write key.")
        return key

    def _address(self, scope: Scope, headers: Headers) -> tuple[str, str]:
        """(protocol, authority) by which the browser reached us, or the settings say it does."""
        if self._config.public_url:
            protocol, _, authority = self._config.public_url.rstrip("/").partition("://")
            return protocol, authority
        protocol = scope.get("scheme", "http")
        peer = scope["client"][0] if scope.get("client") else ""
        if is_inside(peer, self._config.trusted_proxies):
            protocol = headers.get(b"x-forwarded-proto", protocol.encode()).decode("latin-1")
        return protocol, headers.get(b"host", b"").decode("latin-1")


def _is_document(path: str) -> bool:
    if path in _CONFIG:
        return True
    return any(path.startswith(prefix) and path.endswith(suffix) for prefix, suffix in (_SETTINGS, _SCRIPT))


def _start(answer: Answer, headers: Headers) -> MutableMapping[str, Any]:
    head, origin = answer.headers, headers.get(b"origin")
    if origin is not None and answer.status != 204:
        head = [*head, *answers.cross_origin(origin)]
    return {"type": "http.response.start", "status": answer.status, "headers": head}
