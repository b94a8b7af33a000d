"""What stands of everybody, table by table. In: a snapshot of a workspace. Out: rows of a copy, of one name a batch.

Definitions that look at nothing of people but events and attributes need nobody's state: their attributes are read as
columns, by pages of a bounded size, which is some thirty times as fast as person by person.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from konnektu.orders import api as orders
from konnektu.profiles import api as profiles
from konnektu.segments.live import store as live
from konnektu.segments.live.standing import ZONE
from konnektu.segments.reached import reached
from konnektu.storage.api import Connection

AT_ONCE: Final = 100_000
"""Rows of a page."""
CONSENTING_AT_ONCE: Final = 2_000


class Columns(NamedTuple):
    """What is asked of the tables beside what every copy holds."""

    attributes: Sequence[str] = ()
    members: Mapping[tuple[str, str], int] = {}
    """Numbers of segments by the (kind, name) of the rows that say who is in."""
    is_reach_told: bool = True
    """By which channels people are reached is decided person by person."""


class Batch(NamedTuple):
    """Rows of one kind and name, each of somebody."""

    kind: str
    name: str
    people: Sequence[int]
    bodies: Sequence[str]


def everybody(db: Connection, asked: Columns, at: int) -> Iterator[Batch]:
    """Who people are, with what is asked, what they have bought, and by which channels they are reached."""
    yield from _people(db, asked.attributes)
    for (kind, name), number in asked.members.items():
        yield from _members(db, number, kind, name)
    yield from _worth(db)
    if asked.is_reach_told:
        yield from _reached(db, at)


def _people(db: Connection, attributes: Sequence[str]) -> Iterator[Batch]:
    after, names = -1, [*attributes, ZONE]
    while rows := profiles.standing_after(db, names, after, AT_ONCE):
        people = [row[0] for row in rows]
        yield Batch("person", "", people, ["known" if row[1] else "anonymous" for row in rows])
        for place, name in enumerate(attributes):
            held = _stated(rows, place)
            yield Batch("attribute", name, *_columns((one, f'{{"v":{value}}}') for one, value in held))
        zones = ((one, msgspec.json.decode(value)) for one, value in _stated(rows, len(attributes)))
        yield Batch(
            "zone", "", *_columns((one, zone) for one, zone in zones if zone and isinstance(zone, str))
        )
        after = people[-1]


def _stated(rows: Sequence[tuple[int, bool, list[str | None]]], place: int) -> Iterator[tuple[int, str]]:
    """(person, JSON of the value) of those who have the attribute at a place; a cleared one is none."""
    for one, _, values in rows:
        value = values[place]
        if value is not None and value != "null":
            yield one, value


def _members(db: Connection, segment: int, kind: str, name: str) -> Iterator[Batch]:
    after = -1
    while people := live.members(db, segment, after, AT_ONCE):
        yield Batch(kind, name, people, ["{}"] * len(people))
        after = people[-1]


def _worth(db: Connection) -> Iterator[Batch]:
    after = (-1, "")
    while rows := orders.worth_after(db, after, AT_ONCE):
        for currency in sorted({row[1] for row in rows}):
            own = (
                (one, _json({"net": net, "purchases": many}))
                for one, name, many, net in rows
                if name == currency
            )
            yield Batch("revenue", currency, *_columns(own))
        after = rows[-1][0], rows[-1][1]


def _reached(db: Connection, at: int) -> Iterator[Batch]:
    after = -1
    while people := profiles.consenting_after(db, after, CONSENTING_AT_ONCE):
        found = reached(db, people, at)
        for channel in profiles.CHANNELS:
            own = ((one, str(held[channel])) for one, held in sorted(found.items()) if channel in held)
            yield Batch("reach", channel, *_columns(own))
        after = people[-1]


def _columns(rows: Iterator[tuple[int, str]]) -> tuple[list[int], list[str]]:
    many = list(rows)
    return [one for one, _ in many], [body for _, body in many]


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
