"""The front door of segments: their facts in the writer, the definitions that it follows.

`Connection` arguments are transactions of the workspace's own role.
"""

from konnektu.rules.model import Segment as Definition
from konnektu.segments.following import FACT, fact, follow
from konnektu.segments.model import Defined, Kind, Standing, Stated, Told, Version
from konnektu.segments.store import defined, segments, version, versions

__all__ = [
    "FACT",
    "Defined",
    "Definition",
    "Kind",
    "Standing",
    "Stated",
    "Told",
    "Version",
    "defined",
    "fact",
    "follow",
    "segments",
    "version",
    "versions",
]
