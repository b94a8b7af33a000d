"""In: a connection to the control schema. Out: rows of access as records, and rows written.

Invariant: one short function per query of `queries.sql`, no decisions.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import aiosql
import msgspec
from psycopg import Connection
from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb

from konnektu.access.model import (
    Actor,
    Audited,
    Invitation,
    Right,
    Role,
    RoleRecord,
    Seats,
    Session,
    Settings,
    SignInRules,
    Source,
    SourceKind,
    SourceState,
    Throttle,
    Token,
    User,
    UserState,
    WriteKey,
)
from konnektu.core.records import TEST

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")

type_of_conn = Connection[Any]


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


class TokenRow(NamedTuple):
    """What a token opens."""

    id: int
    name: str
    scopes: list[Right]
    expires_at: int | None
    seen_at: int | None
    slug: str
    row_limit: str | None


def write_keys(conn: type_of_conn) -> list[WriteKey]:
    """Return every write key of the installation."""
    return [
        WriteKey(key, workspace, source, kind, state, TEST if is_test else 0, expires_at)
        for key, workspace, source, kind, state, is_test, expires_at in Q.write_keys(conn)
    ]


def key_version(conn: type_of_conn) -> int:
    """Return the number that grows with each change of keys."""
    version: int = Q.key_version(conn)
    return version


def add_source(
    conn: type_of_conn, workspace: int, *, kind: SourceKind, name: str, is_test: bool, settings: Mapping[str, Any],
    created_at: int,
) -> int | None:  # fmt: skip
    """Add a source without keys; return its id, or None where the name is taken."""
    added: int | None = Q.add_source(
        conn,
        workspace=workspace,
        kind=kind,
        name=name,
        is_test=is_test,
        settings=Jsonb(settings),
        created_at=created_at,
    )
    return added


def sources(conn: type_of_conn, workspace: int, *, after: int, limit: int, at: int) -> list[Source]:
    """Return sources with ids above `after` and the keys usable at an instant."""
    rows = Q.sources(conn, workspace=workspace, after=after, limit=limit, at=at)
    return [_source(row) for row in rows]


def source(conn: type_of_conn, workspace: int, number: int, *, at: int) -> Source | None:
    """Return one source with the keys usable at an instant, or None."""
    row = Q.source(conn, workspace=workspace, id=number, at=at)
    return _source(row) if row else None


def change_source(
    conn: type_of_conn, workspace: int, number: int, *, name: str | None, state: SourceState | None,
    is_test: bool | None, settings: Mapping[str, Any] | None,
) -> bool:  # fmt: skip
    """Write what is given of a source; return False where the name is another's, which ends the transaction."""
    try:
        Q.change_source(
            conn,
            workspace=workspace,
            id=number,
            name=name,
            state=state,
            is_test=is_test,
            settings=None if settings is None else Jsonb(settings),
        )
    except UniqueViolation:
        return False
    return True


def add_write_key(conn: type_of_conn, source: int, key: str, created_at: int) -> None:
    """Add a key that does not end."""
    Q.add_write_key(conn, source=source, key=key, created_at=created_at)


def end_write_keys(conn: type_of_conn, source: int, *, at: int) -> None:
    """Let the source's lasting keys end at an instant."""
    Q.end_write_keys(conn, source=source, at=at)


def forget_ended_keys(conn: type_of_conn, source: int, *, at: int) -> None:
    """Remove the source's keys that have ended."""
    Q.forget_ended_keys(conn, source=source, at=at)


def add_user(
    conn: type_of_conn, workspace: int, *, login: str, name: str, password_hash: str, role: Role, created_at: int
) -> int | None:  # fmt: skip
    """Add an active user; return the id, or None where the login is taken."""
    added: int | None = Q.add_user(
        conn,
        workspace=workspace,
        login=login,
        name=name,
        password_hash=password_hash,
        role=role,
        created_at=created_at,
    )
    return added


def users(conn: type_of_conn, workspace: int, *, after: int, limit: int) -> list[User]:
    """Return users with ids above `after`."""
    return [_user(row) for row in Q.users(conn, workspace=workspace, after=after, limit=limit)]


def user(conn: type_of_conn, workspace: int, number: int) -> User | None:
    """Return one user, locked until the transaction ends, or None."""
    row = Q.user(conn, workspace=workspace, id=number)
    return _user(row) if row else None


def user_id(conn: type_of_conn, workspace: int, login: str) -> int | None:
    """Return the id of the user with a normal login, or None."""
    found: int | None = Q.user_id(conn, workspace=workspace, login=login)
    return found


def lock_active_owners(conn: type_of_conn, workspace: int) -> list[int]:
    """Return ids of owners who can sign in, locked until the transaction ends."""
    return [number for (number,) in Q.lock_active_owners(conn, workspace=workspace)]


def change_user(conn: type_of_conn, workspace: int, number: int, *, role: Role, state: UserState) -> None:
    """Write role and state of a user."""
    Q.change_user(conn, workspace=workspace, id=number, role=role, state=state)


def password_hash(conn: type_of_conn, workspace: int, number: int) -> str | None:
    """Return the hash of an active user's password, or None."""
    row = Q.password_hash(conn, workspace=workspace, id=number)
    return row[0] if row else None


def change_password(conn: type_of_conn, workspace: int, number: int, password_hash: str) -> None:
    """Write the hash of another password."""
    Q.change_password(conn, workspace=workspace, id=number, password_hash=password_hash)


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


def roles(conn: type_of_conn, workspace: int) -> list[RoleRecord]:
    """Return the roles that a workspace made, by name."""
    return [_role(row) for row in Q.roles(conn, workspace=workspace)]


def role(conn: type_of_conn, workspace: int, name: str, *, is_to_change: bool) -> RoleRecord | None:
    """Return a role that a workspace made, or None; it stays, or is the caller's alone, until the transaction ends."""
    ask = Q.role_to_change if is_to_change else Q.role
    row = ask(conn, workspace=workspace, name=name)
    return _role(row) if row else None


def holders_of_roles(conn: type_of_conn, workspace: int) -> dict[str, int]:
    """Return how many users have each role that anybody has."""
    return dict(Q.holders_of_roles(conn, workspace=workspace))


def add_role(conn: type_of_conn, workspace: int, made: RoleRecord, *, at: int) -> bool:
    """Add a role; return False where the name is taken."""
    added: int = Q.add_role(
        conn, workspace=workspace, name=made.name, title=made.title, rights=list(made.rights), created_at=at
    )
    return added == 1


def change_role(conn: type_of_conn, workspace: int, changed: RoleRecord) -> None:
    """Write title and rights of a role that is locked."""
    Q.change_role(
        conn, workspace=workspace, name=changed.name, title=changed.title, rights=list(changed.rights)
    )


def is_role_in_use(conn: type_of_conn, workspace: int, name: str, *, at: int) -> bool:
    """Whether a user, or an invitation open at an instant, has a role."""
    found: bool = Q.is_role_in_use(conn, workspace=workspace, name=name, at=at)
    return found


def remove_role(conn: type_of_conn, workspace: int, name: str) -> None:
    """Remove a role that is locked."""
    Q.remove_role(conn, workspace=workspace, name=name)


def end_sessions_of_role(conn: type_of_conn, workspace: int, name: str, *, kept: bytes) -> None:
    """Remove the sessions of a role's users, except one."""
    Q.end_sessions_of_role(conn, workspace=workspace, role=name, kept=kept)


def lock_seats(conn: type_of_conn, workspace: int, *, at: int) -> Seats:
    """Return the limit of users and what is taken of it at an instant, locked until the transaction ends."""
    most = Q.lock_limit(conn, workspace=workspace)
    users, invited = Q.taken_seats(conn, workspace=workspace, at=at)
    return Seats(most, users, invited)


def change_limit(conn: type_of_conn, workspace: int, most: int | None) -> None:
    """Write the limit of users, which is locked."""
    Q.change_limit(conn, workspace=workspace, most=most)


def add_invitation(conn: type_of_conn, workspace: int, hashed: bytes, wanted: Invitation) -> Invitation:
    """Add an open invitation, known by a hash; return it with its id."""
    number: int = Q.add_invitation(
        conn,
        workspace=workspace,
        hash=hashed,
        name=wanted.name,
        login=wanted.login,
        role=wanted.role,
        created_at=wanted.created_at,
        created_by=wanted.created_by,
        expires_at=wanted.expires_at,
    )
    return msgspec.structs.replace(wanted, id=number)


def invitations(conn: type_of_conn, workspace: int, *, after: int, limit: int) -> list[Invitation]:
    """Return invitations with ids above `after`."""
    return [Invitation(*row) for row in Q.invitations(conn, workspace=workspace, after=after, limit=limit)]


def invitation(conn: type_of_conn, workspace: int, number: int) -> Invitation | None:
    """Return one invitation, locked until the transaction ends, or None."""
    row = Q.invitation(conn, workspace=workspace, id=number)
    return Invitation(*row) if row else None


def invitation_by_hash(conn: type_of_conn, slug: str, hashed: bytes) -> tuple[int, Invitation] | None:
    """Return (workspace, invitation) of a link's secret, or None."""
    row = Q.invitation_by_hash(conn, slug=slug, hash=hashed)
    return (row[0], Invitation(*row[1:])) if row else None


def is_invited(conn: type_of_conn, workspace: int, login: str, *, at: int) -> bool:
    """Whether an invitation for a login is open."""
    found: bool = Q.is_invited(conn, workspace=workspace, login=login, at=at)
    return found


def accept_invitation(conn: type_of_conn, number: int, *, at: int) -> bool:
    """Use an invitation up; return False where it is not open."""
    accepted: int = Q.accept_invitation(conn, id=number, at=at)
    return accepted == 1


def withdraw_invitation(conn: type_of_conn, number: int, *, at: int) -> None:
    """End an invitation that is locked."""
    Q.withdraw_invitation(conn, id=number, at=at)


def add_token(
    conn: type_of_conn, workspace: int, *, hashed: bytes, name: str, scopes: Iterable[Right], created_at: int,
    created_by: str, expires_at: int | None,
) -> int:  # fmt: skip
    """Add a token; return its id."""
    added: int = Q.add_token(
        conn,
        workspace=workspace,
        hash=hashed,
        name=name,
        scopes=list(scopes),
        created_at=created_at,
        created_by=created_by,
        expires_at=expires_at,
    )
    return added


def tokens(conn: type_of_conn, workspace: int, *, after: int, limit: int) -> list[Token]:
    """Return tokens with ids above `after`."""
    rows = Q.tokens(conn, workspace=workspace, after=after, limit=limit)
    return [
        Token(
            id=number,
            name=name,
            scopes=tuple(scopes),
            created_at=created_at,
            created_by=created_by,
            expires_at=expires_at,
            used_at=used_at,
        )
        for number, name, scopes, created_at, created_by, expires_at, used_at in rows
    ]


def token_by_hash(conn: type_of_conn, hashed: bytes) -> TokenRow | None:
    """Return what this token opens, or None."""
    row = Q.token_by_hash(conn, hash=hashed)
    return TokenRow(*row) if row else None


def note_token(conn: type_of_conn, number: int, *, at: int) -> None:
    """Write when a token was last used."""
    Q.note_token(conn, id=number, at=at)


def end_token(conn: type_of_conn, workspace: int, number: int) -> str | None:
    """Remove a token; return its name, or None where there was none."""
    row = Q.end_token(conn, workspace=workspace, id=number)
    return row[0] if row else None


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


def source_kinds(conn: Connection[Any], workspace: int) -> dict[int, SourceKind]:
    """The kind of every source."""
    return dict(Q.source_kinds(conn, workspace=workspace))


def test_sources(conn: Connection[Any], workspace: int) -> frozenset[int]:
    """Return the ids of the sources whose events are marked as a test."""
    return frozenset(row[0] for row in Q.test_sources(conn, workspace=workspace))


def settings(conn: type_of_conn, workspace: int) -> Settings:
    """Return the settings of a workspace; the defaults where nothing was set."""
    return msgspec.convert(Q.setting(conn, workspace=workspace) or {}, Settings)


def lock_settings(conn: type_of_conn, workspace: int) -> Settings:
    """Return the settings of a workspace, locked until the transaction ends where there are any."""
    return msgspec.convert(Q.lock_setting(conn, workspace=workspace) or {}, Settings)


def save_settings(conn: type_of_conn, workspace: int, settings: Settings) -> None:
    """Write the settings of a workspace."""
    Q.save_setting(conn, workspace=workspace, body=Jsonb(settings))


def add_audit(
    conn: type_of_conn,
    workspace: int,
    actor: Actor,
    *,
    what: str,
    about: str,
    detail: Mapping[str, Any],
    at: int,
) -> None:
    """Add one line to the audit log of a workspace."""
    Q.add_audit(
        conn,
        workspace=workspace,
        at=at,
        actor_kind=actor.kind,
        actor=actor.name,
        ip=actor.ip,
        what=what,
        about=about,
        detail=Jsonb(detail),
    )


def add_audit_by_slug(conn: type_of_conn, slug: str, actor: Actor, *, what: str, about: str, at: int) -> None:
    """Add one line to the audit log of the workspace of this link, or of none."""
    Q.add_audit_by_slug(
        conn,
        slug=slug,
        at=at,
        actor_kind=actor.kind,
        actor=actor.name,
        ip=actor.ip,
        what=what,
        about=about,
    )


def audit(conn: type_of_conn, workspace: int, *, before: int, limit: int) -> list[Audited]:
    """Return lines of the audit log with ids below `before`, the latest first."""
    rows = Q.audit(conn, workspace=workspace, before=before, limit=limit)
    return [
        Audited(id=number, at=at, actor=Actor(kind, name, ip), what=what, about=about, detail=detail)
        for number, at, kind, name, ip, what, about, detail in rows
    ]


def _source(row: tuple[Any, ...]) -> Source:
    number, kind, name, state, is_test, settings, created_at, keys = row
    return Source(
        id=number,
        kind=kind,
        name=name,
        state=state,
        is_test=is_test,
        settings=settings,
        created_at=created_at,
        write_keys=tuple(keys),
    )


def _role(row: tuple[Any, ...]) -> RoleRecord:
    name, title, rights = row
    return RoleRecord(name, title, tuple(rights))


def _user(row: tuple[Any, ...]) -> User:
    number, login, name, role, state, created_at, signed_in_at, has_second_factor = row
    return User(
        id=number,
        login=login,
        name=name,
        role=role,
        state=state,
        created_at=created_at,
        signed_in_at=signed_in_at,
        has_second_factor=has_second_factor,
    )


def limit_of_user(conn: type_of_conn, workspace: int, number: int) -> tuple[str | None] | None:
    """Return the row limit of a user as JSON, None inside for none; None where there is no such user."""
    found: tuple[str | None] | None = Q.limit_of_user(conn, workspace=workspace, id=number)
    return found


def limit_of_token(conn: type_of_conn, workspace: int, number: int) -> tuple[str | None] | None:
    """Return the row limit of a token as JSON, None inside for none; None where there is no such token."""
    found: tuple[str | None] | None = Q.limit_of_token(conn, workspace=workspace, id=number)
    return found


def limit_user(conn: type_of_conn, workspace: int, number: int, row_limit: str | None) -> None:
    """Give a user another row limit; None for none."""
    Q.limit_user(conn, workspace=workspace, id=number, row_limit=row_limit)


def limit_token(conn: type_of_conn, workspace: int, number: int, row_limit: str | None) -> str | None:
    """Give a token another row limit; return its name, or None where there is none."""
    name: str | None = Q.limit_token(conn, workspace=workspace, id=number, row_limit=row_limit)
    return name
