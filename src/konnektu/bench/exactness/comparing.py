"""Evaluators side by side. In: seeds. Out: how much was compared, of what kinds, and every difference.

A batch is some definitions, chosen so that time alone turns them, and stories told under them. The reference and the
live evaluator follow every story; the event store, where there is one, is asked about the same people and instants.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from random import Random

from msgspec import Struct

from konnektu.bench.drawing import LEAF_KINDS, kind_of
from konnektu.bench.exactness.asked import Asking, Stored
from konnektu.bench.exactness.stories import EDITED, Story, setting, story
from konnektu.bench.exactness.tally import Difference, Exactness, Place, Tally
from konnektu.bench.exactness.timelines import (
    Definitions,
    Line,
    Live,
    Page,
    Span,
    asked_by,
    known_beside,
    lively,
    of_reference,
    spans,
    stays,
    under,
)
from konnektu.rules.memory.latch import next_inside
from konnektu.rules.model import Segment
from konnektu.rules.walking import leaves
from konnektu.storage.api import History


class _Verdict(Struct, frozen=True):
    """Somebody at an instant: what two evaluators say."""

    place: Place
    segment: Segment
    at: int
    zone: str
    right: bool
    live: bool


class _Told(Struct, frozen=True):
    """A story as two evaluators followed it."""

    story: Story
    reference: list[Page]
    verdicts: list[_Verdict]


def compare(seed: int, comparisons: int, history: History | None = None, lives: int = 1) -> Exactness:
    """Draws batches of so many lives until so many verdicts were compared, by all three where `history` is given."""
    return tallied(count(seed), comparisons, history, lives).told(seed)


def tallied(seeds: Iterable[int], comparisons: int, history: History | None, lives: int) -> Tally:
    """The same of the batches of some seeds."""
    tally = Tally()
    for seed in seeds:
        _compare_batch(seed, tally, history, lives)
        if (tally.comparisons if history is None else tally.by_three) >= comparisons:
            break
    return tally


def differences(seeds: Iterable[int], history: History | None = None, lives: int = 1) -> Iterator[Difference]:
    """The differences in the batches of some seeds, as they are found."""
    for seed in seeds:
        tally = Tally()
        _compare_batch(seed, tally, history, lives)
        yield from tally.differences


def _compare_batch(seed: int, tally: Tally, history: History | None, lives: int) -> None:
    drawn = Random(seed)  # noqa: S311  # batches are to come again for the same seed
    shared = setting(drawn, LEAF_KINDS[seed % len(LEAF_KINDS)])
    first = story(drawn, shared)
    definitions = lively(first, shared.pool, most=lives > 1)
    told = [_compare_story(Place(seed, 0, 0, ""), first, definitions, drawn, tally)]
    for life in range(1, lives):
        drawn = Random(f"{seed} {life}")  # noqa: S311  # as above
        told.append(_compare_story(Place(seed, life, 0, ""), story(drawn, shared), definitions, drawn, tally))
    if history is not None:
        _compare_stored(history, told, tally)


def _compare_story(
    place: Place, alone: Story, definitions: Definitions, drawn: Random, tally: Tally
) -> _Told:
    told = under(definitions, alone)
    reference, live = of_reference(told), Live(told, drawn).told()
    before: Page = {}
    verdicts: list[_Verdict] = []
    for number, page in enumerate(spans(told)):
        for name in page.segments:
            here = Place(place.seed, place.life, number, name)
            lines = reference[number][name], live[number][name]
            _compare_lines(here, lines, tally)
            asked = list(_instants(page, lines, before.get(name), drawn))
            verdicts += _compare_verdicts(told, here, page, (reference[number], live[number]), asked, tally)
        before = reference[number]
    return _Told(told, reference, verdicts)


def _compare_lines(place: Place, lines: tuple[Line, Line], tally: Tally) -> None:
    """Entries and exits, each with its instant."""
    tally.transitions += max(len(lines[0]), len(lines[1])) - 1
    if lines[0] != lines[1]:
        tally.differences.append(Difference(place, -1, str(lines[0][:8]), str(lines[1][:8])))


def _instants(
    page: Span, lines: tuple[Line, Line], before: Line | None, drawn: Random
) -> Iterator[tuple[int, bool]]:
    """Instants to ask about on a page, and whether they lie at an entry or exit."""
    if page.start >= page.end:
        return
    turned = {at for line in lines for at, _ in line[1:]}
    if before is not None and before[-1][1] is not lines[0][0][1]:
        turned.add(page.start)
    edges = {at + beside for at in turned for beside in (-1, 0, 1) if page.start <= at + beside < page.end}
    yield from ((at, True) for at in sorted(edges))
    at = drawn.randrange(page.start, page.end)
    if at not in edges and drawn.random() < (0.4 if lines[0][0][1] else 0.1):
        yield at, False


def _compare_verdicts(  # what two evaluators say of a page, and where it is counted
    told: Story,
    place: Place,
    page: Span,
    said: tuple[Page, Page],
    asked: list[tuple[int, bool]],
    tally: Tally,
) -> Iterator[_Verdict]:
    """What the reference says of the instant itself; with an exit rule, what its history says."""
    name = place.segment
    segment = page.segments[name]
    known = known_beside(page, asked_by(segment, said[0]))
    kinds = {kind_of(one) for one in leaves(segment)}
    for at, is_edge in asked:
        right = (
            next_inside(segment, known, at, inside=False)
            if segment.exit is None
            else is_in(said[0][name], at)
        )
        live = is_in(said[1][name], at)
        tally.took(right=right, is_edge=is_edge, kinds=kinds, hazards=told.hazards)
        if live is not right:
            tally.differences.append(Difference(place, at, str(right), str(live)))
        yield _Verdict(place, segment, at, known.zone, right, live)


def is_in(line: Line, at: int) -> bool:
    """What a timeline says of an instant."""
    return [inside for since, inside in line if since <= at][-1]


def _compare_stored(history: History, told: Sequence[_Told], tally: Tally) -> None:
    """The same people and instants, asked of the event store; what has an exit rule has no form there."""
    stories = [one.story for one in told]
    followed = {life: stays(spans(one.story), one.reference) for life, one in enumerate(told)}
    stored = Stored(history, stories, followed)
    asked: dict[tuple[str, bool], list[_Verdict]] = {}
    for one in (verdict for each in told for verdict in each.verdicts if verdict.segment.exit is None):
        is_edited = one.place.segment == EDITED and one.segment is not stories[0].segments[EDITED]
        asked.setdefault((one.place.segment, is_edited), []).append(one)
    questions = [(each[0].segment, [_asking(one) for one in each]) for each in asked.values()]
    for each, verdicts in zip(asked.values(), stored.verdicts(questions), strict=True):
        tally.by_three += len(each)
        for one, verdict in zip(each, verdicts, strict=True):
            if verdict is not one.right:
                tally.differences.append(
                    Difference(one.place, one.at, str(one.right), str(one.live), str(verdict))
                )


def _asking(one: _Verdict) -> Asking:
    return Asking(one.place.life, one.place.page, one.at, one.zone)


__all__ = ["Difference", "Exactness", "compare", "differences", "tallied"]
