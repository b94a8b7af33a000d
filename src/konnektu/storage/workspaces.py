"""In: a slug and a name. Out: a workspace with its schema, login role and event-store database, or its end.

Invariant: making and dropping are steps that may be repeated; a crash between two of them leaves the
workspace in state `making` or `dropping`, and the next call goes on from there.
"""

import re
import uuid
import zoneinfo
from collections.abc import Collection
from contextlib import suppress
from typing import Any

import psycopg

from konnektu.core.errors import Conflict, KonnektuError, NotFound, Retry, Unprocessable
from konnektu.storage import credentials, migrate, provision, store
from konnektu.storage.databases import Storage
from konnektu.storage.model import Migrated, WorkspaceRecord, WorkspaceState

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,38})[a-z0-9]")
"""3 to 40 letters, digits and hyphens, no hyphen at the ends."""

RESERVED = frozenset({
    "admin", "analytics", "api", "app", "assets", "beacon", "console", "control", "docs", "favicon",
    "healthz", "help", "inbox", "konnektu", "login", "logout", "metrics", "openapi", "public", "readyz",
    "robots", "schema", "sign-in", "sign-out", "static", "status", "system", "v1", "v2", "well-known", "www",
})  # fmt: skip
"""Words that mean something else in a link."""


def checked_slug(slug: str) -> str:
    """Return the slug if a workspace may have it; raise `Unprocessable` with the rule otherwise."""
    if not SLUG.fullmatch(slug):
        raise Unprocessable("A slug has 3 to 40 letters a-z, digits and hyphens, and no hyphen at its ends.")
    if slug in RESERVED:
        raise Unprocessable(f"{slug} is a word of the system itself. Choose another slug.")
    return slug


def create_workspace(
    storage: Storage, slug: str, name: str, *, created_at: int, timezone: str = "Europe/Moscow"
) -> WorkspaceRecord:
    """Make a workspace, or finish making it, and return its record.

    `created_at` is the time in milliseconds UTC. Raises `Conflict` where the slug is taken, `Unprocessable`
    where slug or zone break a rule.
    """
    checked_slug(slug)
    check_timezone(timezone)
    record = _begun(storage, slug, name, timezone, created_at)
    _make_parts(storage, record)
    migrate_workspace(storage, record)
    # The event store may be away: its part is then made when the first batch is carried there.
    with suppress(Retry):
        storage.history(record)
    return _moved(storage, record, "active")


def begin_restored(
    storage: Storage, origin: WorkspaceRecord, slug: str, reason: str, versions: Collection[str]
) -> WorkspaceRecord:
    """Make an empty workspace in state `restoring` as `origin` was, or find the one begun for the same reason.

    Its schema stands at `versions`. Raises `Conflict` where the slug is taken by anything else, `NewerSchema`.
    """
    migrate.check_versions("workspace", versions)
    record = _restored(storage, origin, checked_slug(slug), reason)
    _make_parts(storage, record)
    _make_limited_role(storage, record)
    migrate.upgrade(storage.workspace_conninfo(record), "workspace", versions)
    return record


def end_restored(storage: Storage, record: WorkspaceRecord) -> WorkspaceRecord:
    """Open a restored workspace; its record in that state."""
    return _moved(storage, record, "active")


def find_restored(storage: Storage, slug: str) -> WorkspaceRecord | None:
    """The workspace of this slug if its restoring was begun and not ended."""
    with storage.control.read() as conn:
        record = store.workspace_by_slug(conn, slug)
    return record if record is not None and record.state == "restoring" else None


def find(storage: Storage, slug: str) -> WorkspaceRecord:
    """Return the workspace of this slug; raises `NotFound`, also while it is being made or dropped."""
    with storage.control.read() as conn:
        record = store.workspace_by_slug(conn, slug)
    if record is None or record.state not in {"active", "paused"}:
        raise NotFound(f"There is no workspace {slug}.")
    return record


def find_by_id(storage: Storage, workspace: int) -> WorkspaceRecord:
    """Return the workspace of this number; raises `NotFound`, also while it is being made or dropped."""
    with storage.control.read() as conn:
        record = store.workspace_by_id(conn, workspace)
    if record is None or record.state not in {"active", "paused"}:
        raise NotFound(f"There is no workspace number {workspace}.")
    return record


def list_workspaces(storage: Storage) -> list[WorkspaceRecord]:
    """Return the workspaces that exist, active and paused, in the order of making."""
    with storage.control.read() as conn:
        return [record for record in store.workspaces(conn) if record.state in {"active", "paused"}]


def change_workspace(
    storage: Storage, record: WorkspaceRecord, *, name: str | None = None, timezone: str | None = None
) -> WorkspaceRecord:
    """Rename a workspace, move it to another time zone; return its record. Raises `Unprocessable` for no zone."""
    if timezone is not None:
        check_timezone(timezone)
    with storage.control.transaction() as conn:
        store.change_workspace(conn, record.id, name, timezone)
        changed = store.workspace_by_id(conn, record.id)
    if changed is None:
        raise NotFound(f"There is no workspace {record.slug}.")
    return changed


def drop_workspace(storage: Storage, record: WorkspaceRecord) -> None:
    """Remove the workspace with everything in its schema and in the event store.

    What other roles' schemas hold of it is theirs to remove. Raises `Retry` while the event store is away;
    the workspace then stays in state `dropping`, and the next call goes on.
    """
    _moved(storage, record, "dropping")
    storage.histories.drop(record)
    storage.forget(record)
    with storage.administration() as conn:
        provision.drop_role(conn, record.schema, record.role)
        provision.drop_role(conn, record.schema, record.limited_role)
    with storage.control.transaction() as control:
        store.remove_workspace(control, record.id)


def migrate_workspace(storage: Storage, record: WorkspaceRecord) -> None:
    """Bring the workspace's schema up to date, as its own role. Raises what the migration raised."""
    _make_limited_role(storage, record)
    migrate.upgrade(storage.workspace_conninfo(record), "workspace")


def migrate_workspaces(storage: Storage) -> Migrated:
    """Bring every workspace up to date; one that fails is paused with its reason, and one healed goes on."""
    records = list_workspaces(storage)
    failures = {record.slug: reason for record in records if (reason := _failure(storage, record))}
    for record in records:
        reason = failures.get(record.slug, "")
        if reason or record.state == "paused":
            _moved(storage, record, "paused" if reason else "active", reason)
    return Migrated(len(records) - len(failures), tuple(failures.items()))


def pause_workspace(storage: Storage, record: WorkspaceRecord, reason: str) -> WorkspaceRecord:
    """Hold a workspace back until a person has looked; return its record in that state."""
    return _moved(storage, record, "paused", reason)


def resume_workspace(storage: Storage, record: WorkspaceRecord) -> WorkspaceRecord:
    """Let a paused workspace go on; return its record in that state."""
    return _moved(storage, record, "active")


def check_timezone(timezone: str) -> None:
    """Raise `Unprocessable` for what is no zone."""
    if timezone not in zoneinfo.available_timezones():
        raise Unprocessable(f"There is no time zone {timezone}. Write an IANA name such as Europe/Moscow.")


def _failure(storage: Storage, record: WorkspaceRecord) -> str:
    """Why this workspace's migration failed, or nothing."""
    try:
        migrate_workspace(storage, record)
    except KonnektuError as error:
        return f"migration failed: {error}"
    return ""


def _begun(storage: Storage, slug: str, name: str, timezone: str, created_at: int) -> WorkspaceRecord:
    """Write the workspace down in state `making`, with the names of its parts; or find it in that state."""
    sealed = credentials.encrypted(storage.secret_key, credentials.new_password())
    with storage.control.transaction() as conn:
        number = store.add_workspace(
            conn,
            uuid=str(uuid.uuid4()),
            slug=slug,
            name=name,
            timezone=timezone,
            sealed=sealed,
            created_at=created_at,
        )
        if number is not None:
            _name_parts(storage, conn, number)
        record = store.workspace_by_slug(conn, slug)
    if record is None or record.state != "making":
        raise Conflict(f"The slug {slug} is taken. Choose another one.")
    return record


def _restored(storage: Storage, origin: WorkspaceRecord, slug: str, reason: str) -> WorkspaceRecord:
    sealed = credentials.encrypted(storage.secret_key, credentials.new_password())
    with storage.control.transaction() as conn:
        number = store.add_restored(conn, origin, slug, sealed=sealed, reason=reason)
        if number is not None:
            _name_parts(storage, conn, number)
        record = store.workspace_by_slug(conn, slug)
    if record is None or record.state != "restoring" or record.reason != reason:
        raise Conflict(
            f"There is a workspace {slug}. Restore under another slug with --as, or drop that one."
        )
    return record


def _name_parts(storage: Storage, conn: psycopg.Connection[Any], number: int) -> None:
    part = f"ws_{number}"
    role = database = f"{storage.prefix}_{part}"
    store.name_parts(conn, number, schema=part, role=role, database=database)


def _make_parts(storage: Storage, record: WorkspaceRecord) -> None:
    password = storage.workspace_password(record)
    with storage.administration() as conn:
        provision.make_role(conn, record.role, password)
        provision.make_schema(conn, record.schema, record.role)


def _make_limited_role(storage: Storage, record: WorkspaceRecord) -> None:
    """The role that migrations let read within row limits."""
    with storage.administration() as conn:
        provision.make_role(conn, record.limited_role, storage.limited_password(record))
        provision.let_read(conn, record.schema, record.limited_role)


def _moved(
    storage: Storage, record: WorkspaceRecord, state: WorkspaceState, reason: str = ""
) -> WorkspaceRecord:
    with storage.control.transaction() as conn:
        store.set_state(conn, record.id, state, reason)
        moved = store.workspace_by_id(conn, record.id)
    if moved is None:
        raise NotFound(f"There is no workspace {record.slug}.")
    return moved
