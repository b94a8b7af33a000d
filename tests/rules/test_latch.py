from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from konnektu.bench import drawing
from konnektu.core.clock import DAY, HOUR
from konnektu.rules.figures import Events, What
from konnektu.rules.known import KnownFrom
from konnektu.rules.memory import Stay, Transition, belongs, next_change, stays, transitions
from konnektu.rules.memory.latch import next_inside
from konnektu.rules.model import All, Measured, Segment, Tag
from konnektu.rules.windows import Rolling, Span
from tests.rules.making import NOON, event, events_in, number, person

DAILY = Segment(events_in(Rolling(Span(1))))


def told(*events, **more):
    """The history of somebody whose events are known one by one, as soon as they happen."""
    ordered = sorted(events, key=lambda one: (one.instant, one.position))
    return [
        KnownFrom(one.instant, one.position, person(*ordered[: place + 1], **more))
        for place, one in enumerate(ordered)
    ]


def test_people_enter_with_an_event_and_leave_when_time_runs_out():
    history = told(event(NOON, position=1), event(NOON + 5 * DAY, position=2))
    assert stays(DAILY, history, NOON + 9 * DAY) == [
        Stay(NOON, NOON + DAY),
        Stay(NOON + 5 * DAY, NOON + 6 * DAY),
    ]
    assert stays(DAILY, history, NOON + DAY - 1) == [Stay(NOON, None)]
    assert stays(DAILY, history, NOON + DAY) == [Stay(NOON, NOON + DAY)]


def test_an_event_known_late_is_not_known_before():
    late = event(NOON, position=1)
    history = [KnownFrom(NOON + HOUR, 1, person(late))]
    assert stays(DAILY, history, NOON + 9 * DAY) == [Stay(NOON + HOUR, NOON + DAY)]


def test_a_purchase_known_at_the_instant_the_window_ends_keeps_its_buyer_in():
    history = told(event(NOON, position=1), event(NOON + DAY, position=2))
    assert stays(DAILY, history, NOON + 9 * DAY) == [Stay(NOON, NOON + 2 * DAY)]


def count_of(op, value):
    return Measured(Events(What(("order",)), window=Rolling(Span(3))), number(op, value))


def test_verdicts_are_taken_after_every_fact_of_one_instant():
    latch = Segment(count_of("equals", 1), count_of("at_least", 3), since=0)
    history = told(event(NOON, position=1), event(NOON, position=2))
    assert stays(latch, history, NOON + DAY) == [Stay(NOON, None)]
    assert transitions(latch, history, NOON + DAY) == [Transition(NOON, 1, is_entry=True)]
    whole = [history[-1]]
    assert stays(latch, whole, NOON + DAY) == []


def test_two_facts_of_one_instant_may_let_somebody_in_and_out():
    once = Segment(count_of("equals", 1))
    history = told(event(NOON, position=1), event(NOON, position=2))
    assert transitions(once, history, NOON + 9 * DAY) == [
        Transition(NOON, 1, is_entry=True),
        Transition(NOON, 2, is_entry=False),
    ]
    assert stays(once, history, NOON + 9 * DAY) == [Stay(NOON, NOON)]


def test_with_an_exit_rule_people_stay_until_it_holds():
    latch = Segment(count_of("at_least", 2), count_of("equals", 0), since=0)
    history = told(event(NOON, position=1), event(NOON + DAY, position=2))
    assert stays(latch, history, NOON + 9 * DAY) == [Stay(NOON + DAY, NOON + 4 * DAY)]


def test_the_next_change_depends_on_whether_somebody_is_in():
    latch = Segment(count_of("at_least", 2), count_of("equals", 0), since=0)
    known = person(event(NOON, position=1), event(NOON + DAY, position=2))
    assert next_change(latch, known, NOON + DAY, inside=True) == NOON + 4 * DAY
    assert next_change(latch, known, NOON + 3 * DAY, inside=False) is None
    assert next_change(latch, known, NOON, inside=False) == NOON + DAY
    assert next_change(DAILY, known, NOON + DAY, inside=True) == NOON + 2 * DAY


def test_nobody_is_in_before_the_stated_beginning():
    latch = Segment(count_of("at_least", 1), count_of("equals", 0), since=NOON + 2 * DAY)
    history = told(event(NOON, position=1))
    assert stays(latch, history, NOON + 9 * DAY) == [Stay(NOON + 2 * DAY, NOON + 3 * DAY)]
    assert stays(latch, history, NOON + 2 * DAY - 1) == []


def test_where_both_rules_hold_nobody_enters():
    both = Segment(All(), All(), since=0)
    assert stays(both, told(event(NOON, position=1)), NOON + DAY) == []


def test_who_is_no_longer_counted_leaves():
    first, second = person(tags=frozenset(("a",))), person(tags=frozenset(("a",)), excluded="robot")
    history = [KnownFrom(NOON, 1, first), KnownFrom(NOON + 5, 2, second)]
    assert stays(Segment(Tag(("a",)), Tag(("b",)), since=0), history, NOON + DAY) == [Stay(NOON, NOON + 5)]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_stays_are_what_asking_at_every_moment_gives(seed):
    drawn = Random(seed)
    base = drawing.bases(drawn)
    segment = drawing.segment(drawn, base)
    history = drawing.history(drawn, base)
    end = base + 20 * DAY
    found = stays(segment, history, end)
    assert all(one.left is None or one.entered <= one.left for one in found)
    assert [one.entered for one in found] == sorted(one.entered for one in found)
    for _ in range(30):
        instant = drawn.choice((base, *(page.instant for page in history))) + drawn.choice(
            (-1, 0, 1, HOUR, 3 * DAY)
        )
        known = next((page.known for page in reversed(history) if page.instant <= instant), None)
        if known is None or instant > end:
            continue
        inside = any(one.entered <= instant and (one.left is None or instant < one.left) for one in found)
        if segment.exit is None:
            assert inside == belongs(segment, known, instant)
        elif segment.since is not None and instant >= segment.since:
            assert inside == next_inside(segment, known, instant, inside=inside)
