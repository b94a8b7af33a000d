"""In: a user and a code. Out: whether it is theirs; second factors turned on, off and reset.

Invariant: secrets are kept sealed and recovery codes as keyed hashes, both under the installation's key; a code is
good once: two requests with the same code meet at the locked row, and the second finds it used.
"""

from typing import Literal

from msgspec import Struct

from konnektu.access import factors, logic, sign_in_store, store, throttling
from konnektu.access.audit import record
from konnektu.access.caller import Caller
from konnektu.access.factors import Offer
from konnektu.access.model import FactorState
from konnektu.access.passwords import Passwords
from konnektu.access.tickets import opened, sealed
from konnektu.core.errors import Conflict, Forbidden, NotFound, Unprocessable
from konnektu.core.secrets import keyed_hash, seal, unseal
from konnektu.storage.api import Storage

Used = Literal["code", "recovery"]
USE = "second factor of user"
RECOVERY_USE = "recovery codes"
OFFER_USE = "offered second factor"


class WrongCode(Unprocessable):
    """The code is wrong or was used already. Wait for the next one and enter that."""


class _Offered(Struct, frozen=True):
    user: int
    secret: str


def offer(key: bytes, user: int, login: str, place: str, *, now: int) -> Offer:
    """Return a fresh secret for a user; nothing holds until a code confirms it. `place` names the workspace."""
    secret = factors.fresh_secret()
    kept = sealed(key, OFFER_USE, _Offered(user, secret), until=now + factors.OFFER_LIFE)
    return factors.shown(secret, login, place, kept)


def offered_again(key: bytes, user: int, login: str, place: str, offered: str, *, now: int) -> Offer | None:
    """Return the offer that a user was shown before, or None where it is over or another's."""
    taken = opened(key, OFFER_USE, offered, _Offered, now=now)
    if taken is None or taken.user != user:
        return None
    return factors.shown(taken.secret, login, place, offered)


def turn_on(
    conn: store.type_of_conn, key: bytes, user: int, *, offered: str, code: str, now: int
) -> list[str]:
    """Turn on the offered second factor, confirmed by its first code; return the recovery codes, shown once.

    Raises `WrongCode`, `Unprocessable` for an offer of another or one that is over, `Conflict` where one is on.
    """
    taken = opened(key, OFFER_USE, offered, _Offered, now=now)
    if taken is None or taken.user != user:
        raise Unprocessable("This offer is over. Begin again with a fresh QR code.")
    step = factors.step_of(taken.secret, factors.normal_code(code), after=0, now=now)
    if step is None:
        raise WrongCode
    kept = seal(key, f"{USE} {user}", taken.secret.encode())
    if not sign_in_store.add_second_factor(conn, user, kept, last_step=step, at=now):
        raise Conflict("Your second factor is on. Turn it off before you set up another.")
    return _fresh_codes(conn, key, user)


def use(conn: store.type_of_conn, key: bytes, user: int, code: str, *, now: int) -> Used | None:
    """Use up a code of a user's app or a recovery code; return which it was, or None where it is neither."""
    kept = sign_in_store.second_factor(conn, user)
    if kept is None:
        return None
    code = factors.normal_code(code)
    secret = unseal(key, f"{USE} {user}", kept.secret).decode()
    step = factors.step_of(secret, code, after=kept.last_step, now=now)
    if step is not None:
        sign_in_store.note_code(conn, user, last_step=step)
        return "code"
    return "recovery" if sign_in_store.use_recovery_code(conn, user, _hashed(key, user, code)) else None


def own_state(storage: Storage, by: Caller) -> FactorState:
    """Return what the caller may know of their own second factor."""
    user, role = _user_of(by), by.role
    with storage.control.transaction() as conn:
        kept = sign_in_store.second_factor(conn, user)
        rules = store.settings(conn, by.workspace.id).sign_in
        left = sign_in_store.recovery_codes_left(conn, user)
    return FactorState(
        is_on=kept is not None,
        is_required=role is not None and logic.is_second_factor_required(rules, role),
        confirmed_at=kept.confirmed_at if kept else None,
        recovery_codes_left=left,
    )


def offer_own(storage: Storage, passwords: Passwords, by: Caller, *, password: str, now: int) -> Offer:
    """Offer the caller a second factor, against their password. Raises `Conflict` where one is on."""
    keys = _heard(storage, by, now)
    _refuse_wrong_password(storage, passwords, by, password)
    with storage.control.transaction() as conn:
        throttling.take_back(conn, keys, now)
        if sign_in_store.second_factor(conn, by.user) is not None:
            raise Conflict("Your second factor is on. Turn it off before you set up another.")
    return offer(storage.secret_key, by.user, by.login, by.workspace.name, now=now)


def confirm_own(storage: Storage, by: Caller, *, offered: str, code: str, now: int) -> list[str]:
    """Turn the caller's offered second factor on; their other sessions end. Returns the recovery codes."""
    with storage.control.transaction() as conn:
        codes = turn_on(conn, storage.secret_key, _user_of(by), offered=offered, code=code, now=now)
        sign_in_store.end_sessions_of_user(conn, by.user, kept=by.session)
        record(conn, by, "second_factor.turned_on", by.login, now=now)
    return codes


def renew_own_codes(
    storage: Storage, passwords: Passwords, by: Caller, *, password: str, code: str, now: int
) -> list[str]:
    """Give the caller other recovery codes; the present ones open nothing any more."""
    keys = _heard(storage, by, now)
    _refuse_wrong_password(storage, passwords, by, password)
    with storage.control.transaction() as conn:
        _use_own(conn, storage.secret_key, by, code, now)
        throttling.take_back(conn, keys, now)
        codes = _fresh_codes(conn, storage.secret_key, by.user)
        record(conn, by, "recovery_codes.renewed", by.login, now=now)
    return codes


def turn_own_off(
    storage: Storage, passwords: Passwords, by: Caller, *, password: str, code: str, now: int
) -> None:
    """Turn the caller's second factor off. Raises `Conflict` where the workspace requires it of them."""
    keys = _heard(storage, by, now)
    _refuse_wrong_password(storage, passwords, by, password)
    with storage.control.transaction() as conn:
        rules = store.settings(conn, by.workspace.id).sign_in
        if by.role is not None and logic.is_second_factor_required(rules, by.role):
            raise Conflict("Your workspace requires a second factor of your role. It cannot be turned off.")
        _use_own(conn, storage.secret_key, by, code, now)
        throttling.take_back(conn, keys, now)
        sign_in_store.remove_second_factor(conn, by.user)
        record(conn, by, "second_factor.turned_off", by.login, now=now)


def _use_own(conn: store.type_of_conn, key: bytes, by: Caller, code: str, now: int) -> None:
    if sign_in_store.second_factor(conn, by.user) is None:
        raise NotFound("You have no second factor.")
    if use(conn, key, by.user, code, now=now) is None:
        raise WrongCode


def _heard(storage: Storage, by: Caller, now: int) -> throttling.Keys:
    """Count a try under the caller's own sign-ins: a stolen session guesses no faster than a stranger."""
    _user_of(by)
    return throttling.count_failure(storage.control, by.workspace.slug, by.login, by.actor.ip, now)


def _refuse_wrong_password(storage: Storage, passwords: Passwords, by: Caller, password: str) -> None:
    with storage.control.read() as conn:
        hashed = store.password_hash(conn, by.workspace.id, by.user)
    if not passwords.is_right(hashed, password[: logic.PASSWORD_MOST]):
        raise Forbidden("Your password is another one.")


def _user_of(by: Caller) -> int:
    if not by.user:
        raise Forbidden("A token has no second factor. Sign in as a user.")
    return by.user


def _fresh_codes(conn: store.type_of_conn, key: bytes, user: int) -> list[str]:
    codes = factors.fresh_recovery_codes()
    hashes = [_hashed(key, user, factors.normal_code(code)) for code in codes]
    sign_in_store.replace_recovery_codes(conn, user, hashes)
    return codes


def _hashed(key: bytes, user: int, code: str) -> bytes:
    return keyed_hash(key, RECOVERY_USE, f"{user} {code}")
