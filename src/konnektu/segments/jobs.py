"""Jobs of segments. In: what each is to do. Out: what it did."""

from collections.abc import Mapping
from typing import Any

from konnektu.jobs.api import Words, Work, kind
from konnektu.segments.members.sizes import JOB, note_sizes


@kind(
    JOB,
    Words("Sizes of segments noted", "Запись размеров сегментов"),
    right="segments.manage",
    lock="kind",
)
def note(work: Work, _: Mapping[str, Any]) -> Mapping[str, Any]:
    """Note how many people are in each segment and what they come to."""
    return {"segments": note_sizes(work.storage, work.workspace, work.clock.now_ms(), work.check)}
