"""In: a login and password, a cookie or a token, as they came. Out: a session, or the caller behind a request.

Invariant: an answer tells nothing about which logins or workspaces exist: an unknown one costs the same
work and gets the same words as a wrong password, in the same throttle.
"""

import secrets
from collections.abc import Callable
from typing import Any, Literal, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from konnektu.access import logic, store
from konnektu.access.caller import Caller
from konnektu.access.model import Actor, Right, SignedIn, Throttle
from konnektu.access.passwords import Passwords
from konnektu.core.clock import DAY, SECOND
from konnektu.core.errors import Forbidden, NotFound, Retry, SignInNeeded, TooMany, Unprocessable
from konnektu.core.logging import Action, get
from konnektu.storage.api import Connection, Storage, WorkspaceRecord, checked_slug, find

Row = TypeVar("Row", store.TokenRow, store.SessionRow)

RANDOM_BYTES = 32
USER_AGENT_MOST = 300
WRONG = "Login or password is wrong."
FORGET_AFTER = DAY
"""Counts of failures that rest for so long are removed."""
_log = get("access")


class SignIn(Struct, frozen=True, kw_only=True):
    """A try to sign in, as it came."""

    slug: str
    login: str
    password: str
    ip: str
    user_agent: str = ""


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


def cookie_name(slug: str) -> str:
    """Return the name of a workspace's session cookie: sessions of several workspaces live side by side."""
    return f"konnektu_{slug}"


def session_cookie(slug: str, secret: str, *, is_secure: bool) -> dict[str, Any]:
    """Return the attributes of a session's cookie, as Litestar's `Cookie` takes them; an empty secret ends it."""
    return {
        "key": cookie_name(slug),
        "value": secret,
        "path": "/",
        "httponly": True,
        "samesite": "lax",
        "secure": is_secure,
        "max_age": logic.SESSION_LIFE // SECOND if secret else 0,
    }


def sign_in(storage: Storage, passwords: Passwords, tried: SignIn, *, now: int) -> SignedIn:
    """Check a login and password and begin a session.

    Raises `SignInNeeded` (wrong) or `TooMany` (wait), the same for logins and workspaces that do not exist.
    """
    login = _comparable(tried.login)
    tried = replace(tried, slug=_real_slug(tried.slug))
    keys = _throttle_keys(tried, login)
    _count_failure(storage, keys, now)
    found = _candidate(storage, tried.slug, login)
    if (
        not passwords.is_right(found[1] if found else None, tried.password[: logic.PASSWORD_MOST])
        or not found
    ):
        _note_refusal(storage, tried, login, now)
        raise SignInNeeded(WRONG)
    user, hashed = found
    # A hash of older costs is made again while the password is at hand.
    fresh = passwords.hash(tried.password) if passwords.is_outdated(hashed) else None
    return _begun(storage, tried, user, login, keys, fresh, now)


def sign_out(storage: Storage, by: Caller) -> None:
    """End the caller's session."""
    with storage.control.transaction() as conn:
        store.end_session(conn, by.session)


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
    """What a token or a session opens and its workspace, read at most a moment ago; None where it opens nothing."""

    def read() -> tuple[Row, WorkspaceRecord] | None:
        with storage.control.read() as conn:
            row = look(conn, question[1])
        return None if row is None else (row, find(storage, row.slug))

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
    opened = _opened(storage, ("session", hashed), store.session)
    if opened is None or not logic.is_session_alive(opened[0].created_at, opened[0].seen_at, now):
        raise SignInNeeded("Your session is over. Sign in again.")
    row, workspace = opened
    _refuse_foreign(shown.slug, workspace)
    if shown.is_change and not secrets.compare_digest(shown.csrf.encode(), row.csrf.encode()):
        raise Forbidden("Send the header X-CSRF-Token with the csrf of your session.")
    if logic.is_use_worth_writing(row.seen_at, now):
        with storage.control.transaction() as conn:
            store.note_session(conn, hashed, at=now)
    return Caller(
        workspace=workspace,
        actor=Actor("user", row.login, shown.ip),
        rights=logic.rights_of(row.role),
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


def _comparable(login: str) -> str:
    """A login as it is looked up; one that cannot exist is looked up all the same."""
    try:
        return logic.normal_login(login)
    except Unprocessable:
        return ""


def _real_slug(slug: str) -> str:
    """The slug as it is looked up; nothing for one that no workspace can have."""
    try:
        return checked_slug(slug)
    except Unprocessable:
        return ""


def _throttle_keys(tried: SignIn, login: str) -> dict[Literal["login", "address"], bytes]:
    # Hashed: people type passwords into the wrong field.
    return {
        "login": logic.hashed(f"login {tried.slug} {login or tried.login}"),
        "address": logic.hashed(f"address {logic.network_of(tried.ip)}"),
    }


def _count_failure(storage: Storage, keys: dict[Literal["login", "address"], bytes], now: int) -> None:
    """Count this try as failed before it is heard, so that parallel tries cannot slip through together."""
    limits = {keys["login"]: logic.LOGIN_LIMIT, keys["address"]: logic.ADDRESS_LIMIT}
    with storage.control.transaction() as conn:
        counts = store.lock_throttles(conn, keys.values(), at=now)
        wait = max(logic.seconds_to_wait(count, now) for count in counts.values())
        if not wait:
            counted = {key: logic.counted(count, limits[key], now) for key, count in counts.items()}
            store.save_throttles(conn, counted)
    if wait:
        _log.warning(Action.SIGN_IN_REFUSED, reason="too_many", wait=wait)
        raise TooMany("Too many failed sign-ins. Wait and try again.", retry_after=wait)


def _candidate(storage: Storage, slug: str, login: str) -> tuple[int, str] | None:
    with storage.control.read() as conn:
        return store.user_signing_in(conn, slug, login)


def _note_refusal(storage: Storage, tried: SignIn, login: str, now: int) -> None:
    _log.warning(Action.SIGN_IN_REFUSED, reason="wrong")
    actor = Actor("user", login, tried.ip)
    with storage.control.transaction() as conn:
        store.add_audit_by_slug(conn, tried.slug, actor, what="sign_in.refused", about=login, at=now)


def _begun(
    storage: Storage, tried: SignIn, user: int, login: str, keys: dict[Literal["login", "address"], bytes],
    fresh_hash: str | None, now: int,
) -> SignedIn:  # fmt: skip
    workspace = find(storage, tried.slug)
    begun = SignedIn(
        secret=secrets.token_urlsafe(RANDOM_BYTES),
        csrf=secrets.token_urlsafe(RANDOM_BYTES),
        expires_at=now + logic.SESSION_LIFE,
    )
    with storage.control.transaction() as conn:
        counts = store.lock_throttles(conn, keys.values(), at=now)
        forgiven = {keys["login"]: Throttle(), keys["address"]: logic.forgiven(counts[keys["address"]])}
        store.save_throttles(conn, forgiven)
        store.forget_throttles(conn, before=now - FORGET_AFTER)
        store.forget_dead_sessions(
            conn, user, created_before=now - logic.SESSION_LIFE, seen_before=now - logic.SESSION_IDLE
        )
        store.add_session(
            conn,
            hashed=logic.hashed(begun.secret),
            user=user,
            csrf=begun.csrf,
            at=now,
            ip=tried.ip,
            user_agent=tried.user_agent[:USER_AGENT_MOST],
        )
        if fresh_hash:
            store.change_password(conn, workspace.id, user, fresh_hash)
        actor = Actor("user", login, tried.ip)
        store.add_audit(conn, workspace.id, actor, what="sign_in.accepted", about=login, detail={}, at=now)
    return begun
