"""Figures as aggregates. In: a figure. Out: a value over the columns that a step of the query adds for each pair."""

from typing import Final

from msgspec import Struct

from konnektu.core.records import ROBOT, STAFF, TEST
from konnektu.rules.figures import Events, Figure, Lines, Measure, Orders, ProductList, Since, What, Window
from konnektu.rules.sql.readers import of_event, of_typed
from konnektu.rules.sql.testing import Reader, meets
from konnektu.rules.sql.values import BILLION, Value
from konnektu.rules.sql.windows import lies_in
from konnektu.rules.sql.writing import Writing

_MARKS: Final = {"robots": ROBOT, "staff": STAFF, "tests": TEST}


class Measured(Struct, frozen=True):
    """A figure's value; of an average its total and how many values there are."""

    value: Value
    total: str = ""
    count: str = ""


def is_one_of(what: What, writing: Writing) -> str:
    """That an event is one of those meant."""
    binding = writing.binding
    taken = sum(_MARKS[mark] for mark in set(what.marked))
    parts = [f"type IN {binding.texts(list(what.types))}"]
    parts += [f"name IN {binding.texts(list(what.names))}"] if what.names else []
    parts += [f"source IN {binding.value(list(what.sources), 'Array(Int64)')}"] if what.sources else []
    parts += [f"bitAnd(marks, {~taken & 7}) = 0"]
    parts += [meets(what.where, of_event(binding), binding)] if what.where is not None else []
    writing.asks(what)
    return f"({' AND '.join(parts)})"


def measured(figure: Figure, writing: Writing) -> Measured:
    """The value of a figure."""
    step, read, condition = _things(figure, writing)
    return _made(figure.measure, step, read, condition, writing)


def _things(figure: Figure, writing: Writing) -> tuple[str, Reader, str]:
    """The step that holds the things, how their fields are read, and which of them are meant."""
    binding = writing.binding
    if isinstance(figure, Events):
        inside = _within(figure.window, writing, "(time, position)", "event")
        return "event", of_event(binding), f"{is_one_of(figure.what, writing)} AND {inside}"
    if isinstance(figure, Orders):
        step = "order_by_stage" if figure.at == "stage_at" else "order"
        read = of_typed(binding, "body", "fields")
    elif isinstance(figure, Lines):
        step, read = "line", of_typed(binding, "line")
    elif isinstance(figure, ProductList):
        step = "item_by_first" if figure.at == "first" else "item"
        read = of_typed(binding, "body", "fields")
    else:
        read = of_typed(binding, "body", "fields")
        named = f"name = {binding.text(figure.kind)}"
        return "record", read, f"{named} AND {meets(figure.where, read, binding)}"
    parts = [meets(figure.where, read, binding), "time <= at", _within(figure.window, writing, "time", step)]
    if isinstance(figure, Lines):
        parts.append(meets(figure.order, of_typed(binding, "body", "fields"), binding))
    if isinstance(figure, ProductList):
        parts.append(f"name = {binding.text(figure.list)}")
    elif figure.stand == "purchases":
        parts.append("stage NOT IN ('cancelled', 'returned')")
    return step, read, " AND ".join(parts)


def _within(window: Window, writing: Writing, moment: str, step: str) -> str:
    if not isinstance(window, Since):
        return lies_in("time", window, writing.binding)
    begun = writing.since(is_one_of(window.what, writing), step)
    return f"({begun}_count > 0 AND {moment} > {begun}{'' if step == 'event' else '.1'})"


def _made(measure: Measure, step: str, read: Reader, condition: str, writing: Writing) -> Measured:
    if measure.how == "count":
        return Measured(_number(f"toInt256({writing.column(step, f'countIf({condition})')}) * {BILLION}"))
    held = _typed(read(measure.field), measure, writing)

    def column(function: str) -> str:
        return writing.column(step, function)

    if measure.how == "distinct":
        return Measured(_number(f"toInt256({column(f'uniqExactIf({held}, {condition})')}) * {BILLION}"))
    if measure.how in {"sum", "average"}:
        total = f"ifNull({column(f'sumIf({held}, {condition})')}, 0)"
        if measure.how == "sum":
            return Measured(_as(total, measure))
        count = column(f"countIf({condition} AND {held} IS NOT NULL)")
        return Measured(Value(present=f"({count} > 0)"), total, f"toInt256({count})")
    if measure.how in {"min", "max"}:
        return Measured(_as(column(f"{measure.how}OrNullIf({held}, {condition})"), measure))
    function = "argMinOrNullIf" if measure.how == "first" else "argMaxOrNullIf"
    rank = f"(time, {'position' if step == 'event' else 'rank'})"
    return Measured(_as(column(f"{function}({held}, {rank}, {condition} AND {held} IS NOT NULL)"), measure))


def _typed(value: Value, measure: Measure, writing: Writing) -> str:
    read = {
        "number": value.number,
        "text": value.text,
        "date": value.day,
        "instant": value.instant,
        "yes_no": value.yes_no,
    }
    if measure.type == "money":
        return f"CAST({value.money(measure.currency, writing.binding)} AS Nullable(Int256))"
    types = {"number": "Int256", "text": "String", "date": "Int32", "instant": "Int64", "yes_no": "UInt8"}
    return f"CAST({read[measure.type]} AS Nullable({types[measure.type]}))"


def _number(made: str) -> Value:
    return Value(present="true", number=made)


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
