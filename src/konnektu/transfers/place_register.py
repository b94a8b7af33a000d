"""Places as people keep them. In: what they wrote. Out: records, checked.

Invariant: a secret goes in and never comes out but to open its place; it is not sent to a server other than the
one it was given for.
"""

from urllib.parse import urlsplit

import msgspec

from konnektu.access.api import Caller, record_alone
from konnektu.core.errors import Conflict, Unprocessable
from konnektu.core.secrets import seal, unseal
from konnektu.storage.api import Storage, WorkspaceRecord
from konnektu.transfers import store
from konnektu.transfers.model import NoPlace, PlaceInUse
from konnektu.transfers.place_model import HttpsPlace, Place, S3Place, Secret, Settings
from konnektu.transfers.places.opening import check

USE = "transfers"
"""What the installation's key is used for here."""


class NameTaken(Conflict):
    """Another one has this name. Choose another name."""


def add_place(
    storage: Storage, caller: Caller, name: str, settings: Settings, secret: Secret | None, *, now: int
) -> Place:
    """Keep a place. Raises `WrongPlace`, `WrongAddress`, `NameTaken`."""
    check(settings, secret or Secret())
    record_alone(storage.control, caller, "place.created", name, {"kind": _kind(settings)}, now=now)
    with storage.workspace(caller.workspace).transaction() as db:
        number = store.add_place(db, name, settings, _sealed(storage, secret), now=now, by=caller.login)
    if number is None:
        raise NameTaken
    return find_place(storage, caller.workspace, number)


def change_place(
    storage: Storage, caller: Caller, number: int, *, name: str, settings: Settings, secret: Secret | None,
    forget_key: bool, now: int,
) -> Place:  # fmt: skip
    """Other settings. Where they lead to another server, the secret must be given again and the key is forgotten."""
    before = find_place(storage, caller.workspace, number)
    is_elsewhere = _server(settings) != _server(before.settings)
    if is_elsewhere and before.has_secret and secret is None:
        raise Unprocessable("The place is on another server now: give its password or key again.")
    check(settings, secret or secret_of(storage, caller.workspace, number))
    detail = {"kind": _kind(settings), "secret": secret is not None, "forget_key": forget_key}
    record_alone(storage.control, caller, "place.changed", name, detail, now=now)
    with storage.workspace(caller.workspace).transaction() as db:
        if any(one.name == name and one.id != number for one in store.places(db)):
            raise NameTaken
        store.change_place(
            db, number, name, settings, _sealed(storage, secret), forget_key=forget_key or is_elsewhere
        )
    return find_place(storage, caller.workspace, number)


def delete_place(storage: Storage, caller: Caller, number: int, *, now: int) -> None:
    """Take a place away. Raises `PlaceInUse`, `NoPlace`."""
    there = find_place(storage, caller.workspace, number)
    record_alone(storage.control, caller, "place.deleted", there.name, now=now)
    with storage.workspace(caller.workspace).transaction() as db:
        if store.uses_of_place(db, number):
            raise PlaceInUse
        store.delete_place(db, number)


def find_place(storage: Storage, workspace: WorkspaceRecord, number: int) -> Place:
    """One place; raises `NoPlace`."""
    with storage.workspace(workspace).read() as db:
        found = store.find_place(db, number)
    if found is None:
        raise NoPlace
    return found


def places(storage: Storage, workspace: WorkspaceRecord) -> list[Place]:
    """Places by name."""
    with storage.workspace(workspace).read() as db:
        return store.places(db)


def secret_of(storage: Storage, workspace: WorkspaceRecord, number: int) -> Secret:
    """What opens a place. Raises `Fatal` where the installation's key is another."""
    with storage.workspace(workspace).read() as db:
        sealed = store.secret_of_place(db, number)
    if sealed is None:
        return Secret()
    return msgspec.json.decode(unseal(storage.secret_key, USE, sealed), type=Secret)


def _sealed(storage: Storage, secret: Secret | None) -> bytes | None:
    return None if secret is None else seal(storage.secret_key, USE, msgspec.json.encode(secret))


def _kind(settings: Settings) -> str:
    return str(settings.__struct_config__.tag)


def _server(settings: Settings) -> object:
    """Whom a secret is shown to."""
    if isinstance(settings, HttpsPlace):
        return urlsplit(settings.url)[:2]
    if isinstance(settings, S3Place):
        return urlsplit(settings.endpoint)[:2]
    return _kind(settings), settings.host, settings.port
