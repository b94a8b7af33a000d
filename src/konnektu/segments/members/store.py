"""The statements of members, one short function each. Everything takes a connection of the workspace's role.

In: a connection and records. Out: records.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import aiosql
import msgspec
from msgspec import Struct

from konnektu.core.clock import DAY
from konnektu.segments.members.model import Figures, Point, Turned, Worth
from konnektu.storage.api import Bigints, Connection

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")

LATEST = 2**62


class _Money(Struct):
    worth: tuple[Worth, ...]
    base: tuple[Worth, ...]


def turns(db: Connection, segment: int, before: int, limit: int, *, entered: bool | None) -> list[Turned]:
    """Entries and exits of a segment, or only one of both, before one of them, the latest first."""
    if entered is None:
        return [_turned(*row) for row in Q.turns(db, segment=segment, before=before, limit=limit)]
    found = Q.turns_one_way(db, segment=segment, entered=entered, before=before, limit=limit)
    return [_turned(*row) for row in found]


def turns_of(db: Connection, profiles: Iterable[int], segment: int, before: int, limit: int) -> list[Turned]:
    """Entries and exits of somebody in a segment, under all ids that they had, the latest first."""
    found = Q.turns_of(db, profiles=Bigints(profiles), segment=segment, before=before, limit=limit)
    return [_turned(*row) for row in found]


def _turned(
    number: int,
    segment: int,
    version: int,
    profile: int,
    entered: bool,  # noqa: FBT001  a column
    position: int,
    instant: int,
    cause: str,
) -> Turned:
    return Turned(
        id=number,
        segment=segment,
        version=version,
        profile=profile,
        entered=entered,
        position=position,
        instant=instant,
        cause=cause,
    )


def inside(db: Connection, segment: int, profiles: Iterable[int]) -> dict[int, tuple[int, int]]:
    """(position, instant) of the entry of those of these people who are in a segment."""
    found = Q.inside(db, segment=segment, profiles=Bigints(profiles))
    return {profile: (position, instant) for profile, position, instant in found}


def note_points(db: Connection, at: int) -> None:
    """Note the sizes of segments in force as they stand, with how many came and left since each was noted last."""
    Q.note_points(db, at=at)


def points(db: Connection, segment: int, since: int, until: int, limit: int) -> list[Point]:
    """Sizes of a segment between two instants, both included, the earliest first."""
    return [Point(*row) for row in Q.points(db, segment=segment, since=since, until=until, limit=limit)]


def points_near(db: Connection, at: int, since: int) -> dict[int, int]:
    """The latest size of each segment not after an instant, and not before another."""
    return dict(Q.points_near(db, at=at, since=since))


def thin_points(db: Connection, since: int, before: int) -> None:
    """Let one point of each day stay of what lies between two instants."""
    Q.thin_points(db, since=since, before=before, day=DAY)


def forget_points(db: Connection, before: int) -> None:
    """Forget points before an instant, and those of segments that are gone."""
    Q.forget_points(db, before=before)


def base(db: Connection) -> tuple[int, int]:
    """How many people there are: known ones, and all."""
    known, everybody = next(iter(Q.base(db)))
    return known, everybody


def worth(db: Connection, segment: int) -> tuple[Worth, ...]:
    """What the people of a segment have ordered, by currency."""
    return _worth(Q.worth(db, segment=segment))


def worth_of_all(db: Connection) -> tuple[Worth, ...]:
    """What everybody has ordered, by currency."""
    return _worth(Q.worth_of_all(db))


def _worth(rows: Iterable[Sequence[Any]]) -> tuple[Worth, ...]:
    return tuple(Worth(currency, buyers, purchases, int(net)) for currency, buyers, purchases, net in rows)


def put_figures(db: Connection, segment: int, one: Figures) -> None:
    """Write what the people of a segment come to."""
    money = msgspec.json.encode(_Money(one.worth, one.base_worth)).decode()
    Q.put_figures(db, segment=segment, at=one.at, people=one.people, base=one.base, money=money)


def figures(db: Connection) -> dict[int, Figures]:
    """What the people of every segment came to when they were last counted, by its id."""
    found: dict[int, Figures] = {}
    for segment, at, people, of, money in Q.figures(db):
        read = msgspec.json.decode(money, type=_Money)
        found[segment] = Figures(at=at, people=people, base=of, worth=read.worth, base_worth=read.base)
    return found
