"""Places and scheduled imports tried at once. In: one of them. Out: what it shows, what would come of its last file.

Nothing is taken, and nothing is remembered but the key of a server.
"""

from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from msgspec import Struct

from konnektu.core.config import Config
from konnektu.core.folders import private_folder
from konnektu.identity import api as identity
from konnektu.imports import api as imports
from konnektu.related import api as related
from konnektu.storage.api import Storage, WorkspaceRecord
from konnektu.transfers import store
from konnektu.transfers.logic import in_order, pattern
from konnektu.transfers.model import FileAway, increment_of
from konnektu.transfers.place_model import HttpsPlace, SqlPlace
from konnektu.transfers.place_register import find_place, secret_of
from konnektu.transfers.places.opening import opened, shown_key
from konnektu.transfers.register import find_scheduled
from konnektu.transfers.taking import FOLDER

SHOWN = 100
"""Names that are shown."""


class Tried(Struct, frozen=True):
    """What a place showed."""

    files: list[str]
    host_key: str


def try_place(
    storage: Storage, workspace: WorkspaceRecord, number: int, config: Config, *, folder: str, now: int
) -> Tried:
    """Connect to a place and list a folder. Raises what is wrong with it."""
    place = find_place(storage, workspace, number)
    secret, zone = secret_of(storage, workspace, number), ZoneInfo(workspace.timezone)
    wanted = pattern(f"{folder.strip('/')}/*" if folder.strip("/") else "*")
    with opened(place, secret, config, now=now, zone=zone) as door:
        key = shown_key(door)
        if isinstance(place.settings, HttpsPlace | SqlPlace):
            door.stat("")
            names = []
        else:
            names = [entry.path for entry in islice(door.list(wanted), SHOWN)]
    if key and not place.host_key:
        with storage.workspace(workspace).transaction() as db:
            store.remember_key(db, number, key)
    return Tried(sorted(names), key)


def try_scheduled(
    storage: Storage, workspace: WorkspaceRecord, number: int, config: Config, *, mapping: imports.Mapping | None,
    now: int,
) -> imports.Trial:  # fmt: skip
    """The last file that is there, its last rows before and after a mapping, or the plan's own.

    Raises `FileAway` where none is there, and what is wrong with the place, the file or the mapping.
    """
    plan = find_scheduled(storage, workspace, number)
    place, secret = find_place(storage, workspace, plan.place), secret_of(storage, workspace, plan.place)
    wanted = mapping or imports.saved(storage, workspace, plan.mapping).mapping
    name = pattern(plan.pattern)
    with (
        TemporaryDirectory(dir=private_folder(config.data / FOLDER)) as folder,
        opened(
            place,
            secret,
            config,
            now=now,
            zone=ZoneInfo(workspace.timezone),
            query=plan.query,
            increment=increment_of(plan),
        ) as door,
    ):
        entries = list(in_order(door.list(name), name))
        if not entries:
            raise FileAway("No file of this name is there yet.")
        path = Path(folder) / "file"
        fetched = door.fetch(entries[-1], path, config.upload_bytes)
        if fetched.reached and not path.stat().st_size:
            raise FileAway("The query gives nothing behind what was read before.")
        return _tried(storage, workspace, path, wanted, now)


def _tried(
    storage: Storage, workspace: WorkspaceRecord, path: Path, mapping: imports.Mapping, now: int
) -> imports.Trial:
    layout = imports.inspect(path, workspace.timezone).layout
    with storage.workspace(workspace).read() as db:
        options, kinds = identity.options(storage, workspace, db), related.kinds(db)
    imports.check(mapping, layout, options.kinds)
    key = imports.hash_key(storage, workspace)
    return imports.trial(path, layout, mapping, options, key=key, now=now, kinds=kinds)
