"""Hashes that do not depend on the order of rows. Pure."""

from hashlib import blake2b

HASH_BYTES = 16
_WIDTH = 1 << (8 * HASH_BYTES)
SIP_WIDTH = 1 << 64


class RowSum:
    """Counts rows and adds up their hashes: the same rows in any order have the same sum."""

    __slots__ = ("rows", "total")

    def __init__(self) -> None:
        self.rows, self.total = 0, 0

    def add(self, row: bytes) -> None:
        """Take one more row."""
        self.rows += 1
        self.total += int.from_bytes(blake2b(row, digest_size=HASH_BYTES).digest(), "little")

    @property
    def hash(self) -> str:
        """The sum modulo 2^128, in hexadecimal."""
        return f"{self.total % _WIDTH:032x}"
