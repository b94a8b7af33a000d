"""Two evaluators side by side. In: seeds. Out: how much was compared, of what kinds, and every difference. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from random import Random

from msgspec import Struct

from konnektu.bench.drawing import LEAF_KINDS, kind_of
from konnektu.bench.exactness.stories import Story, story
from konnektu.bench.exactness.timelines import (
    Line,
    Live,
    Page,
    Span,
    asked_by,
    known_beside,
    lively,
    of_reference,
    spans,
)
from konnektu.rules.memory.latch import next_inside
from konnektu.rules.walking import leaves


class Difference(Struct, frozen=True):
    """Where two evaluators do not say the same."""

    seed: int
    page: int
    segment: str
    at: int
    """-1 where the entries and exits of a page differ."""
    reference: str
    live: str


class Exactness(Struct, frozen=True, kw_only=True):
    """What was compared, and what came of it."""

    comparisons: int
    """Verdicts on a person, a segment and an instant, taken of both."""
    differences: int
    seed: int
    true_share: float
    boundary_share: float
    """Of comparisons at an entry or exit, or a millisecond beside it."""
    by_leaf_kind: Mapping[str, float]
    """Share of comparisons with a segment in which such a leaf stands."""
    by_hazard: Mapping[str, float]
    """Share of comparisons within stories that hold the hazard."""
    transitions_compared: int
    """Entries and exits, with their instants."""
    found: tuple[Difference, ...] = ()
    """The first few differences; a seed draws its story again."""


class _Tally:
    """Numbers that grow."""

    def __init__(self) -> None:
        self.comparisons = self.true = self.boundary = self.transitions = 0
        self.kinds: Counter[str] = Counter()
        self.hazards: Counter[str] = Counter()
        self.differences: list[Difference] = []

    def told(self, seed: int) -> Exactness:
        """The figures."""
        whole = max(self.comparisons, 1)
        return Exactness(
            comparisons=self.comparisons,
            differences=len(self.differences),
            seed=seed,
            true_share=round(self.true / whole, 4),
            boundary_share=round(self.boundary / whole, 4),
            by_leaf_kind={kind: round(self.kinds[kind] / whole, 4) for kind in LEAF_KINDS},
            by_hazard={one: round(number / whole, 4) for one, number in sorted(self.hazards.items())},
            transitions_compared=self.transitions,
            found=tuple(self.differences[:10]),
        )


def compare(seed: int, comparisons: int) -> Exactness:
    """Draws stories one after another until so many verdicts were compared."""
    tally, number = _Tally(), seed
    while tally.comparisons < comparisons:
        _compare_story(number, tally)
        number += 1
    return tally.told(seed)


def differences(seeds: Iterable[int]) -> Iterator[Difference]:
    """The differences in the stories of some seeds, as they are found."""
    for seed in seeds:
        tally = _Tally()
        _compare_story(seed, tally)
        yield from tally.differences


def _compare_story(seed: int, tally: _Tally) -> None:
    drawn = Random(seed)  # noqa: S311  # stories are to come again for the same seed
    told = lively(*story(drawn, LEAF_KINDS[seed % len(LEAF_KINDS)]))
    reference, live = of_reference(told), Live(told, drawn).told()
    before: Page = {}
    for number, page in enumerate(spans(told)):
        for name in page.segments:
            lines = reference[number][name], live[number][name]
            _compare_lines(Place(seed, number, name), lines, tally)
            asked = list(_instants(page, lines, before.get(name), drawn))
            _compare_verdicts(
                Place(seed, number, name), page, (reference[number], live[number]), asked, tally
            )
            _count(told, page, name, len(asked), tally)
        before = reference[number]


class Place(Struct, frozen=True):
    """Of which story which page and segment."""

    seed: int
    page: int
    segment: str


def _compare_lines(place: Place, lines: tuple[Line, Line], tally: _Tally) -> None:
    """Entries and exits, each with its instant."""
    tally.transitions += max(len(lines[0]), len(lines[1])) - 1
    if lines[0] != lines[1]:
        tally.differences.append(_difference(place, -1, str(lines[0][:8]), str(lines[1][:8])))


def _difference(place: Place, at: int, reference: str, live: str) -> Difference:
    return Difference(place.seed, place.page, place.segment, at, reference, live)


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
    if at not in edges and drawn.random() < (0.35 if lines[0][0][1] else 0.1):
        yield at, False


def _compare_verdicts(
    place: Place, page: Span, said: tuple[Page, Page], asked: list[tuple[int, bool]], tally: _Tally
) -> None:
    """What the reference says of the instant itself; with an exit rule, what its history says."""
    name = place.segment
    segment = page.segments[name]
    known = known_beside(page, asked_by(segment, said[0]))
    for at, is_edge in asked:
        right = (
            next_inside(segment, known, at, inside=False)
            if segment.exit is None
            else is_in(said[0][name], at)
        )
        tally.comparisons += 1
        tally.true += right
        tally.boundary += is_edge
        if is_in(said[1][name], at) is not right:
            tally.differences.append(_difference(place, at, str(right), str(not right)))


def is_in(line: Line, at: int) -> bool:
    """What a timeline says of an instant."""
    return [inside for since, inside in line if since <= at][-1]


def _count(told: Story, page: Span, name: str, asked: int, tally: _Tally) -> None:
    for kind in {kind_of(one) for one in leaves(page.segments[name])}:
        tally.kinds[kind] += asked
    for hazard in told.hazards:
        tally.hazards[hazard] += asked


__all__ = ["Difference", "Exactness", "compare", "differences"]
