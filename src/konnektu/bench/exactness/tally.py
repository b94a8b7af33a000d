"""What was compared, in numbers that grow. In: verdicts, one after another. Out: the figures, and what they miss."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Final

from msgspec import Struct

from konnektu.bench.drawing import LEAF_KINDS
from konnektu.bench.exactness.stories import HAZARDS

LEAST_TRUE: Final = 0.3
LEAST_BOUNDARY: Final = 0.4
LEAST_SHARE: Final = 0.02
"""Of every kind of leaf and of every hazard."""


class Place(Struct, frozen=True):
    """Of which batch which story, page and segment."""

    seed: int
    life: int
    page: int
    segment: str


class Difference(Struct, frozen=True):
    """Where evaluators do not say the same."""

    place: Place
    at: int
    """-1 where the entries and exits of a page differ."""
    reference: str
    live: str
    clickhouse: str = ""
    """Empty where it was not asked."""


class Exactness(Struct, frozen=True, kw_only=True):
    """What was compared, and what came of it."""

    comparisons: int
    """Verdicts on a person, a segment and an instant, taken of the reference and of at least one other."""
    compared_by: Mapping[str, int]
    """How many of these each evaluator gave."""
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
    """The first few differences; a seed draws its batch again."""

    def missed(self) -> list[str]:
        """What is promised and was not met, in words."""
        found = [f"{self.differences} differences"] if self.differences else []
        wanted = {
            "true_share": (self.true_share, LEAST_TRUE),
            "boundary_share": (self.boundary_share, LEAST_BOUNDARY),
        }
        wanted |= {name: (share, LEAST_SHARE) for name, share in (self.by_leaf_kind | self.by_hazard).items()}  # type: ignore[operator]  # dicts both
        return found + [
            f"{name} {share} < {least}" for name, (share, least) in wanted.items() if share < least
        ]


class Tally:
    """Numbers that grow."""

    def __init__(self) -> None:
        self.comparisons = self.true = self.boundary = self.transitions = self.by_three = 0
        self.kinds: Counter[str] = Counter()
        self.hazards: Counter[str] = Counter()
        self.differences: list[Difference] = []

    def took(self, *, right: bool, is_edge: bool, kinds: Collection[str], hazards: Collection[str]) -> None:
        """A verdict was taken."""
        self.comparisons += 1
        self.true += right
        self.boundary += is_edge
        self.kinds.update(kinds)
        self.hazards.update(hazards)

    def joined(self, other: "Tally") -> None:
        """What was counted elsewhere."""
        for name in ("comparisons", "true", "boundary", "transitions", "by_three"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.kinds.update(other.kinds)
        self.hazards.update(other.hazards)
        self.differences += other.differences

    def told(self, seed: int) -> Exactness:
        """The figures."""
        whole = max(self.comparisons, 1)
        return Exactness(
            comparisons=self.comparisons,
            compared_by={
                "reference": self.comparisons,
                "live": self.comparisons,
                "clickhouse": self.by_three,
            },
            differences=len(self.differences),
            seed=seed,
            true_share=round(self.true / whole, 4),
            boundary_share=round(self.boundary / whole, 4),
            by_leaf_kind={kind: round(self.kinds[kind] / whole, 4) for kind in LEAF_KINDS},
            by_hazard={one: round(self.hazards[one] / whole, 4) for one in sorted(HAZARDS)},
            transitions_compared=self.transitions,
            found=tuple(self.differences[:10]),
        )
