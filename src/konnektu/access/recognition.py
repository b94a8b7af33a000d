"""In: a cookie or a token, as a request shows it. Out: the caller behind the request.

Invariant: a workspace that is not the caller's own is answered like one that does not exist.
"""

import secrets
from collections.abc import Callable
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from konnektu.access import logic, sign_in_store, store
from konnektu.access.caller import Caller
from konnektu.access.model import Actor, Right
from konnektu.core.errors import Forbidden, NotFound, Retry, SignInNeeded
from konnektu.storage.api import Connection, Storage, WorkspaceRecord, find

Row = TypeVar("Row", store.TokenRow, sign_in_store.SessionRow)


class Credentials(Struct, frozen=True, kw_only=True):
    """What a request shows of its sender."""

    slug: str
    """The workspace it asks for."""
    bearer: str = ""
    """Token of the Authorization header."""
    cookie: str = ""
    """Cookie of the workspace's session."""
    csrf: str = ""
    """What the page repeats of the session; needed where a cookie comes with a change."""
    is_change: bool = False
    """Whether the method may change something."""
    ip: str = ""


def caller_of_request(storage: Storage, shown: Credentials, *, now: int) -> Caller:
    """Return who calls.

    Raises `SignInNeeded` without a valid token or session, `NotFound` where it belongs to another workspace
    than the one asked for, `Forbidden` where a change by cookie does not repeat the session's CSRF token.
    """
    if shown.bearer:
        return _holder_of_token(storage, shown, now)
    if shown.cookie:
        return _holder_of_session(storage, shown, now)
    raise SignInNeeded


def is_remembered(storage: Storage, shown: Credentials, *, now: int) -> bool:
    """Whether memory tells who calls, with nothing to ask of the database or to write there."""
    question = _question(shown)
    opened = storage.recent.known(question) if question else None
    return opened is not None and not logic.is_use_worth_writing(opened[0].seen_at, now)


def _question(shown: Credentials) -> tuple[str, bytes] | None:
    """What a request shows, as it is remembered: a bearer's token or a session's cookie, by its hash."""
    if shown.bearer:
        return "token", logic.hashed(shown.bearer)
    return ("session", logic.hashed(shown.cookie)) if shown.cookie else None


def _opened(
    storage: Storage, question: tuple[str, bytes], look: Callable[[Connection, bytes], Row | None]
) -> tuple[Row, WorkspaceRecord] | None:
    """What a token or a session opens and its workspace, read at most a moment ago; None where it opens nothing.

    The workspace carries the holder's row limit, so that its doors are those of the limited role.
    """

    def read() -> tuple[Row, WorkspaceRecord] | None:
        with storage.control.read() as conn:
            row = look(conn, question[1])
        return None if row is None else (row, replace(find(storage, row.slug), row_limit=row.row_limit or ""))

    return storage.recent.answer(question, read)


def _holder_of_token(storage: Storage, shown: Credentials, now: int) -> Caller:
    opened = _opened(storage, ("token", logic.hashed(shown.bearer)), store.token_by_hash)
    if opened is None or (opened[0].expires_at is not None and opened[0].expires_at <= now):
        raise SignInNeeded("This token is unknown, revoked or over.")
    row, workspace = opened
    _refuse_foreign(shown.slug, workspace)
    if logic.is_use_worth_writing(row.seen_at, now):
        with storage.control.transaction() as conn:
            store.note_token(conn, row.id, at=now)
    scopes: frozenset[Right] = frozenset(row.scopes)
    return Caller(workspace=workspace, actor=Actor("token", row.name, shown.ip), rights=scopes)


def _holder_of_session(storage: Storage, shown: Credentials, now: int) -> Caller:
    hashed = logic.hashed(shown.cookie)
    opened = _opened(storage, ("session", hashed), sign_in_store.session)
    if opened is None or not logic.is_session_alive(
        opened[0].created_at, opened[0].seen_at, opened[0].rules, now
    ):
        raise SignInNeeded("Your session is over. Sign in again.")
    row, workspace = opened
    _refuse_foreign(shown.slug, workspace)
    if shown.is_change and not secrets.compare_digest(shown.csrf.encode(), row.csrf.encode()):
        raise Forbidden("Send the header X-CSRF-Token with the csrf of your session.")
    if logic.is_use_worth_writing(row.seen_at, now):
        with storage.control.transaction() as conn:
            sign_in_store.note_session(conn, hashed, at=now)
    return Caller(
        workspace=workspace,
        actor=Actor("user", row.login, shown.ip),
        rights=logic.rights_of(row.role, row.own_rights),
        role=row.role,
        user=row.user,
        csrf=row.csrf,
        session=hashed,
    )


def _refuse_foreign(asked: str, own: WorkspaceRecord) -> None:
    """Refuse any workspace but the caller's own; a foreign one is answered like one that does not exist."""
    if asked != own.slug:
        raise NotFound("There is no such workspace.")
    if own.state == "paused":
        raise Retry(f"This workspace is paused: {own.reason}")
