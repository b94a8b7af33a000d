"""Leaves and rules as SQL. In: a rule. Out: an expression of 0 or 1 over the columns of the query's steps."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any as AnyValue
from typing import Final

from konnektu.rules import model as m
from konnektu.rules.conditions import ItemHas, MoneyIs, NumberIs, Present, Test
from konnektu.rules.normal import key
from konnektu.rules.sql.binding import NotInSql
from konnektu.rules.sql.consents import consent
from konnektu.rules.sql.figures import Measured, is_one_of, measured
from konnektu.rules.sql.ranking import at_the_top
from konnektu.rules.sql.readers import of_event
from konnektu.rules.sql.sequences import sequence
from konnektu.rules.sql.testing import billions, meets, passes, stands
from konnektu.rules.sql.values import json_value
from konnektu.rules.sql.windows import lies_in
from konnektu.rules.sql.writing import Given, Writing

_HELD: Final = "substring(body, 6, greatest(toInt64(length(body)) - 6, 0))"
"""The JSON of an attribute's value, whose row is {"v":…} and nothing else."""
BODY: Final = Given("body", "String")
_MOMENT: Final = "Tuple(Int64, Int64)"


def verdict(rule: m.Rule, writing: Writing) -> str:
    """That a rule holds."""
    if isinstance(rule, m.All | m.Any):
        joined = " AND " if isinstance(rule, m.All) else " OR "
        return f"({joined.join(verdict(one, writing) for one in rule.rules) or 'true'})"
    if isinstance(rule, m.Not):
        return f"(NOT {verdict(rule.rule, writing)})"
    return leaf(rule, writing)


def leaf(one: m.Leaf, writing: Writing) -> str:
    """That a leaf holds. Raises `NotInSql` for a kind that has no form here."""
    if writing.has_words and isinstance(one, DECIDED):
        return _has("verdict", (key(one),), writing)
    write = (EVERYBODYS if writing.has_words else {**LEAVES, **VERSIONED}).get(type(one))
    if write is None:
        message = f"The event store cannot decide conditions of the kind {one.__struct_config__.tag} yet."
        raise NotInSql(message)
    return f"ifNull({write(one, writing)}, 0)"


def _attribute(one: m.Attribute, writing: Writing) -> str:
    """Decided where the attribute is read, but for amounts, which may name their currency in another attribute."""
    if isinstance(one.test, MoneyIs | ItemHas):
        return _beside_currency(one, writing)
    passed = passes(one.test, json_value("body", ("v",), writing.binding, raw=_HELD), writing.binding)
    return f"({writing.column('attribute', 'count', (_named(one.name, writing), passed))} > 0)"


def _beside_currency(one: m.Attribute, writing: Writing) -> str:
    binding = writing.binding
    body, beside = (
        writing.column("attribute", "any", (_named(name, writing),), BODY) for name in (one.name, "currency")
    )
    currency = f"JSONExtractString({beside}, 'v')"
    named = f"if(match({currency}, '^[A-Za-z]{{3}}$'), upper({currency}), '')"
    return passes(one.test, json_value(body, ("v",), binding, around=1, currency=named), binding)


def _named(name: str, writing: Writing) -> str:
    return f"name = {writing.binding.text(name)}"


def _measured(one: m.Measured, writing: Writing) -> str:
    found = measured(one.figure, writing)
    if found.total:
        return _average(one.test, found, one.figure.measure.currency, writing)
    return passes(one.test, found.value, writing.binding)


def _average(test: Test, found: Measured, currency: str, writing: Writing) -> str:
    """An average stands to x as its total stands to x · count."""
    if isinstance(test, Present):
        return found.value.present
    if isinstance(test, NumberIs) and not currency:
        given = [billions(each) for each in test.values]
    elif isinstance(test, MoneyIs) and currency == test.currency:
        given = list(test.values)
    else:
        return "false"
    binding = writing.binding
    times = [f"{binding.value(each, 'Int256')} * {found.count}" for each in given]
    many = f"[{', '.join(times)}]"
    return f"({found.value.present} AND {stands(test.op, found.total, times, many)})"


def _compare(one: m.Compare, writing: Writing) -> str:
    """Both sides as fractions, multiplied out."""
    left, right = (measured(each, writing) for each in (one.left, one.right))
    ratio = one.ratio.as_integer_ratio()
    binding = writing.binding

    def plain(found: Measured) -> tuple[str, str]:
        value = found.value
        whole = value.units[0] if value.units else value.number
        return (found.total, found.count) if found.total else (whole, "toInt256(1)")

    (ours, own), (theirs, other) = plain(left), plain(right)
    first = f"({ours} * {other} * {binding.value(ratio[1], 'Int256')})"
    second = f"({theirs} * {own} * {binding.value(ratio[0], 'Int256')})"
    stand = stands(one.op, first, [second], f"[assumeNotNull({second})]")
    are_there = (
        f"{left.value.present} AND {right.value.present} AND {first} IS NOT NULL AND {second} IS NOT NULL"
    )
    return f"({are_there} AND {stand})"


def _last_events(one: m.LastEvents, writing: Writing) -> str:
    met = meets(one.where, of_event(writing.binding), writing.binding)
    each = Given(f"(time, position, {met})", "Tuple(Int64, Int64, UInt8)")
    found = writing.column("event", "groupArray", is_one_of(one.what, writing), each)
    every = f"arraySort({found})"
    last = f"arraySlice({every}, -{one.count})"
    is_enough = "true" if one.fewer else f"length({every}) >= {one.count}"
    holds = {
        "all": f"arrayAll(each -> each.3 = 1, {last})",
        "some": f"arrayExists(each -> each.3 = 1, {last})",
        "none": f"arrayAll(each -> each.3 = 0, {last})",
    }[one.match]
    return f"(length({every}) > 0 AND {is_enough} AND {holds})"


def _tag(one: m.Tag, writing: Writing) -> str:
    return _has("tag", one.names, writing)


def _identified(one: m.Identified, writing: Writing) -> str:
    return _has("identifier", one.kinds, writing)


def _has(step: str, names: Sequence[str], writing: Writing) -> str:
    return f"({writing.column(step, 'count', (f'name IN {writing.binding.texts(list(names))}',))} > 0)"


def _source(one: m.Source, writing: Writing) -> str:
    first, last = (
        f"(JSONExtractInt(body, '{each}', 1), JSONExtractInt(body, '{each}', 2))"
        for each in ("first", "last")
    )
    seen = (f"name = '{one.side}'", f"{first}.1 <= at")
    by = first if one.which == "first" else last
    every = writing.column("arrival", "groupArray", seen, Given(f"({by}, id)", f"Tuple({_MOMENT}, String)"))
    those = f"has({writing.binding.texts(list(one.keys))}, each.2)"
    those += f" AND {lies_in('each.1.1', one.window, writing.binding)}"
    if one.which != "any":
        extreme = writing.column(
            "arrival", "min" if one.which == "first" else "max", seen, Given(by, _MOMENT)
        )
        those += f" AND each.1 = {extreme}"
    return f"arrayExists(each -> {those}, {every})"


def _member(one: m.Member, writing: Writing) -> str:
    left = "(JSONExtractRaw(body, 'left') = 'null' OR at < JSONExtractInt(body, 'left'))"
    here = (f"name = {writing.binding.text(one.segment)}", "JSONExtractInt(body, 'entered') <= at", left)
    return f"({writing.column('stay', 'count', here)} > 0)"


def _rank(one: m.Rank, writing: Writing) -> str:
    computed = "JSONExtractInt(body, 'at')"
    said = (f"name = {writing.binding.text(key(one))}", f"{computed} <= at")
    inside = Given("JSONExtractBool(body, 'inside')", "UInt8")
    return writing.column("rank", "argMax", said, inside, Given(computed, "Int64"))


LEAVES: Final[Mapping[type, Callable[[AnyValue, Writing], str]]] = {
    m.Attribute: _attribute,
    m.Measured: _measured,
    m.Compare: _compare,
    m.LastEvents: _last_events,
    m.Sequence: sequence,
    m.Tag: _tag,
    m.Identified: _identified,
}
"""Kinds of leaves that copies of the mirrors have the rows for."""
EVERYBODYS: Final[Mapping[type, Callable[[AnyValue, Writing], str]]] = {**LEAVES, m.Rank: at_the_top}
"""Kinds that a query of everybody decides from their rows: the order over all of them among these."""
VERSIONED: Final[Mapping[type, Callable[[AnyValue, Writing], str]]] = {
    m.Consent: consent,
    m.Source: _source,
    m.Member: _member,
    m.Rank: _rank,
}
"""Kinds of leaves that only versions have the rows for, which say what was known at any instant."""
DECIDED: Final = (m.Consent, m.Source, m.Member)
"""Kinds that a copy of the mirrors decides for its instant, person by person."""

__all__ = ["DECIDED", "LEAVES", "VERSIONED", "leaf", "verdict"]
