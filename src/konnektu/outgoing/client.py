"""Fetching and sending over HTTP. In: an address that a person wrote. Out: a file, or an answer.

Invariant: every hop is checked anew, credentials go to the host they were given for and to no other, and
nothing is read beyond its limit in bytes and seconds, whatever the other side does.
"""

import os
import re
import ssl
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
from msgspec import Struct

from konnektu.core.config import Config
from konnektu.outgoing.addresses import allowed_networks
from konnektu.outgoing.model import (
    Answer,
    AnsweredNo,
    AnsweredTooMuch,
    Fetched,
    Unanswered,
    WrongAddress,
)
from konnektu.outgoing.transport import CheckedTransport, within

REDIRECTS = 5
CONNECT_SECONDS = 10.0
SILENT_SECONDS = 30.0
"""A server that says nothing for so long is taken for dead."""
FETCH_SECONDS = 3_600.0
"""A whole fetch may take so long."""
SEND_SECONDS = 60.0
ANSWER_BYTES = 1 << 20
PIECE = 1 << 16
LONGEST_URL = 4_096
AGENT = "KONNEKTU"
RETRIED = frozenset({408, 425, 429})
HARMLESS = frozenset({"accept", "accept-language", "if-none-match", "if-modified-since"})
"""Headers that another host may see after a redirect; all others may be credentials."""
HOST = re.compile(rb"[0-9A-Za-z._-]+|[0-9A-Fa-f:.]+")
"""A name or a number, as they go into a request; IPv6 without its brackets."""
MOVED = frozenset({301, 302, 303, 307, 308})


class Credentials(Struct, frozen=True):
    """Who asks; for the host of the address and no other."""

    user: str = ""
    password: str = ""
    headers: Mapping[str, str] = {}
    """As an API key wants it: {"authorization": "Bearer …"}."""

    def __repr__(self) -> str:
        return "Credentials(…)"


NOBODY = Credentials()


class Outgoing:
    """A client of the world outside; safe between threads; `close` it."""

    def __init__(self, config: Config, trust: ssl.SSLContext | None = None) -> None:
        """Take the settings that name allowed networks; `trust` is another one in certificates."""
        self._client = httpx.Client(
            transport=CheckedTransport(allowed_networks(config), trust),
            timeout=httpx.Timeout(SILENT_SECONDS, connect=CONNECT_SECONDS),
            headers={"user-agent": AGENT, "accept-encoding": "gzip"},
            trust_env=False,
            follow_redirects=False,
        )

    def fetch(
        self, url: str, to: Path, *, limit: int, credentials: Credentials = NOBODY, etag: str = "",
        last_modified: str = "", seconds: float = FETCH_SECONDS,
    ) -> Fetched:  # fmt: skip
        """Bring what stands at `url` into the file `to`, `limit` bytes unpacked at most.

        With `etag` or `last_modified` of the fetch before, an unchanged one is not sent again. The file is
        there whole or as it was before. Raises `InnerAddress`, `WrongAddress`, `AnsweredNo`,
        `AnsweredTooMuch`, and `Unanswered` where another try may help.
        """
        conditions = {"if-none-match": etag, "if-modified-since": last_modified}
        headers = {name: value for name, value in conditions.items() if value}
        with within(seconds), self._followed(checked_url(url), headers, credentials) as response:
            if response.status_code == 304:
                return _fetched(response, 0, is_new=False, etag=etag, last_modified=last_modified)
            _refuse_errors(response)
            size = _write(_limited(response, limit), to)
            return _fetched(response, size, is_new=True)

    def send(
        self, method: str, url: str, *, content: bytes | Iterator[bytes] = b"",
        headers: Mapping[str, str] | None = None, credentials: Credentials = NOBODY, limit: int = ANSWER_BYTES,
        seconds: float = SEND_SECONDS,
    ) -> Answer:  # fmt: skip
        """Send one request and return what was answered, of whatever status; follows no redirect.

        Raises `InnerAddress`, `WrongAddress`, `AnsweredTooMuch`, and `Unanswered` where nothing whole came back.
        """
        request = self._request(method, checked_url(url), headers or {}, credentials, content)
        with within(seconds), self._answered(request) as response:
            body = b"".join(_limited(response, limit))
            return Answer(response.status_code, dict(response.headers), body)

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    @contextmanager
    def _followed(
        self, url: httpx.URL, headers: Mapping[str, str], credentials: Credentials
    ) -> Iterator[httpx.Response]:
        """The answer after redirects, each hop checked; another origin sees no credentials."""
        for _ in range(REDIRECTS + 1):
            with self._answered(self._request("GET", url, headers, credentials)) as response:
                if response.status_code not in MOVED or "location" not in response.headers:
                    yield response
                    return
                onward = _onward(url, response.headers["location"])
            if _origin(onward) != _origin(url):
                credentials = NOBODY
                headers = {name: value for name, value in headers.items() if name in HARMLESS}
            url = onward
        raise AnsweredNo(f"{shown(url)} leads on and on: {REDIRECTS} redirects were followed.")

    def _request(
        self, method: str, url: httpx.URL, headers: Mapping[str, str], credentials: Credentials,
        content: bytes | Iterator[bytes] = b"",
    ) -> httpx.Request:  # fmt: skip
        said = {**headers, **credentials.headers}
        request = self._client.build_request(method, url, headers=said, content=content or None)
        if credentials.user:
            auth = httpx.BasicAuth(credentials.user, credentials.password)
            request = next(auth.sync_auth_flow(request))
        return request

    @contextmanager
    def _answered(self, request: httpx.Request) -> Iterator[httpx.Response]:
        try:
            response = self._client.send(request, stream=True, auth=None)
            try:
                yield response
            finally:
                response.close()
        except httpx.HTTPError as error:
            what = str(error) or type(error).__name__
            raise Unanswered(
                f"{shown(request.url)} does not answer: {what}. It will be tried again."
            ) from error
        finally:
            self._client.cookies.clear()


def checked_url(text: str) -> httpx.URL:
    """An address of HTTP without user and password inside. Raises `WrongAddress` with what would be right."""
    try:
        url = httpx.URL(text.strip())
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise WrongAddress("This is no address. Write it as https://host/path.") from error
    if url.scheme not in {"http", "https"} or not HOST.fullmatch(url.raw_host) or len(text) > LONGEST_URL:
        raise WrongAddress
    if url.userinfo:
        raise WrongAddress("An address holds no user and password. Give them in their own fields.")
    return url.copy_with(fragment=None)


def shown(url: httpx.URL) -> str:
    """An address as messages show it: without its query, which may hold a key."""
    return str(url.copy_with(query=None, fragment=None, username=None, password=None))


def _onward(url: httpx.URL, location: str) -> httpx.URL:
    try:
        onward = checked_url(str(url.join(location)))
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise AnsweredNo(f"{shown(url)} leads to what is no address.") from error
    if url.scheme == "https" and onward.scheme == "http":
        raise AnsweredNo(f"{shown(url)} leads from an encrypted address to one that is not.")
    return onward


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80)


def _refuse_errors(response: httpx.Response) -> None:
    if response.is_success:
        return
    said = f"{shown(response.url)} answered {response.status_code} {response.reason_phrase}"
    if response.is_server_error or response.status_code in RETRIED:
        raise Unanswered(f"{said}. It will be tried again.")
    raise AnsweredNo(f"{said}. Look at the address and at the credentials.")


def _limited(response: httpx.Response, limit: int) -> Iterator[bytes]:
    size = 0
    for piece in _unpacked(response):
        size += len(piece)
        if size > limit:
            raise AnsweredTooMuch(f"{shown(response.url)} sends more than {limit} bytes, which is the limit.")
        yield piece


def _unpacked(response: httpx.Response) -> Iterator[bytes]:
    """The body in pieces of bounded size: what is packed a thousandfold is never unpacked at once."""
    packing = response.headers.get("content-encoding", "identity").strip().lower()
    if packing not in {"identity", "gzip", "x-gzip"}:
        raise AnsweredNo(
            f"{shown(response.url)} packs its answer as {packing[:20]}, which was not asked for."
        )
    if packing == "identity":
        yield from response.iter_raw()
        return
    try:
        yield from _gunzipped(response)
    except zlib.error as error:
        raise Unanswered(f"{shown(response.url)} sends a damaged answer. It will be tried again.") from error


def _gunzipped(response: httpx.Response) -> Iterator[bytes]:
    unpacker = None
    for raw in response.iter_raw():
        rest = raw
        while rest:
            unpacker = unpacker or zlib.decompressobj(zlib.MAX_WBITS | 16)
            yield unpacker.decompress(rest, PIECE)
            rest = unpacker.unconsumed_tail
            if unpacker.eof:
                rest, unpacker = unpacker.unused_data, None
    if unpacker is not None:
        raise zlib.error("it ends too early")


def _write(pieces: Iterator[bytes], to: Path) -> int:
    part = to.with_name(f"{to.name}.part")
    try:
        with part.open("wb") as file:
            size = sum(file.write(piece) for piece in pieces)
            file.flush()
            os.fsync(file.fileno())
        part.replace(to)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    return size


def _fetched(
    response: httpx.Response, size: int, *, is_new: bool, etag: str = "", last_modified: str = ""
) -> Fetched:
    return Fetched(
        is_new=is_new,
        size=size,
        etag=response.headers.get("etag", etag),
        last_modified=response.headers.get("last-modified", last_modified),
        content_type=response.headers.get("content-type", ""),
        url=shown(response.url),
    )
