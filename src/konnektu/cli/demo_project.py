"""The demo project. In: a running installation. Out: a workspace with the CDNOW purchases as history, and the story
of one shop, sent through the public API by the official Segment client.

Invariant: what is done is noted in the data folder; a second start repeats nothing and says the same link and
sign-in, and one that was cut short goes on: the import by its cursor, the story by its message ids.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import msgspec
from msgspec import Struct

from konnektu.access import api as access
from konnektu.cli.progress import bar
from konnektu.cli.world import link, local_address, open_storage
from konnektu.core.clock import SystemClock
from konnektu.core.config import Config
from konnektu.core.errors import NotFound, Retry
from konnektu.demo import cdnow
from konnektu.demo.acts import SourceKind
from konnektu.demo.send import send
from konnektu.demo.story import tell
from konnektu.flow import options
from konnektu.imports import api as imports
from konnektu.storage.api import Storage, WorkspaceRecord, create_workspace, find

SLUG, NAME, LOGIN = "demo", "Демо-магазин", "demo"
FILE_NAME = "CDNOW.csv"
NOTES_FILE = "demo.json"
SEED = 1
LOOK_SECONDS = 0.2
SOURCES: dict[SourceKind, tuple[access.SourceKind, str]] = {
    "web": ("web", "Сайт"),
    "app": ("mobile", "Приложение"),
    "mail": ("mailing", "Рассылки"),
    "till": ("pos", "Кассы"),
}
"""Sources of the story: the word of the generator, the kind, the name."""


class Notes(Struct, frozen=True):
    """What was made, and how far it is."""

    password: str
    write_keys: dict[SourceKind, str]
    ends_at: int
    """End of the story's year, milliseconds UTC."""
    has_purchases: bool = False
    sent: int = 0
    """Events of the story that the server has."""
    has_story: bool = False


class Made(Struct, frozen=True):
    """What a person needs to look at the demo."""

    link: str
    login: str
    password: str
    is_complete: bool


def make(config: Config) -> Made:
    """The demo workspace with its owner and sources, made where it is missing."""
    notes = read_notes(config)
    if notes is None:
        with opened(config) as storage:
            notes = Notes(*_make(storage), SystemClock().now_ms())
        write_notes(config, notes)
    return made(config, notes)


def fill(config: Config, *, is_quiet: bool, stop: Event) -> Made:
    """Add the purchases and the story where they are missing, until the end or `stop`; progress unless quiet."""
    if not noted(config).has_purchases:
        with opened(config) as storage:
            ended = import_purchases(config, storage, find(storage, SLUG), is_quiet=is_quiet, stop=stop)
        note(config, has_purchases=ended)
    if noted(config).has_purchases and not noted(config).has_story:
        note(config, has_story=send_story(config, is_quiet=is_quiet, stop=stop))
    return made(config, noted(config))


def made(config: Config, notes: Notes) -> Made:
    """What a person needs, from the notes."""
    is_complete = notes.has_purchases and notes.has_story
    return Made(f"{link(config)}/{SLUG}/", LOGIN, notes.password, is_complete)


def import_purchases(
    config: Config, storage: Storage, workspace: WorkspaceRecord, *, is_quiet: bool, stop: Event
) -> bool:
    """The CDNOW purchases as an import of history, run by the server like any other; whether it ended."""
    job = _started(config, storage, workspace)
    with bar("Purchases", cdnow.PURCHASES, is_quiet=is_quiet) as shown:
        while job.state in {"waiting", "running"} and not stop.wait(LOOK_SECONDS):
            job = imports.one(storage, workspace, job.id)
            shown(job.counts.read)
    if job.state == "failed":
        raise Retry(f"The purchases were not imported: {job.reason}")
    return job.state in {"done", "cancelled"}


def _started(config: Config, storage: Storage, workspace: WorkspaceRecord) -> imports.Import:
    """The import of the purchases: one that an earlier start began, else a fresh one."""
    earlier = [job for job in imports.imports(storage, workspace) if job.file_name == FILE_NAME]
    if earlier and earlier[0].state in {"done", "cancelled"}:
        return earlier[0]
    job = earlier[0] if earlier else _added(config, storage, workspace)
    folder = imports.Folder(config.data, workspace)
    return imports.start(storage, workspace, job.id, folder=folder, now=SystemClock().now_ms())


def _added(config: Config, storage: Storage, workspace: WorkspaceRecord) -> imports.Import:
    folder = imports.Folder(config.data, workspace)
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / FILE_NAME
        cdnow.write_csv(file)
        upload = folder.keep(imports.copy_chunks(file), config.upload_bytes)
    inspection = imports.inspect_upload(folder, upload, workspace.timezone)
    inspection = msgspec.structs.replace(inspection, mapping=msgspec.convert(cdnow.MAPPING, imports.Mapping))
    with storage.workspace(workspace).read() as db:
        kinds = options(storage, workspace, db).kinds
    by = access.system_caller(workspace)
    return imports.add(
        storage, by, upload, FILE_NAME, inspection=inspection, clock=SystemClock(), kinds=kinds
    )


def send_story(config: Config, *, is_quiet: bool, stop: Event) -> bool:
    """The year of the shop, through the public API, from where an earlier start stopped; whether all was sent."""
    notes = noted(config)
    story = tell(SEED, notes.ends_at)
    sent = notes.sent
    with bar("A shop's year", len(story), is_quiet=is_quiet) as shown:

        def delivered(count: int) -> None:
            shown(sent + count)
            note(config, sent=sent + count)

        shown(sent)
        return sent + send(local_address(config), notes.write_keys, story[sent:], delivered, stop) == len(
            story
        )


def noted(config: Config) -> Notes:
    """What is noted of a demo that was made."""
    notes = read_notes(config)
    if notes is None:
        raise NotFound("There is no demo project in this data folder. `konnektu demo` makes it.")
    return notes


def note(config: Config, **changes: Any) -> None:
    """Change what is noted."""
    write_notes(config, msgspec.structs.replace(noted(config), **changes))


def read_notes(config: Config) -> Notes | None:
    """What an earlier start noted, or None."""
    path = config.data / NOTES_FILE
    return msgspec.json.decode(path.read_bytes(), type=Notes) if path.exists() else None


def write_notes(config: Config, notes: Notes) -> None:
    """Note it, readable by the owner alone, whole or not at all."""
    path = config.data / NOTES_FILE
    descriptor, half = tempfile.mkstemp(dir=config.data, prefix=NOTES_FILE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(notes))
    Path(half).replace(path)


def _make(storage: Storage) -> tuple[str, dict[SourceKind, str]]:
    """Workspace, owner and sources; the owner's password and the write keys."""
    now = SystemClock().now_ms()
    try:
        workspace = find(storage, SLUG)
    except NotFound:
        workspace = create_workspace(storage, SLUG, NAME, created_at=now)
    caller, passwords, password = (
        access.system_caller(workspace),
        access.Passwords(),
        access.generated_password(),
    )
    user = access.find_user(storage.control, workspace.id, LOGIN)
    if user is None:
        access.create_user(
            storage.control, passwords, caller, login=LOGIN, password=password, role="owner", now=now
        )
    else:
        access.set_password(storage.control, passwords, caller, user, password, now=now)
    present = {source.name: source for source in access.sources(storage.control, workspace.id, now=now)}
    keys: dict[SourceKind, str] = {}
    for word, (kind, name) in SOURCES.items():
        source = present.get(name) or access.create_source(
            storage.control, caller, kind=kind, name=name, now=now
        )
        keys[word] = source.write_keys[0]
    return password, keys


@contextmanager
def opened(config: Config) -> Iterator[Storage]:
    """Doors to the databases, closed in the end."""
    storage = open_storage(config)
    try:
        yield storage
    finally:
        storage.close()
