"""A throw-away installation to measure in: real embedded servers with the settings of production."""

import multiprocessing
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from msgspec import Struct

from konnektu.access import api as access
from konnektu.belt.deliver import Deliver
from konnektu.core import logging
from konnektu.core.clock import SystemClock
from konnektu.core.config import Config
from konnektu.core.memory import OBJECTS_OF_BATCHES, spare_cycle_collector
from konnektu.core.secrets import installation_key
from konnektu.storage.api import (
    Storage,
    WorkspaceRecord,
    create_workspace,
    event_store,
    postgres_pid,
    run_store,
    start_postgres,
    stop_postgres,
)


class World(Struct, frozen=True):
    """Servers, doors, and one workspace."""

    config: Config
    storage: Storage
    workspace: WorkspaceRecord
    processes: Mapping[str, int]
    """Pids of the servers and roles beside this process, by name."""


@contextmanager
def world(*, with_sink: bool = False, with_store: bool = False, **settings: Any) -> Iterator[World]:
    """A fresh installation in a temporary folder, with one source, whose traffic is `traffic.parcels`.

    `with_sink` runs the event store and the way out in processes of their own, `with_store` the event store alone.
    """
    folder = Path(tempfile.mkdtemp(prefix="konnektu-bench-"))
    folder.chmod(0o755)
    config = Config(data=folder, **settings)
    children: dict[str, multiprocessing.process.BaseProcess] = {}
    try:
        if with_sink or with_store:
            children["store"] = start_role(run_store_role, config)
        storage = open_storage(config)
        storage.prepare()
        now = SystemClock().now_ms()
        record = create_workspace(storage, "bench", "Bench", created_at=now)
        by = access.system_caller(record)
        access.create_source(storage.control, by, kind="web", name="Traffic", now=now)
        if with_sink:
            children["deliver"] = start_role(run_deliver_role, config)
        pids = {name: child.pid or 0 for name, child in children.items()}
        yield World(config, storage, record, {**pids, "postgres": postgres_pid(folder) or 0})
        storage.close()
    finally:
        for child in children.values():
            child.terminate()
            child.join(30)
        stop_postgres(folder)
        shutil.rmtree(folder, ignore_errors=True)


def open_storage(config: Config) -> Storage:
    """Doors to the servers of this folder, which are started where they do not run."""
    return Storage(start_postgres(config.data), installation_key(config), event_store=event_store(config))


def run_store_role(config: Config) -> None:
    """The event store, until terminated."""
    logging.configure("error", "console")  # standard output is the figures' own
    spare_cycle_collector()
    run_store(config, threading.Event())


def run_deliver_role(config: Config) -> None:
    """The way out, until terminated."""
    logging.configure("error", "console")
    spare_cycle_collector(OBJECTS_OF_BATCHES)
    storage = open_storage(config)
    listen = partial(psycopg.connect, storage.inbox.conninfo, autocommit=True)
    Deliver(storage, config, SystemClock().now_ms, threading.Event(), listen).run()


def start_role(run: Any, config: Config) -> multiprocessing.process.BaseProcess:
    """A role in a process of its own, which ends with this one."""
    child = multiprocessing.get_context("spawn").Process(target=run, args=(config,), daemon=True)
    child.start()
    return child
