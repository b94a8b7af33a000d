"""What the verdict on a leaf rests on. In: a leaf, a person, an instant. Out: its values, and the things seen."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any as AnyValue
from typing import Final

from msgspec import Struct

from konnektu.rules.known import Instant, KnownEvent
from konnektu.rules.memory.asked import Asked, Thing
from konnektu.rules.memory.consents import deciding, standing
from konnektu.rules.memory.figures import measured
from konnektu.rules.memory.sequences import complete
from konnektu.rules.memory.things import things_of
from konnektu.rules.memory.verdicts import arrivals, computed, figures_of, last_events
from konnektu.rules.model import (
    Attribute,
    Consent,
    Identified,
    LastEvents,
    Leaf,
    Member,
    Rank,
    Source,
    Tag,
)
from konnektu.rules.model import Sequence as Steps


class Evidence(Struct, frozen=True):
    """One thing that a verdict rests on."""

    kind: str
    """event, order, line, item, record, statement, arrival, identifier, membership or tag."""
    key: tuple[str, ...]
    """What it is known by: the position of an event or statement, the number of an order, …"""
    time: int | None = None
    """When it happened; None where it has no time."""


def values(leaf: Leaf, asked: Asked) -> tuple[object, ...]:
    """What a leaf compares: the attribute, the figure or both figures, where the consent stands, the rank's word."""
    if isinstance(leaf, Attribute):
        return (asked.known.attributes.get(leaf.name),)
    if isinstance(leaf, Consent):
        return (standing(leaf, asked),)
    if isinstance(leaf, Rank):
        said = computed(leaf, asked)
        return () if said is None else (said.inside, Instant(said.at))
    return tuple(measured(one.measure, things_of(one, asked)) for one in figures_of(leaf))


def evidence(leaf: Leaf, asked: Asked) -> tuple[Evidence, ...]:
    """The things that a leaf has seen, in their order."""
    tell = _TELLERS.get(type(leaf))
    if tell is not None:
        return tuple(tell(leaf, asked))
    return tuple(_of_thing(one) for figure in figures_of(leaf) for one in things_of(figure, asked))


def _of_thing(thing: Thing) -> Evidence:
    return Evidence(thing.kind, thing.key, None if thing.kind == "record" else thing.time)


def _events(events: Sequence[KnownEvent]) -> list[Evidence]:
    return [Evidence("event", (str(one.position),), one.time) for one in events]


def _statements(leaf: Consent, asked: Asked) -> list[Evidence]:
    said = deciding(leaf, asked)
    return [Evidence("statement", (str(one.position), str(one.number)), one.time) for one in said]


def _identifiers(leaf: Identified, asked: Asked) -> list[Evidence]:
    found = sorted(one for one in asked.known.identifiers if one.kind in leaf.kinds)
    return [Evidence("identifier", tuple(one)) for one in found]


def _memberships(leaf: Member, asked: Asked) -> list[Evidence]:
    stays = [
        one for one in asked.known.memberships if one.segment == leaf.segment and one.entered <= asked.at
    ]
    return [Evidence("membership", (one.segment,), one.entered) for one in stays]


_TELLERS: Final[Mapping[type, Callable[[AnyValue, Asked], list[Evidence]]]] = {
    LastEvents: lambda leaf, asked: _events(last_events(leaf, asked)),
    Steps: lambda leaf, asked: _events(complete(leaf, asked)),
    Consent: _statements,
    Tag: lambda leaf, asked: [Evidence("tag", (one,)) for one in leaf.names if one in asked.known.tags],
    Source: lambda leaf, asked: [
        Evidence("arrival", (one.key,), one.last.time) for one in arrivals(leaf, asked)
    ],
    Identified: _identifiers,
    Member: _memberships,
}
