"""In: records of access and an instant. Out: verdicts: may this caller do it, is this session alive, must this wait.

Invariant: nobody gives away a right that they do not hold.
"""

import hashlib
import ipaddress
import re
from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from konnektu.access.model import (
    RIGHTS,
    ROLES,
    Invitation,
    InvitationState,
    Right,
    Role,
    SignInRules,
    Throttle,
)
from konnektu.core.clock import HOUR, MINUTE, SECOND
from konnektu.core.errors import Forbidden, Unprocessable

IDLE_LEAST, LIFE_MOST = 5, 30 * 24
"""Shortest idle time of a session in minutes, and longest life in hours."""
SEEN_GRAIN = MINUTE
"""A session's or token's last use is written at most so often: reading must not cost a write."""

LOGIN_FORM = re.compile(r"[\w.@+-]{1,100}")
PASSWORD_LEAST, PASSWORD_MOST = 10, 1_000
"""Length in characters. The upper bound keeps hashing time bounded."""


class Limit(Struct, frozen=True):
    """How many sign-ins may fail under one key, and how long the next one then waits."""

    failures: int
    window: int
    """Milliseconds in which failures are counted together."""
    first_wait: int
    """Wait after the failure that reaches the limit; each further failure doubles it."""
    longest_wait: int


LOGIN_LIMIT = Limit(failures=5, window=15 * MINUTE, first_wait=30 * SECOND, longest_wait=15 * MINUTE)
ADDRESS_LIMIT = Limit(failures=30, window=15 * MINUTE, first_wait=MINUTE, longest_wait=15 * MINUTE)
"""Wider than a login's: an office of many people sits behind one address."""
ANYWHERE_LIMIT = Limit(failures=100, window=15 * MINUTE, first_wait=MINUTE, longest_wait=15 * MINUTE)
"""For an address in all workspaces together."""


def seconds_to_wait(throttle: Throttle, now: int) -> int:
    """Return whole seconds until the next try is heard, 0 where it is heard at once."""
    return max(0, -(-(throttle.blocked_until - now) // SECOND))


def counted(throttle: Throttle, limit: Limit, now: int) -> Throttle:
    """Return the count after one more failure at `now`; it starts anew when its window has passed."""
    if now - throttle.first_at > limit.window and now >= throttle.blocked_until:
        throttle = Throttle(first_at=now)
    failures = throttle.failures + 1
    over = failures - limit.failures
    if over < 0:
        return replace(throttle, failures=failures)
    wait = min(limit.first_wait << min(over, 20), limit.longest_wait)
    # The window moves with each block: who goes on trying stays slowed down.
    return Throttle(failures=failures, first_at=now, blocked_until=now + wait)


def forgiven(throttle: Throttle) -> Throttle:
    """Return the count with one failure taken back: what was counted before the password proved right."""
    return replace(throttle, failures=max(0, throttle.failures - 1), blocked_until=0)


def network_of(ip: str) -> str:
    """Return what is throttled together: an IPv4 address, or the /64 that one IPv6 client can roam in."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ip
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def is_session_alive(created_at: int, seen_at: int, rules: SignInRules, now: int) -> bool:
    """Whether a session is inside both its idle and its absolute life."""
    is_used = now - seen_at < rules.idle_minutes * MINUTE
    return is_used and now - created_at < rules.life_hours * HOUR


def normal_login(login: str) -> str:
    """Return a login as it is kept and compared: trimmed and casefolded. Raises `Unprocessable` for a bad one."""
    folded = login.strip().casefold()
    if not LOGIN_FORM.fullmatch(folded):
        raise Unprocessable("A login has 1 to 100 letters, digits and . @ + - _ characters.")
    return folded


def checked_password(password: str) -> str:
    """Return the password, or raise `Unprocessable` for one of a length that cannot be accepted."""
    if not PASSWORD_LEAST <= len(password) <= PASSWORD_MOST:
        raise Unprocessable(f"A password has {PASSWORD_LEAST} to {PASSWORD_MOST} characters.")
    return password


def checked_scopes(scopes: Iterable[str]) -> tuple[Right, ...]:
    """Return the scopes sorted and without doubles; raises `Unprocessable` for none or an unknown one."""
    known = {str(right): right for right in RIGHTS}
    unknown = sorted(set(scopes) - known.keys())
    if unknown or not scopes:
        raise Unprocessable(
            f"Unknown scope {', '.join(unknown) or '(none)'}. Scopes are: {', '.join(sorted(known))}."
        )
    return tuple(known[scope] for scope in sorted(set(scopes)))


def refuse_to_outgrow(held: frozenset[Right], given: Iterable[Right]) -> None:
    """Raise `Forbidden` where somebody would give, or take from another, a right that they do not hold."""
    beyond = sorted(set(given) - held)
    if beyond:
        raise Forbidden(f"You can only give and take rights that you hold. Yours lack: {', '.join(beyond)}.")


def state_of(invitation: Invitation, now: int) -> InvitationState:
    """Return what has become of an invitation."""
    if invitation.accepted_at is not None:
        return "accepted"
    if invitation.withdrawn_at is not None:
        return "withdrawn"
    return "open" if now < invitation.expires_at else "expired"


def rights_of(role: Role, own: Iterable[str] | None) -> frozenset[Right]:
    """Return the rights of a role, `own` being what the workspace made it of; none for a role that is no more."""
    fixed = ROLES.get(role)
    if fixed is not None:
        return fixed
    kept = set(own or ())
    # A right that the product has no more opens nothing.
    return frozenset(right for right in RIGHTS if right in kept)


def is_second_factor_required(rules: SignInRules, role: Role) -> bool:
    """Whether a workspace asks a second factor of the users of a role."""
    return rules.is_second_factor_required or role in rules.second_factor_roles


def asks_more(before: SignInRules, after: SignInRules) -> bool:
    """Whether some role needs a second factor that did not need one before."""
    if before.is_second_factor_required:
        return False
    return after.is_second_factor_required or bool(
        set(after.second_factor_roles) - set(before.second_factor_roles)
    )


def checked_sign_in_rules(rules: SignInRules) -> SignInRules:
    """Return the rules without doubled roles; raises `Unprocessable` for a term that cannot be."""
    if not IDLE_LEAST <= rules.idle_minutes <= rules.life_hours * 60 or rules.life_hours > LIFE_MOST:
        raise Unprocessable(
            f"idle_minutes is at least {IDLE_LEAST} and no longer than life_hours, which is {LIFE_MOST} at most."
        )
    return replace(rules, second_factor_roles=tuple(dict.fromkeys(rules.second_factor_roles)))


def checked_networks(networks: Iterable[str]) -> tuple[str, ...]:
    """Return addresses and networks in normal form; raises `Unprocessable` naming the first wrong one."""
    normal = []
    for text in networks:
        try:
            normal.append(str(ipaddress.ip_network(text.strip(), strict=False)))
        except ValueError as error:
            raise Unprocessable(f"{text!r} is not an IP address or network such as 192.0.2.0/24.") from error
    return tuple(dict.fromkeys(normal))


def hashed(secret: str) -> bytes:
    """Return SHA-256 of a secret of 256 random bits: such a secret cannot be guessed, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).digest()


def is_use_worth_writing(seen_at: int | None, now: int) -> bool:
    """Whether a last use is old enough to be written again."""
    return seen_at is None or now - seen_at >= SEEN_GRAIN
