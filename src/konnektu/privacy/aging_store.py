"""The statements of retention, one short function each."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from konnektu.privacy.model import Aged, Cut, Rule, Run
from konnektu.privacy.store import Q
from konnektu.storage.api import Bigints, Connection

_cuts = msgspec.json.Decoder(tuple[Cut, ...]).decode
_counts = msgspec.json.Decoder(dict[str, int]).decode


def rules(db: Connection) -> list[Rule]:
    """The rules in force, by subject and name."""
    return [
        Rule(subject, name, days, tuple(attributes), tuple(events), data)
        for subject, name, days, attributes, events, data in Q.rules(db)
    ]


def put_rules(db: Connection, stated: Sequence[Rule]) -> None:
    """Put these rules in place of all others."""
    Q.forget_rules(db)
    Q.add_rules(db, rules=_json(stated))


def begin_run(db: Connection, position: int, instant: int, cuts: Sequence[Cut]) -> None:
    """Keep a run that the writer has met."""
    Q.begin_run(db, position=position, instant=instant, cuts=_json(cuts))


def open_run(db: Connection) -> Run | None:
    """The oldest run that is not done."""
    row = Q.open_run(db)
    return run_of(row) if row else None


def runs(db: Connection, before: int, limit: int) -> list[Run]:
    """Runs before a position, the latest first."""
    return [run_of(row) for row in Q.runs(db, before=before, limit=limit)]


def last_cuts(db: Connection, position: int) -> dict[tuple[str, str], tuple[int, int]]:
    """By (subject, name): the latest (before, position) that ended runs below a position have removed."""
    rows = Q.last_cuts(db, position=position)
    return {(subject, name): (before, upto) for subject, name, before, upto in rows}


def note_found(db: Connection, position: int, found: Mapping[str, int]) -> None:
    """Keep how many facts a run is to remove, by cut."""
    Q.note_found(db, position=position, found=_json(found))


def add_removed(db: Connection, position: int, kind: str, count: int) -> None:
    """Add to what a run has removed."""
    Q.add_removed(db, position=position, kind=kind, count=count)


def is_removed(db: Connection, position: int) -> None:
    """Say that a run has taken out what grew old."""
    Q.is_removed(db, position=position)


def finish_run(db: Connection, position: int, at: int) -> None:
    """Say that a run has ended."""
    Q.finish_run(db, position=position, at=at)


def add_told(db: Connection, atoms: Iterable[int]) -> None:
    """Keep in mind of whom is to be told anew."""
    Q.add_told(db, atoms=Bigints(atoms))


def told(db: Connection, limit: int) -> list[int]:
    """Atoms of whom is to be told anew, the first of them."""
    return [atom for (atom,) in Q.told(db, limit=limit)]


def count_told(db: Connection) -> int:
    """How many atoms these are."""
    return int(Q.count_told(db))


def forget_told(db: Connection, atoms: Iterable[int], position: int, people: int) -> None:
    """These were told of in the run of a position."""
    Q.forget_told(db, atoms=Bigints(atoms), position=position, people=people)


def note_aged(control: Connection, workspace: str, aged: Aged) -> None:
    """Note a run in control."""
    Q.note_aged(
        control, workspace=workspace, position=aged.position, instant=aged.instant, cuts=_json(aged.cuts)
    )


def all_aged(control: Connection, workspace: str) -> list[Aged]:
    """Runs of a workspace that were noted in control, in order."""
    return [
        Aged(position, instant, _cuts(cuts))
        for position, instant, cuts in Q.all_aged(control, workspace=workspace)
    ]


def run_of(row: Sequence[Any]) -> Run:
    """A run from the columns that `runs` selects."""
    position, instant, cuts, state, removed, people, done_at = row
    return Run(position, instant, _cuts(cuts), state, _counts(removed), people, done_at)


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
