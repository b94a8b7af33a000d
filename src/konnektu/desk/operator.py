"""Who serves at the desk. In: a caller and the doors. Out: what they carry, and under what their tries are counted."""

from collections.abc import Mapping
from typing import Final, TypeVar

from msgspec import Struct

from konnektu.access import api as access
from konnektu.access.api import Caller, TryLimit
from konnektu.core.clock import HOUR, MINUTE, SECOND
from konnektu.desk.model import Found, Opening, Operator
from konnektu.storage.api import Storage

PERSON_LIMIT: Final = TryLimit(
    failures=5, window=15 * MINUTE, first_wait=30 * SECOND, longest_wait=15 * MINUTE
)
"""Wrong digits for one person, whoever gives them."""
CALLER_LIMIT: Final = TryLimit(
    failures=15, window=15 * MINUTE, first_wait=30 * SECOND, longest_wait=15 * MINUTE
)
"""Wrong digits by one caller, whoever is asked for: a shift serves many people."""
FIND_LIMIT: Final = TryLimit(failures=200, window=HOUR, first_wait=MINUTE, longest_wait=15 * MINUTE)
"""Searches of one caller: nobody walks through the numbers."""
FOUND_USE, OPENING_USE = "found at the desk", "opened at the desk"
Carried = TypeVar("Carried", Found, Opening)


class Desk(Struct, frozen=True):
    """Who serves, the doors, and the instant."""

    storage: Storage
    caller: Caller
    now: int

    @property
    def operator(self) -> Operator:
        """To whom what the caller carries belongs."""
        by = self.caller
        return Operator(by.workspace.id, by.actor.kind, by.actor.name, by.session)

    def seal(self, use: str, carried: Struct, until: int) -> str:
        """What the caller carries to the next step, and can neither read nor change."""
        return access.sealed(self.storage.secret_key, use, carried, until=until)

    def unseal(self, use: str, text: str, kind: type[Carried]) -> Carried | None:
        """What was carried; None where it is over or another caller's."""
        found = access.opened(self.storage.secret_key, use, text, kind, now=self.now)
        return found if found is not None and found.operator == self.operator else None

    def find_limits(self) -> Mapping[bytes, TryLimit]:
        """Under what a search is counted."""
        return {self._key("find", *self._own): FIND_LIMIT}

    def try_limits(self, profile: int) -> Mapping[bytes, TryLimit]:
        """Under what a try to verify a person is counted."""
        return {
            self._key("person", str(profile)): PERSON_LIMIT,
            self._key("caller", *self._own): CALLER_LIMIT,
        }

    @property
    def _own(self) -> tuple[str, str]:
        return self.caller.actor.kind, self.caller.actor.name

    def _key(self, what: str, *parts: str) -> bytes:
        return access.key_of(f"desk {what}", self.caller.workspace.slug, *parts)
