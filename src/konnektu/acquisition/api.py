"""The front door of acquisition: the writer's load, take and save; reading; erasure.

`Connection` arguments are transactions of the workspace's own role.
"""

from konnektu.acquisition import store
from konnektu.acquisition.health import KEPT, count, watch
from konnektu.acquisition.model import KINDS, Counted, Source
from konnektu.acquisition.reading import data_sources
from konnektu.acquisition.store import counted, erase, forget_counts, is_used, sources
from konnektu.acquisition.views import DataSourceView
from konnektu.acquisition.working import FACT, Working, load, retell, save, take
from konnektu.profiles.api import Teller

arrivals_of = Teller(store.arrivals_of, store.ARRIVALS, store.arrivals_in)
"""From which sources people came; of who came from nowhere that is known nothing is told."""

__all__ = [
    "FACT",
    "KEPT",
    "KINDS",
    "Counted",
    "DataSourceView",
    "Source",
    "Working",
    "arrivals_of",
    "count",
    "counted",
    "data_sources",
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
