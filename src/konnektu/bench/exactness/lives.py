"""Somebody's life, told fact by fact. In: a seeded generator, an instant. Out: facts, each with what is known after it.

Everything that a fact changes is told as a change, as the slice that owns it would tell it.
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final

from msgspec import Struct, structs

from konnektu.bench.drawing import people, words
from konnektu.core.clock import HOUR
from konnektu.rules.known import Known, KnownItem, KnownOrder, KnownRecord
from konnektu.rules.live import changes as c

EVENTS_OF: Final = 9
"""Facts that are events, for one of each other kind."""


Key = tuple[str, ...]
"""What an order, a record or a product on a list is known by: its kind, then what tells it from others."""


class Fact(Struct, frozen=True, kw_only=True):
    """One fact of a story."""

    position: int
    instant: int
    changes: tuple[c.Change, ...] = ()
    known: Known
    """After it."""
    versions: Mapping[Key, int] = {}
    """Of orders, records and products on lists, also of those that are no more."""
    erased: tuple[int, ...] = ()
    """Positions of events that are no more from here on."""
    act: str = ""
    """`draft`, `switch`: the edited definition is drafted, becomes current. `merge`: the other person joins.

    `cut`: those events belong to somebody else from here on.
    """


class Life:
    """Somebody who is told fact by fact."""

    def __init__(self, drawn: Random, base: int, ranks: tuple[str, ...]) -> None:
        self.drawn, self.base, self.ranks = drawn, base, ranks
        self.known = Known(is_known=False, workspace_zone="Europe/Moscow")
        self.versions: dict[Key, int] = {}
        self.hazards: set[str] = set()

    def born(self, position: int, instant: int) -> Fact:
        """Everything but events at once."""
        whole = people.known(self.drawn, self.base, self.ranks)
        self.known = structs.replace(whole, events=())
        things = (*self.known.orders, *self.known.records, *self.known.items)
        self.versions = {key_of(one): position for one in things}
        changes = all_of(self.known, self.versions)
        return self.told(position, instant, changes=changes)

    def told(self, position: int, instant: int, **said: Any) -> Fact:
        """A fact that leaves what is known by now."""
        return Fact(
            position=position, instant=instant, known=self.known, versions=dict(self.versions), **said
        )

    def fact(self, position: int, instant: int) -> Fact:
        """One fact more."""
        place = self.drawn.randrange(EVENTS_OF + len(_OTHERS)) - EVENTS_OF
        changes = self.event(position, instant) if place < 0 else _OTHERS[place](self, position)
        return self.told(position, instant, changes=changes)

    def tells(self, **stands: Any) -> None:
        """What is known from here on."""
        self.known = structs.replace(self.known, **stands)

    def event(self, position: int, instant: int) -> tuple[c.Change, ...]:
        """An event, late or of the future where its time says so."""
        told = structs.replace(people.event(self.drawn, self.base, position), instant=instant)
        if self.drawn.random() < 0.4:
            told = structs.replace(told, time=instant)
        if told.time < instant:
            self.hazards.add("late")
        if told.time > instant:
            self.hazards.add("future")
        self.tells(events=(*self.known.events, told))
        return (told,)


def key_of(thing: Any) -> Key:
    """What a thing is known by."""
    if isinstance(thing, KnownOrder):
        return "order", thing.number
    if isinstance(thing, KnownRecord):
        return "record", thing.kind, thing.id
    return "item", thing.list, thing.product, thing.variant


def all_of(known: Known, versions: Mapping[Key, int]) -> tuple[c.Change, ...]:
    """Everything but events, as changes; things that are no more with the versions that say so."""
    things: Mapping[Key, Any] = {key_of(one): one for one in (*known.orders, *known.records, *known.items)}
    return (
        stands(known),
        c.AttributesStand(known.attributes),
        *(
            _STANDS[kind](*named, version, things.get((kind, *named)))
            for (kind, *named), version in versions.items()
        ),
        c.StatementsStand(known.statements),
        c.TagsStand(known.tags),
        c.ArrivalsStand(known.arrivals),
        c.IdentifiersStand(known.identifiers),
        c.ListsStand(known.memberships),
        c.RanksStand(known.ranks),
    )


_STANDS: Mapping[str, Any] = {"order": c.OrderStands, "record": c.RecordStands, "item": c.ItemStands}


def stands(known: Known) -> c.PersonStands:
    """Who somebody is, as a change."""
    return c.PersonStands(known.is_known, known.excluded, known.workspace_zone, known.zone)


def _attributes(life: Life, _position: int) -> tuple[c.Change, ...]:
    told = people.attributes(life.drawn, life.base)
    gone = {name: None for name in life.known.attributes if life.drawn.random() < 0.3}
    changed = {**gone, **told}
    after = {**life.known.attributes, **changed}
    life.tells(attributes={name: value for name, value in after.items() if value is not None})
    return (c.AttributesStand(changed),)


def _order(life: Life, position: int) -> tuple[c.Change, ...]:
    number = str(life.drawn.randrange(4))
    others = tuple(one for one in life.known.orders if one.number != number)
    if len(others) < len(life.known.orders):
        life.hazards.add("replaced")
    told = None if life.drawn.random() < 0.2 else people.order(life.drawn, life.base, number)
    life.versions["order", number] = position
    life.tells(orders=(*others, told) if told else others)
    return (c.OrderStands(number, position, told),)


def _record(life: Life, position: int) -> tuple[c.Change, ...]:
    drawn = people.record(life.drawn, life.base, str(life.drawn.randrange(4)))
    told = None if life.drawn.random() < 0.2 else drawn
    others = tuple(one for one in life.known.records if key_of(one) != key_of(drawn))
    if len(others) < len(life.known.records):
        life.hazards.add("replaced")
    life.versions[key_of(drawn)] = position
    life.tells(records=(*others, told) if told else others)
    return (c.RecordStands(drawn.kind, drawn.id, position, told),)


def _item(life: Life, position: int) -> tuple[c.Change, ...]:
    last = words.past(life.drawn, life.base)
    told = KnownItem(
        list=life.drawn.choice(words.LISTS),
        product=life.drawn.choice(("p1", "p2")),
        first=last - life.drawn.choice((0, HOUR)),
        last=last,
    )
    others = tuple(one for one in life.known.items if key_of(one) != key_of(told))
    is_there = life.drawn.random() < 0.7
    life.versions[key_of(told)] = position
    life.tells(items=(*others, told) if is_there else others)
    return (c.ItemStands(told.list, told.product, "", position, told if is_there else None),)


def _statement(life: Life, position: int) -> tuple[c.Change, ...]:
    life.tells(statements=(*life.known.statements, people.statement(life.drawn, life.base, 1000 + position)))
    return (c.StatementsStand(life.known.statements),)


def _tags(life: Life, _position: int) -> tuple[c.Change, ...]:
    life.tells(tags=frozenset(one for one in words.TAGS if life.drawn.random() < 0.4))
    return (c.TagsStand(life.known.tags),)


def _others(life: Life, _position: int) -> tuple[c.Change, ...]:
    whole = people.known(life.drawn, life.base, life.ranks)
    life.tells(
        arrivals=whole.arrivals,
        identifiers=whole.identifiers,
        memberships=whole.memberships,
        ranks=whole.ranks,
    )
    known = life.known
    return (
        c.ArrivalsStand(known.arrivals),
        c.IdentifiersStand(known.identifiers),
        c.ListsStand(known.memberships),
        c.RanksStand(known.ranks),
    )


def _person(life: Life, _position: int) -> tuple[c.Change, ...]:
    zone = life.drawn.choice(words.PEOPLES_ZONES)
    if zone != life.known.zone:
        life.hazards.add("zone")
    is_known = life.known.is_known or life.drawn.random() < 0.8
    life.tells(zone=zone, is_known=is_known, excluded="robot" if life.drawn.random() < 0.05 else "")
    return (stands(life.known),)


_OTHERS: Final[tuple[Callable[[Life, int], tuple[c.Change, ...]], ...]] = (
    _attributes,
    _attributes,
    _order,
    _order,
    _record,
    _item,
    _statement,
    _tags,
    _others,
    _person,
    _person,
)
