"""`konnektu doctor`. In: this machine and its data. Out: findings, each with what to do; exit code 1 for a fault."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from msgspec import Struct

from konnektu.cli.answer import Answer, Injected, table
from konnektu.cli.world import open_storage, owner
from konnektu.core.config import Config
from konnektu.core.errors import KonnektuError
from konnektu.core.secrets import KEY_FILE
from konnektu.jobs.api import problems
from konnektu.storage.api import Storage, list_workspaces, postgres_pid

GIBIBYTE = 1 << 30
LEAST_DISK = 2 * GIBIBYTE
LEAST_MEMORY = 2 * GIBIBYTE
LEAST_FILES = 4_096

State = Literal["ok", "warning", "fault"]


class Finding(Struct, frozen=True):
    """One thing that was looked at."""

    what: str
    state: State
    detail: str
    """What was found and, unless ok, what to do."""


def doctor(*, context: Injected) -> Answer:
    """Look at this machine and its data, and say what is wrong."""
    config = context.settings().config
    findings = [*machine(config), *data_folder(config), *servers(config)]
    rows = [(each.state.upper(), each.what, each.detail) for each in findings]
    is_ill = any(each.state == "fault" for each in findings)
    return Answer(findings, table(("", "looked at", "found"), rows), exit_code=int(is_ill))


def machine(config: Config) -> list[Finding]:
    """Python, processors, memory, open files, free disk."""
    soft_files, memory = open_files(), os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    folder = next(each for each in (config.data, *config.data.absolute().parents) if each.exists())
    free = shutil.disk_usage(folder).free
    return [
        Finding("python", "ok", ".".join(map(str, sys.version_info[:3]))),
        Finding("processors", "ok", str(os.cpu_count())),
        enough("memory", memory, LEAST_MEMORY, "Give the machine more memory."),
        enough("free disk", free, LEAST_DISK, f"Free space under {folder}, or move the data folder."),
        Finding(
            "open files",
            "ok" if soft_files >= LEAST_FILES else "warning",
            f"{soft_files} allowed"
            + ("" if soft_files >= LEAST_FILES else f"; `ulimit -n {LEAST_FILES}` allows more."),
        ),
    ]


def open_files() -> int:
    """How many files this process may hold open."""
    import resource

    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def enough(what: str, there: int, needed: int, advice: str) -> Finding:
    """A finding on an amount of bytes: a fault below `needed`."""
    shown = f"{there / GIBIBYTE:.1f} GiB"
    if there >= needed:
        return Finding(what, "ok", shown)
    return Finding(what, "fault", f"{shown}, {needed / GIBIBYTE:.0f} are needed. {advice}")


def data_folder(config: Config) -> list[Finding]:
    """Whether the folder can be written, its key is private, and who serves it."""
    if not config.data.exists():
        return [Finding("data folder", "ok", f"{config.data} is not there yet; the first start makes it")]
    writable = os.access(config.data, os.W_OK)
    findings = [
        Finding("data folder", "ok", str(config.data.resolve()))
        if writable
        else Finding(
            "data folder", "fault", f"{config.data} cannot be written. Run as its owner, or change it."
        )
    ]
    there = owner(config) if writable else None
    serving = (
        f"{there.link}, process {there.pid}, roles {', '.join(there.roles)}" if there else "nobody serves it"
    )
    return [*findings, *key_file(config.data / KEY_FILE), Finding("server", "ok", serving)]


def key_file(path: Path) -> Iterator[Finding]:
    """Whether the installation's key is readable by its owner alone."""
    if path.exists():
        is_open = bool(path.stat().st_mode & 0o077)
        advice = f"Others can read {path}: `chmod 600 {path}`, and change the passwords of external servers."
        yield Finding(
            "secret key", "fault" if is_open else "ok", advice if is_open else f"{path}; back it up"
        )


def servers(config: Config) -> list[Finding]:
    """Whether the databases answer. An embedded PostgreSQL that does not run is no fault."""
    if not config.postgres_url and postgres_pid(config.data) is None:
        return [Finding("postgresql", "ok", "embedded, not running")]
    with doors(config) as storage:
        return [
            probed("postgresql", lambda: version(storage)),
            probed("workspaces", lambda: workspaces(storage)),
            *standing(storage),
        ]


@contextmanager
def doors(config: Config) -> Iterator[Storage]:
    """Storage, closed in the end."""
    storage = open_storage(config)
    try:
        yield storage
    finally:
        storage.close()


def probed(what: str, probe: Callable[[], str]) -> Finding:
    """What a probe says, or its error as a fault."""
    try:
        return Finding(what, "ok", probe())
    except KonnektuError as error:
        return Finding(what, "fault", error.message)


def standing(storage: Storage) -> Iterator[Finding]:
    """What the product itself knows to be broken, in each workspace."""
    try:
        slugs = {record.id: record.slug for record in list_workspaces(storage)}
        found = problems(storage.control)
    except KonnektuError as error:
        yield Finding("problems", "fault", error.message)
        return
    if not found:
        yield Finding("problems", "ok", "none")
    for one in found:
        place = slugs.get(one.workspace, "") if one.workspace is not None else "installation"
        state: State = "fault" if one.severity == "problem" else "warning"
        yield Finding(f"{place}: {one.key}", state, f"{one.what.en} {one.to_do.en}")


def version(storage: Storage) -> str:
    """PostgreSQL's version."""
    with storage.control.read() as conn:
        row = conn.execute("SHOW server_version").fetchone()
    return str(row[0]) if row else "unknown"


def workspaces(storage: Storage) -> str:
    """How many workspaces there are, and which are paused."""
    records = list_workspaces(storage)
    paused = [f"{each.slug} is paused: {each.reason}" for each in records if each.state == "paused"]
    return "; ".join([str(len(records)), *paused])
