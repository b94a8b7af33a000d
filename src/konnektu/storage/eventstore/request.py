"""In: an HTTP request of the ClickHouse protocol. Out: what is asked, as a record.

Source: ClickHouse documentation, "HTTP Interface". A statement stands in the parameter `query`, in the
body, or in both (joined by a line break); rows of an INSERT follow its FORMAT clause. Parameters that are too
long for an address come as the fields of a form (RFC 7578) in the body.
"""

import base64
import binascii
import gzip
import re
import zlib
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

import lz4.frame
import zstandard
from msgspec import Struct

from konnektu.core.errors import BadRequest, SignInNeeded, TooLarge

PARAMETER = "param_"
FORM = "multipart/form-data"
BOUNDARY = re.compile(r'boundary="?([^";]+)')
FIELD = re.compile(rb'name="([^"]*)"')
TRANSPORT = frozenset(
    {
        "query",
        "database",
        "user",
        "password",
        "query_id",
        "session_id",
        "session_timeout",
        "session_check",
        "role",
    }
    | {
        "default_format",
        "wait_end_of_query",
        "client_protocol_version",
        "compress",
        "decompress",
        "buffer_size",
    }
    | {"enable_http_compression", "http_zlib_compression_level", "send_progress_in_http_headers", "quota_key"}
    | {"http_headers_progress_interval_ms", "cancel_http_readonly_queries_on_client_close", "close_session"}
)
"""Parameters of the transport itself; every other one is a setting of the statement."""

DATA_INSERT = re.compile(
    rb"\s*(?P<insert>INSERT\s+INTO\s+(?:(?!\b(?:VALUES|SELECT|WITH|FORMAT)\b)(?:`(?:[^`\\]|\\.)*`|[^`']|'(?:[^'\\]|\\.)*'))+?)"
    rb"\s*\bFORMAT\s+(?P<form>\w+)[ \t;]*(?:\r?\n|$)",
    re.IGNORECASE | re.DOTALL,
)
"""An INSERT whose rows follow in a format, as every client sends them; quoted names may hold any word."""
INSERT_HEAD_BYTES = 1 << 20

Pack = Callable[[bytes], bytes]
PACKINGS: Mapping[str, Pack] = {
    "lz4": lambda body: bytes(lz4.frame.compress(body)),
    "zstd": lambda body: zstandard.ZstdCompressor().compress(body),
    "gzip": lambda body: gzip.compress(body, compresslevel=1),
    "deflate": lambda body: zlib.compress(body, level=1),
}


class Asked(Struct, frozen=True, kw_only=True):
    """One request, understood."""

    statement: str
    """The SQL; for an INSERT with rows, up to and without its FORMAT clause."""
    rows: bytes | None = None
    """The rows of an INSERT in `form`; None for every other statement."""
    form: str
    """Format of the rows, or of the answer where the statement names none."""
    parameters: Mapping[str, str]
    settings: Mapping[str, str]
    database: str
    query_id: str
    packings: tuple[str, ...] = ()
    """Encodings the caller reads, best first; empty where the answer goes as it is."""


def asked(query_string: bytes, headers: Mapping[str, str], body: bytes) -> Asked:
    """Return what the request asks. `headers` by lower-case name. Raises `BadRequest` where it cannot be read."""
    options = dict(parse_qsl(query_string.decode("latin-1"), keep_blank_values=True, encoding="utf-8"))
    plain = unpacked(body, headers.get("content-encoding", ""))
    if (kind := headers.get("content-type", "")).lower().startswith(FORM):
        options, plain = options | _fields(plain, kind), b""
    named = options.get("query", "").encode()
    text = named + b"\n" + plain if named and plain else named or plain
    statement, rows, form = _statement(text)
    return Asked(
        statement=statement,
        rows=rows,
        form=form or options.get("default_format") or headers.get("x-clickhouse-format") or "TabSeparated",
        parameters={k.removeprefix(PARAMETER): v for k, v in options.items() if k.startswith(PARAMETER)},
        settings={k: v for k, v in options.items() if k not in TRANSPORT and not k.startswith(PARAMETER)},
        database=options.get("database") or headers.get("x-clickhouse-database") or "",
        query_id=options.get("query_id", ""),
        packings=_packings(options, headers),
    )


def signed_as(query_string: bytes, headers: Mapping[str, str]) -> tuple[str, str]:
    """Return the user's name and password from headers or parameters; raises `SignInNeeded` where unreadable."""
    options = dict(parse_qsl(query_string.decode("latin-1")))
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, password = base64.b64decode(token, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise SignInNeeded("The Authorization header cannot be read.") from error
        return name, password
    name = headers.get("x-clickhouse-user") or options.get("user", "")
    return name, headers.get("x-clickhouse-key") or options.get("password", "")


def unpacked(body: bytes, encoding: str) -> bytes:
    """Return the body without its Content-Encoding; raises `BadRequest` where it is broken or unknown."""
    try:
        match encoding.strip().lower():
            case "" | "identity":
                return body
            case "lz4":
                return bytes(lz4.frame.decompress(body))
            case "zstd":
                return zstandard.ZstdDecompressor().decompressobj().decompress(body)
            case "gzip":
                return gzip.decompress(body)
            case "deflate":
                return zlib.decompress(body)
            case other:
                raise BadRequest(
                    f"Content-Encoding {other} is not known. Send lz4, zstd, gzip, deflate or nothing."
                )
    except (RuntimeError, zstandard.ZstdError, OSError, EOFError, zlib.error) as error:
        raise BadRequest(f"The body is not {encoding}: {error}") from error


def limited(body: bytes, most: int) -> bytes:
    """Return the body if it is not above this many bytes; raises `TooLarge`."""
    if len(body) > most:
        raise TooLarge(f"A request to the event store may have {most} bytes. Send less at once.")
    return body


def _fields(body: bytes, kind: str) -> dict[str, str]:
    """The fields of a form by their names; `kind` is its Content-Type. Raises `BadRequest` where it cannot be read."""
    boundary = BOUNDARY.search(kind)
    if boundary is None:
        raise BadRequest("The form names no boundary between its fields.")
    fields = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode())[1:-1]:
        head, found, value = part.partition(b"\r\n\r\n")
        name = FIELD.search(head)
        if not found or name is None:
            raise BadRequest("A field of the form has no name.")
        fields[name[1].decode()] = _decoded(value)
    return fields


def _statement(text: bytes) -> tuple[str, bytes | None, str]:
    """SQL, rows and their format; rows are None where the statement brings none in a format."""
    match = DATA_INSERT.match(text[:INSERT_HEAD_BYTES])
    if match is None:
        return _decoded(text), None, ""
    return _decoded(match["insert"]), text[match.end() :], match["form"].decode()


def _decoded(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise BadRequest("The statement is not UTF-8.") from error


def _packings(options: Mapping[str, str], headers: Mapping[str, str]) -> tuple[str, ...]:
    if options.get("enable_http_compression") != "1":
        return ()
    wanted = (
        part.partition(";")[0].strip().lower() for part in headers.get("accept-encoding", "").split(",")
    )
    return tuple(name for name in wanted if name in PACKINGS)
