"""Who may be believed above whom. In: a source. Out: whether it is a browser or an app, or a system of the company.

A source keeps its kind for ever, so that what is known of it stays known, and a rebuild ranks as the writer did.
"""

from threading import Lock
from time import monotonic

from konnektu.access import api as access
from konnektu.collect.api import CLIENT_KINDS
from konnektu.core.entities import CLIENT, SYSTEM
from konnektu.core.records import Event
from konnektu.storage.api import Storage, WorkspaceRecord

MISSED_SECONDS = 1.0
"""How long a source that nobody knows is not asked for again: a question for each of its events would cost more than
all the rest that is done for them."""


class Ranks:
    """Kinds of sources by (workspace, source), of those that were asked for."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, int], str] = {}
        self._missed: dict[tuple[str, int], float] = {}
        """When sources that nobody knows were asked for."""
        self._lock = Lock()

    def rank(self, storage: Storage, record: WorkspaceRecord, event: Event) -> int:
        """The rank of what an event says. The first event of a source asks for the kinds of all."""
        if event.origin != "wire":
            return SYSTEM
        key = (record.uuid, event.source)
        kind = self._kinds.get(key)
        if kind is None and monotonic() - self._missed.get(key, float("-inf")) > MISSED_SECONDS:
            kind = self._asked(storage, record).get(key)
            if kind is None:
                self._missed[key] = monotonic()
        return SYSTEM if kind is not None and kind not in CLIENT_KINDS else CLIENT

    def _asked(self, storage: Storage, record: WorkspaceRecord) -> dict[tuple[str, int], str]:
        found = access.source_kinds(storage.control, record.id)
        with self._lock:
            self._kinds.update({(record.uuid, source): kind for source, kind in found.items()})
        return self._kinds
