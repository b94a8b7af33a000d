"""In: a login and password, then a code where a second factor is on. Out: a session.

Invariant: an answer tells nothing about which logins or workspaces exist: an unknown one costs the same
work and gets the same words as a wrong password, in the same throttle. Who has given the right password, and nobody
else, hears of a second step.
"""

import secrets
from hmac import compare_digest
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from konnektu.access import logic, second_factor, sign_in_store, store, throttling
from konnektu.access.caller import Caller
from konnektu.access.factors import Offer
from konnektu.access.model import Actor, SecondStep, SignedIn
from konnektu.access.passwords import Passwords
from konnektu.access.tickets import opened, sealed
from konnektu.core.clock import HOUR, MINUTE, SECOND
from konnektu.core.errors import Conflict, SignInNeeded, Unprocessable
from konnektu.core.logging import Action, get
from konnektu.core.secrets import keyed_hash
from konnektu.storage.api import Storage, checked_slug, find

RANDOM_BYTES = 32
USER_AGENT_MOST = 300
COOKIE_LIFE = logic.LIFE_MOST * HOUR
"""How long a browser keeps the cookie; the session itself may be over sooner."""
WRONG = "Login or password is wrong."
WRONG_CODE = "The code is wrong or was used already."
OVER = "This sign-in is over. Begin again with your login and password."
TICKET_LIFE = 10 * MINUTE
TICKET_USE = "second step of a sign-in"
_log = get("access")


class SignIn(Struct, frozen=True, kw_only=True):
    """A try to sign in, as it came."""

    slug: str
    login: str
    password: str
    ip: str
    user_agent: str = ""


class NextStep(Struct, frozen=True, kw_only=True):
    """The second step of a sign-in, as it came."""

    slug: str
    ticket: str
    code: str = ""
    offered: str = ""
    """The offer that the code confirms, where the second factor begins with this sign-in."""
    ip: str
    user_agent: str = ""


class _Ticket(Struct, frozen=True):
    """Whose password was right. It is over when that password is."""

    slug: str
    login: str
    password: bytes
    """Keyed hash of the password's hash."""


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
        "max_age": COOKIE_LIFE // SECOND if secret else 0,
    }


def step_cookie_name(slug: str) -> str:
    """Return the name of the cookie that carries a sign-in from its first step to the second."""
    return f"konnektu_step_{slug}"


def step_cookie(slug: str, ticket: str, *, is_secure: bool) -> dict[str, Any]:
    """Return the attributes of the second step's cookie; an empty ticket ends it."""
    return {
        **session_cookie(slug, ticket, is_secure=is_secure),
        "key": step_cookie_name(slug),
        "samesite": "strict",
        "max_age": TICKET_LIFE // SECOND if ticket else 0,
    }


def sign_in(storage: Storage, passwords: Passwords, tried: SignIn, *, now: int) -> SignedIn | SecondStep:
    """Check a login and password; begin a session, or say which second step is needed.

    Raises `SignInNeeded` (wrong) or `TooMany` (wait), the same for logins and workspaces that do not exist.
    """
    tried = replace(tried, slug=_real_slug(tried.slug))
    login = _comparable(tried.login)
    keys = throttling.count_failure(storage.control, tried.slug, login or tried.login, tried.ip, now)
    found = _candidate(storage, tried.slug, login)
    hashed = found.password_hash if found else None
    if not passwords.is_right(hashed, tried.password[: logic.PASSWORD_MOST]) or found is None:
        _note_refusal(storage, tried.slug, login, tried.ip, "wrong", now)
        raise SignInNeeded(WRONG)
    found = _with_fresh_hash(storage, passwords, found, tried.password)
    step = _second_step(storage.secret_key, tried.slug, found, now)
    if step is not None:
        with storage.control.transaction() as conn:
            throttling.take_back(conn, keys, now)
        return step
    with storage.control.transaction() as conn:
        return begin_session(conn, found, keys, tried, {}, now)


def needed_step(storage: Storage, tried: NextStep, *, now: int) -> Literal["code", "enrolment"]:
    """Return what a sign-in under way needs next. Raises `SignInNeeded` where none is."""
    return "code" if _of_ticket(storage, tried, now).has_second_factor else "enrolment"


def enter_code(storage: Storage, tried: NextStep, *, now: int) -> SignedIn:
    """Begin the session of a sign-in whose password was right, against a code of the second factor.

    Raises `SignInNeeded` for a wrong or used code or a sign-in that is over, `TooMany` as the first step does.
    """
    found = _of_ticket(storage, tried, now)
    keys = throttling.count_failure(storage.control, tried.slug, found.login, tried.ip, now)
    with storage.control.transaction() as conn:
        used = second_factor.use(conn, storage.secret_key, found.user, tried.code, now=now)
        if used is not None:
            return begin_session(conn, found, keys, tried, {"second_factor": used}, now)
    _note_refusal(storage, tried.slug, found.login, tried.ip, "code", now)
    raise SignInNeeded(WRONG_CODE)


def begin_enrolment(storage: Storage, tried: NextStep, *, now: int) -> Offer:
    """Offer a second factor to who has given the right password and must have one; the same one where it was shown.

    Raises `SignInNeeded` for a sign-in that is over, `Conflict` where a second factor is on or none is required.
    """
    found = _of_ticket(storage, tried, now)
    if found.has_second_factor or not logic.is_second_factor_required(found.rules, found.role):
        raise Conflict("This sign-in needs no second factor to begin with.")
    key, place = storage.secret_key, find(storage, tried.slug).name
    again = second_factor.offered_again(key, found.user, found.login, place, tried.offered, now=now)
    return again or second_factor.offer(key, found.user, found.login, place, now=now)


def finish_enrolment(storage: Storage, tried: NextStep, *, now: int) -> tuple[SignedIn, list[str]]:
    """Turn the offered second factor on by its first code and begin the session; return it and recovery codes."""
    found = _of_ticket(storage, tried, now)
    keys = throttling.keys_of(tried.slug, found.login, tried.ip)
    with storage.control.transaction() as conn:
        codes = second_factor.turn_on(
            conn, storage.secret_key, found.user, offered=tried.offered, code=tried.code, now=now
        )
        actor = Actor("user", found.login, tried.ip)
        what = "second_factor.turned_on"
        store.add_audit(conn, found.workspace, actor, what=what, about=found.login, detail={}, at=now)
        begun = begin_session(conn, found, keys, tried, {"second_factor": "enrolment"}, now)
    return begun, codes


def entered_by_invitation(
    storage: Storage, slug: str, login: str, ip: str, user_agent: str, *, now: int
) -> SignedIn | SecondStep:
    """Begin the session of somebody who has just chosen their password, or say which second step is needed."""
    found = _candidate(storage, slug, login)
    if found is None:
        raise SignInNeeded(OVER)
    step = _second_step(storage.secret_key, slug, found, now)
    if step is not None:
        return step
    tried = SignIn(slug=slug, login=login, password="", ip=ip, user_agent=user_agent)
    with storage.control.transaction() as conn:
        return begin_session(conn, found, None, tried, {"invitation": True}, now)


def sign_out(storage: Storage, by: Caller) -> None:
    """End the caller's session."""
    with storage.control.transaction() as conn:
        sign_in_store.end_session(conn, by.session)


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


def _candidate(storage: Storage, slug: str, login: str) -> sign_in_store.Candidate | None:
    with storage.control.read() as conn:
        return sign_in_store.user_signing_in(conn, slug, login)


def _with_fresh_hash(
    storage: Storage, passwords: Passwords, found: sign_in_store.Candidate, password: str
) -> sign_in_store.Candidate:
    """The same, after a hash of older costs was made again while the password is at hand."""
    if not passwords.is_outdated(found.password_hash):
        return found
    fresh = passwords.hash(password)
    with storage.control.transaction() as conn:
        store.change_password(conn, found.workspace, found.user, fresh)
    return found._replace(password_hash=fresh)


def _second_step(key: bytes, slug: str, found: sign_in_store.Candidate, now: int) -> SecondStep | None:
    is_required = logic.is_second_factor_required(found.rules, found.role)
    if not found.has_second_factor and not is_required:
        return None
    ticket = _Ticket(slug, found.login, _mark(key, found))
    until = now + TICKET_LIFE
    shown = sealed(key, TICKET_USE, ticket, until=until)
    return SecondStep(shown, "code" if found.has_second_factor else "enrolment", until)


def _of_ticket(storage: Storage, tried: NextStep, now: int) -> sign_in_store.Candidate:
    """Whose ticket it is, while they may still sign in to this workspace with the same password."""
    key = storage.secret_key
    ticket = opened(key, TICKET_USE, tried.ticket, _Ticket, now=now)
    found = _candidate(storage, ticket.slug, ticket.login) if ticket and ticket.slug == tried.slug else None
    if ticket is None or found is None or not compare_digest(ticket.password, _mark(key, found)):
        raise SignInNeeded(OVER)
    return found


def _mark(key: bytes, found: sign_in_store.Candidate) -> bytes:
    return keyed_hash(key, TICKET_USE, found.password_hash)


def _note_refusal(storage: Storage, slug: str, login: str, ip: str, reason: str, now: int) -> None:
    _log.warning(Action.SIGN_IN_REFUSED, reason=reason)
    actor = Actor("user", login, ip)
    with storage.control.transaction() as conn:
        store.add_audit_by_slug(conn, slug, actor, what="sign_in.refused", about=login, at=now)


def begin_session(
    conn: store.type_of_conn, found: sign_in_store.Candidate, keys: throttling.Keys | None, tried: SignIn | NextStep,
    detail: dict[str, Any], now: int,
) -> SignedIn:  # fmt: skip
    """Begin a session inside the transaction that found who it is for; what was counted as failed is forgiven."""
    made = SignedIn(
        secret=secrets.token_urlsafe(RANDOM_BYTES),
        csrf=secrets.token_urlsafe(RANDOM_BYTES),
        expires_at=now + found.rules.life_hours * HOUR,
    )
    if keys is not None:
        throttling.forgive(conn, keys, now)
    sign_in_store.forget_dead_sessions(
        conn,
        found.user,
        created_before=now - found.rules.life_hours * HOUR,
        seen_before=now - found.rules.idle_minutes * MINUTE,
    )
    sign_in_store.add_session(
        conn,
        hashed=logic.hashed(made.secret),
        user=found.user,
        csrf=made.csrf,
        at=now,
        ip=tried.ip,
        user_agent=tried.user_agent[:USER_AGENT_MOST],
    )
    actor = Actor("user", found.login, tried.ip)
    about = found.login
    store.add_audit(conn, found.workspace, actor, what="sign_in.accepted", about=about, detail=detail, at=now)
    return made
