"""Figures as aggregates. In: a figure. Out: a value over the columns that the query makes for each pair."""

from typing import Final

from msgspec import Struct

from konnektu.core.records import ROBOT, STAFF, TEST
from konnektu.rules.figures import Events, Figure, Lines, Measure, Orders, ProductList, Since, What
from konnektu.rules.sql.readers import of_event, of_typed
from konnektu.rules.sql.testing import Reader, meets
from konnektu.rules.sql.values import BILLION, Value
from konnektu.rules.sql.windows import lies_in
from konnektu.rules.sql.writing import MOMENT, Given, Writing

_MARKS: Final = {"robots": ROBOT, "staff": STAFF, "tests": TEST}
_TYPES: Final = {"number": "Int256", "text": "String", "date": "Int32", "instant": "Int64", "yes_no": "UInt8",
                 "money": "Int256"}  # fmt: skip
_ID: Final = Given("id", "String")


class Measured(Struct, frozen=True):
    """A figure's value; of an average its total and how many values there are."""

    value: Value
    total: str = ""
    count: str = ""


class _Things(Struct, frozen=True):
    """The rows that a figure is made of."""

    step: str
    read: Reader
    conditions: tuple[str, ...]
    time: str
    rank: Given
    begun: str = ""
    """The moment after which they count, where another event says it."""
    is_begun: str = ""
    """That such an event is known."""


def is_one_of(what: What, writing: Writing) -> tuple[str, ...]:
    """That an event is one of those meant: conditions that all hold."""
    binding = writing.binding
    taken = sum(_MARKS[mark] for mark in set(what.marked))
    # First, because what follows an AND is computed anew at each place that names it, and it reads documents.
    parts = [meets(what.where, of_event(binding), binding)] if what.where is not None else []
    parts += [f"type IN {binding.texts(sorted(set(what.types)))}"]
    parts += [f"name IN {binding.texts(sorted(set(what.names)))}"] if what.names else []
    parts += [f"source IN {binding.value(list(what.sources), 'Array(Int64)')}"] if what.sources else []
    parts += [f"bitAnd(marks, {~taken & 7}) = 0"]
    writing.asks(what)
    return tuple(parts)


def measured(figure: Figure, writing: Writing) -> Measured:
    """The value of a figure."""
    things = _within(figure, _things(figure, writing), writing)
    measure = figure.measure
    if measure.how == "average":
        return _average(measure, things, writing)
    make = _after if things.begun else _made
    return Measured(make(measure, things, writing))


def _things(figure: Figure, writing: Writing) -> _Things:
    """The rows that are meant, before the window."""
    binding = writing.binding
    if isinstance(figure, Events):
        those = is_one_of(figure.what, writing)
        return _Things("event", of_event(binding), those, "time", Given("position", "Int64"))
    read = of_typed(binding, "line" if isinstance(figure, Lines) else "body", *_around(figure))
    parts = [meets(figure.where, read, binding)]
    if isinstance(figure, Orders):
        step, time, rank = "order", f"JSONExtractInt(body, '{figure.at}')", _ID
    elif isinstance(figure, Lines):
        step, time = "line", "JSONExtractInt(body, 'ordered_at')"
        rank = Given("(id, place)", "Tuple(String, Int64)")
        parts.append(meets(figure.order, of_typed(binding, "body", "fields"), binding))
    elif isinstance(figure, ProductList):
        step, time = "item", f"JSONExtractInt(body, '{figure.at}')"
        product = "(JSONExtractString(body, 'product'), JSONExtractString(body, 'variant'))"
        rank = Given(product, "Tuple(String, String)")
        parts.append(f"name = {binding.text(figure.list)}")
    else:
        step, time, rank = "record", "toInt64(0)", _ID
        parts.append(f"name = {binding.text(figure.kind)}")
    if isinstance(figure, Orders | Lines) and figure.stand == "purchases":
        parts.append("JSONExtractString(body, 'stage') NOT IN ('cancelled', 'returned')")
    return _Things(step, read, tuple(parts), time, rank)


def _around(figure: Figure) -> tuple[str, ...]:
    return () if isinstance(figure, Lines) else ("fields",)


def _within(figure: Figure, things: _Things, writing: Writing) -> _Things:
    """The same rows, those in the window."""
    window = getattr(figure, "window", None)
    if window is None:
        return things
    begun, is_begun, inside = "", "", f"({things.time} <= at)"
    if isinstance(window, Since):
        those = is_one_of(window.what, writing)
        begun = writing.column("event", "max", those, MOMENT)
        is_begun = f"{writing.column('event', 'count', those)} > 0"
    else:
        inside = f"({inside} AND {lies_in(things.time, window, writing.binding)})"
        writing.windows[inside] = window
    conditions = (*things.conditions, inside)
    return _Things(things.step, things.read, conditions, things.time, things.rank, begun, is_begun)


def _made(measure: Measure, things: _Things, writing: Writing) -> Value:
    """The value of all rows that meet the condition."""

    def column(function: str, *values: Given, only: tuple[str, ...] = ()) -> str:
        return writing.column(things.step, function, (*things.conditions, *only), *values)

    if measure.how == "count":
        return _whole(column("count"))
    held = _typed(things.read(measure.field), measure, writing)
    match measure.how:
        case "distinct":
            return _whole(column("uniqExact", held))
        case "sum":
            return _as(f"ifNull({column('sum', held)}, 0)", measure)
        case "min" | "max":
            return _as(column(f"{measure.how}OrNull", held), measure)
        case _:
            function = "argMinOrNull" if measure.how == "first" else "argMaxOrNull"
            order = Given(f"({things.time}, {things.rank.sql})", f"Tuple(Int64, {things.rank.type})")
            return _as(column(function, held, order, only=(_is_there(held),)), measure)


def _average(measure: Measure, things: _Things, writing: Writing) -> Measured:
    held = _typed(things.read(measure.field), measure, writing)
    if things.begun:
        many = _values(held, things, writing)
        total, count = f"arraySum(arrayMap(one -> one.3, {many}))", f"toInt256(length({many}))"
    else:
        there = (*things.conditions, _is_there(held))
        total = f"ifNull({writing.column(things.step, 'sum', things.conditions, held)}, 0)"
        count = f"toInt256({writing.column(things.step, 'count', there)})"
    return Measured(Value(present=f"({count} > 0)"), total, count)


def _after(measure: Measure, things: _Things, writing: Writing) -> Value:
    """The value of the rows after the moment that another event says."""
    if measure.how == "count":
        return _whole(f"length({_values(Given('1', 'UInt8'), things, writing)})")
    held = _typed(things.read(measure.field), measure, writing)
    many = _values(held, things, writing)
    values = f"arrayMap(one -> one.3, {many})"
    match measure.how:
        case "distinct":
            return _whole(f"length(arrayDistinct({values}))")
        case "sum":
            return _as(f"arraySum({values})", measure)
        case "min" | "max":
            made = f"array{measure.how.title()}({values})"
        case _:
            made = f"(arraySort({many})[{1 if measure.how == 'first' else -1}]).3"
    return _as(f"if(length({many}) > 0, {made}, NULL)", measure)


def _values(held: Given, things: _Things, writing: Writing) -> str:
    """(time, rank, value) of the rows after the moment; none where no such event is known."""
    plain = held.type.removeprefix("Nullable(").removesuffix(")")
    row = Given(
        f"({things.time}, {things.rank.sql}, assumeNotNull({held.sql}))",
        f"Tuple(Int64, {things.rank.type}, {plain})",
    )
    every = writing.column(things.step, "groupArray", (*things.conditions, _is_there(held)), row)
    moment = "(one.1, one.2)" if things.step == "event" else "one.1"
    border = things.begun if things.step == "event" else f"{things.begun}.1"
    return f"arrayFilter(one -> {things.is_begun} AND {moment} > {border}, {every})"


def _is_there(held: Given) -> str:
    return f"{held.sql} IS NOT NULL"


def _typed(value: Value, measure: Measure, writing: Writing) -> Given:
    read = {
        "number": value.number,
        "text": value.text,
        "date": value.day,
        "instant": value.instant,
        "yes_no": value.yes_no,
    }
    held = value.money(measure.currency, writing.binding) if measure.type == "money" else read[measure.type]
    kind = f"Nullable({_TYPES[measure.type]})"
    return Given(f"CAST({held} AS {kind})", kind)


def _whole(made: str) -> Value:
    return Value(present="true", number=f"toInt256({made}) * {BILLION}", whole=made)


def _as(made: str, measure: Measure) -> Value:
    present = f"({made} IS NOT NULL)"
    match measure.type:
        case "money":
            return Value(present=present, units=(made, f"'{measure.currency}'"))
        case "number":
            return Value(present=present, number=made)
        case "text":
            return Value(present=present, text=made)
        case "date":
            return Value(present=present, day=made)
        case "instant":
            return Value(present=present, instant=made)
        case _:
            return Value(present=present, yes_no=made)
