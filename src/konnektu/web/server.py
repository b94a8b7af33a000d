"""In: the settings and open doors. Out: the public port: the collector in front of the application, on Granian.

Invariant: it returns soon after `stop` is set; requests under way are answered, and what was accepted is written.
"""

import asyncio
import threading
from typing import Any

import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from konnektu.access.api import Passwords
from konnektu.collect.api import collector
from konnektu.core.clock import SystemClock
from konnektu.core.config import Config
from konnektu.storage.api import Storage
from konnektu.web.app import application, bound_threads

BACKLOG = 2_048
HEADER_MS = 15_000
"""A client slower than this with the head of its request is cut off."""


def serve(config: Config, storage: Storage, stop: threading.Event) -> None:
    """Serve the public port until `stop` is set. Raises `Fatal` where the port is taken."""
    pool = bound_threads()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(config, storage, stop))
    finally:
        pool.shutdown(cancel_futures=True)


def public_server(front: Any, config: Config) -> Server:
    """The HTTP server of the public port in front of an ASGI callable, with the settings of production."""
    return Server(
        front,
        address=config.host,
        port=config.port,
        interface=Interfaces.ASGI,
        # Looking for HTTP/2 first would wait for ever for a client that never sends a byte.
        http=HTTPModes.http1,
        backlog=BACKLOG,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MS),
        websockets=False,
        log_enabled=False,
    )


async def _serve(config: Config, storage: Storage, stop: threading.Event) -> None:
    clock = SystemClock()
    behind = application(storage, config, clock, Passwords())
    front = collector(behind, config, storage.inbox, clock)
    server = public_server(front, config)
    serving = asyncio.ensure_future(server.serve())
    stopping = asyncio.ensure_future(asyncio.to_thread(stop.wait))
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    server.stop()
    stop.set()
    await serving
    await stopping
