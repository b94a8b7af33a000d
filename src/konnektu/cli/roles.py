"""What each process of the product runs. In: the settings. Out: work, until told to stop.

    postgres   keeps the embedded PostgreSQL running and stops it in the end
    store      the embedded event store, speaking the ClickHouse HTTP protocol
    belt       the writers
    deliver    the way out: the event store and whatever leaves
    jobs       imports, feeds and other work that takes long, and what is due at its time
    web        tracking API, management API and console on the public port

Invariant: a role returns soon after `stop` is set, with its work committed or not begun.
"""

import os
import signal
import socket
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import psycopg

from konnektu.cli.answer import Injected
from konnektu.cli.lifeline import follow_supervisor
from konnektu.cli.world import event_store_answers, open_storage
from konnektu.core import logging
from konnektu.core.clock import SystemClock
from konnektu.core.config import Config
from konnektu.core.logging import Action
from konnektu.core.memory import OBJECTS, OBJECTS_OF_BATCHES, spare_cycle_collector
from konnektu.storage.api import Storage

Runner = Callable[[Config, threading.Event], None]

LOOK_SECONDS = 1.0
"""How often the embedded PostgreSQL is looked at."""


FOUNDATIONS = frozenset({"postgres", "store"})
"""Roles that the others stand on."""


def process_names(config: Config) -> list[str]:
    """The processes this machine runs, in the order of starting: each finds those it needs before it."""
    wanted = set(config.roles)
    names = [] if config.postgres_url else ["postgres"]
    if "store" in wanted and not config.clickhouse_url:
        names.append("store")
    names += [role for role in ("belt", "deliver") if role in wanted and role in RUNNERS]
    if "web" in wanted:
        names.append("jobs")
    if wanted & {"collect", "web"}:
        names.append("web")
    return names


def run_postgres(config: Config, stop: threading.Event) -> None:
    """Start the embedded PostgreSQL or find it running; stop it when told. Ends when the server does."""
    from konnektu.storage import api as storage

    storage.start_postgres(config.data)
    while not stop.wait(LOOK_SECONDS):
        if storage.postgres_pid(config.data) is None:
            return
    storage.stop_postgres(config.data)


def run_store(config: Config, stop: threading.Event) -> None:
    """The embedded event store, in the one process that may open its folder."""
    from konnektu.storage import api as storage

    storage.run_store(config, stop)


def run_belt(config: Config, stop: threading.Event) -> None:
    """Writers for every workspace with work that no other belt holds."""
    from konnektu.belt.loop import Belt

    storage = open_storage(config)
    holder = f"{socket.gethostname()}-{os.getpid()}"
    try:
        Belt(
            storage,
            holder,
            config.belt_block_events,
            stop,
            partial(listen, storage),
            lease_seconds=config.lease_seconds,
        ).run()
    finally:
        storage.close()


def run_deliver(config: Config, stop: threading.Event) -> None:
    """The way out of every workspace, and the inbox's housekeeping."""
    from konnektu.belt.deliver import Deliver

    storage = open_storage(config)
    try:
        # Both start at the same time; only an event store that stays away is worth a warning.
        event_store_answers(storage, stop)
        Deliver(storage, config, SystemClock().now_ms, stop, partial(listen, storage)).run()
    finally:
        storage.close()


def run_jobs(config: Config, stop: threading.Event) -> None:
    """Imports, feeds and whatever else takes long; apart from the web, so that a large file slows no request."""
    from konnektu.jobs.api import serve

    storage = open_storage(config)
    try:
        serve(storage, config, SystemClock(), stop)
    finally:
        storage.close()


def run_web(config: Config, stop: threading.Event) -> None:
    """The public port: tracking API, management API and pages."""
    from konnektu.web.server import serve

    storage = open_storage(config, is_serving=True)
    try:
        serve(config, storage, stop)
    finally:
        storage.close()


def listen(storage: Storage) -> "psycopg.Connection[Any]":
    """A connection of its own for announcements."""
    return psycopg.connect(storage.inbox.conninfo, autocommit=True)


RUNNERS: dict[str, Runner] = {
    "postgres": run_postgres,
    "store": run_store,
    "belt": run_belt,
    "deliver": run_deliver,
    "jobs": run_jobs,
    "web": run_web,
}


BATCHED = frozenset(("belt", "deliver"))
"""Roles that work on whole batches of events."""


def run_role(name: str, *, context: Injected) -> None:
    """Run one role in this process until SIGTERM, SIGINT, or the end of the supervisor."""
    config = context.settings().config
    logging.configure(config.log_level, config.log_format)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    follow_supervisor()
    logging.get(name).info(Action.ROLE_STARTED, role=name, pid=os.getpid())
    spare_cycle_collector(OBJECTS_OF_BATCHES if name in BATCHED else OBJECTS)
    RUNNERS[name](config, stop)
