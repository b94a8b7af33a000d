"""In: passwords. Out: argon2id hashes, and whether a password fits one.

Invariant: at most `PARALLEL` hashes are computed at once, and a missing hash costs as much as a wrong password.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from threading import BoundedSemaphore

import argon2

from konnektu.core.errors import TooMany

PARALLEL = 2
"""Hashes at once; each takes `MEMORY_KIB` and a core for some 100 ms."""
PATIENCE_SECONDS = 5.0
TIME_COST, MEMORY_KIB, LANES = 3, 65_536, 1
"""RFC 9106, section 4, second recommendation (64 MiB, three passes), on one lane."""


class Passwords:
    """Hashes and checks passwords, a bounded number at once."""

    def __init__(
        self, *, time_cost: int = TIME_COST, memory_kib: int = MEMORY_KIB, parallel: int = PARALLEL
    ) -> None:
        """Take the cost of one hash and how many may be computed at once."""
        self._hasher = argon2.PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=LANES)
        self._turn = BoundedSemaphore(parallel)

    def hash(self, password: str) -> str:
        """Return the argon2id hash of a password, with its parameters and salt."""
        with self._my_turn():
            return self._hasher.hash(password)

    def is_right(self, hashed: str | None, password: str) -> bool:
        """Whether the password fits the hash; None (no such user) is refused after the same work."""
        with self._my_turn():
            try:
                self._hasher.verify(hashed or self._nobody, password)
            except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
                return False
        return hashed is not None

    def is_outdated(self, hashed: str) -> bool:
        """Whether the hash was made with other costs and should be made again at this sign-in."""
        return self._hasher.check_needs_rehash(hashed)

    @cached_property
    def _nobody(self) -> str:
        """A hash that no password fits, of the same cost as any other."""
        return self._hasher.hash(secrets.token_hex(32))

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=PATIENCE_SECONDS):
            raise TooMany(
                "Too many people sign in at once. Wait and repeat.", retry_after=int(PATIENCE_SECONDS)
            )
        try:
            yield
        finally:
            self._turn.release()


def generated() -> str:
    """Return a password of 96 random bits that a person can copy."""
    return secrets.token_urlsafe(12)
