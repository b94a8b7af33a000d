"""What the API says of the comparison. In: a workspace. Out: views. Times are milliseconds UTC."""

from collections.abc import Mapping

from msgspec import Struct

from konnektu.core.errors import NotFound
from konnektu.segments.comparing import store
from konnektu.segments.comparing.model import Difference, Evaluator, Round
from konnektu.segments.comparing.rounds import close
from konnektu.segments.members.reading import Looker, shown_people
from konnektu.segments.members.views import PersonView
from konnektu.storage.api import Storage

SHOWN = 100


class DifferenceView(Struct, frozen=True, kw_only=True):
    """A person and a segment of which evaluators do not say the same."""

    id: int
    person: PersonView | None
    """Null for who may not see people."""
    segment: str
    at: int
    position: int
    """Of the last fact that everybody knew."""
    answers: Mapping[Evaluator, bool]
    """Whether the person is in: as the list of members has it, the writer's state, a state made anew, the reference,
    and the event store where it was asked."""
    facts: str
    """JSON that reproduces it; empty for who may not see personal data."""
    found_at: int


class ComparisonView(Struct, frozen=True, kw_only=True):
    """How far the comparison of evaluators has come, and what it found."""

    begun_at: int
    """When this round of the base began; 0 before the first."""
    people: int
    """Compared in this round."""
    verdicts: int
    last: Round | None
    """The last whole round."""
    cycle: int | None
    """How long the last round took, milliseconds."""
    differences: int
    """That nobody has looked at."""
    latest: list[DifferenceView]


class ClosedDifference(Struct, frozen=True):
    """What somebody says who has looked at a difference."""

    note: str = ""


def comparison(looker: Looker) -> ComparisonView:
    """How far it has come, with the latest differences."""
    with looker.db.read(snapshot=True) as db:
        here, waiting = store.progress(db), store.count_open(db)
        found = store.open_differences(db, SHOWN)
        sees = looker.caller.may("profiles.read")
        ids = [one.found.profile for one in found] if sees else []
        people = shown_people(db, ids, is_open=looker.is_open)
    return ComparisonView(
        begun_at=here.begun_at,
        people=here.people,
        verdicts=here.verdicts,
        last=here.last,
        cycle=here.last.ended_at - here.last.begun_at if here.last else None,
        differences=waiting,
        latest=[_shown(one, people, is_open=sees and looker.is_open) for one in found],
    )


def _shown(one: Difference, people: Mapping[int, PersonView], *, is_open: bool) -> DifferenceView:
    found = one.found
    return DifferenceView(
        id=one.id,
        person=people.get(found.profile),
        segment=found.segment,
        at=found.instant,
        position=found.position,
        answers=found.answers,
        facts=found.facts if is_open else "",
        found_at=one.found_at,
    )


def closed(storage: Storage, looker: Looker, number: str, said: ClosedDifference) -> ComparisonView:
    """Say that somebody has looked at a difference. Raises `NotFound`."""
    caller, is_number = looker.caller, number.isascii() and number.isdigit()
    said_by = looker.now, caller.login, said.note
    if not is_number or not close(storage, caller.workspace, int(number), *said_by):
        raise NotFound("There is no such difference, or somebody has looked at it already.")
    return comparison(looker)
