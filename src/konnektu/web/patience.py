"""In: requests on their way to the application. Out: the same, their bodies within a time.

Invariant: a client that sends the head of a request and then dawdles holds no connection and no memory for long.
The whole body has one deadline; an upload, whose sender has been let in, has it for each of its pieces.
"""

import asyncio
from collections.abc import MutableMapping
from time import monotonic
from typing import Any

from konnektu.core.errors import BadRequest
from konnektu.web.headers import Application, Message, Receive, Send

UPLOADS = "/imports"
"""End of the paths that take a file as their body."""


class TooSlow(BadRequest):
    """The body did not arrive in time. Send it faster, or in smaller parts."""

    status = 408


class Patience:
    """An ASGI callable around the application."""

    def __init__(self, app: Application, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer a request of the application; reading its body raises `TooSlow` after the time."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        due = monotonic() + self._seconds
        is_whole = False

        async def receive_in_time() -> Message:
            nonlocal due, is_whole
            if is_whole:
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), max(0.0, due - monotonic()))
            except TimeoutError as error:
                raise TooSlow from error
            is_whole = not message.get("more_body")
            if scope["path"].endswith(UPLOADS):
                due = monotonic() + self._seconds
            return message

        await self._app(scope, receive_in_time, send)
