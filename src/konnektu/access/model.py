"""In: nothing. Out: the words of access: rights, roles, and the records of sources, users, tokens and audit.

Invariant: no record holds a password, a token or a session in a form that lets anybody in, except `NewToken`
and `SignedIn`, which exist once, at the moment of making.
"""

from typing import Any, Literal, get_args

from msgspec import Struct

Right = Literal[
    "profiles.read",
    "profiles.personal",
    "profiles.unmask",
    "profiles.write",
    "desk.use",
    "desk.consents",
    "orders.read",
    "orders.write",
    "related.read",
    "related.write",
    "related.manage",
    "identity.read",
    "identity.decide",
    "identity.rules",
    "acquisition.read",
    "acquisition.manage",
    "catalogue.read",
    "catalogue.write",
    "imports.run",
    "exports.run",
    "exports.personal",
    "sources.manage",
    "events.read",
    "dictionary.read",
    "dictionary.manage",
    "segments.read",
    "segments.manage",
    "quarantine.manage",
    "console.share",
    "settings.manage",
    "users.manage",
    "audit.read",
    "jobs.read",
    "jobs.manage",
    "transfers.manage",
    "privacy.erase",
    "privacy.retention",
]
"""One thing that a caller may do. `profiles.personal` shows personal data unmasked; `profiles.unmask`, one person at a
time, and `exports.personal` do so for a reason that is stated and audited. `desk.use` shows some of one person who
has proved who they are, and `desk.consents` changes their consents."""
RIGHTS: frozenset[Right] = frozenset(get_args(Right))

Role = str
"""Name of a role: one of `ROLES`, or one that the workspace made of rights."""

_READ: frozenset[Right] = frozenset(
    {
        "profiles.read",
        "orders.read",
        "related.read",
        "identity.read",
        "events.read",
        "catalogue.read",
        "acquisition.read",
        "dictionary.read",
        "segments.read",
    }
)

ROLES: dict[Role, frozenset[Right]] = {
    "owner": RIGHTS,
    "administrator": RIGHTS - {"privacy.erase", "privacy.retention"},
    "marketer": _READ
    | {
        "profiles.personal",
        "profiles.unmask",
        "profiles.write",
        "orders.write",
        "related.write",
        "identity.decide",
        "acquisition.manage",
        "catalogue.write",
        "dictionary.manage",
        "segments.manage",
        "imports.run",
        "exports.run",
        "exports.personal",
        "console.share",
        "jobs.read",
    },
    "operator": frozenset({"desk.use", "desk.consents"}),
    "analyst": _READ | {"exports.run"},
    "read_only": _READ,
}
"""Rights of the roles that every workspace has. A role is a named set of rights and nothing more."""

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
InvitationState = Literal["open", "accepted", "withdrawn", "expired"]


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
    name: str
    """Name of the person, as the invitation gave it; empty where nobody gave one."""
    role: Role
    state: UserState
    created_at: int
    signed_in_at: int | None
    """Last sign-in; None before the first."""
    has_second_factor: bool


class RoleRecord(Struct, frozen=True):
    """A named set of rights."""

    name: Role
    title: str
    """As people call it; empty for the roles that every workspace has."""
    rights: tuple[Right, ...]
    is_fixed: bool = False
    users: int = 0
    """How many users have it, disabled ones included."""


class IdentityProvider(Struct, frozen=True):
    """Who vouches for the users of a workspace (OpenID Connect), without the client's secret."""

    issuer: str
    client_id: str
    login_claim: str = "email"
    """The claim that names the login."""
    domains: tuple[str, ...] = ()
    """Domains of verified e-mail addresses that are let in; empty for any."""


class Invitation(Struct, frozen=True):
    """A named person who may become a user, without the secret of the link."""

    id: int
    name: str
    login: str
    role: Role
    created_at: int
    created_by: str
    expires_at: int
    accepted_at: int | None = None
    withdrawn_at: int | None = None


class NewInvitation(Struct, frozen=True):
    """An invitation at the moment of its making. `secret` stands in the link and is kept only as a hash."""

    invitation: Invitation
    secret: str


class Seats(Struct, frozen=True):
    """How many users a workspace may have, and what is taken."""

    most: int | None
    """None for any number."""
    users: int
    """Who can sign in; disabled users are not counted."""
    invited: int
    """Invitations that are open."""


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


class Session(Struct, frozen=True):
    """A session that is alive, without its secret."""

    id: int
    created_at: int
    seen_at: int
    """Last use, to the minute."""
    ip: str
    """Where it began."""
    user_agent: str
    is_current: bool
    """It is the one that asks."""


class SecondStep(Struct, frozen=True):
    """A sign-in whose password was right and that is not over yet."""

    ticket: str
    """What the next step shows; opens nothing by itself."""
    needs: Literal["code", "enrolment"]
    """A code of the second factor, or a second factor to begin with."""
    expires_at: int


class FactorState(Struct, frozen=True, kw_only=True):
    """What a user may know of their own second factor."""

    is_on: bool
    is_required: bool
    """The workspace asks it of this user's role."""
    confirmed_at: int | None
    recovery_codes_left: int


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


class SignInRules(Struct, frozen=True, kw_only=True):
    """What a workspace asks of whoever signs in, and how long their sessions last."""

    is_second_factor_required: bool = False
    """Every user needs a second factor."""
    second_factor_roles: tuple[Role, ...] = ()
    """Roles whose users need one, where it is not required of all."""
    idle_minutes: int = 12 * 60
    """A session that was not used for so long is over."""
    life_hours: int = 7 * 24
    """A session is over after so long even when it was used all the time."""


class Settings(Struct, frozen=True, kw_only=True):
    """What a workspace decides for itself, beside its name and timezone."""

    staff_ips: tuple[str, ...] = ()
    """Addresses and networks (CIDR) of the company's own staff: their events are marked."""
    staff_identifiers: tuple[tuple[str, str], ...] = ()
    """(kind, value) of the staff's own identifiers: their events are marked."""
    sign_in: SignInRules = SignInRules()


class Lockout(Struct, frozen=True):
    """A login or an address whose next sign-in is not heard before an instant."""

    kind: Literal["login", "address"]
    subject: str
    """The login, or the address with the network that is counted together with it."""
    failures: int
    blocked_until: int


class Throttle(Struct, frozen=True):
    """Failed sign-ins counted under one key (a login or an address)."""

    failures: int = 0
    first_at: int = 0
    """Start of the window in which `failures` were counted."""
    blocked_until: int = 0
