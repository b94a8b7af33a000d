"""In: a caller and a role. Out: the roles of a workspace: the six it always has, and those it made of rights.

Invariant: nobody makes, widens, narrows or removes a role with rights that they do not hold; a role that somebody has
stays; who has a role that changed signs in anew.
"""

import re
from collections.abc import Iterable

from konnektu.access import logic, membership_store, sign_in_store, store
from konnektu.access.audit import record
from konnektu.access.caller import Caller
from konnektu.access.model import ROLES, Right, RoleRecord
from konnektu.core.errors import Conflict, NotFound, Unprocessable
from konnektu.storage.api import Db

NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
TITLE_MOST = 100


def roles(control: Db, workspace: int) -> list[RoleRecord]:
    """Return the roles of a workspace: those it always has, then its own by name."""
    with control.read() as conn:
        own, holders = (
            membership_store.roles(conn, workspace),
            membership_store.holders_of_roles(conn, workspace),
        )
    fixed = [RoleRecord(name, "", tuple(sorted(rights)), is_fixed=True) for name, rights in ROLES.items()]
    return [_with_users(one, holders) for one in (*fixed, *own)]


def create_role(
    control: Db, by: Caller, *, name: str, title: str, rights: Iterable[str], now: int
) -> RoleRecord:
    """Make a role of rights that the caller holds. Raises `Conflict` where the name is taken."""
    made = RoleRecord(_checked_name(name), _checked_title(title), logic.checked_scopes(list(rights)))
    logic.refuse_to_outgrow(by.rights, made.rights)
    with control.transaction() as conn:
        if not membership_store.add_role(conn, by.workspace.id, made, at=now):
            raise Conflict(f"There is a role {name}. Choose another name.")
        record(conn, by, "role.created", name, {"rights": made.rights}, now=now)
    return made


def change_role(
    control: Db,
    by: Caller,
    name: str,
    *,
    now: int,
    title: str | None = None,
    rights: Iterable[str] | None = None,
) -> RoleRecord:
    """Rename a workspace's own role or give it other rights; its users are signed out where the rights change."""
    with control.transaction() as conn:
        before = _own(conn, by, name)
        checked = before.rights if rights is None else logic.checked_scopes(list(rights))
        logic.refuse_to_outgrow(by.rights, {*before.rights, *checked})
        title = before.title if title is None else _checked_title(title)
        changed = RoleRecord(name, title, checked)
        membership_store.change_role(conn, by.workspace.id, changed)
        if set(checked) != set(before.rights):
            sign_in_store.end_sessions_of_role(conn, by.workspace.id, name, kept=by.session)
        was = {"title": before.title, "rights": before.rights}
        record(conn, by, "role.changed", name, {"title": title, "rights": checked, "before": was}, now=now)
        return _with_users(changed, membership_store.holders_of_roles(conn, by.workspace.id))


def remove_role(control: Db, by: Caller, name: str, *, now: int) -> None:
    """Remove a workspace's own role. Raises `Conflict` while a user or an open invitation has it."""
    with control.transaction() as conn:
        before = _own(conn, by, name)
        logic.refuse_to_outgrow(by.rights, before.rights)
        if membership_store.is_role_in_use(conn, by.workspace.id, name, at=now):
            raise Conflict("Users or open invitations have this role. Give them another one first.")
        membership_store.remove_role(conn, by.workspace.id, name)
        record(conn, by, "role.removed", name, now=now)


def rights_of_role(conn: store.type_of_conn, workspace: int, name: str) -> frozenset[Right]:
    """Return the rights of a role of a workspace, which stays until the transaction ends.

    Raises `Unprocessable` where there is no such role.
    """
    if name in ROLES:
        return ROLES[name]
    found = membership_store.role(conn, workspace, name, is_to_change=False)
    if found is None:
        raise Unprocessable(f"There is no role {name} in this workspace.")
    return frozenset(found.rights)


def _own(conn: store.type_of_conn, by: Caller, name: str) -> RoleRecord:
    if name in ROLES:
        raise Conflict("The six roles that every workspace has do not change. Make one of your own.")
    found = membership_store.role(conn, by.workspace.id, name, is_to_change=True)
    if found is None:
        raise NotFound("There is no such role in this workspace.")
    return found


def _with_users(role: RoleRecord, holders: dict[str, int]) -> RoleRecord:
    return RoleRecord(role.name, role.title, role.rights, role.is_fixed, holders.get(role.name, 0))


def _checked_name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise Unprocessable("A role's name has 2 to 40 letters a-z, digits and _, and begins with a letter.")
    if name in ROLES:
        raise Conflict(f"There is a role {name}. Choose another name.")
    return name


def _checked_title(title: str) -> str:
    title = title.strip()
    if not 0 < len(title) <= TITLE_MOST or not title.isprintable():
        raise Unprocessable(f"A role's title has 1 to {TITLE_MOST} printable characters.")
    return title
