"""In: records of access. Out: what the API says of them. Invariant: ids leave as UUIDs, times as milliseconds UTC."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from konnektu.access.caller import Caller
from konnektu.access.factors import Offer
from konnektu.access.logic import state_of
from konnektu.access.model import (
    Audited,
    FactorState,
    Invitation,
    InvitationState,
    Lockout,
    Right,
    RoleRecord,
    Seats,
    Settings,
    SignInRules,
    Source,
    SourceKind,
    SourceState,
    Token,
    User,
    UserState,
)
from konnektu.access.rights import DECLARED, SECTIONS
from konnektu.core.ids import public_id
from konnektu.storage.api import WorkspaceRecord

Name = Annotated[
    str, Meta(min_length=1, max_length=200, description="Printable characters, unique in its list.")
]
Title = Annotated[str, Meta(min_length=1, max_length=100)]
Role = Annotated[str, Meta(min_length=1, max_length=40, description="Name of a role.")]
RightList = Annotated[list[Right], Meta(min_length=1, max_length=100)]
Login = Annotated[str, Meta(min_length=1, max_length=100)]
Password = Annotated[str, Meta(min_length=10, max_length=1000)]
Code = Annotated[str, Meta(min_length=6, max_length=30)]
Grace = Annotated[int, Meta(ge=0, le=400 * 86_400, description="Seconds that earlier keys stay usable.")]
Milliseconds = Annotated[int, Meta(ge=0, le=2**53, description="Milliseconds since 1970 UTC.")]
"""2⁵³: what every JSON reader keeps exactly."""


class SignInRequest(Struct, frozen=True):
    """A login and a password."""

    login: Annotated[str, Meta(max_length=1000)]
    password: Annotated[str, Meta(max_length=1000)]


class StepView(Struct, frozen=True):
    """What a sign-in needs after the right password; a cookie carries it there."""

    needs: Literal["code", "enrolment"]
    expires_at: int


class CodeEntered(Struct, frozen=True):
    """A code of the second factor, or a recovery code."""

    code: Code


class OfferView(Struct, frozen=True, kw_only=True):
    """A second factor to be confirmed by its first code."""

    secret: str
    """In Base32, for who types it into the app."""
    uri: str
    """`otpauth://…`, as authenticator apps read it."""
    picture: str
    """The same as a QR code in SVG."""
    offer: str
    """Send it back with the first code, within 15 minutes."""


class OfferConfirmed(Struct, frozen=True):
    """The first code of an offered second factor."""

    offer: Annotated[str, Meta(max_length=1000)]
    code: Code


class RecoveryCodes(Struct, frozen=True):
    """Codes for the day the telephone is lost, each good once. They are shown this once."""

    recovery_codes: list[str]


class FactorView(Struct, frozen=True, kw_only=True):
    """The caller's own second factor."""

    is_on: bool
    is_required: bool
    """The workspace asks it of this user's role."""
    confirmed_at: int | None
    recovery_codes_left: int


class PasswordShown(Struct, frozen=True):
    """The caller's present password."""

    password: Annotated[str, Meta(max_length=1000)]


class BothShown(Struct, frozen=True):
    """The caller's present password and a code of their second factor."""

    password: Annotated[str, Meta(max_length=1000)]
    code: Code


class MeView(Struct, frozen=True, kw_only=True):
    """Who calls, and what they may do."""

    workspace: str
    name: str
    timezone: str
    login: str
    role: Role | None
    """Null for a token."""
    rights: list[Right]
    csrf: str
    """Send it as X-CSRF-Token with every change made by cookie; empty for a token."""


class OwnPassword(Struct, frozen=True):
    """Another password for the caller."""

    present: Annotated[str, Meta(max_length=1000)]
    password: Password


class NewSource(Struct, frozen=True):
    """A source to make."""

    kind: SourceKind
    name: Name
    is_test: bool = False
    settings: dict[str, Any] = {}


class SourceChange(Struct, frozen=True):
    """What to change of a source; what is left out stays."""

    name: Name | None = None
    state: SourceState | None = None
    is_test: bool | None = None
    settings: dict[str, Any] | None = None


class Rotation(Struct, frozen=True):
    """How a fresh write key replaces the present ones."""

    grace_seconds: Grace = 0


class SourceView(Struct, frozen=True, kw_only=True):
    """A source of events."""

    id: str
    kind: SourceKind
    name: str
    state: SourceState
    is_test: bool
    settings: dict[str, Any]
    created_at: int
    write_keys: list[str]
    """The newest first."""


class NewUser(Struct, frozen=True):
    """A user to make."""

    login: Login
    password: Password
    role: Role


class UserChange(Struct, frozen=True):
    """What to change of a user; what is left out stays."""

    role: Role | None = None
    state: UserState | None = None


class RightView(Struct, frozen=True):
    """One thing that a caller may do."""

    right: Right
    access: Literal["read", "write"]
    """read shows, write changes something or starts work."""
    en: str
    ru: str


class RightSection(Struct, frozen=True):
    """The rights of one part of the product."""

    name: str
    en: str
    ru: str
    rights: list[RightView]


class NewRole(Struct, frozen=True):
    """A role to make."""

    name: Annotated[str, Meta(min_length=2, max_length=40, pattern=r"^[a-z][a-z0-9_]*$")]
    title: Title
    rights: RightList


class RoleChange(Struct, frozen=True):
    """What to change of a role; what is left out stays."""

    title: Title | None = None
    rights: RightList | None = None


class RoleView(Struct, frozen=True, kw_only=True):
    """A named set of rights."""

    name: str
    title: str
    """Empty for the six roles that every workspace has; pages know their names."""
    rights: list[Right]
    is_fixed: bool
    """One of the six that every workspace has; they do not change."""
    users: int


class InvitationRequest(Struct, frozen=True):
    """A named person to invite."""

    name: Name
    login: Login
    role: Role
    days: Annotated[int, Meta(ge=1, le=30, description="How long the link is good.")] = 7


class AcceptanceRequest(Struct, frozen=True):
    """The secret of an invitation's link, and a password of one's own."""

    secret: Annotated[str, Meta(max_length=200)]
    password: Password


class InvitationView(Struct, frozen=True, kw_only=True):
    """A person who may become a user."""

    id: str
    name: str
    login: str
    role: Role
    state: InvitationState
    created_at: int
    created_by: str
    expires_at: int
    accepted_at: int | None
    withdrawn_at: int | None


class NewInvitationView(Struct, frozen=True):
    """An invitation with its link, which is never shown again."""

    invitation: InvitationView
    link: str


class SeatsView(Struct, frozen=True, kw_only=True):
    """How many users the workspace may have, and what is taken."""

    most: int | None
    """Null for any number; whoever runs the installation sets it."""
    users: int
    """Who can sign in; disabled users are not counted."""
    invited: int


class LockoutView(Struct, frozen=True, kw_only=True):
    """A login or an address that waits after failed sign-ins."""

    kind: Literal["login", "address"]
    subject: str
    failures: int
    blocked_until: int


class LockoutLifted(Struct, frozen=True):
    """The login or address to hear again at once."""

    kind: Literal["login", "address"]
    subject: Annotated[str, Meta(min_length=1, max_length=100)]


class NewPassword(Struct, frozen=True):
    """Another password for a user."""

    password: Password


class UserView(Struct, frozen=True, kw_only=True):
    """A person with a login."""

    id: str
    login: str
    name: str
    role: Role
    state: UserState
    created_at: int
    signed_in_at: int | None
    has_second_factor: bool


class TokenRequest(Struct, frozen=True):
    """A token to make."""

    name: Name
    scopes: Annotated[list[Right], Meta(min_length=1, max_length=50)]
    expires_at: Milliseconds | None = None


class TokenView(Struct, frozen=True, kw_only=True):
    """A key of the management API."""

    id: str
    name: str
    scopes: list[Right]
    created_at: int
    created_by: str
    expires_at: int | None
    used_at: int | None


class NewTokenView(Struct, frozen=True):
    """A token with its secret, which is never shown again."""

    token: TokenView
    secret: str


class AuditView(Struct, frozen=True, kw_only=True):
    """One line of the audit log."""

    id: str
    at: int
    actor_kind: str
    actor: str
    ip: str
    what: str
    about: str
    detail: dict[str, Any]


class StaffIdentifier(Struct, frozen=True):
    """An identifier of the company's own staff."""

    kind: Annotated[str, Meta(min_length=1, max_length=50)]
    value: Annotated[str, Meta(min_length=1, max_length=300)]


class SettingsView(Struct, frozen=True, kw_only=True):
    """What a workspace decides for itself."""

    name: str
    timezone: str
    staff_ips: list[str]
    staff_identifiers: list[StaffIdentifier]


class SettingsChange(Struct, frozen=True):
    """What to change of the settings; what is left out stays."""

    name: Name | None = None
    timezone: Annotated[str, Meta(max_length=100)] | None = None
    staff_ips: Annotated[list[Annotated[str, Meta(max_length=50)]], Meta(max_length=1000)] | None = None
    staff_identifiers: Annotated[list[StaffIdentifier], Meta(max_length=1000)] | None = None


class RulesView(Struct, frozen=True, kw_only=True):
    """What the workspace asks of whoever signs in, and how long their sessions last."""

    is_second_factor_required: bool
    """Every user needs a second factor."""
    second_factor_roles: Annotated[list[Role], Meta(max_length=100)]
    """Roles whose users need one, where it is not required of all."""
    idle_minutes: Annotated[int, Meta(ge=5, le=43_200)]
    """A session that was not used for so long is over."""
    life_hours: Annotated[int, Meta(ge=1, le=720)]
    """A session is over after so long even when it was used all the time."""


def of_caller(caller: Caller) -> MeView:
    """Return what a caller may know of themselves."""
    return MeView(
        workspace=caller.workspace.slug,
        name=caller.workspace.name,
        timezone=caller.workspace.timezone,
        login=caller.login,
        role=caller.role,
        rights=sorted(caller.rights),
        csrf=caller.csrf,
    )


def of_offer(offer: Offer) -> OfferView:
    """Return an offered second factor as the API shows it."""
    return OfferView(secret=offer.secret, uri=offer.uri, picture=offer.picture, offer=offer.sealed)


def of_factor(state: FactorState) -> FactorView:
    """Return the state of a second factor as the API shows it."""
    return FactorView(
        is_on=state.is_on,
        is_required=state.is_required,
        confirmed_at=state.confirmed_at,
        recovery_codes_left=state.recovery_codes_left,
    )


def of_source(source: Source) -> SourceView:
    """Return a source as the API shows it."""
    return SourceView(
        id=public_id(source.created_at, source.id),
        kind=source.kind,
        name=source.name,
        state=source.state,
        is_test=source.is_test,
        settings=source.settings,
        created_at=source.created_at,
        write_keys=list(source.write_keys),
    )


def of_user(user: User) -> UserView:
    """Return a user as the API shows them."""
    return UserView(
        id=public_id(user.created_at, user.id),
        login=user.login,
        name=user.name,
        role=user.role,
        state=user.state,
        created_at=user.created_at,
        signed_in_at=user.signed_in_at,
        has_second_factor=user.has_second_factor,
    )


def sections_of_rights() -> list[RightSection]:
    """Return every right by section as the API shows them."""
    return [
        RightSection(
            section.name,
            section.en,
            section.ru,
            [
                RightView(one.right, one.access, one.en, one.ru)
                for one in DECLARED
                if one.section == section.name
            ],
        )
        for section in SECTIONS
    ]


def of_role(role: RoleRecord) -> RoleView:
    """Return a role as the API shows it."""
    return RoleView(
        name=role.name, title=role.title, rights=list(role.rights), is_fixed=role.is_fixed, users=role.users
    )


def of_invitation(invitation: Invitation, now: int) -> InvitationView:
    """Return an invitation as the API shows it."""
    return InvitationView(
        id=public_id(invitation.created_at, invitation.id),
        name=invitation.name,
        login=invitation.login,
        role=invitation.role,
        state=state_of(invitation, now),
        created_at=invitation.created_at,
        created_by=invitation.created_by,
        expires_at=invitation.expires_at,
        accepted_at=invitation.accepted_at,
        withdrawn_at=invitation.withdrawn_at,
    )


def of_seats(seats: Seats) -> SeatsView:
    """Return a workspace's seats as the API shows them."""
    return SeatsView(most=seats.most, users=seats.users, invited=seats.invited)


def of_lockout(lockout: Lockout) -> LockoutView:
    """Return a lockout as the API shows it."""
    return msgspec.convert(lockout, LockoutView, from_attributes=True)


def of_token(token: Token) -> TokenView:
    """Return a token as the API shows it."""
    return TokenView(
        id=public_id(token.created_at, token.id),
        name=token.name,
        scopes=list(token.scopes),
        created_at=token.created_at,
        created_by=token.created_by,
        expires_at=token.expires_at,
        used_at=token.used_at,
    )


def of_audited(line: Audited) -> AuditView:
    """Return a line of the audit log as the API shows it."""
    return AuditView(
        id=public_id(line.at, line.id),
        at=line.at,
        actor_kind=line.actor.kind,
        actor=line.actor.name,
        ip=line.actor.ip,
        what=line.what,
        about=line.about,
        detail=line.detail,
    )


def of_rules(rules: SignInRules) -> RulesView:
    """Return rules of sign-in as the API shows them."""
    return msgspec.convert(rules, RulesView, from_attributes=True)


def rules_of(shown: RulesView) -> SignInRules:
    """Return the rules that somebody wants, as `of_rules` shows them."""
    return msgspec.convert(shown, SignInRules, from_attributes=True)


def of_settings(workspace: WorkspaceRecord, settings: Settings) -> SettingsView:
    """Return a workspace's settings as the API shows them."""
    return SettingsView(
        name=workspace.name,
        timezone=workspace.timezone,
        staff_ips=list(settings.staff_ips),
        staff_identifiers=[StaffIdentifier(kind, value) for kind, value in settings.staff_identifiers],
    )
