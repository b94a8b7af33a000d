"""A load generator in a process of its own: keep-alive HTTP/1.1 connections to this machine's loopback.

In: prepared requests. Out: how many were answered how, how long each took, and what the generator itself
cost. Bounded in time; it stops by itself.
"""

import asyncio
import multiprocessing
from collections.abc import Sequence
from time import perf_counter, process_time
from typing import cast

import uvloop
from msgspec import Struct


class Measured(Struct, frozen=True):
    """What a load saw."""

    answered: int
    """Answers with status 200."""
    failed: int
    seconds: float
    latencies: list[float]
    """Seconds from sending to the whole answer, of every request."""
    own_cpu: float
    """CPU seconds of the generator, from its first connection on."""

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds


def together(parts: Sequence[Measured]) -> Measured:
    """Several loads after another as one."""
    return Measured(
        sum(part.answered for part in parts),
        sum(part.failed for part in parts),
        sum(part.seconds for part in parts),
        [latency for part in parts for latency in part.latencies],
        sum(part.own_cpu for part in parts),
    )


def request(path: str, body: bytes, *headers: str, method: str = "POST") -> bytes:
    """The bytes of one HTTP request."""
    head = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def load(
    port: int,
    requests: Sequence[bytes],
    *,
    connections: int,
    seconds: float,
    rate: float = 0.0,
    most: int = 0,
) -> Measured:
    """Send the requests round and round for some seconds; at `rate` requests a second, or as fast as answered.

    `most` ends it after so many requests.
    """
    context = multiprocessing.get_context("spawn")
    near, far = context.Pipe()
    child = context.Process(target=_child, args=(far, port, list(requests), connections, seconds, rate, most))
    child.start()
    measured: Measured = near.recv()
    child.join()
    return measured


def _child(
    pipe: "multiprocessing.connection.Connection",
    port: int,
    requests: list[bytes],
    connections: int,
    seconds: float,
    rate: float,
    most: int,
) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        pipe.send(runner.run(_run(port, requests, connections, seconds, rate, most)))


async def _run(
    port: int, requests: list[bytes], connections: int, seconds: float, rate: float, most: int
) -> Measured:
    loop = asyncio.get_running_loop()
    shared = _Shared(requests, perf_counter() + seconds, connections / rate if rate else 0.0, most)
    begun, idle_cpu = perf_counter(), process_time()
    talks = [
        (await loop.create_connection(lambda: _Talk(shared, loop), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    for number, talk in enumerate(talks):
        loop.call_later(number / rate if rate else 0.0, talk.send)
    await asyncio.gather(*(talk.done for talk in talks))
    return Measured(
        shared.answered,
        shared.failed,
        perf_counter() - begun,
        shared.latencies,
        process_time() - idle_cpu,
    )


class _Shared:
    def __init__(self, requests: list[bytes], until: float, interval: float, most: int) -> None:
        self.requests, self.until, self.interval, self.most = requests, until, interval, most
        self.sent = self.answered = self.failed = 0
        self.latencies: list[float] = []


class _Talk(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    def __init__(self, shared: _Shared, loop: asyncio.AbstractEventLoop) -> None:
        self._shared, self._loop = shared, loop
        self._read = b""
        self.done: asyncio.Future[None] = loop.create_future()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclasses of asyncio's
        self._transport = cast("asyncio.Transport", transport)

    def send(self) -> None:
        shared = self._shared
        is_over = perf_counter() > shared.until or (shared.most and shared.sent >= shared.most)
        if self._transport is None or is_over:
            self._finish()
            return
        self._sent = perf_counter()
        self._transport.write(shared.requests[shared.sent % len(shared.requests)])
        shared.sent += 1

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, found, body = self._read.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        self._read = b""
        shared, now = self._shared, perf_counter()
        shared.latencies.append(now - self._sent)
        if head.startswith(b"HTTP/1.1 200"):
            shared.answered += 1
        else:
            shared.failed += 1
        if shared.interval:
            self._loop.call_later(max(0.0, self._sent + shared.interval - now), self.send)
        else:
            self.send()

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is not None:
            self._shared.failed += 1
        self._finish()

    def _finish(self) -> None:
        if not self.done.done():
            self.done.set_result(None)
        if self._transport is not None:
            self._transport.close()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0
