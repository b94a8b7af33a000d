"""Sequences as SQL. In: steps and absences. Out: that some choice of events completes them.

Each step keeps the events that some complete beginning ends with; conditions bind neighbours only, so that this is
the same as trying every choice.
"""

from konnektu.rules.model import Absence, Sequence, Step
from konnektu.rules.sql.figures import is_one_of
from konnektu.rules.sql.windows import lies_in
from konnektu.rules.sql.writing import MOMENT, Writing


def sequence(one: Sequence, writing: Writing) -> str:
    """That a sequence is complete."""
    reached, absences = "", list[Absence]()
    for place, part in enumerate(one.steps):
        if isinstance(part, Absence):
            absences.append(part)
            reached = _free(reached, part, writing) if part.span is not None else reached
            continue
        events = _events(part, writing)
        if place == 0:
            inside = lies_in("each.1", one.window, writing.binding)
            reached = f"arrayFilter(each -> {inside}, {events})"
        else:
            reached = _following(reached, events, part, absences, writing)
        absences = []
    return f"(length({reached}) > 0)"


def _events(part: Step | Absence, writing: Writing) -> str:
    """The (time, position) of the events that a step or an absence means."""
    return writing.column("event", "groupArray", is_one_of(part.what, writing), MOMENT)


def _free(reached: str, absence: Absence, writing: Writing) -> str:
    """Events after whose span nothing has happened, where the span has passed."""
    assert absence.span is not None  # noqa: S101  # the caller asks only then
    end = f"each.1 + {writing.binding.whole(absence.span.ms)}"
    broken = f"arrayExists(other -> other > each AND other.1 <= {end}, {_events(absence, writing)})"
    return f"arrayFilter(each -> at >= {end} AND NOT {broken}, {reached})"


def _following(before: str, events: str, step: Step, absences: list[Absence], writing: Writing) -> str:
    """Events of a step that come after one reached, soon enough and with nothing in between."""
    soon = "true" if step.within is None else f"coming.1 <= each.1 + {writing.binding.whole(step.within.ms)}"
    bare = "".join(
        f" AND NOT arrayExists(other -> other > each AND other < coming, {_events(absence, writing)})"
        for absence in absences
        if absence.span is None
    )
    return f"arrayFilter(coming -> arrayExists(each -> coming > each AND {soon}{bare}, {before}), {events})"
