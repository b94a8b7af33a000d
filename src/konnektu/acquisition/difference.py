"""How people's sources would differ. In: arrivals as they stand and as they would. Out: figures and some people. Pure.

A person's first source is that of their first arrival; where several sources recognised it, each is the first.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from konnektu.acquisition.model import Seen, Source
from konnektu.acquisition.past import Came

MOST_SAMPLES: Final = 20


class Standing(Struct, frozen=True):
    """Where a person came from, by numbers of sources."""

    first: frozenset[int]
    last: frozenset[int]
    every: frozenset[int]


class Step(Struct, frozen=True):
    """A number of people as it is and as it would be."""

    before: int
    after: int


class SourceStep(Struct, frozen=True):
    """What one source would gain or lose."""

    key: str
    name: str
    first: Step
    last: Step
    any: Step


class Sides(Struct, frozen=True):
    """Keys of sources as they are and as they would be, in order."""

    before: list[str]
    after: list[str]


class Sample(Struct, frozen=True):
    """A person whose sources would differ."""

    profile: int
    first: Sides
    last: Sides
    every: Sides


class Difference(Struct, frozen=True, kw_only=True):
    """How people's sources would differ."""

    people: int
    """Who came from some source, as it is or would be."""
    changed: int
    """Of whom the first, the last or any other source would differ."""
    first: int
    """Whose first source would be another."""
    last: int
    any: int
    """Who would have come from other sources at all."""
    sources: list[SourceStep]
    """Those whose figures would change, the most first."""
    samples: list[Sample]


def needed(before: Came, after: Came, atoms: Iterable[int]) -> list[int]:
    """The atoms whose arrivals do not stand as they would, in order."""
    return sorted(atom for atom in atoms if before.get(atom, {}) != after.get(atom, {}))


def difference(
    before: Came, after: Came, homes: Mapping[int, int], sources: Mapping[int, Source]
) -> Difference:
    """Compare what was seen by atom; `homes` are the people of the atoms, `sources` all there are by number."""
    atoms: dict[int, list[int]] = defaultdict(list)
    for atom in sorted(before.keys() | after.keys()):
        if atom in homes:
            atoms[homes[atom]].append(atom)
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    changes: Counter[str] = Counter()
    samples: list[Sample] = []
    for profile, mine in atoms.items():
        was = standing(before.get(atom, {}) for atom in mine)
        would = standing(after.get(atom, {}) for atom in mine)
        _count(counts, was, would)
        if was != would:
            changes.update(_changes(was, would))
            if len(samples) < MOST_SAMPLES:
                samples.append(_sample(profile, was, would, sources))
    return Difference(
        people=len(atoms),
        changed=changes["changed"],
        first=changes["first"],
        last=changes["last"],
        any=changes["every"],
        sources=_steps(counts, sources),
        samples=samples,
    )


def standing(seen: Iterable[Mapping[int, Seen]]) -> Standing:
    """Where a person came from, of what was seen of each atom."""
    every = [(source, one) for mine in seen for source, one in mine.items()]
    first = min((one.first for _, one in every), default=None)
    last = max((one.last for _, one in every), default=None)
    return Standing(
        frozenset(source for source, one in every if one.first == first),
        frozenset(source for source, one in every if one.last == last),
        frozenset(source for source, _ in every),
    )


def _count(counts: Mapping[str, Counter[int]], was: Standing, would: Standing) -> None:
    for name in ("first", "last", "every"):
        counts[f"{name} before"].update(getattr(was, name))
        counts[f"{name} after"].update(getattr(would, name))


def _changes(was: Standing, would: Standing) -> list[str]:
    return [
        "changed",
        *(one for one in ("first", "last", "every") if getattr(was, one) != getattr(would, one)),
    ]


def _sample(profile: int, was: Standing, would: Standing, sources: Mapping[int, Source]) -> Sample:
    def sides(before: frozenset[int], after: frozenset[int]) -> Sides:
        return Sides(*(sorted(sources[one].key for one in side) for side in (before, after)))

    return Sample(
        profile, sides(was.first, would.first), sides(was.last, would.last), sides(was.every, would.every)
    )


def _steps(counts: Mapping[str, Counter[int]], sources: Mapping[int, Source]) -> list[SourceStep]:
    def step(name: str, number: int) -> Step:
        return Step(counts[f"{name} before"][number], counts[f"{name} after"][number])

    steps = [
        SourceStep(
            one.key, one.stated.name, step("first", number), step("last", number), step("every", number)
        )
        for number, one in sources.items()
    ]
    return sorted((one for one in steps if _weight(one)), key=lambda one: (-_weight(one), one.key))


def _weight(one: SourceStep) -> int:
    return sum(abs(step.after - step.before) for step in (one.first, one.last, one.any))
