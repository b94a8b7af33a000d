"""In: roles, invitations, seats, lockouts and providers. Out: what the API says of them.

Invariant: ids leave as UUIDs, times as milliseconds UTC; no secret leaves but once.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from konnektu.access.logic import state_of
from konnektu.access.model import (
    IdentityProvider,
    Invitation,
    InvitationState,
    Lockout,
    Right,
    RoleRecord,
    Seats,
)
from konnektu.access.rights import DECLARED, SECTIONS
from konnektu.access.views import Login, Name, Password, RightList, Role, Title
from konnektu.core.ids import public_id


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


class GrantorView(Struct, frozen=True):
    """Somebody who can give a right."""

    login: str
    """Empty for who may not see users."""
    name: str
    """Empty where nobody gave one."""


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


class ProviderView(Struct, frozen=True, kw_only=True):
    """Who vouches for users of the workspace (OpenID Connect). The client's secret is never shown."""

    issuer: str
    client_id: str
    login_claim: str
    """The claim that names the login."""
    domains: list[str]
    """Domains of verified e-mail addresses that are let in; empty for any."""


class ProviderChange(Struct, frozen=True, kw_only=True):
    """The provider to vouch for users."""

    issuer: Annotated[str, Meta(min_length=1, max_length=500)]
    client_id: Annotated[str, Meta(min_length=1, max_length=300)]
    client_secret: Annotated[str, Meta(min_length=1, max_length=1000)] | None = None
    """Left out: the one that is kept stays, with the same issuer."""
    login_claim: Annotated[str, Meta(min_length=1, max_length=100)] = "email"
    domains: Annotated[list[Annotated[str, Meta(max_length=253)]], Meta(max_length=100)] = []


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


def of_provider(provider: IdentityProvider) -> ProviderView:
    """Return an identity provider as the API shows it."""
    return ProviderView(
        issuer=provider.issuer,
        client_id=provider.client_id,
        login_claim=provider.login_claim,
        domains=list(provider.domains),
    )


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
