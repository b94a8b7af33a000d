"""Who changes something from outside, and how what they say reaches the log.

In: facts as JSON. Out: the block that holds them on disk, and whether the writer applied it in time.
"""

from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from konnektu.access.audit import record_alone
from konnektu.access.caller import Caller
from konnektu.core.ids import uuid7
from konnektu.core.records import Origin, Parcel
from konnektu.log import api as log
from konnektu.storage.api import Db, Storage


class Appended(NamedTuple):
    """A change that is on disk."""

    block: str
    applied: bool
    """Whether the writer has applied it within the time asked for."""


class Author(Struct, frozen=True):
    """Who changes something, and how long they wait until it is applied."""

    storage: Storage
    caller: Caller
    now: int
    wait: float
    """Seconds."""

    @property
    def db(self) -> Db:
        """The door to the workspace, within the rows that the caller sees."""
        return self.storage.workspace(self.caller.workspace)

    @property
    def origin(self) -> Origin:
        """Where their facts come from: a person at the console, or a program."""
        return "console" if self.caller.user else "api"

    def record(self, what: str, about: str, detail: dict[str, Any]) -> None:
        """Write into the audit log what they do."""
        record_alone(self.storage.control, self.caller, what, about, detail, now=self.now)

    def fact(self, kind: str, said: dict[str, Any]) -> bytes:
        """A fact with an id of its own, which says who states it."""
        told = {"type": kind, "messageId": uuid7(self.now), "properties": {**said, "by": self.caller.login}}
        return msgspec.json.encode(told)

    def state(self, fact: bytes) -> Appended:
        """Append a fact of the system, which stands alone in its batch."""
        return self.append(Parcel(0, "system", self.now, [fact]))

    def append(self, parcel: Parcel) -> Appended:
        """Append facts and wait for them."""
        block = log.append(self.storage.inbox, self.caller.workspace.id, [parcel])
        return Appended(str(block), self.is_applied(block))

    def is_applied(self, block: int) -> bool:
        """Whether the writer applies a block within the time asked for."""
        return self.wait > 0 and log.wait_applied(
            self.storage.workspace(self.caller.workspace.whole), block, self.wait
        )
