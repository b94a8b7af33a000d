"""What a measurement says.

Machines differ and are noisy, so a figure stands beside a limit measured in the same run (an empty
handler, decoding alone, a bare COPY of the same bytes), and the ratio of the two is what counts.
"""

from collections.abc import Callable
from time import perf_counter
from typing import TypeVar

from msgspec import Struct

Given = TypeVar("Given")


class Result(Struct, frozen=True):
    """One figure."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    """The same machine's figure for the least that any implementation must do, in the same unit."""
    ratio: float | None = None
    """`value` / `limit`."""
    budget: str = ""
    """What was promised, in words."""
    met: bool | None = None
    """Whether the promise was kept; None where the run was smaller than the promise speaks of."""


def result(
    name: str,
    value: float,
    unit: str,
    *,
    limit: float | None = None,
    budget: str = "",
    met: bool | None = None,
) -> Result:
    """A figure, rounded to what it is worth, with its ratio."""
    ratio = round(value / limit, 3) if limit else None
    return Result(name, _rounded(value), unit, None if limit is None else _rounded(limit), ratio, budget, met)


def _rounded(value: float) -> float:
    return round(value) if abs(value) >= 100 else round(value, 3)


def timed(work: Callable[[], Given]) -> tuple[Given, float]:
    """What the work gives, and how many seconds it took."""
    begun = perf_counter()
    given = work()
    return given, perf_counter() - begun


def percentile(values: list[float], share: float) -> float:
    """The value below which this share of the values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
