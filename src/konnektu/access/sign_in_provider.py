"""Signing in by an identity provider: the authorization code flow with PKCE (OpenID Connect Core 1.0, section 3.1).

In: a browser that leaves for the provider, and the same browser when it comes back. Out: a session. Invariant: state,
nonce and verifier are bound to the browser by a sealed cookie; only users and people with an open invitation come in:
the provider says who somebody is, the workspace says whether they may.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from hmac import compare_digest
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct

from konnektu.access import logic, membership_store, sign_in_store, store, throttling
from konnektu.access.id_tokens import Expected, WrongToken, claims_of
from konnektu.access.identity_provider import provider_of_link
from konnektu.access.invitations import add_invited
from konnektu.access.model import Actor, IdentityProvider, SignedIn
from konnektu.access.passwords import Passwords
from konnektu.access.providers import Client, Providers, ProviderTrouble
from konnektu.access.sign_in import TICKET_LIFE, SignIn, begin_session, session_cookie
from konnektu.access.tickets import opened, sealed
from konnektu.core.clock import SECOND
from konnektu.core.errors import NotFound, SignInNeeded, Unprocessable
from konnektu.core.logging import Action, get
from konnektu.storage.api import Storage

RANDOM_BYTES = 32
USE = "sign-in by provider"
SCOPE = "openid email profile"
NOT_LISTED = "Nobody here is known by this account. Ask an administrator of your project for an invitation."
OVER = "This sign-in is over. Begin again."
_log = get("access")


class Leaving(Struct, frozen=True):
    """A browser on its way to the provider."""

    url: str
    ticket: str
    """Goes into a cookie; the browser shows it when it comes back."""


class Returning(Struct, frozen=True, kw_only=True):
    """A browser that comes back, as it came."""

    slug: str
    ticket: str
    code: str
    state: str
    issuer: str = ""
    """`iss` of the address (RFC 9207); empty where the provider does not say it."""
    back: str
    """The address it came back to."""
    ip: str
    user_agent: str = ""


class _Trip(Struct, frozen=True):
    slug: str
    state: str
    nonce: str
    verifier: str


def provider_cookie_name(slug: str) -> str:
    """Return the name of the cookie that binds a browser to its trip to the provider."""
    return f"konnektu_trip_{slug}"


def provider_cookie(slug: str, ticket: str, *, is_secure: bool) -> dict[str, Any]:
    """Return the attributes of that cookie; it is sent when the provider leads the browser back. Empty ends it."""
    usual = session_cookie(slug, ticket, is_secure=is_secure)
    max_age = TICKET_LIFE // SECOND if ticket else 0
    return {**usual, "key": provider_cookie_name(slug), "max_age": max_age}


def leave(storage: Storage, providers: Providers, slug: str, back: str, *, now: int) -> Leaving:
    """Return where the browser goes. Raises `NotFound` without a provider, `ProviderTrouble` where it is away."""
    found = provider_of_link(storage, slug)
    if found is None:
        raise NotFound("There is no such page.")
    place = providers.place(found[1].issuer, now=now)
    trip = _Trip(slug, *(secrets.token_urlsafe(RANDOM_BYTES) for _ in range(3)))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(trip.verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": found[1].client_id,
        "redirect_uri": back,
        "scope": SCOPE,
        "state": trip.state,
        "nonce": trip.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    joint = "&" if "?" in place.authorization_endpoint else "?"
    ticket = sealed(storage.secret_key, USE, trip, until=now + TICKET_LIFE)
    return Leaving(f"{place.authorization_endpoint}{joint}{urlencode(asked)}", ticket)


def come_back(
    storage: Storage, providers: Providers, passwords: Passwords, by: Returning, *, now: int
) -> SignedIn:
    """Begin the session of whom the provider vouches for.

    Raises `SignInNeeded` for a sign-in that is over, a token that cannot be believed, and people who are not on the
    list; `TooMany` where an address fails too often; `ProviderTrouble`.
    """
    trip = opened(storage.secret_key, USE, by.ticket, _Trip, now=now)
    found = provider_of_link(storage, by.slug)
    if (
        trip is None
        or found is None
        or trip.slug != by.slug
        or not compare_digest(trip.state.encode(), by.state.encode())
    ):
        raise SignInNeeded(OVER)
    # Of one trip: the address alone is counted from one trip to the next.
    keys = throttling.count_failure(storage.control, by.slug, f"trip {trip.state}", by.ip, now)
    claims = _claims(providers, found[1], found[2], trip, by, now)
    return _entered(storage, passwords, found[0], found[1], claims, by, keys, now)


def _claims(
    providers: Providers, provider: IdentityProvider, client: Client, trip: _Trip, by: Returning, now: int
) -> Mapping[str, Any]:
    place = providers.place(provider.issuer, now=now)
    if by.issuer and by.issuer != place.issuer:
        _log.warning(Action.SIGN_IN_REFUSED, reason="another issuer answers")
        raise SignInNeeded(OVER)
    try:
        token = providers.id_token(place, client, code=by.code, verifier=trip.verifier, back=by.back)
        expected = Expected(place.issuer, provider.client_id, trip.nonce)
        return claims_of(token, providers.keys(place, token, now=now), expected, now=now)
    except WrongToken as error:
        _log.warning(Action.SIGN_IN_REFUSED, reason=f"token: {error}")
        raise SignInNeeded(OVER) from error


def login_of(provider: IdentityProvider, claims: Mapping[str, Any]) -> str:
    """Return the login that claims name; empty where they name none that the workspace lets in.

    An e-mail address counts only where the provider says that it is verified.
    """
    email = str(claims.get("email", "")).strip().casefold()
    is_verified = claims.get("email_verified") is True
    if provider.domains and not (is_verified and email.rpartition("@")[2] in provider.domains):
        return ""
    if provider.login_claim == "email" and not is_verified:
        return ""
    try:
        return logic.normal_login(str(claims.get(provider.login_claim, "")))
    except Unprocessable:
        return ""


def _entered(
    storage: Storage, passwords: Passwords, workspace: int, provider: IdentityProvider, claims: Mapping[str, Any],
    by: Returning, keys: throttling.Keys, now: int,
) -> SignedIn:  # fmt: skip
    login = login_of(provider, claims)
    # Nobody knows this password; hashed before anything is locked.
    unknown = passwords.hash(secrets.token_urlsafe(RANDOM_BYTES))
    with storage.control.transaction() as conn:
        invited = membership_store.open_invitation_of_login(conn, workspace, login, at=now)
        found = sign_in_store.user_signing_in(conn, by.slug, login)
        if found is None and invited is not None:
            add_invited(conn, workspace, invited, unknown, by.ip, now=now)
            found = sign_in_store.user_signing_in(conn, by.slug, login)
        if found is not None and membership_store.is_subject(
            conn, found.user, provider.issuer, str(claims["sub"])
        ):
            tried = SignIn(slug=by.slug, login=login, password="", ip=by.ip, user_agent=by.user_agent)
            return begin_session(conn, found, keys, tried, {"provider": provider.issuer}, now)
    _log.warning(Action.SIGN_IN_REFUSED, reason="not_listed")
    actor = Actor("user", login, by.ip)
    with storage.control.transaction() as conn:
        store.add_audit_by_slug(conn, by.slug, actor, what="sign_in.refused", about=login, at=now)
    raise SignInNeeded(NOT_LISTED)


__all__ = [
    "Leaving",
    "ProviderTrouble",
    "Returning",
    "come_back",
    "leave",
    "login_of",
    "provider_cookie",
    "provider_cookie_name",
]
