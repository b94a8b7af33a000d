"""The servers a command needs. In: the settings. Out: open doors to them, whether `konnektu serve` runs or not.

One supervisor at a time owns a data folder: it holds `serve.lock`, which its children inherit, so that the
folder is free only when all of them are gone. A command that finds an owner is its guest; a command that
finds none owns the folder itself for as long as it lasts.
"""

import fcntl
import os
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from konnektu.core.config import Config
from konnektu.core.errors import Conflict, Fatal, NotFound, Retry
from konnektu.core.secrets import installation_key
from konnektu.storage.api import Storage, Timeouts, event_store, has_cluster, start_postgres

LOCK_FILE = "serve.lock"
GUESTS_FILE = "guests.lock"
DYING_SECONDS = 30.0
"""How long the children of a killed supervisor may take to end before a new start gives up."""
EVENT_STORE_SECONDS = 60.0
"""How long an event store may take to start: reading its parts included."""
PAUSE_SECONDS = 0.1
SERVING: Final = {"answer_seconds": 60, "at_once": 8}
"""How a process that serves people asks the event store: at a time from half of its threads at most."""


class Owner(Struct, frozen=True):
    """Who serves a data folder."""

    pid: int
    link: str
    roles: tuple[str, ...]


class PortTaken(Fatal):
    """The public port cannot be used. Choose another one with --port."""


class NoInstallation(NotFound):
    """There is no installation in this folder. Name the folder of one with --data or KONNEKTU_DATA."""


def is_installed(config: Config) -> bool:
    """Whether there is a database to work on: an outer server's, this folder's, or one that is being made here."""
    return bool(config.postgres_url) or has_cluster(config.data) or owner(config) is not None


def no_installation(config: Config) -> str:
    """What to say where nothing is installed, and what to do."""
    return (
        f"There is no installation in {config.data.resolve()}. Name the folder of one with --data or KONNEKTU_DATA, "
        "or make one with `konnektu serve` or `konnektu workspace create`."
    )


def check_installed(config: Config) -> None:
    """Raise `NoInstallation` where a command that works on what is there would find nothing. Makes nothing."""
    if not is_installed(config):
        raise NoInstallation(no_installation(config))


def link(config: Config) -> str:
    """The address a person opens."""
    shown = "localhost" if config.host in {"127.0.0.1", "0.0.0.0", "::"} else config.host  # noqa: S104 - compared, not bound
    return config.public_url.rstrip("/") or f"http://{shown}:{config.port}"


def local_address(config: Config) -> str:
    """The public port as this machine reaches it."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(config.host, config.host)  # noqa: S104 - replaced, not bound
    return f"http://{host}:{config.port}"


def check_port(config: Config) -> None:
    """Raise `PortTaken` where another program listens on the public port.

    The server itself would share the port with a second one, and each would get half of the requests.
    """
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    try:
        socket.create_server((config.host, config.port), family=family).close()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        message = (
            f"Port {config.port} of {config.host} cannot be used: {reason}. Choose another one with --port."
        )
        raise PortTaken(message) from error


def event_store_answers(storage: Storage, stop: Event) -> bool:
    """Whether the event store answers, given time to start; ends early when `stop` is set."""
    deadline = time.monotonic() + EVENT_STORE_SECONDS
    while time.monotonic() < deadline:
        with suppress(Retry):
            storage.histories.administration.scalar("SELECT 1")
            return True
        if stop.wait(PAUSE_SECONDS):
            break
    return False


def metrics_folder(config: Config) -> Path:
    """Where the role processes of this machine share their figures."""
    return config.data / "run" / "metrics"


def open_storage(config: Config, *, is_serving: bool = False) -> Storage:
    """Doors to PostgreSQL, by URL or embedded; the embedded server is started where it does not run.

    Who serves people lets no slow event store hold all of its threads.
    """
    url = config.postgres_url or start_postgres(config.data)
    timeouts = Timeouts(statement=config.statement_seconds * 1_000)
    return Storage(
        url,
        installation_key(config),
        timeouts=timeouts,
        event_store=replace(event_store(config), **SERVING) if is_serving else event_store(config),
        pool=config.postgres_pool,
    )


def owner(config: Config) -> Owner | None:
    """Who serves this data folder, or None."""
    path = config.data / LOCK_FILE
    if not path.exists():
        return None
    with path.open("r+b") as file:
        return None if _locked(file.fileno()) else _read_owner(path)


@contextmanager
def owned(config: Config, roles: tuple[str, ...]) -> Iterator[int]:
    """Own the data folder; yields the lock's file descriptor for children to keep open.

    Raises `Conflict` where a living supervisor owns it. Children of a dead one are waited for.
    """
    config.data.mkdir(parents=True, exist_ok=True)
    path = config.data / LOCK_FILE
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(descriptor, path)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, msgspec.json.encode(Owner(os.getpid(), link(config), roles)), 0)
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def guest(config: Config) -> Iterator[None]:
    """While this lasts, a command that owns the servers for itself alone does not stop them."""
    with (config.data / GUESTS_FILE).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


def wait_for_guests(config: Config) -> None:
    """Return when no command uses this data folder as a guest."""
    with (config.data / GUESTS_FILE).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)


def empty_metrics(config: Config) -> Path:
    """The metrics folder, without figures of processes that are gone."""
    folder = metrics_folder(config)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _take(descriptor: int, path: Path) -> None:
    deadline = time.monotonic() + DYING_SECONDS
    while not _locked(descriptor):
        there = _read_owner(path)
        if there is not None and _lives(there.pid):
            raise Conflict(
                f"KONNEKTU already serves {path.parent} at {there.link} (process {there.pid}). "
                "Stop that one, or choose another folder with --data."
            )
        if time.monotonic() > deadline:
            raise Fatal(
                f"Processes of an earlier start still hold {path}. `fuser {path}` names them; end them."
            )
        time.sleep(PAUSE_SECONDS)


def _locked(descriptor: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _read_owner(path: Path) -> Owner | None:
    with suppress(msgspec.DecodeError):
        return msgspec.json.decode(path.read_bytes(), type=Owner)
    return None


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
