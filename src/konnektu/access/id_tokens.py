"""ID tokens (OpenID Connect Core 1.0, section 3.1.3.7). In: a token, keys and what is expected. Out: its claims.

Invariant: pure; a token counts only with a signature by a key of the provider, under an asymmetric algorithm, for
this client, of this issuer, in its time, and with the nonce of this browser's own sign-in.
"""

from collections.abc import Mapping
from hmac import compare_digest
from typing import Any

from joserfc import jwk, jws, jwt
from joserfc.errors import JoseError
from msgspec import Struct

from konnektu.core.clock import SECOND

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""No `none`, and none with a shared secret: a public key must never be taken for one."""
KINDS = frozenset({"RSA", "EC", "OKP"})
LEEWAY_SECONDS = 60
"""How far the clocks of provider and installation may be apart."""


class Expected(Struct, frozen=True):
    """What an ID token must say."""

    issuer: str
    client_id: str
    nonce: str


class WrongToken(Exception):
    """The provider's token cannot be believed; the text says why, for the log."""


def key_id(token: str) -> str:
    """Return the id of the key that a token says it is signed with; empty where it says none.

    Raises `WrongToken` for what is no token.
    """
    try:
        return str(jws.extract_compact(token.encode()).headers().get("kid", ""))
    except (JoseError, ValueError) as error:
        raise WrongToken("it is no signed token") from error


def usable_keys(published: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the keys of a JWK set (RFC 7517) that can check a signature."""
    keys = published.get("keys")
    found = keys if isinstance(keys, list) else []
    return [
        key
        for key in found
        if isinstance(key, dict) and key.get("kty") in KINDS and key.get("use", "sig") == "sig"
    ]


def claims_of(token: str, keys: list[dict[str, Any]], expected: Expected, *, now: int) -> dict[str, Any]:
    """Return the claims of a token that can be believed. Raises `WrongToken`."""
    try:
        key_set = jwk.KeySet.import_key_set({"keys": keys})
        claims = jwt.decode(token, key_set, algorithms=ALGORITHMS).claims
        registry = jwt.JWTClaimsRegistry(
            now=now // SECOND,
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": expected.issuer},
            aud={"essential": True, "value": expected.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        registry.validate(claims)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise WrongToken(str(error) or type(error).__name__) from error
    _check_ours(claims, expected)
    return dict(claims)


def _check_ours(claims: Mapping[str, Any], expected: Expected) -> None:
    audience, party = claims["aud"], claims.get("azp")
    if isinstance(audience, list) and len(audience) > 1 and party is None:
        raise WrongToken("it is for several and does not say whose it is (azp)")
    if party is not None and party != expected.client_id:
        raise WrongToken("it was given to another client (azp)")
    if not compare_digest(str(claims.get("nonce", "")).encode(), expected.nonce.encode()):
        raise WrongToken("its nonce is of another sign-in")
