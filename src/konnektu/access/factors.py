"""Second factors: one-time codes by time (TOTP, RFC 6238) and recovery codes.

In: a secret, a code and an instant. Out: the time step the code belongs to; fresh secrets and codes; a picture.
Invariant: pure but for randomness; whether a code was used before is for the caller to keep.
"""

import secrets
from hmac import compare_digest
from io import BytesIO

import pyotp
import segno
from msgspec import Struct

from konnektu.core.clock import MINUTE, SECOND

ISSUER = "KONNEKTU"
STEP = 30 * SECOND
"""RFC 6238, section 5.2: the recommended step."""
SKEW_STEPS = 1
"""How many steps the clock of a phone may be wrong, to either side (RFC 6238, section 6)."""
OFFER_LIFE = 15 * MINUTE
"""How long an offered secret can be confirmed."""

RECOVERY_CODES = 10
RECOVERY_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""No letter that is taken for another one."""
RECOVERY_LENGTH = 12
"""31¹² is 59 bits: more than any throttle lets through, and the hash is keyed."""


class Offer(Struct, frozen=True, kw_only=True):
    """A secret offered to a person, who proves with a code that their app has it."""

    secret: str
    """In Base32, for who types it in."""
    uri: str
    """`otpauth://…`, as authenticator apps read it."""
    picture: str
    """The same as a QR code in SVG."""
    sealed: str
    """To be sent back with the first code; opens for the same person alone."""


def fresh_secret() -> str:
    """Return 160 random bits in Base32 (RFC 4226, section 4: the recommended length)."""
    return pyotp.random_base32()


def uri_of(secret: str, login: str, place: str) -> str:
    """Return the address that authenticator apps read, naming the login and the place it opens."""
    return pyotp.TOTP(secret).provisioning_uri(name=f"{place}: {login}", issuer_name=ISSUER)


def picture_of(uri: str) -> str:
    """Return the QR code of an address as an SVG element without styles of its own."""
    written = BytesIO()
    segno.make(uri, error="m").save(written, kind="svg", scale=4, xmldecl=False, svgns=True, light="#fff")
    return written.getvalue().decode()


def shown(secret: str, login: str, place: str, sealed: str) -> Offer:
    """Return a secret as it is offered to a login of a place, beside its sealed form."""
    uri = uri_of(secret, login, place)
    return Offer(secret=secret, uri=uri, picture=picture_of(uri), sealed=sealed)


def step_of(secret: str, code: str, *, after: int, now: int) -> int | None:
    """Return the time step that a code belongs to, among those near `now` and later than step `after`; else None."""
    oath, middle = pyotp.HOTP(secret), now // STEP
    for step in range(middle - SKEW_STEPS, middle + SKEW_STEPS + 1):
        if step > after and compare_digest(oath.at(step).encode(), code.encode()):
            return step
    return None


def normal_code(code: str) -> str:
    """Return a code as it is compared: without spaces and hyphens, in small letters."""
    return "".join(code.split()).replace("-", "").casefold()


def fresh_recovery_codes() -> list[str]:
    """Return recovery codes as a person writes them down: three groups of four letters."""
    made = [
        "".join(secrets.choice(RECOVERY_LETTERS) for _ in range(RECOVERY_LENGTH))
        for _ in range(RECOVERY_CODES)
    ]
    return ["-".join((one[:4], one[4:8], one[8:])) for one in made]
