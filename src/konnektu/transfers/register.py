"""Scheduled imports as people keep them. In: what they wrote. Out: records, checked, with their times."""

from msgspec.structs import replace

from konnektu.access.api import Caller, record_alone, source
from konnektu.core.errors import Unprocessable
from konnektu.imports import api as imports
from konnektu.jobs import api as jobs
from konnektu.storage.api import Storage, WorkspaceRecord
from konnektu.transfers import store
from konnektu.transfers.increments import SINCE
from konnektu.transfers.logic import pattern
from konnektu.transfers.model import NoScheduledImport, NotHeld, ScheduledImport, SeenFile
from konnektu.transfers.place_model import HttpsPlace, SqlPlace
from konnektu.transfers.place_register import NameTaken, find_place
from konnektu.transfers.troubles import KINDS, solve

JOB = "transfers.import"


def add_scheduled(storage: Storage, caller: Caller, plan: ScheduledImport, *, now: int) -> ScheduledImport:
    """Keep a scheduled import and let its time come. Raises what is wrong with it."""
    plan = replace(plan, created_at=now, created_by=caller.login)
    _check(storage, caller, plan, now)
    _check_increment(plan, None)
    record_alone(storage.control, caller, "scheduled_import.created", plan.name, _told(plan), now=now)
    with storage.workspace(caller.workspace).transaction() as db:
        number = store.add_scheduled(db, plan)
    if number is None:
        raise NameTaken
    return _scheduled(storage, caller.workspace, replace(plan, id=number), now)


def change_scheduled(storage: Storage, caller: Caller, plan: ScheduledImport, *, now: int) -> ScheduledImport:
    """Other rules for what comes from here on; what was taken stays remembered."""
    was = find_scheduled(storage, caller.workspace, plan.id)
    _check(storage, caller, plan, now)
    _check_increment(plan, was)
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
    if plan.after == "archive" and (plan.archive.strip("/") or "archive") == wanted.folder:
        raise Unprocessable("Archived files would be found again: name another folder for the archive.")
    if ".." in plan.archive.split("/"):
        raise Unprocessable("The archive does not lead upwards. Name it from where the place begins.")
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


def _check_increment(plan: ScheduledImport, was: ScheduledImport | None) -> None:
    if not plan.increment:
        return
    if SINCE not in plan.query:
        raise Unprocessable(
            f"Write {SINCE} into the query where it is to go on: WHERE changed_at >= {SINCE}."
        )
    is_going_on = was is not None and was.increment == plan.increment and was.since
    if not plan.since and not is_going_on:
        raise Unprocessable("Say in `since` where the query begins, as 2025-01-01 or 0.")


def _told(plan: ScheduledImport) -> dict[str, object]:
    return {"pattern": plan.pattern, "place": plan.place, "mapping": plan.mapping, "after": plan.after}
