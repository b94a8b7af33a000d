"""`konnektu serve`. In: the settings. Out: every role of this machine, running until Ctrl-C or SIGTERM.

Invariant: before any role starts, the servers answer and every schema is up to date; a workspace whose
schema could not be changed is paused and named, the others are served.
"""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

import httpx
import msgspec
from msgspec import Struct

from konnektu.belt.known_problems import paused
from konnektu.cli.answer import Answer, Injected, show, show_error
from konnektu.cli.roles import FOUNDATIONS, process_names
from konnektu.cli.supervisor import Supervisor
from konnektu.cli.world import (
    check_installed,
    check_port,
    empty_metrics,
    guest,
    link,
    local_address,
    open_storage,
    owned,
    owner,
    wait_for_guests,
)
from konnektu.core import logging
from konnektu.core.clock import SystemClock
from konnektu.core.config import PREFIX, Config, Role, child_environment
from konnektu.core.errors import Retry
from konnektu.core.logging import Action
from konnektu.core.metrics import MULTIPROCESS_VARIABLE
from konnektu.storage.api import (
    Storage,
    WorkspaceRecord,
    list_workspaces,
    migrate_workspaces,
    stop_postgres,
)

READY_SECONDS = 60.0
"""How long a start may take before it is said to have failed: recovery after a crash included."""
ANSWER_SECONDS = 2.0
LOOK_SECONDS = 0.1


class Serving(Struct, frozen=True):
    """What is served, said once it can be used."""

    link: str
    """The address a person opens."""
    data: str
    pid: int
    """Of the process to stop."""
    roles: tuple[Role, ...]


def serve(
    *,
    port: int | None = None,
    host: str | None = None,
    role: str | None = None,
    context: Injected,
) -> None:
    """Start the product, or some of its roles, until Ctrl-C or SIGTERM.

    Parameters
    ----------
    port
        Public port; 8080 unless set.
    host
        Address to listen on; 127.0.0.1 unless set.
    role
        Roles to run, separated by commas: store, collect, belt, deliver, web. All unless set.
    """
    config = context.settings(port=port, host=host, roles=role).config
    logging.configure(config.log_level, config.log_format)
    with owned_world(config) as supervisor:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: supervisor.ask_to_stop())
        place = config.data.resolve()
        print(f"KONNEKTU serves {link(config)} (data in {place})", file=sys.stderr, flush=True)
        if context.as_json:
            Thread(target=tell_ready, args=(config,), name="ready", daemon=True).start()
        supervisor.run()


def tell_ready(config: Config) -> None:
    """Print one JSON document on standard output when the product can be used; where it cannot, an error."""
    try:
        if {"collect", "web"} & set(config.roles):
            wait_ready(config)
    except Retry as error:
        show_error(error, as_json=True)
    else:
        show(
            Answer(Serving(link(config), str(config.data.resolve()), os.getpid(), config.roles)), as_json=True
        )


@contextmanager
def doors(config: Config, roles: tuple[Role, ...] = (), *, may_make: bool = False) -> Iterator[Storage]:
    """Open doors to a prepared installation; PostgreSQL and `roles` run while this lasts.

    Raises `NoInstallation` where there is none, unless the command may make one.
    """
    if not may_make:
        check_installed(config)
    with served(config, roles):
        storage = open_storage(config)
        try:
            yield storage
        finally:
            storage.close()


@contextmanager
def served(config: Config, roles: tuple[Role, ...]) -> Iterator[None]:
    """The servers and `roles` run while this lasts: the owner's where the folder is served, else our own."""
    if owner(config) is not None:
        with guest(config):
            yield
        return
    quiet = msgspec.structs.replace(config, roles=roles, log_level="warning", log_format="console")
    with owned_world(quiet) as supervisor:
        thread = supervisor.run_aside()
        try:
            yield
            wait_for_guests(config)
        finally:
            supervisor.ask_to_stop()
            thread.join()


@contextmanager
def owned_world(config: Config) -> Iterator[Supervisor]:
    """A data folder of our own with everything up to date, and the supervisor of its processes, not yet started."""
    with owned(config, config.roles) as lock:
        try:
            if {"collect", "web"} & set(config.roles):
                check_port(config)
            prepare(config)
            yield make_supervisor(config, lock)
        finally:
            if not config.postgres_url:
                # Its own process does this, unless it was asked to stop before it could hear.
                stop_postgres(config.data)


def wait_ready(config: Config) -> None:
    """Return when the public port answers. Raises `Retry` when it does not in time."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            if httpx.get(f"{local_address(config)}/readyz", timeout=ANSWER_SECONDS).is_success:
                return
        time.sleep(LOOK_SECONDS)
    raise Retry(f"{link(config)} does not answer after {READY_SECONDS:.0f} s. The log above says why.")


def wait_for_store(storage: Storage, record: WorkspaceRecord) -> None:
    """Return when the event store answers for a workspace. Raises `Retry` when it does not in time."""
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            storage.history(record)
        except Retry:
            if time.monotonic() > deadline:
                raise
            time.sleep(LOOK_SECONDS)
        else:
            return


def prepare(config: Config) -> None:
    """Make the installation's schemas where they are missing and bring all up to date."""
    storage = open_storage(config)
    try:
        storage.prepare()
        reasons = dict(migrate_workspaces(storage).paused)
        for slug, reason in reasons.items():
            logging.get("serve").error(Action.WORKSPACE_PAUSED, workspace=slug, reason=reason)
        paused(storage, list_workspaces(storage), reasons, SystemClock().now_ms())
    finally:
        storage.close()


def make_supervisor(config: Config, lock: int) -> Supervisor:
    """A supervisor of this machine's processes; `lock` is kept open by all of them."""
    here = Path(config.data).resolve()
    given = {PREFIX + name.upper(): str(value) for name, value in _said(config).items()}
    more = {MULTIPROCESS_VARIABLE: str(empty_metrics(config)), **given, PREFIX + "DATA": str(here)}
    commands = {name: [sys.executable, "-m", "konnektu.cli", "role", name] for name in process_names(config)}
    return Supervisor(commands, child_environment(**more), logging.get("supervisor"), (lock,), FOUNDATIONS)


def _said(config: Config) -> dict[str, object]:
    """What children must hear from us, because the command line may have said it."""
    words = {name: getattr(config, name) for name in ("host", "port", "log_level", "log_format")}
    return {**words, "roles": ",".join(config.roles)}
