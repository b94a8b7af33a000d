"""Parameters and edges of one query. In: values of a rule. Out: their places in SQL text, and what is bound to them."""

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct

from konnektu.core.errors import Fatal
from konnektu.rules.known import Known
from konnektu.rules.memory.asked import Asked, days, interval
from konnektu.rules.windows import Calendar

EdgeKind = Literal[
    "start", "end", "first_day", "day_after", "today", "year", "month_day", "leap", "leap_after"
]
_EPOCH_DAY = 719_163
"""Ordinal of 1970-01-01."""


class NotInSql(Fatal):
    """This part of a rule has no form in the event store yet. Ask `rules.memory` or the live evaluator for it."""


class Edge(Struct, frozen=True):
    """A whole number that follows from an instant and a zone: a boundary, or a part of the local day."""

    kind: EdgeKind
    zone: str
    """As the rule names it."""
    window: Calendar | None = None


def edge_value(edge: Edge, at: int, workspace_zone: str, zone: str = "") -> int:
    """The value of an edge at an instant, of somebody in a zone: milliseconds UTC, days since 1970, or a number."""
    asked = Asked(Known(workspace_zone=workspace_zone, zone=zone), at)
    if edge.window is not None:
        if edge.kind in {"start", "end"}:
            return interval(edge.window, asked)[edge.kind == "end"]
        return days(edge.window, asked.today(edge.zone))[edge.kind == "day_after"].toordinal() - _EPOCH_DAY
    today = asked.today(edge.zone)
    parts = {
        "today": today.toordinal() - _EPOCH_DAY,
        "year": today.year,
        "month_day": today.month * 100 + today.day,
        "leap": _is_leap(today.year),
        "leap_after": _is_leap(today.year + 1),
    }
    return int(parts[edge.kind])


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


class Binding:
    """What is bound while a query is written. Equal values have one place."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.parameters: dict[str, Any] = {}
        self.edges: list[Edge] = []
        self._places: dict[tuple[str, str], str] = {}

    def value(self, value: Any, kind: str) -> str:
        """The place of a value of a ClickHouse type."""
        known = kind, repr(value)
        if known not in self._places:
            name = f"p{len(self._places)}"
            self._places[known] = f"{{{name}:{kind}}}"
            self.parameters[name] = value
        return self._places[known]

    def text(self, value: str) -> str:
        """The place of a text."""
        return self.value(value, "String")

    def texts(self, values: Sequence[str]) -> str:
        """The place of texts."""
        return self.value(list(values), "Array(String)")

    def whole(self, value: int) -> str:
        """The place of a whole number."""
        return self.value(value, "Int64")

    def edge(self, edge: Edge) -> str:
        """The column of an edge, beside `at`."""
        if edge not in self.edges:
            self.edges.append(edge)
        return f"edge{self.edges.index(edge)}"
