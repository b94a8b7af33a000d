"""What the tests of rules are made of: people told of in a line, and Hypothesis strategies over seeded drawings."""

from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import strategies as st

from konnektu.bench import drawing
from konnektu.rules.conditions import Field, NumberIs, Op, Test, Where
from konnektu.rules.figures import Events, Figure, Measure, What
from konnektu.rules.known import Known, KnownEvent, KnownOrder
from konnektu.rules.memory import holds
from konnektu.rules.model import Measured

NOON = 1_750_000_000_000
"""2025-06-15 15:06:40 UTC."""


def at(text: str) -> int:
    """Milliseconds of 2024-10-27T01:00:00 in UTC."""
    moment = datetime.fromisoformat(text)
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def event(time: int, name: str = "order", position: int = 0, **more: Any) -> KnownEvent:
    """An event that was known as soon as it happened."""
    return KnownEvent(
        position=position, instant=time, time=time, type=more.pop("type", "track"), name=name, **more
    )


def person(*events: KnownEvent, **more: Any) -> Known:
    """Somebody with these events; they get positions in this order where all have the same."""
    placed = events
    if len({one.position for one in events}) < len(events):
        placed = tuple(
            KnownEvent(**{**{n: getattr(one, n) for n in one.__struct_fields__}, "position": place})
            for place, one in enumerate(events)
        )
    return Known(events=placed, **{"workspace_zone": "Europe/Moscow", **more})


def order(number: str = "1", ordered_at: int = NOON, stage: str = "paid", **more: Any) -> KnownOrder:
    """An order whose stage has not changed since it was made."""
    return KnownOrder(
        number=number, stage=stage, ordered_at=ordered_at, stage_at=more.pop("stage_at", ordered_at), **more
    )


def number(op: Op, *values: str | int) -> NumberIs:
    """A test of a number."""
    return NumberIs(op, tuple(Decimal(str(one)) for one in values))


def some(figure: Figure) -> Measured:
    """That there is at least one."""
    return Measured(figure, number("at_least", 1))


def events_in(window: Any, name: str = "order", **more: Any) -> Measured:
    """That there is at least one such event in a window."""
    return some(Events(What((name,), **more), Measure(), window))


def property_is(test: Test, *path: str) -> Where:
    """A condition on a property of an event."""
    return Field(("properties", *path), test)


def edge(rule: Any, known: Known, instant: int) -> tuple[bool, bool, bool]:
    """The verdicts a millisecond before, at and after an instant."""
    before, here, after = (holds(rule, known, instant + beside) for beside in (-1, 0, 1))
    return before, here, after


KINDS = st.sampled_from(drawing.LEAF_KINDS)
"""Kinds of leaves."""


SEEDS = st.integers(0, 2**32)
"""Of drawings: a failure names its seed, with which anyone can draw the same."""


@st.composite
def cases(draw: st.DrawFn, kind: str = "") -> drawing.Case:
    """A rule, somebody, and instants at edges; a tree of leaves where no kind is named."""
    return drawing.case(Random(draw(SEEDS)), kind)


@st.composite
def leaf_cases(draw: st.DrawFn) -> drawing.Case:
    """A case of one leaf, of any kind."""
    return drawing.case(Random(draw(SEEDS)), draw(KINDS))
