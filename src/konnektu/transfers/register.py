"""Places and scheduled imports as people keep them. In: what they wrote. Out: records, checked.

Invariant: a secret goes in and never comes out but to open its place; it is not sent to a server other than the
one it was given for.
"""

from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from konnektu.access.api import Caller, record_alone, source
from konnektu.core.errors import Conflict, Unprocessable
from konnektu.core.secrets import seal, unseal
from konnektu.imports import api as imports
from konnektu.jobs import api as jobs
from konnektu.storage.api import Storage, WorkspaceRecord
from konnektu.transfers import store
from konnektu.transfers.logic import pattern
from konnektu.transfers.model import (
    HttpsPlace,
    NoPlace,
    NoScheduledImport,
    NotHeld,
    Place,
    PlaceInUse,
    S3Place,
    ScheduledImport,
    Secret,
    SeenFile,
    Settings,
    SqlPlace,
)
from konnektu.transfers.places.opening import check
from konnektu.transfers.troubles import KINDS, solve

JOB = "transfers.import"
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
    check(settings, secret or Secret())
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


def add_scheduled(storage: Storage, caller: Caller, plan: ScheduledImport, *, now: int) -> ScheduledImport:
    """Keep a scheduled import and let its time come. Raises what is wrong with it."""
    plan = replace(plan, created_at=now, created_by=caller.login)
    _check(storage, caller, plan, now)
    record_alone(storage.control, caller, "scheduled_import.created", plan.name, _told(plan), now=now)
    with storage.workspace(caller.workspace).transaction() as db:
        number = store.add_scheduled(db, plan)
    if number is None:
        raise NameTaken
    return _scheduled(storage, caller.workspace, replace(plan, id=number), now)


def change_scheduled(storage: Storage, caller: Caller, plan: ScheduledImport, *, now: int) -> ScheduledImport:
    """Other rules for what comes from here on; what was taken stays remembered."""
    find_scheduled(storage, caller.workspace, plan.id)
    _check(storage, caller, plan, now)
    record_alone(storage.control, caller, "scheduled_import.changed", plan.name, _told(plan), now=now)
    with storage.workspace(caller.workspace).transaction() as db:
        if any(one.name == plan.name and one.id != plan.id for one in store.all_scheduled(db)):
            raise NameTaken
        store.change_scheduled(db, plan)
    return _scheduled(storage, caller.workspace, plan, now)


def delete_scheduled(storage: Storage, caller: Caller, number: int, *, now: int) -> None:
    """Take a scheduled import away, with what it remembers; imports that it added stay."""
    plan = find_scheduled(storage, caller.workspace, number)
    record_alone(storage.control, caller, "scheduled_import.deleted", plan.name, now=now)
    jobs.delete_schedule(storage, caller.workspace, JOB, str(number))
    jobs.withdraw(storage.control, caller.workspace, JOB, str(number), now=now)
    with storage.workspace(caller.workspace).transaction() as db:
        store.delete_scheduled(db, number)
    solve(storage, caller.workspace, number, *KINDS)


def find_scheduled(storage: Storage, workspace: WorkspaceRecord, number: int) -> ScheduledImport:
    """One scheduled import; raises `NoScheduledImport`."""
    with storage.workspace(workspace).read() as db:
        found = store.find_scheduled(db, number)
    if found is None:
        raise NoScheduledImport
    return found


def all_scheduled(storage: Storage, workspace: WorkspaceRecord) -> list[ScheduledImport]:
    """Scheduled imports by name."""
    with storage.workspace(workspace).read() as db:
        return store.all_scheduled(db)


def seen_files(
    storage: Storage, workspace: WorkspaceRecord, number: int, *, before: int | None = None, limit: int
) -> list[SeenFile]:
    """What a scheduled import has seen, the latest first."""
    with storage.workspace(workspace).read() as db:
        return store.seen_files(db, number, store.ALL if before is None else before, limit)


def accept(storage: Storage, caller: Caller, number: int, file: int, *, now: int) -> SeenFile:
    """Take a held file as it is, at once. Raises `NotHeld`."""
    plan = find_scheduled(storage, caller.workspace, number)
    with storage.workspace(caller.workspace).transaction() as db:
        found = store.find_seen(db, file)
        if found is None or found.scheduled != plan.id or not store.accept(db, file):
            raise NotHeld
    detail = {"path": found.path, "held": found.held}
    record_alone(storage.control, caller, "file.accepted", plan.name, detail, now=now)
    jobs.run_now(storage, caller.workspace, JOB, str(number), now=now, by=caller.login)
    return replace(found, state="seen", is_accepted=True, held="", detail="")


def run_now(storage: Storage, caller: Caller, number: int, *, now: int) -> jobs.Job:
    """Look at the place at once; the schedule's times stay."""
    plan = find_scheduled(storage, caller.workspace, number)
    record_alone(storage.control, caller, "scheduled_import.run", plan.name, now=now)
    return jobs.run_now(storage, caller.workspace, JOB, str(number), now=now, by=caller.login)


def _scheduled(
    storage: Storage, workspace: WorkspaceRecord, plan: ScheduledImport, now: int
) -> ScheduledImport:
    jobs.put_schedule(
        storage,
        workspace,
        JOB,
        str(plan.id),
        cron=plan.cron,
        arguments={"import": plan.id},
        is_on=plan.is_on,
        now=now,
    )
    return find_scheduled(storage, workspace, plan.id)


def _check(storage: Storage, caller: Caller, plan: ScheduledImport, now: int) -> None:
    workspace = caller.workspace
    place = find_place(storage, workspace, plan.place)
    imports.saved(storage, workspace, plan.mapping)
    wanted = pattern(plan.pattern)
    jobs.next_time(plan.cron, workspace.timezone, now)
    if plan.source:
        source(storage.control, caller, plan.source, now=now)
    is_sql = isinstance(place.settings, SqlPlace)
    if is_sql != bool(plan.query.strip()):
        raise Unprocessable("A query belongs to a database, and a database needs one.")
    if is_sql and plan.after != "keep":
        raise Unprocessable("The result of a query stays where it is: choose keep.")
    if isinstance(place.settings, HttpsPlace):
        if plan.after != "keep":
            raise Unprocessable("Files of the web stay where they are: choose keep.")
        if not wanted.is_exact:
            raise Unprocessable(
                "The web cannot be listed: name the file without * and ?, with date parts at most."
            )


def _told(plan: ScheduledImport) -> dict[str, object]:
    return {"pattern": plan.pattern, "place": plan.place, "mapping": plan.mapping, "after": plan.after}


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
