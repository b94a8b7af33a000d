"""One query in the making. In: what leaves want to know of the rows of a person. Out: aggregates, each written once.

What an aggregate is made of is computed where its rows are read, so that the rows that are grouped hold flags and
values only, and texts of other rows are never looked at.
"""

from collections.abc import Sequence
from typing import NamedTuple

from konnektu.rules.figures import What
from konnektu.rules.sql.binding import Binding
from konnektu.rules.windows import TimeWindow


class Given(NamedTuple):
    """A value of a row and its type in the event store."""

    sql: str
    type: str


class Flag(NamedTuple):
    """Conditions on rows of a step, all of which are to hold."""

    step: str
    parts: tuple[str, ...]


class Held(NamedTuple):
    """A value of the rows of a step that meet a condition."""

    flag: Flag
    given: Given


MOMENT = Given("(time, position)", "Tuple(Int64, Int64)")
"""When an event happened, and its place among those of one time."""


class Writing:
    """Aggregates over the rows of a pair; equal ones are computed once.

    `step` is the sort of row: event, attribute, tag, identifier, order, line, item, record, person, zone,
    verdict (of a leaf decided elsewhere), member, revenue or reach.
    """

    def __init__(self, *, has_words: bool = False) -> None:
        """Begin with nothing asked; `has_words` where verdicts on leaves of other engines stand among the rows."""
        self.has_words = has_words
        self.binding = Binding()
        self.columns: dict[str, str] = {}
        self.flags: dict[Flag, str] = {}
        self.values: dict[Held, str] = {}
        self.steps: set[str] = set()
        self.whats: list[What] = []
        self.windows: dict[str, TimeWindow] = {}
        """What conditions on the time of things say."""

    def column(self, step: str, function: str, conditions: Sequence[str], *values: Given) -> str:
        """The column of an aggregate of values over the rows of a step that meet conditions."""
        self.steps.add(step)
        flag = Flag(step, tuple(dict.fromkeys(conditions)))
        met = self.flags.setdefault(flag, f"met{len(self.flags)}")
        held = [self.values.setdefault(Held(flag, one), f"held{len(self.values)}") for one in values]
        written = f"{function}If({', '.join([*held, met])})"
        return self.columns.setdefault(written, f"made{len(self.columns)}")

    def common(self, step: str) -> tuple[str, ...]:
        """Conditions that every row of a step has to meet that anything is made of."""
        first, *others = (flag.parts for flag in self.flags if flag.step == step)
        return tuple(one for one in first if all(one in parts for parts in others))

    def asks(self, what: What) -> None:
        """Note which events are looked at, so that others need not be read."""
        self.whats.append(what)
