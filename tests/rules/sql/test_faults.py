"""Faults planted one by one in the evaluator of the event store: the comparison of the three finds each of them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import Any

import pytest
from msgspec import structs

from konnektu.bench.drawing import LEAF_KINDS
from konnektu.bench.exactness import comparing
from konnektu.rules.sql import (
    binding,
    consents,
    figures,
    leaves,
    rows,
    sequences,
    testing,
    values,
    windows,
)
from konnektu.rules.sql.writing import Writing

LIVES = 6
MOST_BATCHES = 150
"""Numbers of batches; of these only the ones that a fault's kinds of leaves stand in are told."""
Plant = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Fault:
    plant: Plant
    kinds: tuple[str, ...] = ()
    batch: int = 0
    """The first batch to tell: one that has found the fault before."""


def _written(change: Callable[[Any], Any], function: str, *modules: object) -> Plant:
    """A fault in what a function writes, wherever it is called."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        right = getattr(modules[0], function)
        for module in modules:
            patch.setattr(module, function, lambda *told, **more: change(right(*told, **more)))

    return plant


def _says(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        return text.replace(old, new)

    return change


_WINDOWS = (windows, figures, sequences, testing, leaves)
_EVENTS = (figures, leaves, sequences)


def _missing_is_false_under_not(patch):
    for module in (testing, leaves):
        patch.setattr(
            module, "passes", lambda test, value, bound: testing._TESTS[type(test)](test, value, bound)
        )
    every = {**leaves.LEAVES, **leaves.VERSIONED}
    patch.setattr(leaves, "leaf", lambda one, writing: every[type(one)](one, writing))


def _currencies_mix(patch):
    right = values.Value.money

    def wrong(self, currency, bound):
        return self.units[0] if self.units is not None else right(self, currency, bound)

    patch.setattr(values.Value, "money", wrong)


def _any_version_stands(patch):
    right = rows.PairRows.held
    told = "argMaxIf(mirror.body, mirror.position, "
    patch.setattr(
        rows.PairRows, "held", lambda self, kinds: right(self, kinds).replace(told, "anyIf(mirror.body, ")
    )


def _versions_of_later(patch):
    right = rows.PairRows.held
    told = "toUnixTimestamp64Milli(instant) <= asked.at"
    patch.setattr(rows.PairRows, "held", lambda self, kinds: right(self, kinds).replace(told, "1"))


def _in_events(old: str, new: str) -> Plant:
    def plant(patch):
        right = rows.PairRows.events
        patch.setattr(rows.PairRows, "events", lambda self: right(self).replace(old, new))

    return plant


def _identity_of_today(patch):
    upto = " WHERE position <= {upto:Int64} GROUP BY atom"
    patch.setattr(rows, "_MOVED", rows._MOVED.replace(upto, " GROUP BY atom"))


def _midnight_of_utc(patch):
    patch.setattr(
        "konnektu.rules.sql.query.edge_value", lambda edge, at, *_: binding.edge_value(edge, at, "UTC")
    )


def _robots_count(conditions: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in conditions if "marks" not in one)


def _cancelled_orders_count(patch):
    right = figures._things

    def wrong(figure, writing):
        found = right(figure, writing)
        kept = tuple(one for one in found.conditions if "'cancelled', 'returned'" not in one)
        return structs.replace(found, conditions=kept)

    patch.setattr(figures, "_things", wrong)


def _of_one_moment_the_first(patch):
    right = Writing.column

    def wrong(self, step, function, condition, *given):
        turned = [
            one._replace(sql=one.sql.replace("(time, position, ", "(time, -position, ")) for one in given
        ]
        return right(self, step, function, condition, *turned)

    patch.setattr(Writing, "column", wrong)


def _case_of_the_engine(patch):
    patch.setattr(testing, "folded", lambda text, _: f"lowerUTF8({text})")


_FREE = re.compile(r"at >= each\.1 \+ \{p\d+:Int64\} AND ")


FAULTS = {
    "the near end of a window is left out": Fault(
        _written(_says(" <= at - ", " < at - "), "lies_in", *_WINDOWS), ("events", "orders"), batch=1
    ),
    "the far end of a window is in": Fault(
        _written(_says(" > at - ", " >= at - "), "lies_in", *_WINDOWS), ("events", "orders"), batch=1
    ),
    "missing is false under not": Fault(_missing_is_false_under_not, ("attribute", "events"), batch=1),
    "currencies mix": Fault(_currencies_mix, ("orders", "lines", "related"), batch=3),
    "any version stands": Fault(_any_version_stands, ("orders", "attribute")),
    "versions of later are seen": Fault(_versions_of_later, ("orders", "attribute")),
    "the future is seen": Fault(_in_events("happened <= at AND ", ""), ("events", "last_events"), batch=16),
    "events are seen before they are known": Fault(
        _in_events(" AND known_at <= at", ""), ("events",), batch=1
    ),
    "identity of today": Fault(_identity_of_today, ("events", "last_events"), batch=1),
    "midnight of UTC": Fault(_midnight_of_utc, ("attribute", "related"), batch=20),
    "robots count": Fault(_written(_robots_count, "is_one_of", *_EVENTS), ("events", "last_events"), batch=1),
    "cancelled orders count": Fault(_cancelled_orders_count, ("orders", "lines"), batch=2),
    "of one moment the first is the last": Fault(_of_one_moment_the_first, ("last_events",), batch=37),
    "absences hold at once": Fault(
        _written(lambda text: _FREE.sub("", text), "_free", sequences), ("sequence",), batch=23
    ),
    "steps at the same moment follow": Fault(
        _written(_says("coming > each AND", "coming >= each AND"), "_following", sequences),
        ("sequence",),
        batch=8,
    ),
    "a passive word takes a consent away": Fault(
        _written(lambda text: re.sub(r" AND \(later\.\d+ OR NOT each\.\d+\)", "", text), "_last", consents),
        ("consent",),
        batch=129,
    ),
    "case folds as the engine does": Fault(_case_of_the_engine, ("attribute", "lines"), batch=120),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(name, monkeypatch, history):
    fault = FAULTS[name]
    fault.plant(monkeypatch)
    kinds = fault.kinds or LEAF_KINDS
    seeds = (seed for seed in range(MOST_BATCHES) if LEAF_KINDS[seed % len(LEAF_KINDS)] in kinds)
    found = comparing.differences(chain((fault.batch,), seeds), history, LIVES)
    assert next((one for one in found if one.clickhouse not in ("", one.reference)), None) is not None
