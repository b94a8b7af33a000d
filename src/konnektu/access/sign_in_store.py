"""In: a connection to the control schema. Out: who may sign in, sessions, second factors and counted failures.

Invariant: one short function per query of `sign_in_queries.sql`, no decisions.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import aiosql
import msgspec

from konnektu.access.model import (
    Role,
    Session,
    Settings,
    SignInRules,
    Throttle,
)
from konnektu.access.store import type_of_conn

Q: Any = aiosql.from_path(Path(__file__).with_name("sign_in_queries.sql"), "psycopg")


class SessionRow(NamedTuple):
    """What the cookie of a session opens."""

    csrf: str
    created_at: int
    seen_at: int
    user: int
    login: str
    role: Role
    own_rights: list[str] | None
    """What the workspace made the role of; None for one that every workspace has."""
    slug: str
    row_limit: str | None
    rules: SignInRules


class Candidate(NamedTuple):
    """Who may sign in with a login, if the password fits."""

    user: int
    workspace: int
    login: str
    role: Role
    password_hash: str
    has_second_factor: bool
    rules: SignInRules


class FactorRow(NamedTuple):
    """A second factor that is on."""

    secret: bytes
    """Sealed."""
    last_step: int
    confirmed_at: int


def user_signing_in(conn: type_of_conn, slug: str, login: str) -> Candidate | None:
    """Return the active user of this login and link, or None."""
    row = Q.user_signing_in(conn, slug=slug, login=login)
    if not row:
        return None
    *own, settings = row
    return Candidate._make((*own, msgspec.convert(settings or {}, Settings).sign_in))


def second_factor(conn: type_of_conn, user: int) -> FactorRow | None:
    """Return a user's second factor, locked until the transaction ends, or None."""
    row = Q.second_factor(conn, user=user)
    return FactorRow(*row) if row else None


def add_second_factor(conn: type_of_conn, user: int, secret: bytes, *, last_step: int, at: int) -> bool:
    """Add a user's second factor; return False where there is one."""
    added: int = Q.add_second_factor(conn, user=user, secret=secret, last_step=last_step, confirmed_at=at)
    return added == 1


def note_code(conn: type_of_conn, user: int, *, last_step: int) -> None:
    """Write the time step of the last code that was used."""
    Q.note_code(conn, user=user, last_step=last_step)


def remove_second_factor(conn: type_of_conn, user: int) -> bool:
    """Remove a user's second factor; return False where there is none."""
    removed: int = Q.remove_second_factor(conn, user=user)
    return removed == 1


def replace_recovery_codes(conn: type_of_conn, user: int, hashes: Iterable[bytes]) -> None:
    """Write a user's recovery codes in place of any others."""
    Q.remove_recovery_codes(conn, user=user)
    Q.add_recovery_codes(conn, user=user, hashes=list(hashes))


def use_recovery_code(conn: type_of_conn, user: int, hashed: bytes) -> bool:
    """Remove a recovery code; return False where it is not one of the user's."""
    used: int = Q.use_recovery_code(conn, user=user, hash=hashed)
    return used == 1


def recovery_codes_left(conn: type_of_conn, user: int) -> int:
    """Return how many recovery codes a user has left."""
    left: int = Q.recovery_codes_left(conn, user=user)
    return left


def end_sessions_without_factor(
    conn: type_of_conn, workspace: int, roles: Iterable[str], *, is_everyone: bool
) -> None:
    """Remove the sessions of users of these roles, or of all, who have no second factor."""
    Q.end_sessions_without_factor(conn, workspace=workspace, roles=list(roles), everyone=is_everyone)


def add_session(
    conn: type_of_conn, *, hashed: bytes, user: int, csrf: str, at: int, ip: str, user_agent: str
) -> None:
    """Add a session that begins at an instant, and note that sign-in."""
    Q.add_session(conn, hash=hashed, user=user, csrf=csrf, at=at, ip=ip, user_agent=user_agent)
    Q.note_sign_in(conn, id=user, at=at)


def session(conn: type_of_conn, hashed: bytes) -> SessionRow | None:
    """Return what this cookie opens, or None."""
    row = Q.session(conn, hash=hashed)
    if not row:
        return None
    *own, rules = row
    return SessionRow._make((*own, msgspec.convert(rules or {}, SignInRules)))


def note_session(conn: type_of_conn, hashed: bytes, *, at: int) -> None:
    """Write when a session was last used."""
    Q.note_session(conn, hash=hashed, at=at)


def end_session(conn: type_of_conn, hashed: bytes) -> None:
    """Remove a session."""
    Q.end_session(conn, hash=hashed)


def sessions_of_user(
    conn: type_of_conn, user: int, *, created_after: int, seen_after: int, current: bytes, limit: int
) -> list[Session]:
    """Return a user's sessions made and used after instants, the last used first; `current` marks the asker's."""
    rows = Q.sessions_of_user(
        conn, user=user, created_after=created_after, seen_after=seen_after, current=current, limit=limit
    )
    return [Session(*row) for row in rows]


def end_session_of_user(conn: type_of_conn, user: int, number: int) -> bool:
    """Remove one session; return False where it is not the user's."""
    ended: int = Q.end_session_of_user(conn, user=user, id=number)
    return ended == 1


def end_sessions_of_user(conn: type_of_conn, user: int, *, kept: bytes = b"") -> int:
    """Remove a user's sessions, except one; return how many."""
    ended: int = Q.end_sessions_of_user(conn, user=user, kept=kept)
    return ended


def forget_dead_sessions(conn: type_of_conn, user: int, *, created_before: int, seen_before: int) -> None:
    """Remove a user's sessions that are over."""
    Q.forget_dead_sessions(conn, user=user, created_before=created_before, seen_before=seen_before)


def end_sessions_of_role(conn: type_of_conn, workspace: int, name: str, *, kept: bytes) -> None:
    """Remove the sessions of a role's users, except one."""
    Q.end_sessions_of_role(conn, workspace=workspace, role=name, kept=kept)


def lock_throttles(conn: type_of_conn, keys: Iterable[bytes], *, at: int) -> dict[bytes, Throttle]:
    """Return the counts of these keys, locked until the transaction ends."""
    rows = Q.lock_throttles(conn, keys=list(keys), at=at)
    return {bytes(key): Throttle(failures, first_at, until) for key, failures, first_at, until in rows}


def save_throttles(conn: type_of_conn, counts: Mapping[bytes, Throttle]) -> None:
    """Write counts that are locked."""
    Q.save_throttle(conn, [{"key": key, **msgspec.structs.asdict(count)} for key, count in counts.items()])


def name_throttle(conn: type_of_conn, key: bytes, slug: str, address: str) -> None:
    """Write which address a count is of, and in which workspace."""
    Q.name_throttle(conn, key=key, slug=slug, address=address)


def throttles_waiting(conn: type_of_conn, keys: list[bytes], *, at: int, limit: int) -> dict[bytes, Throttle]:
    """Return the counts of these keys that wait at an instant, the longest first."""
    rows = Q.throttles_waiting(conn, keys=keys, at=at, limit=limit)
    return {bytes(key): Throttle(*count) for key, *count in rows}


def addresses_waiting(
    conn: type_of_conn, workspace: int, *, at: int, limit: int
) -> list[tuple[str, Throttle]]:
    """Return the addresses that wait in a workspace at an instant, the longest first."""
    rows = Q.addresses_waiting(conn, workspace=workspace, at=at, limit=limit)
    return [(address, Throttle(*count)) for address, *count in rows]


def forget_waiting(conn: type_of_conn, keys: list[bytes], *, at: int) -> bool:
    """Let these keys start anew; return False where none of them waits."""
    forgotten: int = Q.forget_waiting(conn, keys=keys, at=at)
    return forgotten > 0


def forget_throttles(conn: type_of_conn, *, before: int) -> None:
    """Remove counts that nobody has waited for since an instant."""
    Q.forget_throttles(conn, before=before)
