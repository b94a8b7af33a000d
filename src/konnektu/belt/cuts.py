"""Cuts take effect in two steps: requested, then effective once both people's states can be rebuilt.

In: a workspace with requested cuts. Out: a `cut_ready` fact of the system for each, in the inbox. The
writer meets it as a batch of its own, reads the history of the person's atoms, and puts two people in
the place of one. While the event store is away the request waits, the merged identity holds and both are
held back from sending. Many cuts come a few at a time, each once, however often this is called.
"""

import msgspec

from konnektu.core.records import Parcel
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.storage.api import Storage, WorkspaceRecord

AT_ONCE = 50
"""Cuts on their way to the writer; live traffic shares the inbox."""


def effect_cuts(storage: Storage, record: WorkspaceRecord, now: int) -> int:
    """Bring the oldest requested cuts of the workspace to the writer; how many.

    Raises `Retry` where some wait and the event store is away.
    """
    with storage.workspace(record).read() as db:
        requested = identity.requested_cuts(db)[:AT_ONCE]
    if not requested:
        return 0
    storage.history(record).scalar("SELECT 1", {})
    for position, ordinal in requested:
        body = ready(position, ordinal)
        log.append(storage.inbox, record.id, [Parcel(0, "system", now, [body], key=_key(position, ordinal))])
    return len(requested)


def ready(position: int, ordinal: int) -> bytes:
    """The fact that a cut may take effect, given by the place of its request."""
    told = {"position": position, "ordinal": ordinal}
    return msgspec.json.encode(
        {"type": "cut_ready", "messageId": _key(position, ordinal), "properties": told}
    )


def _key(position: int, ordinal: int) -> str:
    return f"cut-{position}-{ordinal}"
