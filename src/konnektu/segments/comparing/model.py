"""What the comparison of evaluators says. In: nothing. Out: frozen records."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

Evaluator = Literal["members", "live", "fresh", "reference", "clickhouse"]
"""members: the list of who is in, as the product reads it. live: the writer's state of the person. fresh: a live state
made anew from the person's facts. reference: plain loops over them. clickhouse: the event store."""


class Found(Struct, frozen=True, kw_only=True):
    """One person and segment of which evaluators do not say the same."""

    profile: int
    segment: str
    instant: int
    position: int
    answers: Mapping[Evaluator, bool]
    """Of those that were asked."""
    facts: str
    """JSON: the definition, what was known of the person, the packed state; enough to say it again anywhere."""


class Difference(Struct, frozen=True, kw_only=True):
    """The same, kept until somebody has looked at it."""

    id: int
    found: Found
    found_at: int


class Round(Struct, frozen=True):
    """Once round the base."""

    begun_at: int
    ended_at: int
    people: int
    verdicts: int


class Progress(Struct, frozen=True, kw_only=True):
    """How far the comparison has come."""

    after: int = 0
    """Everybody up to this profile was compared in this round."""
    begun_at: int = 0
    """When the round began; 0 before the first."""
    people: int = 0
    verdicts: int = 0
    last: Round | None = None
    """The last whole round."""
