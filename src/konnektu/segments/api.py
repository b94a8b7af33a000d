"""The front door of segments: their facts in the writer, the definitions that it follows.

`Connection` arguments are transactions of the workspace's own role.
"""

from konnektu.rules.model import Segment as Definition
from konnektu.segments.computed.reading import of_people as computed_of
from konnektu.segments.copying import sweep as sweep_copies
from konnektu.segments.erasing import erase
from konnektu.segments.following import FACT, FACTS, built, computed_fact, fact, follow, says_built
from konnektu.segments.live.building import (
    ADVANCED_AT_ONCE,
    At,
    History,
    advance_due,
    build,
    build_next,
    retell,
)
from konnektu.segments.live.definitions import InForce, Kept, ready_to_stand
from konnektu.segments.live.known import event as known_event
from konnektu.segments.live.known import outlined
from konnektu.segments.live.listing import list_people
from konnektu.segments.live.ranking import rank_people
from konnektu.segments.live.standing import Asked
from konnektu.segments.live.store import awaits, member_of, members, next_due, sizes
from konnektu.segments.live.switching import SWITCHED_AT_ONCE, is_switching, switch_next
from konnektu.segments.live.working import Noted, Working, begin, forget, load, parted, save, tell
from konnektu.segments.mirror import carry, carry_anew, erase_from_history, was_in
from konnektu.segments.model import Defined, Kind, Standing, Stated, Told, Version
from konnektu.segments.store import defined, home, homes, seat_home, segments, version, versions
from konnektu.segments.uses import attributes_used, events_used

__all__ = [
    "ADVANCED_AT_ONCE",
    "FACT",
    "FACTS",
    "SWITCHED_AT_ONCE",
    "Asked",
    "At",
    "Defined",
    "Definition",
    "History",
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
    "attributes_used",
    "awaits",
    "begin",
    "build",
    "build_next",
    "built",
    "carry",
    "carry_anew",
    "computed_fact",
    "computed_of",
    "defined",
    "erase",
    "erase_from_history",
    "events_used",
    "fact",
    "follow",
    "forget",
    "home",
    "homes",
    "is_switching",
    "known_event",
    "list_people",
    "load",
    "member_of",
    "members",
    "next_due",
    "outlined",
    "parted",
    "rank_people",
    "ready_to_stand",
    "retell",
    "save",
    "says_built",
    "seat_home",
    "segments",
    "sizes",
    "sweep_copies",
    "switch_next",
    "tell",
    "version",
    "versions",
    "was_in",
]
