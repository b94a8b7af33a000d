"""A line of TCP to a server's socket that breaks on demand.

with Line(socket) as line:
    line.cut_after = 100_000     the line breaks after so many bytes of what the server says, once
"""

import socket
import socketserver
import threading
from contextlib import suppress
from pathlib import Path
from typing import Self


class Line(socketserver.ThreadingTCPServer):
    """Listens on this machine; `port` says where."""

    daemon_threads = True

    def __init__(self, to: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.to = to
        self.cut_after: int | None = None
        self.port: int = self.server_address[1]
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()


class _Handler(socketserver.BaseRequestHandler):
    server: Line

    def handle(self) -> None:
        with socket.socket(socket.AF_UNIX) as far:
            far.connect(str(self.server.to))
            there = threading.Thread(target=_copied, args=(self.request, far))
            there.start()
            said = 0
            with suppress(OSError):
                while piece := far.recv(65_536):
                    said += len(piece)
                    if self.server.cut_after is not None and said > self.server.cut_after:
                        self.server.cut_after = None
                        break
                    self.request.sendall(piece)
            for one in (self.request, far):
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
            there.join()


def _copied(source: socket.socket, to: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65_536):
            to.sendall(piece)
        to.shutdown(socket.SHUT_WR)
