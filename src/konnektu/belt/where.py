"""On what a run that changes the past works: the door of a workspace, and facts appended to its log.

In: facts of the system. Out: blocks on disk, and the moment at which the writer has applied them.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from konnektu.core.errors import Retry
from konnektu.core.ids import uuid7
from konnektu.core.records import Parcel
from konnektu.log import api as log
from konnektu.storage.api import Storage, WorkspaceRecord

PATIENCE_SECONDS = 120.0
"""How long writer and event store may show no progress before the run gives up; it can be repeated."""


class Where(Struct, frozen=True):
    """On what a run works."""

    storage: Storage
    record: WorkspaceRecord
    now: Callable[[], int]
    """The clock, in milliseconds."""


def append(where: Where, facts: Sequence[dict[str, Any]]) -> int:
    """Append facts of the system as one block; its number."""
    now = where.now()
    bodies = [msgspec.json.encode({**fact, "messageId": uuid7(now)}) for fact in facts]
    return log.append(where.storage.inbox, where.record.id, [Parcel(0, "system", now, bodies)])


def wait_applied(where: Where, block: int) -> None:
    """Return when a block is applied. Raises `Retry` where no writer comes to it in time."""
    if not log.wait_applied(where.storage.workspace(where.record), block, PATIENCE_SECONDS):
        raise Retry(
            "The writer has not come to these facts yet; they will be applied. Repeat to go on with the rest."
        )
