"""Counting a definition over history. In: numbers of events and people. Out: times beside a hand-written query.

Each question is asked as the API asks it, of what stands copied already, and as somebody who knows the tables would
write it by hand: how many known people, without the events of robots, staff and tests. Both are asked of the role
`store` by turns; of each the best of three counts, by the processor and by the clock. What the API asks also says how
many people there are at all, how many of them are known, and who the first ten are, which is not asked by hand.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Event
from typing import Any, Final, NamedTuple

from konnektu.bench.report import Result, result
from konnektu.bench.usage import used
from konnektu.bench.world import World, world
from konnektu.core.clock import DAY
from konnektu.core.errors import Retry
from konnektu.rules import sql
from konnektu.rules.checking import segment_of
from konnektu.storage.api import History

NOW: Final = 1_760_000_000_000
BUDGET: Final = 2.0
"""Times the hand-written query."""
PROMISED: Final = 10_000_000
"""Events that the promise speaks of."""
TIMES: Final = 3
AT_ONCE: Final = 1_000_000
STARTING_SECONDS: Final = 60
COPY: Final = 1
_SINCE: Final = (
    f"time > fromUnixTimestamp64Milli({NOW} - {30 * DAY}) AND time <= fromUnixTimestamp64Milli({NOW})"
)
_TOTAL: Final = "toDecimal64OrNull(JSONExtractRaw(body, 'properties', 'total'), 9)"
_NAMES: Final = (
    "arrayElement(['Product Viewed', 'Product Added', 'Order Completed', 'Email Opened'], 1 + n % 4)"
)
_FILL: Final = (
    "INSERT INTO fact (position, instant, time, source, origin, type, name, atom, marks, body)"
    f" SELECT n + 1, at, at, 1, 'wire', 'track', {_NAMES}, 1 + cityHash64(n) % {{people:UInt64}}, n % 97 = 0,"
    ' concat(\'{"properties":{"total":\', toString(n % 9000), \',"colour":"\','
    " arrayElement(['red', 'blue', 'green'], 1 + n % 3), '\"}}')"
    f" FROM (SELECT number AS n, fromUnixTimestamp64Milli(toInt64({NOW} - number % {90 * DAY // 1000} * 1000)) AS at"
    " FROM numbers({start:UInt64}, {many:UInt64}))"
)
"""Of every 97 events one is a robot's."""
_PEOPLE: Final = (
    "INSERT INTO mirror (copy, profile, kind, name, id, position, instant, body) SELECT {copy:Int64}, number + 1,"
    f" 'person', '', '', 1, fromUnixTimestamp64Milli({NOW}),"
    " multiIf(number % 100 = 0, 'excluded', number % 10 = 0, 'anonymous', 'known') FROM numbers({people:UInt64})"
)
_KNOWN: Final = f"(SELECT profile FROM mirror WHERE copy = {COPY} AND kind = 'person' AND body = 'known')"
_COUNTED: Final = f"type IN ('track', 'page', 'screen') AND bitAnd(marks, 7) = 0 AND {_SINCE}"


def _by_hand(events: str, having: str) -> str:
    """How many known people have such events, of whom an aggregate says so."""
    groups = f"SELECT atom FROM fact WHERE {events} AND {_COUNTED} GROUP BY atom HAVING {having}"
    return f"SELECT count() FROM ({groups}) WHERE atom IN {_KNOWN}"


class Question(NamedTuple):
    """A rule, and the same by hand."""

    name: str
    rule: dict[str, Any]
    by_hand: str
    """How many people it holds of."""


def _events(name: str, test: dict[str, Any], **more: Any) -> dict[str, Any]:
    window = {"is": "rolling", "far": {"amount": 30}}
    figure = {"is": "events", "what": {"names": [name], **more.pop("what", {})}, "window": window, **more}
    return {"is": "measured", "figure": figure, "test": test}


def _number(op: str, value: int) -> dict[str, Any]:
    return {"is": "number", "op": op, "values": [value]}


_RED: Final = {
    "is": "field",
    "path": ["properties", "colour"],
    "test": {"is": "text", "op": "equals", "values": ["red"]},
}
QUESTIONS: Final = (
    Question(
        "count",
        _events("Order Completed", _number("at_least", 2)),
        _by_hand("name = 'Order Completed'", "count() >= 2"),
    ),
    Question(
        "sum",
        _events(
            "Order Completed",
            _number("above", 9_000),
            measure={"how": "sum", "field": ["properties", "total"]},
        ),
        _by_hand("name = 'Order Completed'", f"sum({_TOTAL}) > 9000"),
    ),
    Question(
        "property",
        _events("Product Viewed", _number("at_least", 1), what={"where": _RED}),
        _by_hand(
            "name = 'Product Viewed' AND lower(JSONExtractString(body, 'properties', 'colour')) = 'red'",
            "true",
        ),
    ),
    Question(
        "added and not bought",
        {
            "is": "all",
            "rules": [
                _events("Product Added", _number("at_least", 1)),
                {"is": "not", "rule": _events("Order Completed", _number("at_least", 1))},
            ],
        },
        _by_hand(
            "name IN ('Product Added', 'Order Completed')",
            "countIf(name = 'Product Added') > 0 AND countIf(name = 'Order Completed') = 0",
        ),
    ),
)


def bench_counts(events: int = 10_000_000, people: int = 1_000_000) -> Iterator[Result]:
    """Figures for each question over so many events of so many people."""
    with world(with_store=True) as here:
        history = _opened(here)
        for start in range(0, events, AT_ONCE):
            many = min(AT_ONCE, events - start)
            history.command(_FILL, {"people": people, "start": start, "many": many}, priority="backfill")
        history.command(_PEOPLE, {"copy": COPY, "people": people})
        for question in QUESTIONS:
            yield from _asked(here, history, question, events)


def _opened(here: World) -> History:
    """The event store, which begins in a process of its own. Raises `Retry` where it does not."""
    pause = Event()
    for _ in range(STARTING_SECONDS * 10):
        try:
            return here.storage.history(here.workspace)
        except Retry:
            pause.wait(0.1)
    return here.storage.history(here.workspace)


def _asked(here: World, history: History, question: Question, events: int) -> Iterator[Result]:
    everybody = sql.Everybody(
        at=NOW, position=events, copy=COPY, workspace_zone="Europe/Moscow", has_moved=False
    )
    definition = segment_of({"entry": question.rule, "people": "known"})
    statement = sql.count(definition, [definition.entry], everybody)
    store = {"store": here.processes["store"]}
    ours, by_hand = _Asking(store), _Asking(store)
    for _ in range(TIMES):
        found = ours.ask(lambda: int(history.rows(statement.sql, statement.parameters)[0][1]))
        right = by_hand.ask(lambda: int(history.scalar(question.by_hand)))
        if found != right:
            raise AssertionError(f"{question.name}: {found} people, by hand {right}.")
    yield _figure(f"counts.{question.name}.cpu", ours.cpu, by_hand.cpu, events)
    yield _figure(f"counts.{question.name}.wall", ours.wall, by_hand.wall, events)


def _figure(name: str, ours: Sequence[float], by_hand: Sequence[float], events: int) -> Result:
    took, least = min(ours), min(by_hand)
    met = took <= BUDGET * least if events >= PROMISED else None
    budget = f"≤ {BUDGET:g}× the hand-written query"
    return result(name, took * 1000, "ms", limit=least * 1000, budget=budget, met=met)


class _Asking:
    """What it took to ask something, each time: seconds of the event store's processors, and of the clock."""

    def __init__(self, store: Mapping[str, int]) -> None:
        self._store = store
        self.cpu: list[float] = []
        self.wall: list[float] = []

    def ask(self, question: Callable[[], int]) -> int:
        """Ask once more."""
        found, usage = used(question, self._store)
        self.cpu.append(usage.cpu["store"])
        self.wall.append(usage.seconds)
        return found
