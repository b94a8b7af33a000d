"""A bucket of S3-compatible storage in memory that checks every signature.

Signature Version 4 is checked by the text of its specification alone
(https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html), in headers and in addresses.
"""

import threading
from datetime import UTC, datetime
from email.utils import formatdate
from hashlib import md5, sha256
from hmac import new as hmac
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal, Self
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.sax.saxutils import escape

BUCKET, ACCESS_KEY, SECRET_KEY, REGION = (
    "shop-files",
    "AKDOUBLE",
    "the secret key of the double",
    "ru-central1",
)
Fault = Literal["cut", "slow_down", "changes"]
"""cut: the line ends amid the object; slow_down: 503; changes: another content comes while this one is read."""
PAGE = 3
"""Objects of one page of a list: small, so that every test turns pages."""


def signature(secret: str, date: str, region: str, scope: str, to_sign: str) -> str:
    """The signature of a string, by the four derivations of a key."""
    key = f"AWS4{secret}".encode()
    for part in (date, region, "s3", "aws4_request"):
        key = hmac(key, part.encode(), sha256).digest()
    return hmac(key, to_sign.encode(), sha256).hexdigest()


def string_to_sign(method: str, path: str, query: list[tuple[str, str]], headers: dict[str, str], payload: str,
                   moment: str, scope: str) -> str:  # fmt: skip
    """What is signed: the algorithm, the moment, the scope, the hash of the canonical request. `headers` are those
    that are signed."""
    pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in query)
    names = sorted(headers)
    canonical = "\n".join([
        method, quote(unquote(path), safe="/-_.~"), "&".join(f"{name}={value}" for name, value in pairs),
        *(f"{name}:{' '.join(headers[name].split())}" for name in names), "", ";".join(names), payload,
    ])  # fmt: skip
    return "\n".join(["AWS4-HMAC-SHA256", moment, scope, sha256(canonical.encode()).hexdigest()])


class S3Server(ThreadingHTTPServer):
    """One bucket, addressed by path."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, tuple[bytes, float]] = {}
        self.faults: dict[str, Fault] = {}
        self.packed: set[str] = set()
        self.asked: list[str] = []
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def put(self, key: str, content: bytes, modified: float = 1_760_000_000.0) -> None:
        self.objects[key] = (content, modified)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: S3Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self._body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self._path, self._query = urlsplit(self.path).path, parse_qsl(urlsplit(self.path).query, True)
        self.server.asked.append(f"{self.command} {self._path}")
        if why := self._refusal():
            self._error(403, why)
            return
        bucket, _, key = unquote(self._path).lstrip("/").partition("/")
        if bucket != BUCKET:
            self._error(404, "NoSuchBucket")
        elif self.server.faults.get(key) == "slow_down":
            self._error(503, "SlowDown")
        else:
            {"GET": self._get, "HEAD": self._get, "PUT": self._put, "DELETE": self._delete}[self.command](key)

    do_HEAD = do_PUT = do_DELETE = do_GET  # noqa: N815 - of the library

    def _refusal(self) -> str:
        """Why the request is not let in; empty where it is signed as it should be."""
        named = dict(self._query)
        if "X-Amz-Signature" in named:
            given, credential = named["X-Amz-Signature"], named["X-Amz-Credential"]
            moment, names = named["X-Amz-Date"], named["X-Amz-SignedHeaders"].split(";")
            query = [pair for pair in self._query if pair[0] != "X-Amz-Signature"]
            payload = "UNSIGNED-PAYLOAD"
        else:
            scheme, _, rest = self.headers.get("authorization", "").partition(" ")
            if scheme != "AWS4-HMAC-SHA256":
                return "AccessDenied"
            parts = dict(part.strip().split("=", 1) for part in rest.split(","))
            given, credential, names = (
                parts["Signature"],
                parts["Credential"],
                parts["SignedHeaders"].split(";"),
            )
            moment, query, payload = (
                self.headers["x-amz-date"],
                self._query,
                self.headers["x-amz-content-sha256"],
            )
        key, date, region, *_ = credential.split("/")
        if key != ACCESS_KEY:
            return "InvalidAccessKeyId"
        if payload != "UNSIGNED-PAYLOAD" and payload != sha256(self._body).hexdigest():
            return "XAmzContentSHA256Mismatch"
        scope = credential.partition("/")[2]
        signed = {name: self.headers.get(name, "") for name in names}
        to_sign = string_to_sign(self.command, self._path, query, signed, payload, moment, scope)
        is_right = given == signature(SECRET_KEY, date, region, scope, to_sign) and region == REGION
        return "" if is_right else "SignatureDoesNotMatch"

    def _get(self, key: str) -> None:
        if not key:
            self._list()
        elif key not in self.server.objects:
            self._error(404, "NoSuchKey")
        else:
            content, modified = self.server.objects[key]
            fault = self.server.faults.get(key) if self.command == "GET" else None
            if fault == "changes":
                self.server.objects[key] = (content + b"and more\n", modified + 1)
            packed = {"content-encoding": "gzip"} if key in self.server.packed else {}
            headers = {"etag": _etag(content), "last-modified": formatdate(modified, usegmt=True), **packed}
            self._end(200, content, headers, is_cut=fault == "cut")

    def _put(self, key: str) -> None:
        source = self.headers.get("x-amz-copy-source")
        if source is None:
            self.server.put(key, self._body)
            self._end(200, b"", {"etag": _etag(self._body)})
            return
        _, _, old = unquote(source).lstrip("/").partition("/")
        if old not in self.server.objects:
            self._error(404, "NoSuchKey")
            return
        self.server.objects[key] = self.server.objects[old]
        self._end(200, b"<CopyObjectResult><ETag>x</ETag></CopyObjectResult>", {})

    def _delete(self, key: str) -> None:
        self.server.objects.pop(key, None)
        self._end(204, b"", {})

    def _list(self) -> None:
        asked = dict(self._query)
        prefix, start = asked.get("prefix", ""), asked.get("continuation-token", "")
        keys = sorted(key for key in self.server.objects if key.startswith(prefix) and key > start)
        keys = [key for key in keys if "/" not in key[len(prefix) :]]
        rows = "".join(map(self._row, keys[:PAGE]))
        more = len(keys) > PAGE
        token = f"<NextContinuationToken>{escape(keys[PAGE - 1])}</NextContinuationToken>" if more else ""
        body = f"<ListBucketResult><IsTruncated>{str(more).lower()}</IsTruncated>{token}{rows}</ListBucketResult>"
        self._end(200, body.encode(), {"content-type": "application/xml"})

    def _row(self, key: str) -> str:
        content, modified = self.server.objects[key]
        at = datetime.fromtimestamp(modified, UTC).isoformat().replace("+00:00", "Z")
        return (
            f"<Contents><Key>{escape(key)}</Key><LastModified>{at}</LastModified>"
            f"<ETag>{escape(_etag(content))}</ETag><Size>{len(content)}</Size></Contents>"
        )

    def _error(self, status: int, code: str) -> None:
        self._end(status, f"<Error><Code>{code}</Code></Error>".encode(), {"content-type": "application/xml"})

    def _end(self, status: int, body: bytes, headers: dict[str, str], *, is_cut: bool = False) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: len(body) // 2] if is_cut else body)
        self.close_connection = self.close_connection or is_cut


def _etag(content: bytes) -> str:
    return f'"{md5(content).hexdigest()}"'
