"""Ids for the outside world: UUID version 7 (RFC 9562 §5.7). In: time and randomness. Out: text.

Ids made later sort later, to the millisecond, so that indexes grow at their end.
"""

import os
import uuid
from collections.abc import Callable

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
