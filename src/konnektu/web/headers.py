"""In: answers of the application. Out: the same with headers that keep browsers from helping an attacker.

Invariant: no page runs scripts, loads anything from elsewhere, or is shown inside another page; no answer is
kept by caches. The time of each answer is counted under its route.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from time import perf_counter
from typing import Any

from konnektu.core.metrics import http_seconds

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

NOTHING = b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""Content security policy of answers that are no pages."""

FIXED = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
UNLESS_SAID = ((b"content-security-policy", NOTHING), (b"cache-control", b"no-store"))
ONLY_ENCRYPTED = (b"strict-transport-security", b"max-age=31536000")


class Headers:
    """An ASGI callable around the application."""

    def __init__(self, app: Application, *, is_encrypted: bool) -> None:
        """`is_encrypted` says that the world reaches the installation by https alone."""
        self._app = app
        self._fixed = (*FIXED, ONLY_ENCRYPTED) if is_encrypted else FIXED

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer a request of the application, with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._complete(message["headers"])
            await send(message)

        began = perf_counter()
        try:
            await self._app(scope, receive, send_with_headers)
        finally:
            # Templates of routes are a closed set; whatever matches none is counted together.
            http_seconds.labels(scope.get("path_template") or "unmatched").observe(perf_counter() - began)

    def _complete(self, said: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        names = {name.lower() for name, _ in said}
        return [*said, *self._fixed, *(pair for pair in UNLESS_SAID if pair[0] not in names)]
