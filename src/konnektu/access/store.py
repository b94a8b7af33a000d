"""In: a connection to the control schema. Out: rows of access as records, and rows written.

Invariant: one short function per query of `queries.sql`, no decisions.
"""

from collections.abc import Iterable, Mapping, Sequence
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
    Right,
    Role,
    Settings,
    Source,
    SourceKind,
    SourceState,
    Token,
    User,
    UserState,
    WriteKey,
)
from konnektu.core.records import TEST

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")

type_of_conn = Connection[Any]


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


def add_write_key(conn: type_of_conn, workspace: int, source: int, key: str, created_at: int) -> None:
    """Add a key that does not end."""
    Q.add_write_key(conn, workspace=workspace, source=source, key=key, created_at=created_at)


def end_write_keys(conn: type_of_conn, workspace: int, source: int, *, at: int) -> None:
    """Let the source's lasting keys end at an instant."""
    Q.end_write_keys(conn, workspace=workspace, source=source, at=at)


def forget_ended_keys(conn: type_of_conn, workspace: int, source: int, *, at: int) -> None:
    """Remove the source's keys that have ended."""
    Q.forget_ended_keys(conn, workspace=workspace, source=source, at=at)


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


def users_of_roles(conn: type_of_conn, workspace: int, roles: Sequence[Role], *, limit: int) -> list[User]:
    """Return active users of some roles whose rows are not limited."""
    rows = Q.users_of_roles(conn, workspace=workspace, roles=list(roles), limit=limit)
    return [_user(row) for row in rows]


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


def source_kinds(conn: Connection[Any], workspace: int) -> dict[int, SourceKind]:
    """The kind of every source."""
    return dict(Q.source_kinds(conn, workspace=workspace))


def sources_made(conn: Connection[Any], workspace: int, numbers: Sequence[int]) -> dict[int, int]:
    """When each of these sources was made; unknown ones are missing."""
    return dict(Q.sources_made(conn, workspace=workspace, ids=list(numbers)))


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
