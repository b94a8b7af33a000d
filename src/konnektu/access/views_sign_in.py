"""In: what signing in knows. Out: what the API says of it.

Invariant: ids leave as UUIDs, times as milliseconds UTC; no secret leaves but once.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from konnektu.access.caller import Caller
from konnektu.access.factors import Offer
from konnektu.access.model import (
    FactorState,
    Right,
    SignInRules,
)
from konnektu.access.views import Code, Password, Role


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


def of_rules(rules: SignInRules) -> RulesView:
    """Return rules of sign-in as the API shows them."""
    return msgspec.convert(rules, RulesView, from_attributes=True)


def rules_of(shown: RulesView) -> SignInRules:
    """Return the rules that somebody wants, as `of_rules` shows them."""
    return msgspec.convert(shown, SignInRules, from_attributes=True)
