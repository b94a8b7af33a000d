"""Talking to identity providers. In: an issuer. Out: where it stands, its keys, and ID tokens for codes.

Invariant: everything goes through `outgoing`, which guards the inner network; what was fetched is remembered for an
hour, and keys are fetched anew for a key that is not known, but not more often than every ten seconds.
"""

from collections.abc import Callable
from functools import cached_property
from threading import Lock
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import msgspec
from msgspec import Struct

from konnektu.access.id_tokens import key_id, usable_keys
from konnektu.core.clock import HOUR, SECOND
from konnektu.core.config import Config
from konnektu.core.errors import Retry, Unprocessable
from konnektu.outgoing.api import Credentials, Outgoing

FRESH = HOUR
KEYS_AT_MOST_EVERY = 10 * SECOND
TALK_SECONDS = 15.0
WELL_KNOWN = "/.well-known/openid-configuration"

Found = TypeVar("Found")
Read = TypeVar("Read")


class ProviderTrouble(Retry):
    """The identity provider does not answer as it should. Try again, or sign in with a password."""


class Place(Struct, frozen=True):
    """Where a provider stands (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class Client(Struct, frozen=True):
    """What the provider knows the workspace as."""

    id: str
    secret: str

    def __repr__(self) -> str:
        return f"Client({self.id})"


class _Answered(Struct, frozen=True):
    id_token: str


class Providers:
    """Identity providers as one web process knows them; safe between threads."""

    def __init__(self, config: Config) -> None:
        """Take the settings that say which inner networks may be reached."""
        self._config = config
        self._kept: dict[str, tuple[int, Any]] = {}
        self._lock = Lock()

    def checked_issuer(self, issuer: str) -> str:
        """Return an issuer's address; http is for providers inside networks that the installation allows."""
        issuer = issuer.strip().rstrip("/")
        parts = urlsplit(issuer)
        is_inner = parts.scheme == "http" and bool(self._config.outgoing_networks)
        if not (parts.scheme == "https" or is_inner) or not parts.hostname or parts.query or parts.fragment:
            raise Unprocessable("An issuer is written as https://host or https://host/path.")
        return issuer

    def place(self, issuer: str, *, now: int) -> Place:
        """Return where a provider stands. Raises `ProviderTrouble`."""

        def read() -> Place:
            found = self._fetched(issuer.rstrip("/") + WELL_KNOWN, Place)
            if found.issuer.rstrip("/") != issuer.rstrip("/"):
                raise ProviderTrouble(
                    f"{issuer} says that it is {found.issuer}. Write the issuer as it does."
                )
            self._check_ends(issuer, found)
            return found

        return self._remembered(f"place {issuer}", read, now, FRESH)

    def keys(self, place: Place, token: str, *, now: int) -> list[dict[str, Any]]:
        """Return the provider's keys, fetched anew where none is the one that a token names."""
        wanted, name = key_id(token), f"keys {place.jwks_uri}"

        def read() -> list[dict[str, Any]]:
            return usable_keys(self._fetched(place.jwks_uri, dict[str, Any]))

        keys = self._remembered(name, read, now, FRESH)
        if wanted and wanted not in {key.get("kid") for key in keys}:
            keys = self._remembered(name, read, now, KEYS_AT_MOST_EVERY)
        return keys

    def id_token(self, place: Place, client: Client, *, code: str, verifier: str, back: str) -> str:
        """Return the ID token for a code (RFC 6749, section 4.1.3, with PKCE, RFC 7636). Raises `ProviderTrouble`."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": verifier,
        }
        credentials = Credentials()
        if "client_secret_basic" in place.token_endpoint_auth_methods_supported:
            # RFC 6749, section 2.3.1: both are form-encoded before they are joined.
            credentials = Credentials(quote(client.id, safe=""), quote(client.secret, safe=""))
        else:
            form |= {"client_id": client.id, "client_secret": client.secret}
        headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
        answer = self._outgoing.send(
            "POST", place.token_endpoint, content=urlencode(form).encode(), headers=headers,
            credentials=credentials, seconds=TALK_SECONDS,
        )  # fmt: skip
        if answer.status != 200:
            raise ProviderTrouble(f"The identity provider answered {answer.status} to a code.")
        return _decoded(answer.body, _Answered).id_token

    @cached_property
    def _outgoing(self) -> Outgoing:
        return Outgoing(self._config)

    def _check_ends(self, issuer: str, place: Place) -> None:
        """Refuse a provider with https that sends secrets or people to where there is none."""
        scheme = urlsplit(issuer).scheme
        ends = (place.authorization_endpoint, place.token_endpoint, place.jwks_uri)
        if any(urlsplit(end).scheme not in {"https", scheme} for end in ends):
            raise ProviderTrouble(f"{issuer} names an address that is not encrypted.")

    def _fetched(self, url: str, kind: type[Read]) -> Read:
        answer = self._outgoing.send("GET", url, headers={"accept": "application/json"}, seconds=TALK_SECONDS)
        if answer.status != 200:
            raise ProviderTrouble(f"The identity provider answered {answer.status} at {url}.")
        return _decoded(answer.body, kind)

    def _remembered(self, name: str, read: Callable[[], Found], now: int, fresh: int) -> Found:
        with self._lock:
            kept = self._kept.get(name)
        if kept is not None and 0 <= now - kept[0] < fresh:
            known: Found = kept[1]
            return known
        found = read()
        with self._lock:
            self._kept[name] = (now, found)
        return found


def _decoded(body: bytes, kind: type[Read]) -> Read:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.MsgspecError as error:
        raise ProviderTrouble(
            f"The identity provider answers what is not OpenID Connect: {error}."
        ) from error
