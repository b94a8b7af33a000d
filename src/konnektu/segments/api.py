"""The front door of segments: their facts in the writer, the definitions that it follows.

`Connection` arguments are transactions of the workspace's own role.
"""

from konnektu.rules.model import Segment as Definition
from konnektu.segments.following import FACT, fact, follow, says_built
from konnektu.segments.live.building import ADVANCED_AT_ONCE, At, advance_due, build, build_next, switch
from konnektu.segments.live.definitions import InForce, Kept
from konnektu.segments.live.listing import list_people
from konnektu.segments.live.standing import Asked
from konnektu.segments.live.store import awaits, erase, member_of, members, next_due, sizes, unbuilt, was_in
from konnektu.segments.live.working import Noted, Working, begin, forget, load, parted, save, tell
from konnektu.segments.model import Defined, Kind, Standing, Stated, Told, Version
from konnektu.segments.store import defined, segments, version, versions

__all__ = [
    "ADVANCED_AT_ONCE",
    "FACT",
    "Asked",
    "At",
    "Defined",
    "Definition",
    "InForce",
    "Kept",
    "Kind",
    "Noted",
    "Standing",
    "Stated",
    "Told",
    "Version",
    "Working",
    "advance_due",
    "awaits",
    "begin",
    "build",
    "build_next",
    "defined",
    "erase",
    "fact",
    "follow",
    "forget",
    "list_people",
    "load",
    "member_of",
    "members",
    "next_due",
    "parted",
    "save",
    "says_built",
    "segments",
    "sizes",
    "switch",
    "tell",
    "unbuilt",
    "version",
    "versions",
    "was_in",
]
