"""The statements of acquisition, one short function each. Everything takes a connection of the workspace's role.

In: a connection and records. Out: records. Invariant: a batch is a fixed number of statements, whatever its size.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import aiosql
import msgspec

from konnektu.acquisition.logic import arrivals
from konnektu.acquisition.model import About, Counted, Known, Seen, Sent, Source, Stated
from konnektu.core.records import Arrivals, ArrivedBy
from konnektu.storage.api import Bigints, Booleans, Connection, Texts

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")

_stated = msgspec.json.Decoder(Stated)
_about = msgspec.json.Decoder(About)

Count = tuple[int, str, int]
"""(source, reason of rejection or nothing, beginning of its five minutes)."""


def version(db: Connection) -> int:
    """Position of the newest fact about sources; 0 where there was none."""
    found: int = Q.version(db)
    return found


def is_used(db: Connection) -> bool:
    """Whether there ever was a source, so that there may be arrivals."""
    return version(db) > 0


def sources(db: Connection) -> dict[str, Source]:
    """Every source by its key, retired ones too, in the order of keys."""
    rows = (
        Source(id=number, key=key, position=position, retired=retired, stated=_stated.decode(stated))
        for number, key, position, retired, stated in Q.sources(db)
    )
    return {one.key: one for one in rows}


def put_sources(db: Connection, changed: Sequence[Source]) -> None:
    """Write sources as a batch leaves them."""
    Q.put_sources(
        db,
        ids=Bigints(one.id for one in changed),
        keys=Texts(one.key for one in changed),
        positions=Bigints(one.position for one in changed),
        retireds=Booleans(one.retired for one in changed),
        stateds=Texts(msgspec.json.encode(one.stated) for one in changed),
    )


def put_arrivals(db: Connection, seen: Sequence[tuple[int, int, int, Seen]]) -> None:
    """Add (atom, source, profile, what was seen) of a batch to what is kept."""
    Q.put_arrivals(
        db,
        atoms=Bigints(atom for atom, _, _, _ in seen),
        sources=Bigints(source for _, source, _, _ in seen),
        profiles=Bigints(profile for _, _, profile, _ in seen),
        first_times=Bigints(one.first[0] for *_, one in seen),
        first_positions=Bigints(one.first[1] for *_, one in seen),
        last_times=Bigints(one.last[0] for *_, one in seen),
        last_positions=Bigints(one.last[1] for *_, one in seen),
        events=Bigints(one.events for *_, one in seen),
    )


def merge(db: Connection, merged: Mapping[int, int]) -> None:
    """Give the arrivals of losers to their winners."""
    Q.merge_arrivals(db, losers=Bigints(merged), winners=Bigints(merged.values()))


def part(db: Connection, leaving: int, staying: int, moved: Iterable[int]) -> None:
    """Give the arrivals of these atoms to who leaves, the others of both to who stays."""
    Q.part_arrivals(db, leaving=leaving, staying=staying, moved=Bigints(moved))


def erase(db: Connection, profiles: Sequence[int]) -> int:
    """Remove the arrivals of erased people; how many rows."""
    found: int = Q.erase_arrivals(db, profiles=Bigints(profiles))
    return found


def forget_arrivals(db: Connection, atoms: Iterable[int]) -> None:
    """Remove the arrivals of these atoms."""
    Q.forget_arrivals(db, atoms=Bigints(atoms))


def arrivals_of(db: Connection, profiles: Iterable[int]) -> dict[int, Arrivals]:
    """Where these people came from; who came from nowhere that is known is missing."""
    return arrivals_in(Q.arrivals_of(db, profiles=Bigints(profiles)))


ARRIVALS: Final[str] = Q.arrivals_of.sql
"""The statement of `arrivals_of`."""


def arrivals_in(rows: Iterable[Sequence[Any]]) -> dict[int, Arrivals]:
    """What rows of `ARRIVALS` say, by profile."""
    found: dict[int, list[ArrivedBy]] = {}
    for profile, key, name, kind, days, *seen in rows:
        first, last, events = (seen[0], seen[1]), (seen[2], seen[3]), seen[4]
        one = ArrivedBy(key=key, name=name, kind=kind, first=first, last=last, events=events, days=days)
        found.setdefault(profile, []).append(one)
    return {profile: arrivals(several) for profile, several in found.items()}


def every_arrival(db: Connection) -> dict[int, dict[int, Seen]]:
    """What is kept of everybody's arrivals, by atom and number of the source."""
    found: dict[int, dict[int, Seen]] = {}
    for atom, source, *seen, events in Q.every_arrival(db):
        found.setdefault(atom, {})[source] = Seen((seen[0], seen[1]), (seen[2], seen[3]), events)
    return found


def counted(db: Connection) -> dict[int, Counted]:
    """How many people each source has brought, by its number; a source that brought nobody is missing."""
    return {source: Counted(first, last, every) for source, first, last, every in Q.counted(db)}


def add_counts(db: Connection, counts: Mapping[Count, tuple[int, int]]) -> None:
    """Add (events, instant of the last) of a batch to what is counted."""
    Q.add_counts(
        db,
        sources=Bigints(source for source, _, _ in counts),
        reasons=Texts(reason for _, reason, _ in counts),
        sinces=Bigints(since for _, _, since in counts),
        events=Bigints(events for events, _ in counts.values()),
        lasts=Bigints(last for _, last in counts.values()),
    )


def forget_counts(db: Connection, until: int) -> None:
    """Forget what was counted before, but for the newest of each source."""
    Q.forget_counts(db, until=until)


def counts(db: Connection, hour: int, day: int, week: int) -> dict[int, dict[str, Sent]]:
    """What each source sent since these moments, by reason; accepted events under an empty one."""
    found: dict[int, dict[str, Sent]] = {}
    for source, reason, *sent in Q.counts(db, hour=hour, day=day, week=week):
        found.setdefault(source, {})[reason] = Sent(*sent)
    return found


def put_about(db: Connection, source: int, at: int, about: About) -> None:
    """Write what is said of a source of data."""
    Q.put_about(db, source=source, at=at, about=msgspec.json.encode(about).decode())


def abouts(db: Connection) -> dict[int, Known]:
    """What is said of sources of data; those of which nothing is said are missing."""
    return {source: Known(at, _about.decode(about)) for source, at, about in Q.abouts(db)}


def alarms(db: Connection) -> list[tuple[int, Known, int]]:
    """(source, what is said of it, when its last event came) of those whose silence is watched."""
    return [(source, Known(at, _about.decode(about)), last) for source, at, about, last in Q.alarms(db)]
