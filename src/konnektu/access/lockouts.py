"""Who has to wait after failed sign-ins. In: a workspace. Out: its logins and addresses that wait, and their release.

Invariant: nothing is shown of logins that do not exist; an administrator releases what waits in their own workspace,
while an address that guesses its way through many workspaces waits for whoever runs the installation.
"""

from typing import Literal

from konnektu.access import logic, sign_in_store, store, throttling
from konnektu.access.audit import record
from konnektu.access.caller import Caller
from konnektu.access.model import Lockout, Throttle
from konnektu.core.errors import NotFound
from konnektu.storage.api import Db

MOST_SHOWN = 1_000
MOST_USERS = 100_000


def lockouts(control: Db, by: Caller, *, now: int) -> list[Lockout]:
    """Return the logins and addresses that wait in the caller's workspace, those that wait longest first."""
    with control.read() as conn:
        logins = _keys_of_users(conn, by)
        waiting = sign_in_store.throttles_waiting(conn, list(logins), at=now, limit=MOST_SHOWN)
        shown = [_lockout("login", logins[key], count) for key, count in waiting.items()]
        addresses = sign_in_store.addresses_waiting(conn, by.workspace.id, at=now, limit=MOST_SHOWN)
        shown += [_lockout("address", address, count) for address, count in addresses]
    return sorted(shown, key=lambda one: (-one.blocked_until, one.subject))


def lift(control: Db, by: Caller, kind: Literal["login", "address"], subject: str, *, now: int) -> None:
    """Release a login or an address of the caller's workspace at once. Raises `NotFound` where it does not wait."""
    keys = _keys(by, kind, subject)
    with control.transaction() as conn:
        if not sign_in_store.forget_waiting(conn, keys, at=now):
            raise NotFound(f"No {kind} {subject} waits in this workspace.")
        record(conn, by, "lockout.lifted", subject, {"kind": kind}, now=now)


def _keys(by: Caller, kind: Literal["login", "address"], subject: str) -> list[bytes]:
    slug = by.workspace.slug
    if kind == "login":
        return [throttling.keys_of(slug, logic.normal_login(subject), "").login]
    keys = throttling.keys_of(slug, "", subject.partition("/")[0])
    # The command line speaks for the whole installation.
    return [keys.address, keys.anywhere] if by.actor.kind == "system" else [keys.address]


def _keys_of_users(conn: store.type_of_conn, by: Caller) -> dict[bytes, str]:
    users = store.users(conn, by.workspace.id, after=0, limit=MOST_USERS)
    return {throttling.keys_of(by.workspace.slug, one.login, "").login: one.login for one in users}


def _lockout(kind: Literal["login", "address"], subject: str, count: Throttle) -> Lockout:
    return Lockout(kind, subject, count.failures, count.blocked_until)
