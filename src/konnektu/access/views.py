"""In: records of access. Out: what the API says of them. Invariant: ids leave as UUIDs, times as milliseconds UTC."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from konnektu.access.model import (
    Audited,
    Right,
    Settings,
    Source,
    SourceKind,
    SourceState,
    Token,
    User,
    UserState,
)
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


def of_settings(workspace: WorkspaceRecord, settings: Settings) -> SettingsView:
    """Return a workspace's settings as the API shows them."""
    return SettingsView(
        name=workspace.name,
        timezone=workspace.timezone,
        staff_ips=list(settings.staff_ips),
        staff_identifiers=[StaffIdentifier(kind, value) for kind, value in settings.staff_identifiers],
    )
