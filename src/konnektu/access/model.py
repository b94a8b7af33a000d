"""In: nothing. Out: the words of access: rights, roles, and the records of sources, users, tokens and audit.

Invariant: no record holds a password, a token or a session in a form that lets anybody in, except `NewToken`
and `SignedIn`, which exist once, at the moment of making.
"""

from typing import Any, Literal, get_args

from msgspec import Struct

Right = Literal[
    "profiles.read",
    "profiles.personal",
    "profiles.write",
    "orders.read",
    "orders.write",
    "related.read",
    "related.write",
    "related.manage",
    "identity.read",
    "identity.decide",
    "catalogue.read",
    "catalogue.write",
    "imports.run",
    "exports.run",
    "exports.personal",
    "sources.manage",
    "events.read",
    "quarantine.manage",
    "settings.manage",
    "users.manage",
    "audit.read",
    "jobs.read",
    "jobs.manage",
    "privacy.erase",
]
"""One thing that a caller may do. `profiles.personal` and `exports.personal` show personal data unmasked."""
RIGHTS: frozenset[Right] = frozenset(get_args(Right))

Role = Literal["owner", "administrator", "marketer", "analyst", "operator", "read_only"]

_READ: frozenset[Right] = frozenset(
    {"profiles.read", "orders.read", "related.read", "identity.read", "events.read", "catalogue.read"}
)

ROLES: dict[Role, frozenset[Right]] = {
    "owner": RIGHTS,
    "administrator": RIGHTS - {"privacy.erase"},
    "marketer": _READ
    | {
        "profiles.personal",
        "profiles.write",
        "orders.write",
        "related.write",
        "identity.decide",
        "catalogue.write",
        "imports.run",
        "exports.run",
        "exports.personal",
        "jobs.read",
    },
    "operator": _READ
    | {"profiles.personal", "profiles.write", "orders.write", "related.write", "identity.decide"},
    "analyst": _READ | {"exports.run"},
    "read_only": _READ,
}
"""Rights of each role. A role is a named set of rights and nothing more."""

SourceKind = Literal[
    "web",
    "mobile",
    "desktop",
    "server",
    "pos",
    "crm",
    "call_center",
    "form",
    "partner",
    "mailing",
    "chat_bot",
    "import",
]
BROWSER_KINDS: frozenset[SourceKind] = frozenset({"web", "form"})
"""Their keys are public by nature, and their SDKs lose events on any error, so they wait rather than be refused."""

SourceState = Literal["active", "disabled"]
UserState = Literal["active", "disabled"]


class Actor(Struct, frozen=True):
    """Who did something, for the audit log."""

    kind: Literal["user", "token", "system"]
    name: str
    """Login of a user, name of a token, or the command that ran."""
    ip: str = ""


SYSTEM = Actor("system", "konnektu")


class WriteKey(Struct, frozen=True):
    """What a write key opens. The collectors hold all of them in memory."""

    key: str
    workspace: int
    source: int
    kind: SourceKind
    state: SourceState
    marks: int
    """Marks that every event of this source gets: TEST for a test source, else 0."""
    expires_at: int | None
    """After this instant the key is unknown; None where it does not end."""


class Source(Struct, frozen=True, kw_only=True):
    """A place that events come from, with the keys it sends under."""

    id: int
    kind: SourceKind
    name: str
    state: SourceState
    is_test: bool
    """Its events are marked as a test and left out of counts."""
    settings: dict[str, Any]
    created_at: int
    write_keys: tuple[str, ...]
    """Usable keys, the newest first; a rotated key stays usable for its grace period."""


class User(Struct, frozen=True, kw_only=True):
    """A named person with a login in one workspace."""

    id: int
    login: str
    """Casefolded; unique in the workspace."""
    role: Role
    state: UserState
    created_at: int
    signed_in_at: int | None
    """Last sign-in; None before the first."""


class Token(Struct, frozen=True, kw_only=True):
    """A key of the management API, without the key itself."""

    id: int
    name: str
    scopes: tuple[Right, ...]
    created_at: int
    created_by: str
    expires_at: int | None
    used_at: int | None
    """Last use, to the minute."""


class NewToken(Struct, frozen=True):
    """A token at the moment of its making. `secret` is shown once and kept only as a hash."""

    token: Token
    secret: str


class SignedIn(Struct, frozen=True):
    """A session at the moment of signing in."""

    secret: str
    """Goes into the cookie; kept only as a hash."""
    csrf: str
    expires_at: int


class Audited(Struct, frozen=True, kw_only=True):
    """One line of the audit log: an action that somebody took."""

    id: int
    at: int
    actor: Actor
    what: str
    """What was done, as `source.created`."""
    about: str
    """Which thing it was done to, as a person names it."""
    detail: dict[str, Any]


class Settings(Struct, frozen=True, kw_only=True):
    """What a workspace decides for itself, beside its name and timezone."""

    staff_ips: tuple[str, ...] = ()
    """Addresses and networks (CIDR) of the company's own staff: their events are marked."""
    staff_identifiers: tuple[tuple[str, str], ...] = ()
    """(kind, value) of the staff's own identifiers: their events are marked."""


class Throttle(Struct, frozen=True):
    """Failed sign-ins counted under one key (a login or an address)."""

    failures: int = 0
    first_at: int = 0
    """Start of the window in which `failures` were counted."""
    blocked_until: int = 0
