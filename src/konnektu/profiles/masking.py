"""What callers without the right to personal data see.

In: a value. Out: the same value, covered where it may name a person.
Invariant: a covered value has no more than its first letter, its last two digits or its mail domain left.
"""

import re
from typing import Any

from konnektu.core.attributes import standard

PERSONAL = frozenset(
    {
        "first_name",
        "last_name",
        "patronymic",
        "name",
        "phone",
        "email",
        "birth_date",
        "address",
        "street",
        "postal_code",
        "user_id",
        "username",
        "login",
        "landline",
        "telegram_id",
        "vk_id",
        "max_id",
        "whatsapp_id",
        "viber_id",
        "push_token",
        "loyalty_card",
        "avatar",
        "website",
        "description",
        "ip",
    }
)
"""Attributes that name or reach a person, by standard names."""
OPEN_KINDS = frozenset({"anonymous_id", "client_id", "device_id"})
"""Kinds of identifiers shown to everybody: they name a browser or a device."""

_COVER = "•••"
_DIGIT = re.compile(r"\d")
_CONTACT_DIGITS = 7


def covered(name: str, value: Any) -> Any:
    """A value under an attribute's or property's name: whole, or covered where its name or looks are personal."""
    if isinstance(value, dict):
        return {_covered_key(inner): covered(inner, one) for inner, one in value.items()}
    if isinstance(value, list):
        return [covered(name, one) for one in value]
    if value is None or isinstance(value, bool):
        return value
    if standard(name) in PERSONAL or _is_contact(value):
        return cover(str(value))
    return value


def _covered_key(name: str) -> str:
    """A name that holds a value: some senders key objects by mail addresses and phones."""
    return cover(name) if looks_like_contact(name) else name


def _is_contact(value: Any) -> bool:
    if isinstance(value, str):
        return looks_like_contact(value)
    # A Russian phone that a table program has made a number.
    return isinstance(value, int | float) and 70_000_000_000 <= value < 90_000_000_000


def looks_like_contact(text: str) -> bool:
    """Whether a text may be a mail address or a phone, whatever it is called."""
    return "@" in text or "%40" in text or len(_DIGIT.findall(text)) >= _CONTACT_DIGITS


def cover(text: str) -> str:
    """The text with what identifies covered."""
    box, at, domain = text.rpartition("@")
    if at:
        return f"{box[:1]}{_COVER}@{domain}"
    if len(_DIGIT.findall(text)) >= _CONTACT_DIGITS:
        return f"{_COVER}{text[-2:]}"
    return f"{text[:1]}{_COVER}"


def covered_identifier(kind: str, value: str) -> str:
    """An identifier's value: whole for a browser or a device, else covered."""
    return value if kind in OPEN_KINDS else cover(value)
