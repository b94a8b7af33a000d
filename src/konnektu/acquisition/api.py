"""The front door of acquisition: the writer's load, take and save; reading; erasure.

`Connection` arguments are transactions of the workspace's own role.
"""

from konnektu.acquisition import store
from konnektu.acquisition.difference import Difference, Sample, difference, needed
from konnektu.acquisition.health import KEPT, count, watch
from konnektu.acquisition.model import KINDS, Counted, Source
from konnektu.acquisition.past import (
    ATOMS_AT_ONCE,
    RECOGNISED,
    RECOGNITION,
    Came,
    Past,
    named_atoms,
    retell,
    see,
)
from konnektu.acquisition.past_views import APPLY_JOB, PREVIEW_JOB
from konnektu.acquisition.reading import data_sources
from konnektu.acquisition.store import counted, erase, every_arrival, forget_counts, is_used, sources, version
from konnektu.acquisition.views import DataSourceView
from konnektu.acquisition.working import FACT, Working, load, save, take
from konnektu.profiles.api import Teller

arrivals_of = Teller(store.arrivals_of, store.ARRIVALS, store.arrivals_in)
"""From which sources people came; of who came from nowhere that is known nothing is told."""

__all__ = [
    "APPLY_JOB",
    "ATOMS_AT_ONCE",
    "FACT",
    "KEPT",
    "KINDS",
    "PREVIEW_JOB",
    "RECOGNISED",
    "RECOGNITION",
    "Came",
    "Counted",
    "DataSourceView",
    "Difference",
    "Past",
    "Sample",
    "Source",
    "Working",
    "arrivals_of",
    "count",
    "counted",
    "data_sources",
    "difference",
    "erase",
    "every_arrival",
    "forget_counts",
    "is_used",
    "load",
    "named_atoms",
    "needed",
    "retell",
    "save",
    "see",
    "sources",
    "take",
    "version",
    "watch",
]
