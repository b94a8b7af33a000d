"""In: who did what. Out: the audit log. Invariant: a line is written in the transaction of what it tells of."""

from collections.abc import Mapping
from typing import Any

from konnektu.access import store
from konnektu.access.caller import Caller
from konnektu.access.model import Audited
from konnektu.storage.api import Db

LATEST = 2**62
"""Above every id of the log."""


def record(
    conn: store.type_of_conn,
    by: Caller,
    what: str,
    about: str,
    detail: Mapping[str, Any] | None = None,
    *,
    now: int,
) -> None:
    """Add to the audit log, inside the control transaction of what is done.

    `what` is `<thing>.<past participle>`, as `source.created`; `about` names the thing for a person.
    """
    store.add_audit(conn, by.workspace.id, by.actor, what=what, about=about, detail=detail or {}, at=now)


def record_alone(
    control: Db, by: Caller, what: str, about: str, detail: Mapping[str, Any] | None = None, *, now: int
) -> None:
    """Add to the audit log what was done outside the control schema; call it before doing it."""
    with control.transaction() as conn:
        record(conn, by, what, about, detail, now=now)


def audit(control: Db, workspace: int, *, before: int = LATEST, limit: int) -> list[Audited]:
    """Return lines with ids below `before`, the latest first."""
    with control.read() as conn:
        return store.audit(conn, workspace, before=before, limit=limit)
