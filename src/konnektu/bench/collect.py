"""The collector: how many events a second it makes durable, beside the same server's empty handler.

Load: analytics.js-like track calls with distinct ids over 64 keep-alive connections, one event a request
and fifty a request; PostgreSQL with fsync, as in production. The limit is an application on the same
server that reads the body and answers the same bytes.
"""

import multiprocessing
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec

from konnektu.access import api as access
from konnektu.bench.load import Measured, load, request, together
from konnektu.bench.report import Result, percentile, result
from konnektu.bench.traffic import parcels
from konnektu.bench.world import World, open_storage, world
from konnektu.core.clock import SystemClock
from konnektu.core.config import Config
from konnektu.core.memory import spare_cycle_collector

CONNECTIONS = 64
SECONDS = 8.0
TURNS = 8
"""Turns into which the seconds of each load are cut."""
BATCH = 50
SINGLE_SHARE, BATCH_RATE = 0.55, 150_000
DISTINCT = 20_000


def bench_collect(seconds: float = SECONDS) -> Iterator[Result]:
    """Measure both shapes of request, and the empty handler with the same bytes."""
    with world(port=free_port()) as here:
        single, batch = _requests(_write_key(here))
        beside = msgspec.structs.replace(here.config, port=free_port())
        ports = (beside.port, here.config.port)
        with _served(serve_empty, beside), _served(serve_product, here.config):
            empty_single, one = _by_turns(ports, single, seconds)
            empty_batch, many = _by_turns(ports, batch, seconds)
    share = one.rate / empty_single.rate
    yield result(
        "collect.one_event_a_request",
        one.rate,
        "events/s",
        limit=empty_single.rate,
        budget=f"≥ {SINGLE_SHARE:.0%} of the empty handler",
        met=share >= SINGLE_SHARE,
    )
    yield result("collect.one_event_a_request.p99", percentile(one.latencies, 0.99) * 1000, "ms")
    yield result(
        "collect.fifty_a_request",
        many.rate * BATCH,
        "events/s",
        limit=empty_batch.rate * BATCH,
        budget=f"≥ {BATCH_RATE} events/s",
        met=many.rate * BATCH >= BATCH_RATE,
    )
    yield result(
        "collect.refused", one.failed + many.failed, "requests", budget="0", met=not one.failed + many.failed
    )
    yield result(
        "collect.generator_cpu", (one.own_cpu + many.own_cpu) / (one.seconds + many.seconds), "cores"
    )


def _requests(key: str) -> tuple[list[bytes], list[bytes]]:
    now = SystemClock().now_ms()
    events = [body for parcel in parcels(5, DISTINCT, DISTINCT, now) for body in parcel.events]
    auth = f"X-Write-Key: {key}"
    single = [request("/v1/t", body, auth) for body in events]
    batch = [
        request("/v1/b", b'{"batch":[' + b",".join(events[at : at + BATCH]) + b'],"sentAt":%d}' % now, auth)
        for at in range(0, len(events), BATCH)
    ]
    return single, batch


def _by_turns(ports: Sequence[int], requests: list[bytes], seconds: float) -> list[Measured]:
    """What the load saw at each port, which had it for so many seconds."""
    seen: list[list[Measured]] = [[] for _ in ports]
    for _ in range(TURNS):
        for own, port in zip(seen, ports, strict=True):
            own.append(load(port, requests, connections=CONNECTIONS, seconds=seconds / TURNS))
    return [together(own) for own in seen]


def _write_key(here: World) -> str:
    control, now = here.storage.control, SystemClock().now_ms()
    by = access.system_caller(here.workspace)
    source = access.create_source(control, by, kind="server", name="Bench", now=now)
    return source.write_keys[0]


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _served(serve: Callable[[Config], None], config: Config) -> Iterator[None]:
    """A server in a process of its own, from its first answer on."""
    child = multiprocessing.get_context("spawn").Process(target=serve, args=(config,), daemon=True)
    child.start()
    _wait_for(config.port)
    try:
        yield
    finally:
        child.terminate()
        child.join(30)


def _wait_for(port: int) -> None:
    pause = threading.Event()
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        pause.wait(0.05)
    message = f"Nobody listens on port {port}."
    raise TimeoutError(message)


def serve_product(config: Config) -> None:
    """The public port as `konnektu serve` runs it."""
    from konnektu.web.server import serve  # noqa: PLC0415 - the child alone needs it

    spare_cycle_collector()
    serve(config, open_storage(config), threading.Event())


def serve_empty(config: Config) -> None:
    """The same server in front of `empty`."""
    import asyncio  # noqa: PLC0415 - the child alone needs it

    import uvloop  # noqa: PLC0415 - the child alone needs it

    from konnektu.web.server import public_server  # noqa: PLC0415 - the child alone needs it

    spare_cycle_collector()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve_empty(public_server, config))


async def _serve_empty(server: Callable[[Any, Config], Any], config: Config) -> None:
    await server(empty, config).serve()


Message = MutableMapping[str, Any]


async def empty(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Read the body, answer what the collector answers, do nothing."""
    if scope["type"] != "http":
        return
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    body = msgspec.json.encode({"success": True})
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]}
    )
    await send({"type": "http.response.body", "body": body})
