"""`konnektu backup` and `konnektu restore`. In: a workspace or a backup, and a folder. Out: what was kept or loaded.

Both work beside a running server and without one. A backup gives way to everybody else on the machine. A restored
workspace is closed until the erasures that came after its backup are carried out. A passphrase comes on standard
input or is asked for, and stands in no list of processes.
"""

import getpass
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Annotated

from cyclopts import Parameter

from konnektu.belt import opening
from konnektu.cli.answer import Answer, Injected, table
from konnektu.cli.serve import doors
from konnektu.cli.world import event_store_answers
from konnektu.core.clock import SystemClock
from konnektu.core.config import Config
from konnektu.core.errors import BadRequest
from konnektu.keeping import api as keeping
from konnektu.privacy import api as privacy
from konnektu.storage.api import Storage, find, list_workspaces

NICENESS = 10
Shown = keeping.Progress


def backup(
    workspace: str | None = None,
    *,
    to: Path | None = None,
    all: bool = False,  # noqa: A002 - the word of the command line
    passphrase: bool = False,
    every: str | None = None,
    keep: int = 7,
    context: Injected,
) -> Answer:
    """Back up one workspace, or all, while everything goes on.

    Parameters
    ----------
    workspace
        Slug of the workspace.
    to
        Folder of backups; each is a folder of its own in it. KONNEKTU_BACKUP_FOLDER unless said.
    all
        Back up every workspace.
    passphrase
        Encrypt with a passphrase, which is asked for or read from standard input.
    every
        Do not make one now: let them come by themselves at these times, as "0 3 * * *" in the project's time zone,
        in the folder KONNEKTU_BACKUP_FOLDER. They are encrypted where KONNEKTU_BACKUP_PASSPHRASE is set.
    keep
        How many of those that come by themselves are kept.
    """
    if (workspace is None) != all:
        raise BadRequest("Name one workspace, or say --all.")
    config = context.settings().config
    if every is not None:
        return scheduled(config, workspace, every, keep)
    said = asked() if passphrase else ""
    os.nice(NICENESS)
    folder = to.resolve() if to else keeping.backup_folder(config)
    place = keeping.Place(config.data, privacy.notes_folder(config), folder, said)
    with opened(config) as storage:
        records = list_workspaces(storage) if workspace is None else [find(storage, workspace)]
        now = SystemClock().now_ms()
        made = [keeping.back_up(storage, record, place, now, shown(context.as_json)) for record in records]
    rows = [
        (each.workspace, f"{each.position:,}", f"{each.bytes:,}", f"{each.seconds:.1f}", each.path)
        for each in made
    ]
    return Answer(made, table(("workspace", "position", "bytes", "seconds", "folder"), rows))


def scheduled(config: Config, workspace: str | None, every: str, keep: int) -> Answer:
    """Let backups of one workspace, or of all, come by themselves."""
    if keep < 1:
        raise BadRequest("At least one backup must be kept.")
    folder = keeping.backup_folder(config)
    with doors(config) as storage:
        records = list_workspaces(storage) if workspace is None else [find(storage, workspace)]
        now = SystemClock().now_ms()
        made = {
            record.slug: keeping.schedule_backups(storage, record, cron=every, keep=keep, now=now)
            for record in records
        }
    rows = [(slug, each.cron, str(folder), str(keep)) for slug, each in made.items()]
    return Answer(made, table(("workspace", "when", "folder", "kept"), rows))


def restore(
    folder: Path,
    *,
    as_: Annotated[str | None, Parameter(name="--as")] = None,
    passphrase: bool = False,
    key: Path | None = None,
    context: Injected,
) -> Answer:
    """Make a workspace from a backup: on an empty machine, or beside others.

    Parameters
    ----------
    folder
        The folder of a backup, or of several: then the latest.
    as_
        Slug of the workspace to be made; that of the backup unless said.
    passphrase
        The backup is encrypted; its passphrase is asked for or read from standard input.
    key
        File with the secret key of the installation that made the backup, where it was another one.
    """
    config = context.settings().config
    source = keeping.source(folder.resolve(), asked() if passphrase else "")
    origin = keeping.From(source, key.read_bytes().strip() if key else None)
    slug = as_ or source.manifest.workspace.slug
    with opened(config, may_make=True) as storage:
        loaded, erased = carried_out(storage, config, origin, slug, shown(context.as_json))
    rows = [(name, f"{count:,}") for name, count in sorted(loaded.counts.items()) if count]
    made = table(("restored", "rows"), rows)
    made.caption = f"{slug} is open. Erased again: {erased}." + left_out(loaded)
    made.caption_justify = "left"
    return Answer({"restored": loaded, "erased": erased}, made)


def carried_out(
    storage: Storage, config: Config, origin: keeping.From, slug: str, progress: Shown
) -> tuple[keeping.Restored, int]:
    """Load and open a workspace; what was loaded, and how many people were erased again."""
    now = SystemClock().now_ms()
    record, loaded = keeping.restore(storage, config.data, origin, slug, now, progress)
    notes = keeping.notes_of(storage, origin, privacy.notes_folder(config))
    holder = f"restore {socket.gethostname()} {os.getpid()}"
    progress(keeping.OPENING)
    files = opening.Kept(config.data, privacy.notes_folder(config))
    aged = keeping.aged_of(storage, origin, privacy.notes_folder(config))
    return loaded, opening.open_restored(storage, record, notes, files, now, holder, aged=aged)


def left_out(loaded: keeping.Restored) -> str:
    """What another workspace of this installation has already, in words."""
    if not loaded.left_out:
        return ""
    counted = ", ".join(f"{count} of {name}" for name, count in loaded.left_out.items())
    return f" Another workspace has already, and keeps: {counted}."


def asked() -> str:
    """The passphrase, from the terminal or the first line of standard input. Raises `BadRequest` for none."""
    said = getpass.getpass("Passphrase: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if not said:
        raise BadRequest("A passphrase is wanted and none came. Type it, or send it to standard input.")
    return said


def shown(is_quiet: bool) -> Shown:  # noqa: FBT001 - one of two ways
    """Tells a person on standard error which part is worked on."""

    def say(part: str) -> None:
        if not is_quiet and sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{part} …")
            sys.stderr.flush()

    return say


@contextmanager
def opened(config: Config, *, may_make: bool = False) -> Iterator[Storage]:
    """Open doors with the event store behind them; an empty machine may become an installation."""
    with doors(config, ("store",), may_make=may_make) as storage:
        event_store_answers(storage, Event())
        try:
            yield storage
        finally:
            if sys.stderr.isatty():
                sys.stderr.write("\r\x1b[K")
