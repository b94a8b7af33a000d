from itertools import pairwise

from hypothesis import given, settings

from konnektu.core.clock import DAY, HOUR
from konnektu.rules import conditions as c
from konnektu.rules.figures import Events, Related, What
from konnektu.rules.known import Instant, KnownRecord, Ranked
from konnektu.rules.memory import explain, holds
from konnektu.rules.memory.evidence import Evidence
from konnektu.rules.memory.flips import candidates
from konnektu.rules.model import (
    All,
    Attribute,
    Compare,
    Consent,
    LastEvents,
    Member,
    Not,
    Rank,
    Sequence,
    Step,
    Tag,
)
from konnektu.rules.normal import key
from konnektu.rules.windows import Calendar, Rolling, Span
from tests.rules.making import NOON, at, cases, event, events_in, leaf_cases, person, property_is, some

WEEK = events_in(Rolling(Span(7)))


def test_every_part_has_its_verdict_its_value_and_the_very_events():
    known = person(event(NOON, position=3), event(NOON - 9 * DAY, position=1), attributes={"city": "Тула"})
    tula = Attribute("city", c.TextIs("equals", ("Орёл",)))
    found = explain(All((WEEK, Not(tula))), known, NOON)
    assert found.reason.holds
    week, negated = found.reason.parts
    assert (week.values, week.evidence) == ((1,), (Evidence("event", ("3",), NOON),))
    assert negated.holds
    assert not negated.parts[0].holds
    assert negated.parts[0].values == ("Тула",)
    assert found.changes_at == NOON + 7 * DAY


def test_it_says_when_a_verdict_changes_by_itself():
    known = person(event(NOON))
    assert explain(WEEK, known, NOON + 7 * DAY).changes_at is None
    assert explain(WEEK, person(), NOON).changes_at is None
    assert explain(Not(WEEK), known, NOON + 1).changes_at == NOON + 7 * DAY
    left = Sequence((Step(What(("order",))),), Rolling(Span(3)))
    assert explain(left, known, NOON).changes_at == NOON + 3 * DAY


def test_it_finds_birthdays_and_periods_to_come():
    known = person(event(NOON), attributes={"birth_date": "2004-02-29"})
    soon = Attribute("birth_date", c.Anniversary(7, zone="Europe/Moscow"))
    assert explain(soon, known, NOON).changes_at == at("2026-02-22T00:00+03:00")
    age = Attribute("birth_date", c.YearsSince("at_least", (30,)))
    assert explain(age, known, NOON).changes_at == at("2034-03-01T00:00+03:00")
    month = events_in(Calendar("month", -1, -1))
    assert explain(month, known, NOON).changes_at == at("2025-07-01T00:00+03:00")
    assert explain(month, known, at("2025-07-01T00:00+03:00")).changes_at == at("2025-08-01T00:00+03:00")


def test_an_event_of_the_future_changes_a_verdict_by_itself():
    assert explain(WEEK, person(event(NOON)), NOON - HOUR).changes_at == NOON


def test_other_leaves_name_what_they_have_seen():
    rank = Rank(Events(), 10)
    opened = property_is(c.Present(), "opened")
    known = person(
        event(NOON, position=1), event(NOON, position=2), tags=frozenset(("vip",)),
        records=(KnownRecord("child", "7", {}),), ranks=(Ranked(key(rank), NOON, True),),
    )  # fmt: skip
    said = {type(rule): explain(rule, known, NOON).reason for rule in (
        Tag(("vip", "x")), LastEvents(What(), 1, "all", opened), rank, Member("x"), Consent(), Compare(Events(), "below", Related("child")),
    )}  # fmt: skip
    assert said[Tag].evidence == (Evidence("tag", ("vip",)),)
    assert said[LastEvents].evidence == (Evidence("event", ("2",), NOON),)
    assert said[Rank].values == (True, Instant(NOON))
    assert said[Member].evidence == ()
    assert said[Consent].values == ("unknown",)
    assert said[Compare].values == (2, 1)
    assert explain(some(Related("child")), known, NOON).reason.evidence == (
        Evidence("record", ("child", "7")),
    )


@settings(max_examples=300, deadline=None)
@given(leaf_cases())
def test_between_two_candidates_nothing_changes_by_itself(case):
    _nothing_changes(case)


@settings(max_examples=100, deadline=None)
@given(cases())
def test_between_two_candidates_nothing_changes_in_a_tree(case):
    _nothing_changes(case)


def _nothing_changes(case):
    start, end = case.base - 3 * DAY, case.base + 40 * DAY
    edges = [start, *candidates(case.rule, case.known, start, end), end]
    for edge, coming in pairwise(edges):
        verdict = holds(case.rule, case.known, edge)
        for inside in {edge + 1, (edge + coming) // 2, coming - 1} - {edge, coming}:
            if edge < inside < coming:
                assert holds(case.rule, case.known, inside) == verdict, (edge, inside)


@settings(max_examples=50, deadline=None)
@given(cases())
def test_an_explanation_has_the_verdict_of_the_rule(case):
    for instant in case.instants:
        found = explain(case.rule, case.known, instant)
        assert found.reason.holds == holds(case.rule, case.known, instant)
        if found.changes_at is not None:
            assert holds(case.rule, case.known, found.changes_at) != found.reason.holds
            assert holds(case.rule, case.known, found.changes_at - 1) == found.reason.holds
