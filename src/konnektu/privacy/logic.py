"""Keyed hashes of erased identifiers, and who is kept out by them. Pure."""

import re
from collections.abc import Iterable, Mapping
from hashlib import blake2b

from konnektu.core.records import Event, Identifier

HASH_BYTES = 16


def tombstone_of(key: bytes, identifier: Identifier) -> bytes:
    """The keyed hash that recognises an erased identifier without keeping it (BLAKE2b, 128 bits)."""
    text = f"{identifier.kind}:{identifier.value}".encode("utf-8", "surrogatepass")
    return blake2b(text, digest_size=HASH_BYTES, key=key[:64]).digest()


def cover(key: bytes, value: str) -> str:
    """A text in place of an erased value: the same for the same value, unreadable without the key."""
    return (
        "erased:"
        + blake2b(value.encode("utf-8", "surrogatepass"), digest_size=HASH_BYTES, key=key[:64]).hexdigest()
    )


SHORTEST_SOUGHT = 5
"""Characters; a shorter identifier would be found in the text of strangers."""
PHONE_DIGITS = 10
"""Last digits of a phone that are the same however it is spelt."""
_NOT_DIGITS = re.compile(rb"[^0-9]+")


def sought(identifiers: Iterable[Identifier]) -> list[bytes]:
    """The values that may be looked for in texts."""
    return [one.value.encode() for one in identifiers if len(one.value) >= SHORTEST_SOUGHT]


def mentions(text: bytes, identifiers: Iterable[Identifier]) -> bool:
    """Whether a text that nobody could read as an event holds one of the identifiers, phones in any spelling."""
    known = list(identifiers)
    if any(value in text for value in sought(known)):
        return True
    phones = [one.value[-PHONE_DIGITS:].encode() for one in known if one.kind == "phone"]
    digits = _NOT_DIGITS.sub(b"", text) if phones else b""
    return any(phone in digits for phone in phones)


def is_kept_out(event: Event, hashes: Iterable[bytes], tombstones: Mapping[bytes, int]) -> bool:
    """Whether an event is a late sending of someone erased: it names them and happened before the erasure.

    Who comes back after an erasure and does something is a person like any other.
    """
    return any(event.time <= tombstones[one] for one in hashes if one in tombstones)
