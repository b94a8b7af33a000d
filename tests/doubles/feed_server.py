"""A shop's web server that gives its price list: conditional GET, Basic authentication, and faults on demand."""

import base64
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FeedServer(ThreadingHTTPServer):
    """One address, `url`; what it answers is set from outside."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = b""
        self.status = 200
        self.has_etag = True
        self.login: tuple[str, str] | None = None
        self.missing = 0
        """Bytes that are promised at the end and never come."""
        self.asked = 0
        self.sent = 0
        """Answers with the content."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/list.yml"


class Handler(BaseHTTPRequestHandler):
    server: FeedServer

    def log_message(self, *_: object) -> None:
        """A test reads what was asked from the server's counters."""

    def do_GET(self) -> None:
        shop = self.server
        shop.asked += 1
        etag = f'"{hashlib.md5(shop.content).hexdigest()}"'
        if shop.login and self.headers.get("authorization") != self._basic(*shop.login):
            self._answer(401, b"")
        elif shop.status != 200:
            self._answer(shop.status, b"")
        elif shop.has_etag and self.headers.get("if-none-match") == etag:
            self._answer(304, b"")
        else:
            shop.sent += 1
            self._answer(200, shop.content, etag if shop.has_etag else "")

    def _answer(self, status: int, content: bytes, etag: str = "") -> None:
        self.send_response(status)
        if etag:
            self.send_header("etag", etag)
        if status != 304:
            self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) - self.server.missing])
        self.close_connection = True

    @staticmethod
    def _basic(login: str, password: str) -> str:
        return "Basic " + base64.b64encode(f"{login}:{password}".encode()).decode()


@contextmanager
def feed_server() -> Iterator[FeedServer]:
    """A running server; stopped afterwards."""
    server = FeedServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
