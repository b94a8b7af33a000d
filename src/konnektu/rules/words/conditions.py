"""Tests and conditions in words. In: a test, a condition. Out: a text that follows the name of what is tested."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from konnektu.rules import conditions as c
from konnektu.rules.subjects import DERIVED, PROPERTIES
from konnektu.rules.windows import Ever
from konnektu.rules.words.tongue import Tongue, sign
from konnektu.rules.words.windows import calendar, span, window, zone


def test_text(test: c.Test, tongue: Tongue) -> str:
    """A test, as `> 1000` or `contains “red”`."""
    return _WORDS[type(test)](test, tongue)


def condition(where: c.Where, tongue: Tongue, *, inside: bool = False) -> str:
    """A condition; in brackets where it is a group within another."""
    if isinstance(where, c.Field):
        return f"{path(where.path, tongue)} {test_text(where.test, tongue)}"
    if isinstance(where, c.NotOf):
        return _negated(where.condition, tongue)
    joined = tongue.say("and" if isinstance(where, c.AllOf) else "or").join(
        condition(one, tongue, inside=True) for one in where.conditions
    )
    return f"({joined})" if inside and len(where.conditions) > 1 else joined


def path(names: tuple[str, ...], tongue: Tongue) -> str:
    """What a field is called; of an event its property alone."""
    shown = names[1:] if names[0] in {PROPERTIES, DERIVED} and len(names) > 1 else names
    return ".".join(tongue.label(one) for one in shown)


def _negated(where: c.Where, tongue: Tongue) -> str:
    if isinstance(where, c.Field) and isinstance(where.test, c.Present):
        return f"{path(where.path, tongue)} {tongue.say('absent')}"
    return tongue.say("not", rule=condition(where, tongue))


def _compared(op: str, shown: list[str], tongue: Tongue) -> str:
    """An operator and its values as texts."""
    if op == "between":
        return tongue.say("between", low=shown[0], high=shown[1])
    if len(shown) > 1:
        return tongue.say("one_of" if op == "equals" else "none_of", values=tongue.either(shown))
    return f"{sign(op)} {shown[0]}"


def _text(test: c.TextIs, tongue: Tongue) -> str:
    shown = [tongue.quoted(one) for one in test.values]
    if test.op in {"equals", "differs"}:
        said = _compared(test.op, shown, tongue)
    else:
        said = tongue.say(test.op, values=tongue.either(shown))
    return said + (tongue.say("exactly") if test.exact else "")


def _list(test: c.ListHas, tongue: Tongue) -> str:
    shown = ", ".join(tongue.quoted(one) for one in test.values)
    said = tongue.say("has_all" if test.every else "has_any", values=shown)
    return said + (tongue.say("exactly") if test.exact else "")


def _passed(name: str) -> Callable[[Any, Tongue], str]:
    """Days or years that have passed."""

    def said(test: c.DaysSince | c.YearsSince, tongue: Tongue) -> str:
        shown = [str(one).replace("-", "−") for one in test.values]
        return tongue.say(name, test=_compared(test.op, shown, tongue)) + zone(test.zone, tongue)

    return said


def _anniversary(test: c.Anniversary, tongue: Tongue) -> str:
    days = tongue.counted(test.most, "day")
    if test.most == 0:
        said = tongue.say("anniversary_today")
    elif test.least:
        said = tongue.say("anniversary_later", least=str(test.least), days=days)
    else:
        said = tongue.say("anniversary", days=days)
    return said + zone(test.zone, tongue)


def _time_in(test: c.TimeIn, tongue: Tongue) -> str:
    if isinstance(test.window, Ever):
        return tongue.say("present")
    return tongue.say("time_in", window=window(test.window, tongue))


def _ahead(test: c.TimeAhead, tongue: Tongue) -> str:
    least = span(test.least, tongue)
    if test.most is None:
        return tongue.say("ahead_later", least=least)
    most = span(test.most, tongue)
    return (
        tongue.say("ahead_between", least=least, most=most)
        if test.least.ms
        else tongue.say("ahead", most=most)
    )


_WORDS: Final[Mapping[type, Callable[[Any, Tongue], str]]] = {
    c.TextIs: _text,
    c.NumberIs: lambda test, tongue: _compared(test.op, [tongue.number(one) for one in test.values], tongue),
    c.MoneyIs: lambda test, tongue: _compared(
        test.op, [tongue.money(one, test.currency) for one in test.values], tongue
    ),
    c.YesNoIs: lambda test, tongue: tongue.say("yes" if test.value else "no"),
    c.DateIs: lambda test, tongue: _compared(test.op, [tongue.day(one) for one in test.values], tongue),
    c.DateIn: lambda test, tongue: tongue.say("time_in", window=calendar(test.window, tongue)),
    c.DaysSince: _passed("days_since"),
    c.YearsSince: _passed("years_since"),
    c.Anniversary: _anniversary,
    c.TimeIn: _time_in,
    c.TimeAhead: _ahead,
    c.Present: lambda _test, tongue: tongue.say("present"),
    c.ListHas: _list,
    c.ItemHas: lambda test, tongue: tongue.say("item_has", condition=condition(test.where, tongue)),
}
