"""Who may be believed above whom. In: a source. Out: whether it is a browser or an app, or a system of the company.

A source keeps its kind for ever, so that what is known of it stays known, and a rebuild ranks as the writer did.
"""

from threading import Lock

from konnektu.access import api as access
from konnektu.collect.api import CLIENT_KINDS
from konnektu.core.entities import CLIENT, SYSTEM
from konnektu.core.records import Event
from konnektu.storage.api import Storage, WorkspaceRecord


class Ranks:
    """Kinds of sources by (workspace, source), of those that were asked for; empty for a source that nobody made."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, int], str] = {}
        self._lock = Lock()

    def rank(self, storage: Storage, record: WorkspaceRecord, event: Event) -> int:
        """The rank of what an event says. The first event of a source asks for the kinds of all."""
        if event.origin != "wire":
            return SYSTEM
        key = (record.uuid, event.source)
        if key not in self._kinds:
            found = access.source_kinds(storage.control, record.id)
            with self._lock:
                self._kinds.update({(record.uuid, source): kind for source, kind in found.items()})
                self._kinds.setdefault(key, "")
        kind = self._kinds[key]
        return SYSTEM if kind and kind not in CLIENT_KINDS else CLIENT
