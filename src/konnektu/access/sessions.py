"""In: a caller and a session, their own or another user's. Out: sessions, or their end.

Invariant: a session that was ended opens nothing from the next request on; who ends another user's session holds
every right of that user.
"""

from konnektu.access import logic, sign_in_store, store
from konnektu.access.audit import record
from konnektu.access.caller import Caller
from konnektu.access.model import Session, User
from konnektu.access.roles import rights_of_role
from konnektu.access.users import found_user
from konnektu.core.clock import HOUR, MINUTE
from konnektu.core.errors import Forbidden, NotFound
from konnektu.storage.api import Db

MOST_SHOWN = 1_000


def own_sessions(control: Db, by: Caller, *, now: int) -> list[Session]:
    """Return the caller's sessions that are alive, the last used first."""
    with control.read() as conn:
        return _alive(conn, by, _own(by), now)


def end_own_session(control: Db, by: Caller, number: int, *, now: int) -> None:
    """End one of the caller's sessions, this one included. Raises `NotFound` where it is not theirs."""
    with control.transaction() as conn:
        _end(conn, by, _own(by), by.login, number, now)


def end_other_sessions(control: Db, by: Caller, *, now: int) -> int:
    """End the caller's sessions except this one; return how many ended."""
    with control.transaction() as conn:
        ended = sign_in_store.end_sessions_of_user(conn, _own(by), kept=by.session)
        record(conn, by, "sessions.ended", by.login, {"number": ended}, now=now)
    return ended


def sessions_of(control: Db, by: Caller, user: int, *, now: int) -> list[Session]:
    """Return a user's sessions that are alive, the last used first. Raises `NotFound`."""
    with control.transaction() as conn:
        found_user(conn, by, user)
        return _alive(conn, by, user, now)


def end_session_of(control: Db, by: Caller, user: int, number: int, *, now: int) -> None:
    """End one session of a user. Raises `NotFound`, and `Forbidden` where the user holds rights the caller lacks."""
    with control.transaction() as conn:
        _end(conn, by, user, _manageable(conn, by, user).login, number, now)


def end_sessions_of(control: Db, by: Caller, user: int, *, now: int) -> int:
    """Sign a user out everywhere; return how many sessions ended."""
    with control.transaction() as conn:
        login = _manageable(conn, by, user).login
        ended = sign_in_store.end_sessions_of_user(conn, user)
        record(conn, by, "sessions.ended", login, {"number": ended}, now=now)
    return ended


def _manageable(conn: store.type_of_conn, by: Caller, user: int) -> User:
    found = found_user(conn, by, user)
    logic.refuse_to_outgrow(by.rights, rights_of_role(conn, by.workspace.id, found.role))
    return found


def _alive(conn: store.type_of_conn, by: Caller, user: int, now: int) -> list[Session]:
    rules = store.settings(conn, by.workspace.id).sign_in
    return sign_in_store.sessions_of_user(
        conn,
        user,
        created_after=now - rules.life_hours * HOUR,
        seen_after=now - rules.idle_minutes * MINUTE,
        current=by.session,
        limit=MOST_SHOWN,
    )


def _end(conn: store.type_of_conn, by: Caller, user: int, login: str, number: int, now: int) -> None:
    if not sign_in_store.end_session_of_user(conn, user, number):
        raise NotFound("There is no such session.")
    record(conn, by, "session.ended", login, now=now)


def _own(by: Caller) -> int:
    if not by.user:
        raise Forbidden("A token has no sessions. Sign in as a user.")
    return by.user
