from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konnektu.bench.drawing.people import statement
from konnektu.bench.drawing.words import bases
from konnektu.core.clock import DAY, HOUR
from konnektu.core.records import Identifier
from konnektu.profiles import consents
from konnektu.profiles.model import Contact, Statement
from konnektu.rules import conditions as c
from konnektu.rules.figures import Events, Measure, What
from konnektu.rules.known import Arrival, Known, KnownStatement, Membership, Moment, Ranked
from konnektu.rules.memory import belongs, figure_value, holds, top
from konnektu.rules.memory.asked import Asked
from konnektu.rules.memory.consents import standing
from konnektu.rules.memory.ranking import last_moment, place_by
from konnektu.rules.model import (
    All,
    Any,
    Compare,
    Consent,
    Every,
    Identified,
    LastEvents,
    Member,
    Not,
    Rank,
    Segment,
    Source,
    Tag,
)
from konnektu.rules.normal import key
from konnektu.rules.reading import Amount
from konnektu.rules.windows import Rolling, Span
from tests.rules.making import NOON, at, edge, event, number, person, property_is

YES, NO = Tag(("vip",)), Tag(("nobody",))
VIP = person(tags=frozenset(("vip",)))


def test_groups_join_verdicts():
    assert holds(All((YES, YES)), VIP, NOON) and not holds(All((YES, NO)), VIP, NOON)
    assert holds(Any((YES, NO)), VIP, NOON) and not holds(Any((NO, NO)), VIP, NOON)
    assert holds(Not(NO), VIP, NOON) and not holds(Not(YES), VIP, NOON)
    assert holds(All(), person(), NOON)


def visits(window, **more):
    return Events(What(("visit",)), Measure(**more), window)


def test_visits_in_30_days_below_half_of_the_30_before():
    rule = Compare(visits(Rolling(Span(30))), "below", visits(Rolling(Span(60), Span(30))), Decimal("0.5"))
    known = person(
        *(event(NOON - 31 * DAY + place, "visit") for place in range(3)), event(NOON - DAY, "visit")
    )
    assert holds(rule, known, NOON)
    assert not holds(rule, person(*known.events, event(NOON, "visit")), NOON)
    assert edge(rule, person(event(NOON, "visit")), NOON + 30 * DAY) == (False, True, True)


def test_averages_are_compared_without_rounding_and_a_missing_side_is_false():
    ones = [event(NOON, "visit", place, properties={"n": value}) for place, value in enumerate((0, 0, 1))]
    third = Events(What(("visit",)), Measure("average", ("properties", "n")))
    rule = Compare(
        third, "equals", Events(What(("visit",)), Measure("max", ("properties", "n"))), Decimal("0.333333333")
    )
    assert not holds(rule, person(*ones), NOON)
    assert not holds(Compare(third, "differs", third), person(), NOON)
    assert holds(Compare(third, "equals", third), person(*ones), NOON)


def last(count, match, where, fewer=False):
    return LastEvents(What(("letter",)), count, match, where, fewer)


def test_none_of_the_last_letters_was_opened():
    opened = property_is(c.YesNoIs(True), "opened")
    letters = [event(NOON + place, "letter", place, properties={"opened": place == 0}) for place in range(4)]
    for match, expected in (("none", True), ("some", False), ("all", False)):
        assert holds(last(3, match, opened), person(*letters), NOON + DAY) is expected
    for match, expected in (("none", False), ("some", True), ("all", False)):
        assert holds(last(4, match, opened), person(*letters), NOON + DAY) is expected


def test_fewer_events_than_asked_for_are_false_unless_they_will_do():
    sent = property_is(c.Present(), "n")
    letters = [event(NOON, "letter", place, properties={"n": 1}) for place in range(2)]
    for fewer in (False, True):
        rule = LastEvents(What(("letter",)), 3, "all", sent, fewer)
        assert holds(rule, person(*letters), NOON) is fewer
        assert not holds(rule, person(), NOON)
    assert not holds(LastEvents(What(("letter",)), 3, "none", sent, fewer=True), person(), NOON)


def said(state="given", time=NOON, position=1, **more):
    return KnownStatement(state=state, time=time, position=position, **{"proven": True, **more})


def state_of(*statements, at=NOON + DAY, **use):
    return standing(Consent(**use), Asked(Known(statements=statements), at))


def test_a_consent_ends_with_its_term():
    rule = Consent("given", channel="email")
    known = person(statements=(said(channel="email", valid_until=NOON + DAY),))
    assert edge(rule, known, NOON) == (False, True, True)
    assert edge(rule, known, NOON + DAY) == (True, False, False)
    assert holds(Consent("unknown", channel="email"), known, NOON + DAY)


def test_what_is_said_of_everything_covers_each_use_and_of_one_only_that():
    assert state_of(said(), channel="email", category="news") == "given"
    assert state_of(said(channel="sms"), channel="email") == "unknown"
    assert state_of(said(channel="sms")) == "unknown"
    assert state_of(said(category="news"), category="news", channel="sms") == "given"


def test_the_most_restrictive_of_two_atoms_decides_until_a_later_proven_consent():
    refusal = said("withdrawn", NOON + 1, 2, atom=2)
    assert state_of(said(atom=1), refusal) == "refused"
    assert state_of(refusal, said(atom=1, time=NOON + 2, position=3)) == "given"
    assert state_of(refusal, said(atom=1, time=NOON + 2, position=3, proven=False)) == "refused"


def test_one_contact_with_a_consent_is_enough_and_named_contacts_stand_before_all():
    mine, other = ("email", "a@b.ru"), ("email", "c@d.ru")
    assert state_of(said("withdrawn", contact=mine), said(contact=other, position=2)) == "given"
    assert state_of(said(), said("withdrawn", NOON + 1, 2, contact=mine)) == "refused"


@given(st.integers(0, 2**32), st.integers(0, 8))
def test_of_one_contact_it_is_the_decision_of_profiles(seed, count):
    drawn = Random(seed)
    base = bases(drawn)
    heard = [statement(drawn, base, position) for position in range(count)]
    heard = [one for one in heard if one.contact == ("", "")]
    at_instant = base + drawn.choice((-1, 0, DAY, HOUR))
    use = Consent(channel=drawn.choice(("", "email")), category=drawn.choice(("", "news")))
    seen = [
        Statement(
            state=one.state, time=one.time, position=one.position, atom=one.atom, number=one.number, entity=one.entity,
            contact=Contact(*one.contact), channel=one.channel, category=one.category, purpose=one.purpose,
            explicit=one.explicit, valid_until=one.valid_until, text_version="1" if one.proven else "",
        )
        for one in heard
        if one.time <= at_instant
    ]  # fmt: skip
    wanted = Statement(state="given", time=0, channel=use.channel, category=use.category)
    decides = consents.decisive((one for one in seen if consents.covers(one, wanted)), at_instant)
    expected = "unknown"
    if decides is not None:
        is_given = decides.state == "given" and consents.is_valid(decides, at_instant)
        expected = "given" if is_given else "unknown" if decides.state == "given" else "refused"
    assert standing(use, Asked(Known(statements=tuple(heard)), at_instant)) == expected


def arrival(key, first, last, side="marketing"):
    return Arrival(side, key, Moment(first, 1), Moment(last, 2))


def test_people_come_first_last_or_ever_from_sources():
    known = person(
        arrivals=(arrival("spring", NOON, NOON + DAY), arrival("partner", NOON + HOUR, NOON + HOUR))
    )
    held = {
        (which, key): holds(Source("marketing", (key,), which), known, NOON + 2 * DAY)
        for which in ("first", "last", "any")
        for key in ("spring", "partner")
    }
    assert held == {
        ("first", "spring"): True, ("first", "partner"): False,
        ("last", "spring"): True, ("last", "partner"): False,
        ("any", "spring"): True, ("any", "partner"): True,
    }  # fmt: skip
    assert not holds(Source("technical", ("spring",)), known, NOON + DAY)
    recent = Source("marketing", ("partner",), window=Rolling(Span(1)))
    assert edge(recent, known, NOON + HOUR + DAY) == (True, False, False)
    first = Source("marketing", ("spring",), "first", Rolling(Span(1)))
    assert edge(first, known, NOON + DAY) == (True, False, False)


def test_an_identifier_of_a_kind_identifies():
    known = person(identifiers=frozenset((Identifier("phone", "+79031234567"),)))
    assert holds(Identified(("email", "phone")), known, NOON)
    assert not holds(Identified(("email",)), known, NOON)


def test_a_member_of_another_segment_is_in_from_entering_until_leaving():
    known = person(memberships=(Membership("vip", NOON, NOON + DAY), Membership("old", NOON)))
    assert edge(Member("vip"), known, NOON) == (False, True, True)
    assert edge(Member("vip"), known, NOON + DAY) == (True, False, False)
    assert edge(Member("old"), known, NOON) == (False, True, True)
    assert not holds(Member("other"), known, NOON)


SPENT = Events(What(), Measure("sum", ("properties", "total")))


def test_a_rank_is_what_its_last_computation_said():
    rank = Rank(SPENT, 10)
    known = person(
        ranks=(
            Ranked(key(rank), NOON, True),
            Ranked(key(rank), NOON + DAY, False),
            Ranked("other", NOON + DAY, True),
        )
    )
    assert edge(rank, known, NOON) == (False, True, True)
    assert edge(rank, known, NOON + DAY) == (True, False, False)


def test_the_top_is_a_share_rounded_up_or_a_number_and_of_equals_who_was_first():
    figures = {person: Fraction(value) for person, value in {10: 5, 9: 5, 2: 9, 3: 1}.items()} | {1: None}
    assert top(Rank(SPENT, 10), figures) == {2}
    assert top(Rank(SPENT, 26), figures) == {2, 9}
    assert top(Rank(SPENT, 1, order="lowest"), figures) == {3}
    assert top(Rank(SPENT, 3, "people"), figures) == {2, 9, 10}
    assert top(Rank(SPENT, 5, "people"), {}) == set()
    assert top(Rank(SPENT, 1, "people"), {1: Amount(Fraction(1), "RUB"), 2: Amount(Fraction(2), "RUB")}) == {
        2
    }


def test_nobody_has_a_place_by_what_they_have_nothing_of():
    count, spent = Rank(Events(), 10), Rank(SPENT, 10)
    free, other = person(event(NOON, properties={"total": 0})), person(event(NOON))
    assert [place_by(count, Asked(one, NOON)) for one in (person(), other)] == [None, Fraction(1)]
    assert [place_by(spent, Asked(one, NOON)) for one in (other, free)] == [None, Fraction(0)]


@pytest.mark.parametrize(
    ("every", "moment"),
    [
        (Every("hour"), "2025-06-15T18:00+03:00"),
        (Every(hour=18), "2025-06-15T18:00+03:00"),
        (Every(hour=19), "2025-06-14T19:00+03:00"),
        (Every("week"), "2025-06-09T03:00+03:00"),
        (Every("month", 0), "2025-06-01T00:00+03:00"),
    ],
)
def test_the_last_moment_is_the_last_that_has_come(every, moment):
    assert last_moment(every, NOON, "Europe/Moscow") == at(moment)
    assert last_moment(every, at(moment), "Europe/Moscow") == at(moment)
    assert last_moment(every, at(moment) - 1, "Europe/Moscow") < at(moment) - 1


def test_a_segment_is_of_known_people_unless_all_are_asked_for_and_never_of_what_is_no_person():
    anonymous, till = person(is_known=False), person(excluded="no_card")
    assert not belongs(Segment(All()), anonymous, NOON)
    assert belongs(Segment(All(), people="all"), anonymous, NOON)
    assert belongs(Segment(All()), person(), NOON)
    assert not belongs(Segment(All(), people="all"), till, NOON)


def test_a_condition_of_an_event_may_be_joined_and_turned_round():
    red = property_is(c.TextIs("equals", ("red",)), "colour")
    dear = property_is(number("above", 100), "total")
    known = person(event(NOON, properties={"colour": "red", "total": 5}))
    for where, expected in (
        (c.AllOf((red, dear)), 0),
        (c.AnyOf((red, dear)), 1),
        (c.NotOf(dear), 1),
        (c.NotOf(red), 0),
    ):
        found = Events(What(where=where))
        assert holds(Compare(found, "equals", found), known, NOON)
        assert figure_value(found, Asked(known, NOON)) == expected
