"""In: a try to sign in. Out: its count among the failures, or `TooMany`.

Invariant: a try is counted as failed before it is heard, so that parallel tries cannot slip through together; every
step of one sign-in is counted under the same keys, and a login that does not exist is counted like one that does.
"""

from msgspec import Struct

from konnektu.access import logic, sign_in_store, store, tries
from konnektu.access.model import Throttle
from konnektu.core.clock import DAY
from konnektu.core.errors import TooMany
from konnektu.core.logging import Action, get
from konnektu.storage.api import Db

FORGET_AFTER = DAY
"""Counts of failures that rest for so long are removed."""
_log = get("access")


class Keys(Struct, frozen=True):
    """What the failures of one sign-in are counted under."""

    login: bytes
    """A login in a workspace."""
    address: bytes
    """An address in a workspace."""
    anywhere: bytes
    """An address in all workspaces together: one that guesses links and logins is slowed down over all of them."""

    def limits(self) -> dict[bytes, logic.Limit]:
        """How many failures each key may have."""
        return {
            self.login: logic.LOGIN_LIMIT,
            self.address: logic.ADDRESS_LIMIT,
            self.anywhere: logic.ANYWHERE_LIMIT,
        }


def keys_of(slug: str, login: str, ip: str) -> Keys:
    """Return the keys of a workspace's link and a login, known or not, and of an address."""
    # Hashed: people type passwords into the wrong field.
    network = logic.network_of(ip)
    return Keys(
        logic.hashed(f"login {slug} {login}"),
        logic.hashed(f"address {slug} {network}"),
        logic.hashed(f"address {network}"),
    )


def count_failure(control: Db, slug: str, login: str, ip: str, now: int) -> Keys:
    """Count a try as failed; return its keys.

    Raises `TooMany`, and counts nothing, while an earlier failure makes it wait.
    """
    keys = keys_of(slug, login, ip)
    limits = keys.limits()
    with control.transaction() as conn:
        wait, counts = tries.counted(conn, limits, now)
        if not wait and counts[keys.address].blocked_until > now:
            sign_in_store.name_throttle(conn, keys.address, slug, logic.network_of(ip))
    if wait:
        _log.warning(Action.SIGN_IN_REFUSED, reason="too_many", wait=wait)
        raise TooMany("Too many failed sign-ins. Wait and try again.", retry_after=wait)
    return keys


def take_back(conn: store.type_of_conn, keys: Keys, now: int) -> None:
    """Take back the one failure that a right step was counted as; earlier ones stay until the sign-in is whole."""
    tries.take_back(conn, keys.limits(), now)


def forgive(conn: store.type_of_conn, keys: Keys, now: int) -> None:
    """Clean the slate of a login that has signed in, and take this one try back from its address."""
    counts = sign_in_store.lock_throttles(conn, keys.limits(), at=now)
    forgiven = {key: logic.forgiven(count) for key, count in counts.items()}
    sign_in_store.save_throttles(conn, {**forgiven, keys.login: Throttle()})
    sign_in_store.forget_throttles(conn, before=now - FORGET_AFTER)
