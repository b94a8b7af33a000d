"""Jobs of segments. In: what each is to do. Out: what it did."""

from collections.abc import Mapping
from typing import Any

from konnektu.jobs.api import Arguments, Words, Work, kind
from konnektu.segments.comparing.rounds import JOB as COMPARE
from konnektu.segments.comparing.rounds import compare_people, schedule_comparison
from konnektu.segments.members.sizes import JOB, note_sizes
from konnektu.segments.placing import JOB as RANKS
from konnektu.segments.placing import compute_ranks
from konnektu.segments.taking import TAKE, take


@kind(
    JOB,
    Words("Sizes of segments noted", "Запись размеров сегментов"),
    right="segments.manage",
    lock="kind",
)
def note(work: Work, _: Mapping[str, Any]) -> Mapping[str, Any]:
    """Note how many people are in each segment and what they come to."""
    schedule_comparison(work.storage, work.workspace, work.clock.now_ms())
    return {"segments": note_sizes(work.storage, work.workspace, work.clock.now_ms(), work.check)}


@kind(
    COMPARE,
    Words("Segments compared with the facts", "Сверка сегментов с фактами"),
    right="segments.manage",
    lock="kind",
)
def compare(work: Work, _: Mapping[str, Any]) -> Mapping[str, Any]:
    """Compare who is in segments with what their facts say, for the next people of the base."""
    return {"people": compare_people(work.storage, work.workspace, work.clock.now_ms, work.check)}


@kind(
    RANKS,
    Words("Places among everybody computed", "Расчёт мест среди клиентов"),
    right="segments.manage",
    lock="kind",
)
def rank(work: Work, _: Mapping[str, Any]) -> Mapping[str, Any]:
    """Compute who is at the top of the ranks whose moment has come."""
    return {"ranks": compute_ranks(work)}


class Taking(Arguments, frozen=True):
    """Whose people a snapshot is to hold, and as of when."""

    of: str
    snapshot: str
    at: int

    def key(self) -> str:
        """A snapshot is taken once."""
        return self.snapshot


@kind(
    TAKE,
    Words("Snapshot of a segment taken", "Снимок сегмента"),
    arguments=Taking,
    right="segments.manage",
)
def take_snapshot(work: Work, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Put on a snapshot who was in its segment."""
    return {"people": take(work, arguments["of"], arguments["snapshot"], arguments["at"])}
