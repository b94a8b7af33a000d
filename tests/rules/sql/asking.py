"""Asking the event store of drawn people. In: people as they are known. Out: rows in the event store, and verdicts."""

from collections.abc import Sequence

from msgspec import structs

from konnektu.bench.exactness.written import clear, write_events, write_mirrors
from konnektu.rules.known import Known
from konnektu.rules.model import Not, Rank, Segment
from konnektu.rules.sql import Counts, Everybody, Pair, count, membership, mirrored, ranked
from konnektu.storage.api import History

COPY = 7
BORN = 1_500_000_000_000
"""From when on everything but events is known."""


def told(history: History, people: Sequence[Known]) -> None:
    """Make these the only people; the profile of each is its place, from 1."""
    clear(history)
    write_events(
        history,
        [
            (place, one.position, structs.replace(one, instant=min(one.instant, one.time)))
            for place, known in enumerate(people, 1)
            for one in known.events
        ],
    )
    rows = [row for place, known in enumerate(people, 1) for row in mirrored(place, None, known, 1, BORN)]
    write_mirrors(history, rows, copies=(0, COPY))


def asked(history: History, segment: Segment, pairs: Sequence[tuple[int, int, Known]]) -> list[bool]:
    """The verdicts on (profile, instant) pairs, each with what is known of the person."""
    whom = [Pair(profile, at, known.zone) for profile, at, known in pairs]
    statement = membership(segment, whom, 2**62, "Europe/Moscow")
    return [bool(row[1]) for row in sorted(history.rows(statement.sql, statement.parameters))]


def counted(history: History, segment: Segment, people: Sequence[Known], at: int) -> Counts:
    """How many people are in at an instant, and of how many the whole rule and its opposite hold."""
    statement = count(segment, [segment.entry, Not(segment.entry)], _everybody(people, at))
    return Counts(*history.rows(statement.sql, statement.parameters)[0])


def first(history: History, rank: Rank, people: Sequence[Known], at: int) -> tuple[int, set[int]]:
    """How many have a place by a rank at an instant, and who is at the top."""
    statement = ranked(rank, _everybody(people, at))
    placed, inside = history.rows(statement.sql, statement.parameters)[0]
    return placed, set(inside)


def _everybody(people: Sequence[Known], at: int) -> Everybody:
    zones = tuple(sorted({one.zone for one in people} - {""}))
    return Everybody(
        at=at, position=2**62, copy=COPY, workspace_zone="Europe/Moscow", zones=zones, spills=True
    )
