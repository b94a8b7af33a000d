"""The statements of live membership, one short function each. Everything takes a connection of the workspace's role.

In: a connection and records. Out: records. Invariant: a batch is a fixed number of statements, whatever its size.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import aiosql
import msgspec
from msgspec import Struct

from konnektu.rules.live import NEVER, Numbers
from konnektu.segments.live import listed
from konnektu.segments.ranks import store as ranked
from konnektu.storage.api import Bigints, Booleans, Byteas, Connection, Texts

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")

_numbers = msgspec.msgpack.Decoder(Numbers)


class Turn(Struct, frozen=True, kw_only=True):
    """Somebody entered a segment or left it."""

    segment: int
    version: int
    profile: int
    entered: bool
    position: int
    """Of the fact that did it; 0 where time alone did."""
    instant: int
    cause: str
    """fact, time, definition, merge, cut."""


Row = tuple[int, int, int, bytes]
"""Profile; the position up to which its state lacks nothing; that of the fact that brought the definitions into force
under which it was decided last; the packed state."""


def states(db: Connection, profiles: Iterable[int]) -> list[Row]:
    """Those of these people of whom something is remembered."""
    return list(Q.states(db, profiles=Bigints(profiles)))


def undecided(db: Connection, decided: int, limit: int) -> list[Row]:
    """Some of those who were decided last under definitions before those that a fact brought into force."""
    return list(Q.undecided(db, decided=decided, limit=limit))


def put_states(
    db: Connection, decided: int, rows: Sequence[tuple[int, int, bytes]], dues: Mapping[int, int]
) -> None:
    """Write what is remembered, (profile, built, state), and when each is due."""
    Q.put_states(
        db,
        decided=decided,
        profiles=Bigints(row[0] for row in rows),
        builts=Bigints(row[1] for row in rows),
        states=Byteas(row[2] for row in rows),
    )
    awaited = {profile: due for profile, due in dues.items() if due < NEVER}
    if awaited:
        Q.put_dues(db, profiles=Bigints(awaited), dues=Bigints(awaited.values()))
    if rest := dues.keys() - awaited.keys():
        Q.drop_dues(db, profiles=Bigints(sorted(rest)))


def due(db: Connection, until: int, limit: int) -> list[int]:
    """People who are due before an instant, the first ones."""
    return [row[0] for row in Q.due(db, until=until, limit=limit)]


def next_due(db: Connection) -> int | None:
    """The first instant at which somebody is due."""
    found: int | None = Q.next_due(db)
    return found


def dues(db: Connection, profiles: Iterable[int]) -> dict[int, int]:
    """When those of these people are to be looked at who are at all."""
    return dict(Q.dues(db, profiles=Bigints(profiles)))


def awaits(db: Connection, until: int) -> bool:
    """Whether a writer is needed without facts: somebody is due before an instant, or a definition is being built."""
    return bool(Q.awaits(db, until=until))


def put_turns(db: Connection, turns: Sequence[Turn]) -> None:
    """Write entries and exits, who is in, and the sizes."""
    if not turns:
        return
    Q.add_flips(
        db,
        segments=Bigints(one.segment for one in turns),
        versions=Bigints(one.version for one in turns),
        profiles=Bigints(one.profile for one in turns),
        entered=Booleans(one.entered for one in turns),
        positions=Bigints(one.position for one in turns),
        instants=Bigints(one.instant for one in turns),
        causes=Texts(one.cause for one in turns),
    )
    last = {(one.segment, one.profile): one for one in turns}
    entered = [last[key] for key in sorted(last) if last[key].entered]
    left = [last[key] for key in sorted(last) if not last[key].entered]
    counts: Counter[int] = Counter()
    if entered:
        added = Q.add_members(
            db,
            segments=Bigints(one.segment for one in entered),
            profiles=Bigints(one.profile for one in entered),
            positions=Bigints(one.position for one in entered),
            instants=Bigints(one.instant for one in entered),
        )
        counts.update(dict(added))
    if left:
        gone = Q.drop_members(
            db, segments=Bigints(one.segment for one in left), profiles=Bigints(one.profile for one in left)
        )
        counts.subtract(dict(gone))
    _resize(db, counts)


def _resize(db: Connection, counts: Mapping[int, int]) -> None:
    changed = {segment: count for segment, count in sorted(counts.items()) if count}
    if changed:
        Q.resize(db, segments=Bigints(changed), counts=Bigints(changed.values()))


def drop_people(db: Connection, profiles: Iterable[int]) -> None:
    """Forget people who are no more."""
    gone = dict(Q.drop_people(db, profiles=Bigints(profiles)))
    _resize(db, {segment: -count for segment, count in gone.items()})


def erase(db: Connection, profiles: Sequence[int]) -> int:
    """Forget erased people, with the history of their memberships; in how many segments they were.

    `profiles` are all the ids they ever had: whom they were merged from left segments under an id of their own.
    """
    found = len(member_of(db, profiles))
    listed.erase(db, profiles)
    ranked.erase(db, profiles)
    drop_people(db, profiles)
    Q.erase_flips(db, profiles=Bigints(profiles))
    return found


def numbers(db: Connection) -> Numbers:
    """The numbers that states speak by."""
    found = Q.numbers(db)
    return _numbers.decode(found) if found else Numbers()


def put_numbers(db: Connection, given: Numbers) -> None:
    """Write the numbers that states speak by."""
    Q.put_numbers(db, numbers=msgspec.msgpack.encode(given))


def behind(db: Connection, generation: int, limit: int) -> list[int]:
    """People of whom some leaf knows only what came after it was made."""
    return [row[0] for row in Q.behind(db, generation=generation, limit=limit)]


def stateless(db: Connection, after: int, limit: int) -> list[int]:
    """People of whom nothing is remembered, in order of id."""
    return [row[0] for row in Q.stateless(db, after=after, limit=limit)]


def members(db: Connection, segment: int, after: int = 0, limit: int = 1_000) -> list[int]:
    """A page of the people in a segment, in order of id."""
    return [row[0] for row in Q.members(db, segment=segment, after=after, limit=limit)]


def member_of(db: Connection, profiles: Iterable[int]) -> list[tuple[int, int, int, int]]:
    """(profile, segment, position, instant) of every membership of these people."""
    return list(Q.member_of(db, profiles=Bigints(profiles)))


def sizes(db: Connection) -> dict[int, int]:
    """How many people are in each segment, by its id; those without anybody may be missing."""
    return dict(Q.sizes(db))
