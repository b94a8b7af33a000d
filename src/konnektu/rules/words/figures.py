"""Figures in words. In: a figure, or one with its test. Out: texts."""

from decimal import Decimal

from konnektu.rules.conditions import NumberIs, Test, Where
from konnektu.rules.figures import Events, Figure, Lines, Orders, ProductList, Related, Since, What
from konnektu.rules.words.conditions import condition, path, test_text
from konnektu.rules.words.phrases import FIELDS, LISTS
from konnektu.rules.words.tongue import Tongue
from konnektu.rules.words.windows import window

ONCE = Decimal(1)


def what_text(what: What, tongue: Tongue) -> str:
    """The names of events, without the condition on them."""
    named = tongue.either([tongue.quoted(tongue.label(one)) for one in what.names]) or tongue.say("any_event")
    sources = ", ".join(map(str, what.sources))
    marks = ", ".join(tongue.say(one) for one in what.marked)
    return (
        named
        + (tongue.say("of_sources", sources=sources) if sources else "")
        + (tongue.say("marked", marks=marks) if marks else "")
    )


def whole_what(what: What, tongue: Tongue) -> str:
    """The names of events with the condition on them."""
    return what_text(what, tongue) + where_text(what.where, tongue)


def where_text(where: Where | None, tongue: Tongue) -> str:
    """A condition as it follows a noun."""
    return "" if where is None else tongue.say("where", condition=condition(where, tongue))


def figure_text(figure: Figure, tongue: Tongue) -> str:
    """A figure: sum of total: orders in the last 90 days."""
    measure = figure.measure
    known = field_of(figure, measure.field, tongue)
    field = tongue.quoted(known) if known else path(measure.field, tongue) if measure.field else ""
    return tongue.say(measure.how, field=field, things=_things(figure, tongue))


def field_of(figure: Figure, named: tuple[str, ...], tongue: Tongue) -> str:
    """What a field of an order, a line or a listed product is called; empty of what a project calls itself."""
    is_ours = isinstance(figure, Orders | Lines | ProductList) and named[:1] and named[0] not in tongue.labels
    return tongue.of(FIELDS, named[0]) if is_ours and named[0] in FIELDS else ""


def measured_text(figure: Figure, test: Test, tongue: Tongue) -> str:
    """A figure and its test, as a sentence where it counts."""
    if figure.measure.how == "count" and isinstance(test, NumberIs):
        return _counted(figure, test, tongue)
    return f"{figure_text(figure, tongue)} {test_text(test, tongue)}"


def _counted(figure: Figure, test: NumberIs, tongue: Tongue) -> str:
    is_once = (test.op, test.values) in {("at_least", (ONCE,)), ("above", (Decimal(0),))}
    is_never = (test.op, test.values) in {("equals", (Decimal(0),)), ("below", (ONCE,))}
    if not isinstance(figure, Events):
        things = _things(figure, tongue)
        if is_once or is_never:
            return tongue.say("has" if is_once else "has_not", things=things)
        return f"{figure_text(figure, tongue)} {test_text(test, tongue)}"
    said = "did_once" if is_once else "did_not" if is_never else "did"
    return tongue.say(
        said,
        what=what_text(figure.what, tongue),
        times=_times(test, tongue),
        window=_window(figure, tongue),
        where=where_text(figure.what.where, tongue),
    )


def _times(test: NumberIs, tongue: Tongue) -> str:
    """How many times, in the case that the words around it want."""
    shown = [tongue.number(one) for one in test.values]
    nominative = test.op in {"equals", "differs"}
    counted = tongue.counted(test.values[-1], "time", genitive=not nominative)
    if nominative and len(shown) > 1:
        counted = tongue.either([*shown[:-1], counted])
    return tongue.say(f"times_{test.op}", times=counted, low=shown[0])


def _things(figure: Figure, tongue: Tongue) -> str:
    """What a figure is made of, with window and condition."""
    match figure:
        case Events():
            named, where = what_text(figure.what, tongue), figure.what.where
        case Orders():
            named = tongue.say("purchases" if figure.stand == "purchases" else "orders")
            named, where = named + (tongue.say("at_stage") if figure.at == "stage_at" else ""), figure.where
        case Lines():
            named, where = _lines(figure, tongue), figure.where
        case ProductList():
            named = tongue.say("product_list", list=tongue.quoted(_list(figure.list, tongue)))
            named, where = named + (tongue.say("at_first") if figure.at == "first" else ""), figure.where
        case Related():
            named, where = tongue.say("related", kind=tongue.quoted(tongue.label(figure.kind))), figure.where
    return named + _window(figure, tongue) + where_text(where, tongue)


def _list(name: str, tongue: Tongue) -> str:
    is_ours = name in LISTS and name not in tongue.labels
    return tongue.of(LISTS, name) if is_ours else tongue.label(name)


def _lines(figure: Lines, tongue: Tongue) -> str:
    if figure.order is None:
        return tongue.say("lines")
    return tongue.say("lines_of", condition=condition(figure.order, tongue))


def _window(figure: Figure, tongue: Tongue) -> str:
    if isinstance(figure, Related):
        return ""
    within = figure.window
    return window(within, tongue, whole_what(within.what, tongue) if isinstance(within, Since) else "")
