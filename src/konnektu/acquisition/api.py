"""The front door of acquisition: the writer's load, take and save; reading; erasure.

`Connection` arguments are transactions of the workspace's own role.
"""

from konnektu.acquisition.health import KEPT, count, watch
from konnektu.acquisition.model import KINDS, Counted, Source
from konnektu.acquisition.store import arrivals_of, counted, erase, forget_counts, is_used, sources
from konnektu.acquisition.working import FACT, Working, load, retell, save, take

__all__ = [
    "FACT",
    "KEPT",
    "KINDS",
    "Counted",
    "Source",
    "Working",
    "arrivals_of",
    "count",
    "counted",
    "erase",
    "forget_counts",
    "is_used",
    "load",
    "retell",
    "save",
    "sources",
    "take",
    "watch",
]
