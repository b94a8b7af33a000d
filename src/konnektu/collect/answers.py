"""In: what became of a tracking request. Out: status, headers and body exactly as tracking clients expect.

Success is 200 with JSON and nothing else: official clients take 202 and 204 for failures. An error is a
problem document (RFC 9457) that also carries `code` and `message`, which official clients read.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from konnektu.core.errors import Fatal, KonnektuError, TooMany

Pairs = list[tuple[bytes, bytes]]

RETRY_SECONDS: Final = 2
"""What a client is told to wait when the database is away."""
PREFLIGHT_SECONDS: Final = b"7200"
"""The longest that Chromium remembers a preflight."""


class Answer(NamedTuple):
    """One HTTP answer."""

    status: int
    headers: Pairs
    body: bytes


_JSON: Final = (b"content-type", b"application/json")
_SUCCESS: Final = b'{"success":true}'
_TITLES: Final = {
    400: "Bad request",
    401: "Unknown write key",
    404: "Not found",
    405: "Method not allowed",
    408: "Request timeout",
    413: "Too large",
    429: "Too many requests",
    500: "Internal error",
    503: "Unavailable",
}

SUCCESS: Final = Answer(200, [_JSON, (b"content-length", b"%d" % len(_SUCCESS))], _SUCCESS)


def report(accepted: int, rejected: Sequence[tuple[int, str, str]]) -> Answer:
    """Success with the entries that will be rejected, as (index, reason, detail)."""
    listed = [{"index": index, "reason": reason, "detail": detail} for index, reason, detail in rejected]
    return document(msgspec.json.encode({"success": True, "accepted": accepted, "rejected": listed}))


def document(body: bytes, content_type: bytes = b"application/json", *, max_age: int = 0) -> Answer:
    """A 200 with this body, which browsers may keep for `max_age` seconds."""
    kept = b"public, max-age=%d" % max_age if max_age else b"no-store"
    headers = [
        (b"content-type", content_type),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", kept),
    ]
    return Answer(200, headers, body)


def problem(error: KonnektuError, status: int | None = None) -> Answer:
    """The error as a problem document; `status` where it is not the class's own."""
    status = status or error.status
    message = "The server failed. Repeat later." if isinstance(error, Fatal) else error.message
    body = msgspec.json.encode(
        {
            "type": "about:blank",
            "title": _TITLES.get(status, "Error"),
            "status": status,
            "detail": message,
            "success": False,
            "code": _TITLES.get(status, "Error").lower().replace(" ", "_"),
            "message": message,
        },
    )
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", b"%d" % len(body))]
    wait = error.retry_after if isinstance(error, TooMany) else RETRY_SECONDS if status == 503 else None
    if wait is not None:
        headers.append((b"retry-after", b"%d" % wait))
    if status in (408, 413):
        headers.append((b"connection", b"close"))
    return Answer(status, headers, body)


def preflight(origin: bytes, wanted: bytes) -> Answer:
    """Leave to send from a page of this origin with the headers it asks for."""
    headers = [
        *cross_origin(origin),
        (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
        (b"access-control-allow-headers", wanted or b"authorization, content-type"),
        (b"access-control-max-age", PREFLIGHT_SECONDS),
        (b"content-length", b"0"),
    ]
    return Answer(204, headers, b"")


def cross_origin(origin: bytes) -> Pairs:
    """Headers that let a page of this origin read the answer. No cookie of ours is read here, so any origin may."""
    return [
        (b"access-control-allow-origin", origin or b"*"),
        *([(b"access-control-allow-credentials", b"true")] if origin else []),
        (b"access-control-expose-headers", b"retry-after"),
        (b"vary", b"origin, access-control-request-headers"),
    ]
