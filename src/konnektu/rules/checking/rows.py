"""Conditions on the rows of a list. In: JSON and the sort of row. Out: conditions that can be held against each row.

A row is asked what a thing of a figure is asked; an order, beside that, for one of its `lines` that meets conditions
of its own. Conditions on events do not move with time, as everywhere.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal

from konnektu.rules import subjects
from konnektu.rules.checking.conditions import Seen, check_where
from konnektu.rules.checking.faults import MOST_CONDITIONS, Fault, Faults
from konnektu.rules.checking.trees import MOST_SHOWN, RuleRefused, decoded
from konnektu.rules.conditions import Where
from konnektu.rules.walking import fields

Sort = Literal["event", "order"]
_SEEN: Final[Mapping[Sort, Seen]] = {
    "event": Seen("event", subjects.EVENT),
    "order": Seen("order", {**subjects.ORDER, subjects.LINES: "items"}),
}


def where_of(raw: Any, sort: Sort) -> Where:
    """Conditions of JSON, decoded or not. Raises `RuleRefused`, every fault of which names its place."""
    where: Where = decoded(raw, Where)  # type: ignore[arg-type]  # a union is no type to mypy
    faults = tuple(fault for fault, _ in zip(_check(where, sort), range(MOST_SHOWN), strict=False))
    if faults:
        raise RuleRefused(faults)
    return where


def _check(where: Where, sort: Sort) -> Faults:
    found = list(check_where(where, _SEEN[sort], ""))
    yield from found
    if not found and sum(1 for _ in fields(where)) > MOST_CONDITIONS:
        yield Fault("", f"has more than {MOST_CONDITIONS} conditions on fields", "many")
