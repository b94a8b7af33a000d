"""HTTP written byte by byte, so that a test decides what a client sends and when."""

import socket
from base64 import b64encode
from contextlib import suppress
from typing import Any, NamedTuple

import msgspec


class Reply(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


def basic(key: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{key}:".encode()).decode()}


def post(port: int, path: str, body: bytes | Any = b"", headers: dict[str, str] | None = None) -> Reply:
    """POST bytes, or any other value as JSON."""
    raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return request(port, "POST", path, raw, headers)


def request(
    port: int, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> Reply:
    given = {"Host": "cdp.test", "Connection": "close", **(headers or {})}
    if body or method == "POST":
        given.setdefault("Content-Length", str(len(body)))
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in given.items())
    with connect(port) as connection:
        connection.sendall(head.encode("latin-1") + b"\r\n")
        with suppress(BrokenPipeError, ConnectionResetError):  # answered before it had read everything
            connection.sendall(body)
        return read_reply(connection)


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), 20)


def read_reply(connection: socket.socket) -> Reply:
    data = b""
    try:
        while chunk := connection.recv(65_536):
            data += chunk
            head, found, body = data.partition(b"\r\n\r\n")
            if found and len(body) >= _length(head):
                break
    except ConnectionResetError:
        if not data:
            raise
    head, _, body = data.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return Reply(int(status.split()[1]), headers, body)


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 1 << 30
