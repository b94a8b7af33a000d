"""The front door of acquisition: the writer's load, take and save; reading; erasure.

`Connection` arguments are transactions of the workspace's own role.
"""

from konnektu.acquisition.health import KEPT, count, watch
from konnektu.acquisition.model import KINDS, Counted, Source
from konnektu.acquisition.reading import data_sources
from konnektu.acquisition.store import arrivals_of, counted, erase, forget_counts, sources
from konnektu.acquisition.views import DataSourceView
from konnektu.acquisition.working import FACT, Working, load, save, take

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
    "load",
    "save",
    "sources",
    "take",
    "watch",
]
