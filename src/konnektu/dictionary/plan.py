"""The tracking plan: what events are expected to hold. In: the plan and an event. Out: what of it the event breaks.

A path is looked for among the properties of an event, of an `identify` among its traits. Null is the same as absent.
Invariant: a plan is compiled once; checking an event takes a time bounded by the size of its plan and of the event.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from konnektu.core.patterns import fault_of
from konnektu.core.records import Event
from konnektu.dictionary.model import LONGEST_NAME, MOST_PROPERTIES, Subject, ValueType
from konnektu.dictionary.values import type_of

Mode = Literal["warn", "quarantine"]
"""warn: the event is kept and the violation is counted; quarantine: the event is rejected as `breaks_plan`."""
Rule = Literal["missing", "type", "value", "pattern", "source", "unexpected"]
Scalar = str | int | float | bool
BREAKS_PLAN = "breaks_plan"
LONGEST_MATCHED = 256
"""Characters of a text that a pattern is tried on; a longer one does not fit any pattern."""
MOST_TOLD = 10
"""Broken rules of one event that are told."""
_FROM_TRAITS = "identify"

Name = Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME)]


class ExpectedProperty(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a property is expected to be."""

    path: Name
    """Its name; inside objects joined by dots, every element of a list of objects by `[].`."""
    type: ValueType | None = None
    is_required: bool = False
    allowed: Annotated[list[Scalar], Meta(max_length=500)] = []
    """The only values that it may have; empty for any."""
    pattern: str = ""
    """A regular expression that the whole text must fit; empty for any."""


class Expected(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What an event is expected to be."""

    properties: Annotated[list[ExpectedProperty], Meta(max_length=MOST_PROPERTIES)] = []
    sources: Annotated[list[int], Meta(max_length=100)] = []
    """The only sources that may send it; empty for any."""
    mode: Mode = "warn"
    is_closed: bool = False
    """Whether a property that is not in the plan breaks it (properties of the event itself, not inside objects)."""


class Broken(Struct, frozen=True):
    """One rule that an event breaks."""

    path: str
    """Empty where it is the event itself."""
    rule: Rule
    detail: str
    """What is wrong, for a person; holds no value of the event."""


def fault_of_plan(expected: Expected) -> str:
    """Why a plan cannot be used, for a person; empty where it can."""
    paths = [one.path for one in expected.properties]
    if len(paths) != len(set(paths)):
        return "A property stands in the plan twice."
    for one in expected.properties:
        if one.pattern and (fault := fault_of(one.pattern)):
            return f"{one.path}: {fault}."
    return ""


class Check:
    """A compiled plan of one event."""

    def __init__(self, expected: Expected) -> None:
        """Take the plan apart once."""
        self.mode = expected.mode
        self._sources = frozenset(expected.sources)
        self._names = (
            frozenset(re.split(r"\.|\[\]", one.path)[0] for one in expected.properties)
            if expected.is_closed
            else None
        )
        self._properties = [_Property(one) for one in expected.properties]

    def broken(self, event: Event) -> list[Broken]:
        """What of the plan the event breaks, at most MOST_TOLD rules."""
        found: list[Broken] = []
        for one in self._all(event):
            found.append(one)
            if len(found) == MOST_TOLD:
                break
        return found

    def _all(self, event: Event) -> Iterator[Broken]:
        if self._sources and event.source not in self._sources:
            yield Broken("", "source", f"Source {event.source} is not expected to send this event.")
        held = event.traits if event.type == _FROM_TRAITS else event.properties
        for one in self._properties:
            yield from one.broken(held)
        if self._names is not None:
            for name in held:
                if name not in self._names:
                    yield Broken(
                        name[:LONGEST_NAME], "unexpected", f"{name[:LONGEST_NAME]} is not in the plan."
                    )


class _Property:
    """A compiled plan of one property."""

    def __init__(self, expected: ExpectedProperty) -> None:
        self._expected = expected
        self._path = expected.path
        self._way = expected.path.split(".")
        # True is not 1 here, though Python thinks so.
        self._allowed = frozenset((type_of(one), one) for one in expected.allowed)
        self._pattern = re.compile(expected.pattern) if expected.pattern else None

    def broken(self, held: Mapping[str, Any]) -> Iterator[Broken]:
        told: set[Rule] = set()
        for value in self._values(held):
            rule = self._rule(value)
            if rule is not None and rule not in told:
                told.add(rule)
                yield Broken(self._path, rule, f"{self._path} {self._detail(rule, value)}")

    def _values(self, held: Mapping[str, Any]) -> list[Any]:
        """Every value that the path means; None for each that is absent."""
        if self._path in held:
            return [held[self._path]]
        found: list[Any] = [held]
        for part in self._way:
            name = part.removesuffix("[]")
            found = [one.get(name) if isinstance(one, Mapping) else None for one in found]
            if name != part:
                found = [inner for one in found for inner in (one if isinstance(one, list) else [None])]
        return found

    def _rule(self, value: Any) -> Rule | None:
        if value is None:
            return "missing" if self._expected.is_required else None
        kind = type_of(value)
        if self._expected.type is not None and kind != self._expected.type:
            return "type"
        if self._allowed and (kind in {"list", "object"} or (kind, value) not in self._allowed):
            return "value"
        return "pattern" if self._pattern is not None and not self._fits(value) else None

    def _fits(self, value: Any) -> bool:
        return (
            isinstance(value, str)
            and len(value) <= LONGEST_MATCHED
            and self._pattern is not None
            and self._pattern.fullmatch(value) is not None
        )

    def _detail(self, rule: Rule, value: Any) -> str:
        if rule == "type":
            return f"is a {type_of(value)} and should be a {self._expected.type}."
        return {
            "missing": "is missing.",
            "value": "has none of the allowed values.",
            "pattern": "does not fit its pattern.",
        }[rule]


class Plan:
    """All plans of a workspace, compiled."""

    def __init__(self, expected: Mapping[Subject, Expected]) -> None:
        """Compile each."""
        self._checks: dict[tuple[str, str], Check] = {
            (subject.type, subject.name): Check(one) for subject, one in expected.items()
        }

    def __bool__(self) -> bool:
        """Whether anything is expected of any event."""
        return bool(self._checks)

    def judge(self, event: Event) -> tuple[list[Broken], Mode]:
        """(what the event breaks, what is done about that)."""
        check = self._checks.get((event.type, event.name[:LONGEST_NAME]))
        return (check.broken(event), check.mode) if check is not None else ([], "warn")
