"""A place tried at once. In: a place. Out: what it shows. Nothing is taken and nothing is remembered but its key."""

from itertools import islice
from zoneinfo import ZoneInfo

from msgspec import Struct

from konnektu.core.config import Config
from konnektu.storage.api import Storage, WorkspaceRecord
from konnektu.transfers import store
from konnektu.transfers.logic import pattern
from konnektu.transfers.model import HttpsPlace
from konnektu.transfers.places.opening import opened, shown_key
from konnektu.transfers.register import find_place, secret_of

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
        if isinstance(place.settings, HttpsPlace):
            door.stat("")
            names = []
        else:
            names = [entry.path for entry in islice(door.list(wanted), SHOWN)]
    if key and not place.host_key:
        with storage.workspace(workspace).transaction() as db:
            store.remember_key(db, number, key)
    return Tried(sorted(names), key)
