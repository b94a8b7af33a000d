"""The front door of related records: the writer's load, take and save; reading; erasure.

`Connection` arguments are transactions of the workspace's own role.
"""

from konnektu.profiles.api import Teller
from konnektu.related import store
from konnektu.related.erasing import erase
from konnektu.related.logic import held, is_removed, owner_of
from konnektu.related.model import Field, Key, Kind, RecordRow, RecordState
from konnektu.related.store import buried, bury, index_kinds, kinds, listed, of_people
from konnektu.related.telling import EVENTS, FACT, key_of, told_of
from konnektu.related.values import shown
from konnektu.related.working import KIND_FACT, Working, load, named, owners, save, take

counts_of = Teller(store.counts_of, store.COUNTS, store.counts_in)
"""How many records of each kind people have; of those without any nothing is told."""

__all__ = [
    "EVENTS",
    "FACT",
    "KIND_FACT",
    "Field",
    "Key",
    "Kind",
    "RecordRow",
    "RecordState",
    "Working",
    "buried",
    "bury",
    "counts_of",
    "erase",
    "held",
    "index_kinds",
    "is_removed",
    "key_of",
    "kinds",
    "listed",
    "load",
    "named",
    "of_people",
    "owner_of",
    "owners",
    "save",
    "shown",
    "take",
    "told_of",
]
