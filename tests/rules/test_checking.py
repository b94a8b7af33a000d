from decimal import Decimal
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from konnektu.bench import drawing
from konnektu.rules import checking
from konnektu.rules import conditions as c
from konnektu.rules.checking import RuleRefused, check, cycle, referred, rule_of, segment_of
from konnektu.rules.figures import Events, Lines, Measure, Orders, ProductList, Related, Since, What
from konnektu.rules.model import (
    Absence,
    All,
    Any,
    Attribute,
    Compare,
    Every,
    LastEvents,
    Measured,
    Member,
    Not,
    Rank,
    Rule,
    Segment,
    Sequence,
    Source,
    Step,
    Tag,
)
from konnektu.rules.windows import Absolute, Calendar, Ever, Rolling, Span
from tests.rules.making import SEEDS, events_in, number, property_is, some

RED = c.TextIs("equals", ("red",))


def faults(rule):
    return [str(one) for one in check(rule)]


@given(SEEDS)
def test_what_can_be_is_decoded_to_the_same_tree(seed):
    drawn = Random(seed)
    segment = drawing.segment(drawn, drawing.bases(drawn))
    assert segment_of(msgspec.json.encode(segment)) == segment


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({}, "object missing required field `entry`"),
        (
            {"entry": {"is": "all", "rules": [{"is": "tag"}]}},
            "entry.rules[0]: object missing required field `names`",
        ),
        ({"entry": {"is": "all", "rules": [{"is": "tags"}]}}, "entry.rules[0].is: invalid value 'tags'"),
        ({"entry": {"is": "tag", "names": ["a"], "name": 1}}, "entry: object contains unknown field `name`"),
        ({"entry": {"is": "tag", "names": []}}, "entry.names: expected `array` of length >= 1"),
        (
            {
                "entry": {
                    "is": "measured",
                    "figure": {
                        "is": "events",
                        "window": {"is": "rolling", "far": {"amount": 3, "unit": "month"}},
                    },
                    "test": {"is": "present"},
                }
            },
            "entry.figure.window.far.unit: a span is in seconds, minutes, hours, days or weeks; months and years are windows of the calendar",
        ),
    ],
)
def test_what_cannot_be_read_is_named_by_its_place(raw, said):
    with pytest.raises(RuleRefused, match="^" + said.replace("[", r"\[").replace("]", r"\]")):
        segment_of(raw)


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b"[" * 100_000, "null", b'{"entry":' * 5_000])
def test_what_is_no_json_is_refused(raw):
    with pytest.raises(RuleRefused):
        segment_of(raw)


def test_texts_come_in_as_nfc():
    rule = rule_of({"is": "tag", "names": ["й"]})
    assert rule == Tag(("й",))


def attribute(test, name="x"):
    return Attribute(name, test)


def where(*path, test=RED):
    return c.Field(path, test)


BAD = [
    (attribute(number("below", 1, 2)), "test.values: below takes one value"),
    (attribute(number("between", 1)), "test.values: between takes two values, the smaller one first"),
    (attribute(number("between", 2, 1)), "test.values: between takes two values, the smaller one first"),
    (attribute(number("equals", 1, "0.0000000001")), "test.values[1]: a number has at most 29 digits before the point and 9 after it"),
    (attribute(number("equals", "1e5000000")), "test.values[0]: a number has at most 29 digits before the point and 9 after it"),
    (attribute(number("equals", "-1e-5000000")), "test.values[0]: a number has at most 29 digits before the point and 9 after it"),
    (attribute(number("between", "NaN", 1)), "test.values[0]: a number has at most 29 digits before the point and 9 after it"),
    (attribute(number("between", 1, "1e5000000")), "test.values[1]: a number has at most 29 digits before the point and 9 after it"),
    (attribute(number("equals", "NaN")), "test.values[0]: a number has at most 29 digits before the point and 9 after it"),
    (attribute(c.TextIs("contains", ("a", ""))), "test.values[1]: is empty: every text would fit"),
    (attribute(c.MoneyIs("equals", (1,), "XXQ")), "test.currency: 'XXQ' is no currency of ISO 4217"),
    (attribute(c.DaysSince("equals", (10**6,))), "test.values: is beyond 200000"),
    (attribute(c.Anniversary(3, 5)), "test.least: is more than most"),
    (attribute(c.YearsSince("equals", (1,), "Berlin")), "test.zone: there is no time zone 'Berlin'; write workspace, person or an IANA name"),
    (attribute(c.TimeAhead(Span(3), Span(3))), "test.most: is not more than least: nothing lies there"),
    (attribute(c.TimeIn(Rolling(Span(3), Span(3)))), "test.window.far: is not farther than near: the window holds nothing"),
    (attribute(c.TimeIn(Absolute())), "test.window: has neither start nor end; write ever"),
    (attribute(c.TimeIn(Absolute(5, 5))), "test.window.end: is not after start"),
    (attribute(c.DateIn(Calendar("day", 1, 0))), "test.window.first: is after last"),
    (attribute(number("equals", 1), "birth_date"), "test: birth_date is of type date, not number"),
    (attribute(number("equals", 1), "phone"), "test: phone is of type text, not number"),
    (events_in(Rolling(near=Span(1))), "figure.window.far: is missing: a rolling window has a far edge; write ever for all time"),
    (events_in(Rolling(Span(10_000_000, "week"))), "figure.window.far: is longer than 200 years"),
    (events_in(Calendar("day", 0, 1)), "figure.window.last: is after the present period: nothing has happened there"),
    (events_in(Since(What(where=where("nothing")))), "figure.window.what.where.path: there is no nothing; there are name, type, origin, source, time, properties, derived.device_type, "),
    (some(Events(What(where=where("derived", "town")))), "figure.what.where.path: there is no derived.town; "),
    (some(Events(What(where=where("properties")))), "figure.what.where.path: there is no properties; "),
    (some(Events(What(where=where("source")))), "figure.what.where.path: source is of type number, not text"),
    (some(Events(What(where=property_is(c.DaysSince("equals", (1,)), "on")))), "figure.what.where.test: a condition on an event cannot change with time; "),
    (some(Events(What(where=property_is(c.ItemHas(where("on", test=c.TimeAhead())), "list")))), "figure.what.where.test.where.test: a condition on an event cannot change with time; "),
    (some(Orders(where=where("nett"))), "figure.where.path: there is no nett; "),
    (some(Orders(where=where("net"))), "figure.where.path: net is of type money, not text"),
    (some(Orders(where=where("other.", test=RED))), "figure.where.path: there is no other.; "),
    (some(Lines(order=where("quantity"))), "figure.order.path: there is no quantity; "),
    (some(Lines(where=where("a", "b"))), "figure.where.path: there is no a.b; "),
    (some(ProductList("cart", where("colour"))), "figure.where.path: there is no colour; "),
    (some(Related("child", where("a", "b"))), "figure.where.path: a.b leads into a field; a record's fields hold no objects"),
    (some(Related("child", None, Measure("last", ("a",)))), "figure.measure.how: related records have no order; take min or max"),
    (some(Events(measure=Measure("count", ("time",)))), "figure.measure.field: count counts things and takes no field"),
    (some(Events(measure=Measure("sum"))), "figure.measure.field: sum needs a field"),
    (some(Events(measure=Measure("sum", ("properties", "a"), "text"))), "figure.measure.type: sum is made of number, money"),
    (some(Events(measure=Measure("sum", ("time",)))), "figure.measure.field: time is of type instant, not number"),
    (some(Events(measure=Measure("sum", ("properties", "a"), currency="RUB"))), "figure.measure.currency: only money has a currency"),
    (some(Events(measure=Measure("sum", ("properties", "a"), "money"))), "figure.measure.currency: '' is no currency of ISO 4217"),
    (Measured(Events(), RED), "test: the figure is of type number, and the test is of type text"),
    (Measured(Orders(measure=Measure("sum", ("net",), "money", "RUB")), c.MoneyIs("above", (1,), "USD")), "test.currency: the figure is in RUB"),
    (Compare(Events(), "below", Orders(measure=Measure("sum", ("net",), "money", "RUB"))), "right: is of another type or currency than left"),
    (Compare(Events(measure=Measure("last", ("time",), "instant")), "below", Events()), "left.measure: only numbers and amounts are compared"),
    (Compare(Events(), "below", Events(), Decimal("Infinity")), "ratio: a number has at most 29 digits before the point and 9 after it"),
    (LastEvents(What(), 3, "all", where("x")), "where.path: there is no x; "),
    (Sequence((Absence(What()),)), "steps[0]: a sequence begins with a step: nothing says from when on this is absent"),
    (Sequence((Step(What(), Span(1)),)), "steps[0].within: the window binds the first step; it follows nothing"),
    (Sequence((Step(What()), Step(What()))), "steps[1].within: is missing: every step says how long after the one before it may come"),
    (Sequence((Step(What()), Absence(What()))), "steps[1].span: is missing: no step ends this absence"),
    (Sequence((Step(What()), Absence(What(), Span(0)))), "steps[1].span: is empty"),
    (Source("technical", ("spring",)), "keys[0]: is no id of a source of data"),
    (Rank(Events(), 101), "top: is more than 100 percent"),
    (Rank(Events(), 1, moments=Every(zone="person")), "moments.zone: a rank is computed for everybody at one moment"),
    (Rank(Events(measure=Measure("last", ("time",), "instant")), 1), "by.measure: people are ordered by numbers and amounts alone"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "said"), BAD, ids=[said[:50] for _, said in BAD])
def test_what_cannot_hold_is_named_by_its_place(rule, said):
    found = faults(rule)
    assert found
    assert found[0].startswith(said)


def test_the_place_is_the_way_through_groups():
    inner = Any((Tag(("a",)), Not(attribute(number("below", 1, 2)))))
    assert faults(Segment(All((inner,)))) == [
        "entry.rules[0].rules[1].rule.test.values: below takes one value"
    ]
    assert faults(Segment(Tag(("a",)), inner, since=1)) == [
        "exit.rules[1].rule.test.values: below takes one value"
    ]


def test_an_exit_rule_and_a_beginning_belong_together():
    said = ["since: belongs to an exit rule: from when on the history decides"]
    assert faults(Segment(All(), since=1)) == said
    assert faults(Segment(All(), All())) == said


def test_trees_are_bounded_in_depth_leaves_and_conditions():
    deep: Rule = Tag(("a",))
    for _ in range(13):
        deep = Not(deep)
    assert faults(deep) == [f"{'.'.join(['rule'] * 13)}: lies more than 12 groups deep"]
    wide = All(tuple(Any(tuple(Tag(("a",)) for _ in range(101))) for _ in range(2)))
    assert faults(wide) == ["has more than 200 leaves"]
    many = c.AllOf(tuple(c.AnyOf(tuple(property_is(RED, "a") for _ in range(51))) for _ in range(10)))
    assert faults(some(Events(What(where=many)))) == ["has more than 500 conditions on fields"]


def test_at_most_twenty_faults_are_named():
    assert len(check(All(tuple(attribute(number("below", 1, 2)) for _ in range(50))))) == 20


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["is", "rules", "rule", "test", "values"]) | st.text(), inner)
        ),
    )
)
def test_any_json_is_a_rule_or_refused(raw):
    try:
        rule_of(raw)
    except RuleRefused as refused:
        said = refused.faults
        if not said:
            raise


def definitions(**names):
    return {name: Segment(All(tuple(Member(one) for one in named))) for name, named in names.items()}


def test_a_cycle_of_segments_is_named_by_its_path():
    assert cycle("a", definitions(a="b", b="c", c="b")) == ("b", "c", "b")
    assert cycle("a", definitions(a="a")) == ("a", "a")
    assert cycle("a", definitions(a="bc", b="c", c="d")) == ()
    assert cycle("a", definitions(a="bz")) == ()


def test_segments_are_referred_to_by_entry_and_exit():
    segment = Segment(Not(Any((Member("a"), Member("b")))), All((Member("a"), Member("c"))), since=0)
    assert referred(segment) == ("a", "b", "c")


def test_a_long_chain_of_segments_is_no_cycle_and_takes_no_time():
    chain = {
        str(place): Segment(All((Member(str(place + 1)), Member(str(place + 1))))) for place in range(200)
    }
    assert cycle("0", chain) == ()


def test_a_figure_alone_is_checked_too():
    assert checking.figure_of({"is": "events"}) == Events()
    with pytest.raises(RuleRefused, match=r"measure\.field: sum needs a field"):
        checking.figure_of({"is": "orders", "measure": {"how": "sum"}})
    assert faults(Events(window=Ever())) == []
