"""The statements of the comparison, one short function each. Everything takes a connection of the workspace's role."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import aiosql
import msgspec

from konnektu.segments.comparing.model import Difference, Evaluator, Found, Progress, Round
from konnektu.storage.api import Bigints, Connection

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")

_round = msgspec.json.Decoder(Round)
_answers: msgspec.json.Decoder[Mapping[Evaluator, bool]] = msgspec.json.Decoder(dict[Evaluator, bool])


def progress(db: Connection) -> Progress:
    """How far the comparison has come."""
    after, begun_at, people, verdicts, last = Q.progress(db)
    told = _round.decode(last) if last else None
    return Progress(after=after, begun_at=begun_at, people=people, verdicts=verdicts, last=told)


def put_progress(db: Connection, here: Progress) -> None:
    """Write how far the comparison has come."""
    last = None if here.last is None else msgspec.json.encode(here.last).decode()
    Q.put_progress(
        db, after=here.after, begun_at=here.begun_at, people=here.people, verdicts=here.verdicts, last=last
    )


def people_after(db: Connection, after: int, limit: int) -> list[int]:
    """A page of people in the order of ids."""
    return [row[0] for row in Q.people_after(db, after=after, limit=limit)]


def add_differences(db: Connection, found: Sequence[Found], now: int) -> None:
    """Keep differences; they are few, or something is very wrong."""
    for one in found:
        Q.add_difference(
            db,
            profile=one.profile,
            segment=one.segment,
            instant=one.instant,
            position=one.position,
            answers=msgspec.json.encode(one.answers).decode(),
            facts=one.facts,
            found_at=now,
        )


def open_differences(db: Connection, limit: int) -> list[Difference]:
    """Differences that nobody has looked at, the latest first."""
    return [
        Difference(
            id=number,
            found=Found(
                profile=profile,
                segment=segment,
                instant=instant,
                position=position,
                answers=_answers.decode(answers),
                facts=facts,
            ),
            found_at=found_at,
        )
        for number, profile, segment, instant, position, answers, facts, found_at in Q.open_differences(
            db, limit=limit
        )
    ]


def count_open(db: Connection) -> int:
    """How many differences nobody has looked at."""
    return int(Q.count_open(db))


def close(db: Connection, number: int, at: int, by: str, note: str) -> bool:
    """Say that somebody has looked at a difference; whether it was open."""
    return bool(list(Q.close(db, id=number, at=at, by=by, note=note)))


def erase(db: Connection, profiles: Sequence[int]) -> None:
    """Forget differences of erased people."""
    Q.erase(db, profiles=Bigints(profiles))
