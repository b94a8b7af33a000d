"""A server of the web with the faults that feeds have.

with WebServer() as server:
    server.put("/feeds/people.csv", content)
    server.faults["/feeds/people.csv"] = "cut"     half of what was announced, then the line ends
"""

import threading
from email.utils import formatdate
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal, Self

Fault = Literal["cut", "busy", "mute", "away", "fresh"]
"""cut: the line ends amid the body; busy: 503; mute: HEAD is not answered; away: HEAD finds it, GET does not;
fresh: it is made anew for each request, with a time of its own."""


class WebServer(ThreadingHTTPServer):
    """Files by path, with an ETag and a time each; `headers` must be sent by whoever asks."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, tuple[bytes, float]] = {}
        self.faults: dict[str, Fault] = {}
        self.headers: dict[str, str] = {}
        self.asked: list[str] = []
        self.queries: set[str] = set()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def put(self, path: str, content: bytes, modified: float = 1_760_000_000.0) -> None:
        self.files[path] = (content, modified)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: WebServer

    def log_message(self, *_: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer(is_head=True)

    def do_GET(self) -> None:
        self._answer(is_head=False)

    def _answer(self, *, is_head: bool) -> None:
        path, _, query = self.path.partition("?")
        fault = self.server.faults.get(path)
        self.server.queries |= {query} - {""}
        self.server.asked.append(f"{self.command} {path}")
        if any(self.headers.get(name) != value for name, value in self.server.headers.items()):
            self._end(401)
        elif fault == "busy":
            self._end(503)
        elif fault == "mute" and is_head:
            self._end(405)
        elif path not in self.server.files or (fault == "away" and not is_head):
            self._end(404)
        else:
            if fault == "fresh":
                content, modified = self.server.files[path]
                self.server.files[path] = (content, modified + 1)
            self._file(path, is_head=is_head, is_cut=fault == "cut")

    def _file(self, path: str, *, is_head: bool, is_cut: bool) -> None:
        content, modified = self.server.files[path]
        self.send_response(200)
        self.send_header("content-length", str(len(content)))
        self.send_header("etag", f'"{sha256(content).hexdigest()[:16]}"')
        self.send_header("last-modified", formatdate(modified, usegmt=True))
        self.end_headers()
        if not is_head:
            self.wfile.write(content[: len(content) // 2] if is_cut else content)
        self.close_connection = True

    def _end(self, status: int) -> None:
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()
