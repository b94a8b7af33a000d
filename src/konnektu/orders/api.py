"""The front door of orders: the writer's load, take and save; reading; erasure.

`Connection` arguments are transactions of the workspace's own role.
"""

from konnektu.core.records import Event
from konnektu.orders.ranks import Ranks
from konnektu.orders.store import buried, bury, erase, existing, figures_of
from konnektu.orders.telling import FACT, number_of, speaks_of_order, told_of
from konnektu.orders.words import EVENTS, FIELDS, LINE_FIELDS, STAGES
from konnektu.orders.working import Rank, Working, load, owners, save, take
from konnektu.storage.api import Storage, WorkspaceRecord

_ranks = Ranks()


def ranking(storage: Storage, record: WorkspaceRecord) -> Rank:
    """A function that ranks what an event of the workspace says."""

    def rank(event: Event) -> int:
        return _ranks.rank(storage, record, event)

    return rank


__all__ = [
    "EVENTS",
    "FACT",
    "FIELDS",
    "LINE_FIELDS",
    "STAGES",
    "Rank",
    "Working",
    "buried",
    "bury",
    "erase",
    "existing",
    "figures_of",
    "load",
    "number_of",
    "owners",
    "ranking",
    "save",
    "speaks_of_order",
    "take",
    "told_of",
]
