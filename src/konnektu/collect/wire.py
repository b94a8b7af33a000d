"""In: a tracking request's path, headers, query and plain body. Out: its write key and its `Envelope`.

The Segment HTTP Tracking API as its official clients really speak it (they send text/plain, keys in
five places, gzip under other names). An unreadable event inside a readable batch stays in it: the
decoder rejects it alone. Only a body that is no JSON object, or no batch, refuses the whole request.
"""

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs

import msgspec
from msgspec import Raw, Struct

from konnektu.collect.repair import repaired
from konnektu.collect.times import milliseconds
from konnektu.core.errors import BadRequest, TooLarge

Headers = Mapping[bytes, bytes]
"""Lower-case names, as ASGI gives them."""


class Route(NamedTuple):
    """What a path of the tracking API takes."""

    type: str
    """Type of the one event it takes; empty for a batch."""
    history: bool = False


LONGEST_AUTHORIZATION: Final = 1_024
LONGEST_QUERY: Final = 8_192
"""Bytes that are looked at for a key: whoever has none must not fill memory or time with guesses."""

_SINGLE: Final = ("track", "identify", "page", "screen", "group", "alias")
ROUTES: Final[Mapping[str, Route]] = {
    **{f"/v1/{name}": Route(name) for name in _SINGLE},
    **{f"/v1/{name[0]}": Route(name) for name in _SINGLE},
    **dict.fromkeys(("/v1/batch", "/v1/b", "/beacon/v1/batch"), Route("")),
    "/v1/import": Route("", history=True),
}
"""Every path that takes events. The short forms are the browser SDK's."""


class Envelope(Struct, frozen=True):
    """One request's events, not yet decoded, with what they share."""

    events: list[bytes]
    sent_at: int | None
    context: bytes
    key: str
    """Write key from the body; empty where none is there."""


class _Body(Struct, rename="camel"):
    type: Any = None
    batch: list[Raw] | None = None
    sent_at: Any = None
    write_key: Any = None
    snake_key: Any = msgspec.field(name="api_key", default=None)
    context: Raw = Raw(b"")


_body: Final = msgspec.json.Decoder(_Body)


def key_of(headers: Headers, query: bytes) -> str:
    """The write key from Basic user, Bearer, X-Write-Key or ?writeKey; empty where only the body can have it."""
    authorization = headers.get(b"authorization", b"")
    if 0 < len(authorization) <= LONGEST_AUTHORIZATION:
        key = _authorized_key(authorization)
        if key:
            return key
    named = headers.get(b"x-write-key")
    if named:
        return named.decode("latin-1").partition(":")[0]
    if not 0 < len(query) <= LONGEST_QUERY:
        return ""
    return parse_qs(query.decode("latin-1")).get("writeKey", [""])[0]


def read_envelope(
    body: bytes, route: Route, headers: Headers, *, batch_bytes: int, batch_events: int
) -> Envelope:
    """What a plain body holds. Raises `BadRequest` where it is no envelope and `TooLarge` beyond the limits.

    A body with a field batch is a batch on any path, one without is a single event, as clients do both.
    """
    if len(body) > batch_bytes:
        raise TooLarge(
            f"The body has {len(body)} bytes; at most {batch_bytes} are accepted. Send less at once."
        )
    fields, body = _fields(body)
    key = _key(fields)
    if fields.batch is None:
        return Envelope([_typed(body, fields.type, route.type)], _header_time(headers), b"", key)
    if len(fields.batch) > batch_events:
        raise TooLarge(f"The batch has {len(fields.batch)} events; at most {batch_events} are accepted.")
    sent_at = _moment(fields.sent_at) or _header_time(headers)
    context = bytes(fields.context)
    return Envelope(
        [bytes(raw) for raw in fields.batch], sent_at, context if context[:1] == b"{" else b"", key
    )


def _fields(body: bytes) -> tuple[_Body, bytes]:
    """The envelope's fields and the body they were read from: mended where strict JSON refused it."""
    try:
        return _body.decode(body), body
    except (msgspec.ValidationError, RecursionError) as error:
        raise BadRequest(_advice(error)) from error
    except ValueError:
        pass
    body = repaired(body)
    try:
        return _body.decode(body), body
    except (ValueError, RecursionError) as error:
        raise BadRequest(_advice(error)) from error


def _advice(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "The body nests too deeply."
    return f"The body is not what the tracking API takes: {error}."


def _typed(body: bytes, given: object, wanted: str) -> bytes:
    """A single event that says its type: on a path of one type the path decides."""
    if given == wanted or not wanted:
        if given is None:
            raise BadRequest("The body has neither a batch nor an event's type.")
        return body
    inner = body.strip()[1:-1].strip()
    type_ = b'"type":"%b"' % wanted.encode()
    return b"{%b,%b}" % (inner, type_) if inner else b"{%b}" % type_


def _key(fields: _Body) -> str:
    if fields.write_key is None and fields.snake_key is None:
        return ""
    for key in (fields.write_key, fields.snake_key):
        if isinstance(key, str) and key:
            return key.partition(":")[0]
    return ""


@lru_cache(maxsize=4_096)
def _authorized_key(authorization: bytes) -> str:
    scheme, _, value = authorization.partition(b" ")
    return (_user(value) if scheme.lower() == b"basic" else value.strip()).decode("latin-1")


def _user(credentials: bytes) -> bytes:
    try:
        return b64decode(credentials).partition(b":")[0]
    except (Base64Error, ValueError):
        return b""


def _header_time(headers: Headers) -> int | None:
    sent = headers.get(b"sentat")
    return milliseconds(sent.decode("latin-1")) if sent else None


def _moment(value: object) -> int | None:
    is_moment = isinstance(value, str | int | float) and not isinstance(value, bool)
    return milliseconds(value) if is_moment and value else None  # type: ignore[arg-type]
