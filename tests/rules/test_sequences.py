from konnektu.core.clock import DAY, HOUR
from konnektu.rules.figures import What
from konnektu.rules.memory import holds
from konnektu.rules.model import Absence, Sequence, Step
from konnektu.rules.windows import Rolling, Span
from tests.rules.making import NOON, edge, event, person

CART, ORDER, VIEW = What(("cart",)), What(("order",)), What(("view",))
THREE_HOURS = Span(3, "hour")
LEFT = Sequence((Step(CART), Absence(ORDER, THREE_HOURS)), Rolling(Span(3)))


def test_a_cart_without_an_order_is_left_three_hours_later_and_as_long_as_it_is_in_the_window():
    known = person(event(NOON, "cart"))
    assert edge(LEFT, known, NOON + 3 * HOUR) == (False, True, True)
    assert edge(LEFT, known, NOON + 3 * DAY) == (True, False, False)


def test_a_late_order_makes_it_false_again():
    cart = event(NOON, "cart", 1)
    for late, left in ((0, True), (1, False), (3 * HOUR, False), (3 * HOUR + 1, True)):
        order = event(NOON + late, "order", 0 if late == 0 else 9)
        assert holds(LEFT, person(cart, order), NOON + DAY) is left, late


def test_of_several_carts_one_without_an_order_is_enough():
    known = person(event(NOON, "cart", 1), event(NOON + HOUR, "order", 2), event(NOON + 5 * HOUR, "cart", 3))
    assert not holds(LEFT, known, NOON + 8 * HOUR - 1)
    assert holds(LEFT, known, NOON + 8 * HOUR)


def test_steps_follow_each_other_within_their_spans():
    rule = Sequence((Step(VIEW), Step(CART, Span(1, "hour")), Step(ORDER, Span(1, "hour"))))

    def story(cart, order):
        return person(event(NOON, "view", 1), event(NOON + cart, "cart", 2), event(NOON + order, "order", 3))

    assert holds(rule, story(HOUR, 2 * HOUR), NOON + DAY)
    assert not holds(rule, story(HOUR + 1, 2 * HOUR), NOON + DAY)
    assert not holds(rule, story(HOUR, 2 * HOUR + 1), NOON + DAY)
    assert edge(rule, story(HOUR, 2 * HOUR), NOON + 2 * HOUR) == (False, True, True)


def test_events_of_one_time_follow_by_position():
    rule = Sequence((Step(VIEW), Step(CART, Span(1, "hour"))))
    assert holds(rule, person(event(NOON, "view", 1), event(NOON, "cart", 2)), NOON)
    assert not holds(rule, person(event(NOON, "view", 2), event(NOON, "cart", 1)), NOON)


def test_steps_are_distinct_events():
    rule = Sequence((Step(VIEW), Step(VIEW, Span(1, "hour"))))
    assert not holds(rule, person(event(NOON, "view")), NOON + DAY)
    assert holds(rule, person(event(NOON, "view", 1), event(NOON, "view", 2)), NOON)


def test_every_choice_of_events_is_tried():
    rule = Sequence((Step(VIEW), Step(CART, Span(1, "hour")), Step(ORDER, Span(1, "hour"))))
    known = person(
        event(NOON, "view", 1),
        event(NOON + 1, "cart", 2),
        event(NOON + HOUR, "cart", 3),
        event(NOON + 2 * HOUR, "order", 4),
    )
    assert holds(rule, known, NOON + DAY)


def test_the_window_binds_the_first_step():
    rule = Sequence((Step(VIEW), Step(ORDER, Span(2))), Rolling(Span(1)))
    known = person(event(NOON, "view", 1), event(NOON + HOUR, "order", 2))
    assert edge(rule, known, NOON + DAY) == (True, False, False)


def test_an_absence_without_a_span_lasts_until_the_next_step():
    rule = Sequence((Step(VIEW), Absence(CART), Step(ORDER, Span(1))))
    view, cart, order = event(NOON, "view", 1), event(NOON + 1, "cart", 2), event(NOON + 2, "order", 3)
    assert holds(rule, person(view, order), NOON + 2)
    assert not holds(rule, person(view, cart, order), NOON + 2)
    assert holds(rule, person(view, order, event(NOON + 3, "cart", 4)), NOON + 5)


def test_an_absence_in_the_middle_holds_until_its_span_has_passed():
    rule = Sequence((Step(VIEW), Absence(CART, THREE_HOURS), Step(ORDER, Span(1))))
    view, order = event(NOON, "view", 1), event(NOON + HOUR, "order", 2)
    assert edge(rule, person(view, order), NOON + 3 * HOUR) == (False, True, True)
    assert not holds(rule, person(view, order, event(NOON + 2 * HOUR, "cart", 3)), NOON + 4 * HOUR)


def test_what_lies_in_the_future_is_neither_a_step_nor_breaks_an_absence():
    known = person(event(NOON, "cart", 1), event(NOON + 2 * HOUR, "order", 2))
    early = Sequence((Step(CART), Absence(ORDER, Span(1, "hour"))))
    assert edge(early, known, NOON + HOUR) == (False, True, True)
    assert edge(early, known, NOON + 2 * HOUR) == (True, True, True)
