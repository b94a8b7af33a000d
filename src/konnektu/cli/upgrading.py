"""`konnektu upgrade --try`. In: a backup. Out: what this release does to it: migrations, time, and whether it agrees.

The backup is restored in a scratch data folder with servers of its own, at the versions it was made at, brought up to
date, opened, and rebuilt. Nothing that serves is touched, so the release that is to come may try while the present one
works. Invariant: the scratch folder is gone in the end.
"""

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Annotated

import msgspec
from cyclopts import Parameter
from msgspec import Struct

from konnektu.belt.rebuild import rebuild
from konnektu.cli.answer import Answer, Injected, table
from konnektu.cli.keeping import asked, carried_out, opened
from konnektu.core.config import Config
from konnektu.core.errors import BadRequest, KonnektuError
from konnektu.core.secrets import KEY_FILE
from konnektu.keeping import api as keeping
from konnektu.storage.api import Storage, find, stop_postgres

PARTS = {keeping.MIGRATING: "migrate", keeping.OPENING: "open"}


class Tried(Struct, frozen=True):
    """What a trial found."""

    backup: str
    workspace: str
    made_by: str
    """Version of the product that made the backup."""
    steps: tuple[keeping.Step, ...]
    seconds: dict[str, float]
    """Of loading, migrating, opening and rebuilding."""
    problems: tuple[str, ...]


class Clock:
    """Seconds of each part; told the names of what begins."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._part, self._since = "load", monotonic()

    def begin(self, name: str) -> None:
        """A part of the restore begins."""
        if name in PARTS:
            self.next(PARTS[name])

    def next(self, part: str) -> None:
        """Note the time of what ends, and begin another part."""
        self.seconds[self._part] = round(monotonic() - self._since, 2)
        self._part, self._since = part, monotonic()


def upgrade(
    workspace: str | None = None,
    *,
    try_: Annotated[bool, Parameter(name="--try", negative=())] = False,
    from_: Annotated[Path | None, Parameter(name="--from")] = None,
    passphrase: bool = False,
    key: Path | None = None,
    scratch: Path | None = None,
    context: Injected,
) -> Answer:
    """Try this release on the latest backup, in a place of its own; exit code 1 where it meets a problem.

    Parameters
    ----------
    workspace
        Slug of the workspace whose backup is tried; of any unless said.
    try_
        Try. The upgrade itself is a start of the new release.
    from_
        Folder of backups; KONNEKTU_BACKUP_FOLDER unless said.
    passphrase
        The backup is encrypted; its passphrase is asked for or read from standard input.
    key
        File with the secret key of the installation that made the backup; that of this data folder unless said.
    scratch
        Where there is room for a second copy of everything; the system's temporary folder unless said.
    """
    if not try_:
        raise BadRequest(
            "Start the new release to upgrade. `konnektu upgrade --try` tries it on a backup before."
        )
    config = context.settings().config
    folder = from_.resolve() if from_ else keeping.backup_folder(config)
    path = keeping.latest(folder, workspace or "")
    source = keeping.source(path, asked() if passphrase else "")
    origin = keeping.From(source, secret_of(config, key))
    with room(config, scratch) as own:
        tried = trial(own, origin)
    return answer(tried)


def trial(own: Config, origin: keeping.From) -> Tried:
    """Restore, migrate, open and rebuild in the scratch place; what is wrong ends it and is said."""
    manifest, clock, problems = origin.source.manifest, Clock(), []
    steps: tuple[keeping.Step, ...] = ()
    try:
        steps = tuple(keeping.steps(manifest))
        with opened(own, may_make=True) as storage:
            carried_out(storage, own, origin, manifest.workspace.slug, clock.begin)
            clock.next("rebuild")
            problems += differing(storage, manifest.workspace.slug)
    except KonnektuError as error:
        problems.append(f"{type(error).__name__}: {error.message}")
    clock.next("end")
    return Tried(
        manifest.id, manifest.workspace.slug, manifest.product, steps, clock.seconds, tuple(problems)
    )


def differing(storage: Storage, slug: str) -> list[str]:
    """What this release folds otherwise than the one that made the backup."""
    holder = f"upgrade {socket.gethostname()} {os.getpid()}"
    found = rebuild(storage, find(storage, slug), holder, lambda *_: None)
    return [
        f"Table {each.table} is folded otherwise: {each.missing} rows are missing, {each.extra} are too many."
        for each in found.tables
        if each.missing or each.extra
    ]


@contextmanager
def room(config: Config, scratch: Path | None) -> Iterator[Config]:
    """Settings of an installation of its own in a scratch folder, which is removed in the end."""
    with tempfile.TemporaryDirectory(prefix="konnektu-try-", dir=scratch, ignore_cleanup_errors=True) as name:
        own = msgspec.structs.replace(
            config,
            data=Path(name),
            postgres_url="",
            clickhouse_url="",
            clickhouse_cluster="",
            secret_key="",
            erased_folder="",
            roles=("store",),
        )
        try:
            yield own
        finally:
            stop_postgres(own.data)


def secret_of(config: Config, key: Path | None) -> bytes | None:
    """The secret key that was given or that this installation has; none is made."""
    if key is not None:
        return key.read_bytes().strip()
    if config.secret_key:
        return config.secret_key.encode()
    there = config.data / KEY_FILE
    return there.read_bytes().strip() if there.exists() else None


def answer(tried: Tried) -> Answer:
    """The outcome for a script and for a person."""
    rows = [
        (
            each.target,
            each.slice,
            each.name,
            "the release before goes on" if each.can_roll_back else "by a backup only",
        )
        for each in tried.steps
    ]
    shown = table(("schema", "part", "migration", "way back"), rows)
    times = ", ".join(f"{part} {seconds:.1f} s" for part, seconds in tried.seconds.items())
    shown.caption = f"{tried.workspace}, backup of {tried.made_by}: {times}. " + (
        " ".join(tried.problems) or "It is folded as before; no problem was met."
    )
    shown.caption_justify = "left"
    return Answer(tried, shown, exit_code=int(bool(tried.problems)))
