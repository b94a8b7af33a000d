"""In: a connection to the control schema. Out: rows of the register of workspaces as records.

Invariant: one short function per query of `queries.sql`, no logic.
"""

from pathlib import Path
from typing import Any

import aiosql
from psycopg import Connection

from konnektu.storage.model import WorkspaceRecord, WorkspaceState

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")


def add_workspace(
    conn: Connection[Any], *, uuid: str, slug: str, name: str, timezone: str, sealed: bytes, created_at: int
) -> int | None:
    """Add a workspace in state `making`; return its number, or None where the slug is taken."""
    number: int | None = Q.add_workspace(
        conn,
        uuid=uuid,
        slug=slug,
        name=name,
        timezone=timezone,
        password_encrypted=sealed,
        created_at=created_at,
    )
    return number


def add_restored(
    conn: Connection[Any], origin: WorkspaceRecord, slug: str, *, sealed: bytes, reason: str
) -> int | None:
    """Add a workspace in state `restoring` as `origin` was, under a slug; its number, or None where that is taken."""
    number: int | None = Q.add_restored(
        conn,
        uuid=origin.uuid,
        slug=slug,
        name=origin.name,
        timezone=origin.timezone,
        password_encrypted=sealed,
        reason=reason,
        created_at=origin.created_at,
    )
    return number


def name_parts(conn: Connection[Any], workspace: int, *, schema: str, role: str, database: str) -> None:
    """Write the names that follow from the workspace's number."""
    Q.name_parts(conn, id=workspace, schema=schema, role=role, database=database)


def set_state(conn: Connection[Any], workspace: int, state: WorkspaceState, reason: str = "") -> None:
    """Move a workspace to a state."""
    Q.set_state(conn, id=workspace, state=state, reason=reason)


def change_workspace(conn: Connection[Any], workspace: int, name: str | None, timezone: str | None) -> None:
    """Write what is given of a workspace's name and time zone."""
    Q.change_workspace(conn, id=workspace, name=name, timezone=timezone)


def workspace_by_slug(conn: Connection[Any], slug: str) -> WorkspaceRecord | None:
    """Return the workspace of this slug in whatever state, or None."""
    return _record(Q.workspace_by_slug(conn, slug=slug))


def workspace_by_id(conn: Connection[Any], workspace: int) -> WorkspaceRecord | None:
    """Return the workspace of this number in whatever state, or None."""
    return _record(Q.workspace_by_id(conn, id=workspace))


def workspaces(conn: Connection[Any]) -> list[WorkspaceRecord]:
    """Return every workspace in the order of making."""
    return [record for row in Q.workspaces(conn) if (record := _record(row))]


def sealed_password(conn: Connection[Any], workspace: int) -> bytes | None:
    """Return the encrypted password of the workspace's roles, or None where there is no such workspace."""
    sealed = Q.password(conn, id=workspace)
    return None if sealed is None else bytes(sealed)


def remove_workspace(conn: Connection[Any], workspace: int) -> None:
    """Delete the workspace's row."""
    Q.remove_workspace(conn, id=workspace)


def _record(row: tuple[Any, ...] | None) -> WorkspaceRecord | None:
    if row is None:
        return None
    names = (
        "id",
        "uuid",
        "slug",
        "name",
        "timezone",
        "schema",
        "role",
        "database",
        "state",
        "reason",
        "created_at",
    )
    return WorkspaceRecord(**dict(zip(names, row, strict=True)))
