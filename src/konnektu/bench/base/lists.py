"""Lists of sections over the base: each order and each filter, the first page and one far behind it.

In: a base. Out: the 95th percentile of what the server takes for a page, for each section. Filters are asked for by
values that rows of the list have.
"""

from collections.abc import Iterator, Mapping
from random import Random
from time import perf_counter
from typing import Any

import msgspec

from konnektu.bench.base.seeding import Base
from konnektu.bench.base.story import phone
from konnektu.bench.report import Result, percentile, result
from konnektu.bench.world import World
from konnektu.core.asking import wanted
from konnektu.core.clock import DAY, SystemClock
from konnektu.core.section import Filter, Found, Section, sections
from konnektu.storage.api import Asker

BUDGET_MS = 500.0
ROUNDS = 5
"""How often each question is asked, each time for other values where there are several."""
PAGE = 100
FAR, WIDE = 20, 500
"""So many pages of so many rows lie before the far page."""
MONTH = 30 * DAY


def bench_lists(here: World, base: Base) -> Iterator[Result]:
    """Measure every section; one whose slowest page is above the budget names it."""
    asker = Asker(here.storage, here.workspace, SystemClock().now_ms(), is_open=True)
    took: list[float] = []
    for section in sections().values():
        spent = dict(_asked(asker, section, base))
        took += [each for several in spent.values() for each in several]
        slowest = max(spent, key=lambda one: percentile(spent[one], 0.95))
        p95 = percentile([each for several in spent.values() for each in several], 0.95)
        yield result(
            f"base.list.{section.name}.p95", p95, "ms", budget=f"≤ {BUDGET_MS:.0f} ms", met=p95 <= BUDGET_MS
        )
        worst = percentile(spent[slowest], 0.95)
        yield result(f"base.list.{section.name}.slowest", worst, f"ms: {slowest}")
    p95 = percentile(took, 0.95)
    yield result("base.lists.p95", p95, "ms", budget=f"≤ {BUDGET_MS:.0f} ms", met=p95 <= BUDGET_MS)


def _asked(asker: Asker, section: Section, base: Base) -> Iterator[tuple[str, list[float]]]:
    """(question, milliseconds of each time) of a section."""
    for order in section.orders:
        yield f"first page by {order}", [_page(asker, section, {}, order, "")[0] for _ in range(ROUNDS)]
        if cursor := _far(asker, section, order):
            yield f"far page by {order}", [_page(asker, section, {}, order, cursor)[0] for _ in range(ROUNDS)]
    found = _page(asker, section, {}, "", "")[1]
    for one in section.filters:
        values = _values(one, section, found, base)
        if values:
            yield f"by {one.name}", [_page(asker, section, {one.name: value}, "", "")[0] for value in values]


def _page(
    asker: Asker, section: Section, filters: Mapping[str, Any], order: str, after: str, limit: int = PAGE
) -> tuple[float, Found]:
    begun = perf_counter()
    found = section.rows(asker, wanted(section, filters, order, after, limit))
    msgspec.json.encode([(row.key, row.values) for row in found.rows])
    return (perf_counter() - begun) * 1_000, found


def _far(asker: Asker, section: Section, order: str) -> str:
    """The place of a page far behind the first; empty where the list is shorter."""
    after: str | None = ""
    for _ in range(FAR):
        after = _page(asker, section, {}, order, after or "", WIDE)[1].next
        if after is None:
            return ""
    return after or ""


def _values(one: Filter, section: Section, found: Found, base: Base) -> list[Any]:
    """Values to ask by: every choice, a month, phones of people, or what the column of the same name shows."""
    drawn = Random(13)  # noqa: S311 - the same questions each time
    if one.kind == "choice":
        return [choice.value for choice in one.choices]
    if one.kind == "boolean":
        return [True, False]
    if one.kind == "period":
        ends = [base.setting.today - drawn.randrange(2 * 365) * DAY for _ in range(ROUNDS)]
        return [{"from": end - MONTH, "to": end} for end in ends]
    if one.name == "identifier":
        return [phone(drawn.choice(base.numbers)) for _ in range(ROUNDS)]
    names = [column.name for column in section.columns]
    if one.name not in names or not found.rows:
        return []
    shown = [row.values[names.index(one.name)] for row in found.rows]
    return [value for value in shown if isinstance(value, str) and value][:ROUNDS]
