"""Figures that can be. In: a figure and its place. Out: faults, and the type of its value."""

from collections.abc import Mapping
from typing import Final

from konnektu.rules import subjects
from konnektu.rules.checking.conditions import Seen, check_where
from konnektu.rules.checking.faults import Fault, Faults, within
from konnektu.rules.checking.tests import check_currency
from konnektu.rules.checking.windows import check_window
from konnektu.rules.figures import Events, Figure, Lines, Measure, Orders, ProductList, Related, Since, What

_TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "sum": ("number", "money"),
    "average": ("number", "money"),
    "min": ("number", "money", "date", "instant"),
    "max": ("number", "money", "date", "instant"),
    "first": ("number", "money", "text", "date", "instant", "yes_no"),
    "last": ("number", "money", "text", "date", "instant", "yes_no"),
    "distinct": ("number", "text", "date", "instant"),
}
"""What each measure can be made of."""
EVENT = Seen("event", subjects.EVENT)
ORDER = Seen("order", subjects.ORDER)
LINE = Seen("line", subjects.LINE)
ITEM = Seen("item", subjects.ITEM)
RECORD = Seen("record", None)


def value_type(measure: Measure) -> str:
    """The type of the value that a measure makes."""
    return "number" if measure.how in {"count", "distinct"} else measure.type


def is_numeric(measure: Measure) -> bool:
    """Whether the value can be multiplied and ranked."""
    return value_type(measure) in {"number", "money"}


def check_figure(figure: Figure, place: str) -> Faults:
    """Fields that the things have, measures of types that fit, windows that can be."""
    yield from check_measure(figure.measure, _seen(figure), within(place, "measure"))
    if isinstance(figure, Events):
        yield from check_what(figure.what, within(place, "what"))
    else:
        yield from check_where(figure.where, _seen(figure), within(place, "where"))
    if isinstance(figure, Lines):
        yield from check_where(figure.order, ORDER, within(place, "order"))
    if isinstance(figure, Related):
        if figure.measure.how in {"first", "last"}:
            yield Fault(within(place, "measure.how"), "related records have no order; take min or max")
    elif isinstance(figure.window, Since):
        yield from check_what(figure.window.what, within(place, "window.what"))
    else:
        yield from check_window(figure.window, within(place, "window"), of_past=True)


def check_field(figure: Figure, path: tuple[str, ...], kind: str, place: str) -> Faults:
    """A field that the things of a figure have, read as a type."""
    yield from _seen(figure).check_path(path, kind, place)


def check_what(what: What, place: str) -> Faults:
    """Conditions on events look at fields that events have, and do not move."""
    yield from check_where(what.where, EVENT, within(place, "where"))


def check_measure(measure: Measure, seen: Seen, place: str) -> Faults:
    """A measure of a field that the things have, of a type that it can be made of."""
    if measure.how == "count":
        if measure.field:
            yield Fault(within(place, "field"), "count counts things and takes no field")
        return
    if not measure.field:
        yield Fault(within(place, "field"), f"{measure.how} needs a field", "empty")
        return
    if measure.type not in _TYPES[measure.how]:
        yield Fault(within(place, "type"), f"{measure.how} is made of {', '.join(_TYPES[measure.how])}")
    if measure.type == "money":
        yield from check_currency(measure.currency, within(place, "currency"))
    elif measure.currency:
        yield Fault(within(place, "currency"), "only money has a currency")
    yield from seen.check_path(measure.field, measure.type, within(place, "field"))


def _seen(figure: Figure) -> Seen:
    match figure:
        case Events():
            return EVENT
        case Orders():
            return ORDER
        case Lines():
            return LINE
        case ProductList():
            return ITEM
        case Related():
            return RECORD
