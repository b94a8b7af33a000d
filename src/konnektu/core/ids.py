"""Ids for the outside world: UUID version 7 (RFC 9562 §5.7). In: time and randomness, or an inside id. Out: text.

Ids made later sort later, to the millisecond, so that indexes grow at their end.
"""

import os
import uuid
from collections.abc import Callable
from typing import Any

from konnektu.core.errors import NotFound

RANDOM_BYTES = 10

Randomness = Callable[[int], bytes]
"""Given a number of bytes, that many random ones."""


def uuid7(now_ms: int, randomness: Randomness = os.urandom) -> str:
    """A version 7 UUID: 48 bits of milliseconds, then 74 random bits. Canonical text, 36 characters."""
    random = int.from_bytes(randomness(RANDOM_BYTES), "big")
    high = (random >> 68) & 0xFFF
    low = random & (1 << 62) - 1
    value = (now_ms & (1 << 48) - 1) << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low
    return str(uuid.UUID(int=value))


def public_id(instant: int, inside: int) -> str:
    """The one UUID of an inside id (62 bits): its `instant` (milliseconds), a checksum, the id."""
    value = (instant & (1 << 48) - 1) << 80 | 0x7 << 76 | _checksum(inside) << 64 | 0b10 << 62 | inside
    return str(uuid.UUID(int=value))


def internal_id(text: Any) -> int:
    """The inside id within a UUID of `public_id`. Raises `NotFound` for anything else, whatever its type."""
    try:
        value = uuid.UUID(text).int
    except (ValueError, AttributeError, TypeError):
        raise NotFound from None
    inside = value & (1 << 62) - 1
    if value >> 76 & 0xF != 0x7 or value >> 64 & 0xFFF != _checksum(inside):
        raise NotFound
    return inside


def _checksum(inside: int) -> int:
    """Twelve bits by which a mistyped or foreign id is seen: Fibonacci hashing with the golden ratio of 64 bits."""
    return (inside * 0x9E3779B97F4A7C15 & (1 << 64) - 1) >> 52
