"""A TCP double of a bad network: it forwards everything, but the first answers to POSTs never arrive.

The request has reached the server and was written; the client sees its connection reset.
"""

import socket
import struct
from contextlib import suppress
from threading import Lock, Thread

RESET = struct.pack("ii", 1, 0)
"""SO_LINGER on, zero seconds: closing sends a reset."""


class CuttingProxy:
    """Listens on `port` and forwards to a local port; drops the answers to the first `cuts` POSTs."""

    def __init__(self, target: int, cuts: int) -> None:
        self._target, self._left, self._lock = target, cuts, Lock()
        self.cut = 0
        """Answers dropped so far."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):  # the listener was closed
            while True:
                client, _ = self._listener.accept()
                Thread(target=self._forward, args=(client,), daemon=True).start()

    def _forward(self, client: socket.socket) -> None:
        with client, suppress(OSError), socket.create_connection(("127.0.0.1", self._target)) as server:
            asked = _Asked()
            Thread(target=_pump, args=(client, server, asked), daemon=True).start()
            while chunk := server.recv(65_536):
                if asked.method == b"POST" and self._takes_a_cut():
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                    client.shutdown(
                        socket.SHUT_RD
                    )  # wakes the other thread, whose reading would delay the reset
                    return
                client.sendall(chunk)

    def _takes_a_cut(self) -> bool:
        with self._lock:
            if not self._left:
                return False
            self._left -= 1
            self.cut += 1
            return True


class _Asked:
    """What a connection's last request was."""

    method = b""


def _pump(source: socket.socket, sink: socket.socket, asked: _Asked) -> None:
    with suppress(OSError):
        while chunk := source.recv(65_536):
            word = chunk.partition(b" ")[0]
            if word in (b"GET", b"POST", b"OPTIONS"):
                asked.method = word
            sink.sendall(chunk)
        sink.shutdown(socket.SHUT_WR)
