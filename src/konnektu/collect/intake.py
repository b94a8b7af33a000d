"""In: one tracking request, its body still on the wire. Out: an `Answer`, after its events are durable.

The order of checks keeps strangers cheap: size and key are judged from the headers where they stand
there, and nothing is held in memory beyond the collector's budget of bytes. Clients on the person's own
device wait for room, because they lose what is refused; servers are told to come back (429).
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from konnektu.access.api import WriteKey
from konnektu.collect import answers
from konnektu.collect.answers import Answer
from konnektu.collect.committer import Committer
from konnektu.collect.deadlines import Deadlines
from konnektu.collect.decode import decode
from konnektu.collect.inflate import inflated
from konnektu.collect.keys import Keys
from konnektu.collect.model import CLIENT_KINDS, Options
from konnektu.collect.room import Room
from konnektu.collect.sender import sender_address
from konnektu.collect.wire import Envelope, Headers, Route, key_of, read_envelope
from konnektu.core.clock import Clock
from konnektu.core.config import Config
from konnektu.core.errors import BadRequest, Retry, SignInNeeded, TooLarge, TooMany
from konnektu.core.metrics import buffer_bytes
from konnektu.core.records import Parcel, Rejected

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

REPORT_HEADER: Final = b"x-konnektu-report"
"""A request that carries it gets the list of its entries that will be rejected."""


class Disconnected(Exception):
    """The client went away before its body was whole: there is nobody to answer."""


class Intake:
    """Takes tracking requests for all workspaces of the installation."""

    def __init__(self, config: Config, keys: Keys, committer: Committer, clock: Clock) -> None:
        self._config, self._keys, self._committer, self._clock = config, keys, committer, clock
        self._room = Room(config.collect_buffer_bytes)
        self._deadlines = Deadlines(config.request_seconds)
        buffer_bytes.set_function(lambda: self._room.used)

    async def accept(self, route: Route, scope: Scope, headers: Headers, receive: Receive) -> Answer:
        """Take one request. Raises an error of `core.errors` for what must be refused, or `Disconnected`."""
        received_at, limits = self._clock.now_ms(), self._config
        size = self._announced(headers)
        key = key_of(headers, scope["query_string"])
        opened = (self._keys.known(key) or await self._opened(key)) if key else None
        if self._room.has(size):
            self._room.take(size)
        else:
            await self._enter(size, opened)
        held = size
        try:
            body = await self._whole_body(receive)
            self._room.take(len(body))
            held += len(body)
            plain = inflated(body, headers.get(b"content-encoding", b""), limits.request_bytes)
            envelope = read_envelope(
                plain, route, headers, batch_bytes=limits.batch_bytes, batch_events=limits.batch_events
            )
            opened = opened or await self._opened(envelope.key)
            parcel = self._parcel(envelope, opened, received_at, route, scope, headers)
            await self._committer.submit(opened.workspace, parcel)
        finally:
            self._room.give(held)
        return await self._report(parcel) if REPORT_HEADER in headers else answers.SUCCESS

    def _announced(self, headers: Headers) -> int:
        """Bytes the body will have; the most it may have where the client does not say."""
        length = headers.get(b"content-length")
        if length is None:
            return self._config.request_bytes
        if not length.isdigit():
            raise BadRequest("Content-Length is no number.")
        size = int(length)
        if size > self._config.request_bytes:
            raise TooLarge(
                f"The request is larger than {self._config.request_bytes} bytes. Send less at once."
            )
        return size

    async def _opened(self, key: str) -> WriteKey:
        opened = await self._keys.find(key)
        if opened is None:
            raise SignInNeeded("The write key is missing or unknown. Take it from the source's page.")
        return opened

    async def _enter(self, size: int, opened: WriteKey | None) -> None:
        """Hold room for the body, or raise `TooMany` for servers and, after a long wait, `Retry` for clients."""
        if opened is not None and opened.kind not in CLIENT_KINDS:
            raise TooMany("The collector is full. Wait and repeat.", retry_after=1)
        try:
            with self._deadlines.within():
                await self._room.wait(size)
        except TimeoutError as error:
            raise Retry("The collector is full. Repeat soon; nothing was taken.") from error

    async def _whole_body(self, receive: Receive) -> bytes:
        largest = self._config.request_bytes
        try:
            with self._deadlines.within():
                message = await receive()
                if message.get("more_body"):
                    return await _rest(message, receive, largest)
        except TimeoutError as error:
            raise TooSlow from error
        return _bounded(message, largest)

    def _parcel(
        self, envelope: Envelope, opened: WriteKey, received_at: int, route: Route, scope: Scope, headers: Headers
    ) -> Parcel:  # fmt: skip
        ip, user_agent = "", ""
        if opened.kind in CLIENT_KINDS:
            peer = scope["client"][0] if scope.get("client") else ""
            ip = sender_address(peer, headers.get(b"x-forwarded-for", b""), self._config.trusted_proxies)
            user_agent = headers.get(b"user-agent", b"").decode("latin-1")
        return Parcel(
            source=opened.source,
            origin="wire",
            received_at=received_at,
            events=envelope.events,
            sent_at=envelope.sent_at,
            context=envelope.context,
            history=route.history,
            ip=ip,
            user_agent=user_agent,
        )

    async def _report(self, parcel: Parcel) -> Answer:
        options = Options(event_bytes=self._config.event_bytes)
        records = await asyncio.to_thread(decode, parcel, 0, parcel.received_at, options)
        rejected = [
            (record.position, record.reason, record.detail)
            for record in records
            if isinstance(record, Rejected)
        ]
        return answers.report(len(records) - len(rejected), rejected)


class TooSlow(BadRequest):
    """The body did not arrive in time. Send it faster, or in smaller parts."""

    status = 408


async def _rest(message: Message, receive: Receive, largest: int) -> bytes:
    """A body in several parts. Raises `TooLarge` as soon as it exceeds `largest` bytes."""
    body = bytearray(_bounded(message, largest))
    while message.get("more_body"):
        message = await receive()
        body += _bounded(message, largest - len(body))
    return bytes(body)


def _bounded(message: Message, largest: int) -> bytes:
    if message["type"] == "http.disconnect":
        raise Disconnected
    part: bytes = message.get("body", b"")
    if len(part) > largest:
        raise TooLarge("The request is larger than allowed. Send less at once.")
    return part
