"""The front door of related records: the writer's load, take and save; reading; erasure.

`Connection` arguments are transactions of the workspace's own role.
"""

from konnektu.profiles.api import Teller
from konnektu.related import store
from konnektu.related.erasing import erase
from konnektu.related.logic import held, is_removed
from konnektu.related.model import Field, Key, Kind, RecordRow
from konnektu.related.store import buried, bury, index_kinds, kinds, listed
from konnektu.related.telling import EVENTS, FACT, key_of, told_of
from konnektu.related.values import shown
from konnektu.related.working import KIND_FACT, Working, load, owners, save, take

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
    "owners",
    "save",
    "shown",
    "take",
    "told_of",
]
