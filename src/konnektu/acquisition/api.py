"""The front door of acquisition: the writer's load, take and save; reading; erasure.

`Connection` arguments are transactions of the workspace's own role.
"""

from konnektu.acquisition.model import KINDS, Counted, Source
from konnektu.acquisition.store import arrivals_of, counted, erase, sources
from konnektu.acquisition.working import FACT, Working, load, save, take

__all__ = [
    "FACT",
    "KINDS",
    "Counted",
    "Source",
    "Working",
    "arrivals_of",
    "counted",
    "erase",
    "load",
    "save",
    "sources",
    "take",
]
