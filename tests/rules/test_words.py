from decimal import Decimal
from random import Random

import pytest

from konnektu.bench import drawing
from konnektu.product_lists import api as product_lists
from konnektu.rules import conditions as c
from konnektu.rules import subjects
from konnektu.rules.figures import Events, Lines, Measure, Orders, ProductList, Related, Since, What
from konnektu.rules.formulas import Most
from konnektu.rules.model import (
    Absence,
    All,
    Any,
    Attribute,
    Compare,
    Consent,
    LastEvents,
    Measured,
    Member,
    Not,
    Rank,
    Segment,
    Sequence,
    Step,
    Tag,
)
from konnektu.rules.windows import Absolute, Calendar, Rolling, Span
from konnektu.rules.words import Tongue, figure_summary, formula_summary, rule_summary, segment_summary
from konnektu.rules.words.phrases import FIELDS, LISTS, PERIODS, PHRASES, UNITS
from tests.rules.making import NOON, events_in, number, property_is, some

NAMES = {"Order Completed": "Заказ", "total": "сумма", "child": "Ребёнок"}
RU, EN = Tongue("ru", "Europe/Moscow", NAMES), Tongue("en", "Europe/Moscow")
ORDER = What(("Order Completed",), where=property_is(number("above", 1000), "total"))


def plain(text):
    """With usual blanks: CLDR has others between numbers and what belongs to them."""
    return " ".join(text.split())


def ordered(op, *values, window=None):
    return Measured(Events(ORDER, window=window or Rolling(Span(90))), number(op, *values))


def test_the_summary_of_orders():
    assert (
        rule_summary(ordered("at_least", 2), RU)
        == "Совершил «Заказ» не менее 2 раз за 90 дней, где сумма > 1000."
    )
    assert (
        rule_summary(ordered("at_least", 2), EN)
        == "Did “Order Completed” at least 2 times in the last 90 days, where total > 1000."
    )
    assert (
        rule_summary(ordered("at_least", 1), RU)
        == "Совершил «Заказ» хотя бы раз за 90 дней, где сумма > 1000."
    )
    assert rule_summary(ordered("equals", 0), RU) == "Не совершал «Заказ» за 90 дней, где сумма > 1000."
    assert rule_summary(Measured(Events(), number("at_least", 1)), EN) == "Did any event at least once."


@pytest.mark.parametrize(
    ("op", "values", "said"),
    [
        ("equals", (1,), "ровно 1 раз"), ("equals", (2,), "ровно 2 раза"), ("equals", (5,), "ровно 5 раз"), ("equals", (22,), "ровно 22 раза"),
        ("at_least", (21,), "не менее 21 раза"), ("at_most", (4,), "не более 4 раз"), ("above", (1,), "больше 1 раза"), ("below", (11,), "меньше 11 раз"),
        ("between", (2, 5), "от 2 до 5 раз"), ("differs", (3,), "не ровно 3 раза"), ("equals", (2, 3), "ровно 2 или 3 раза"),
    ],
)  # fmt: skip
def test_how_many_times_in_the_right_case(op, values, said):
    assert rule_summary(ordered(op, *values), RU) == f"Совершил «Заказ» {said} за 90 дней, где сумма > 1000."


@pytest.mark.parametrize(
    ("window", "ru", "en"),
    [
        (Rolling(Span(1)), " за 1 день", " in the last 1 day"),
        (Rolling(Span(21, "hour")), " за 21 час", " in the last 21 hours"),
        (Rolling(Span(1, "week")), " за 1 неделю", " in the last 1 week"),
        (Rolling(Span(3, "minute")), " за 3 минуты", " in the last 3 minutes"),
        (
            Rolling(Span(7), Span(3)),
            " в промежутке от 7 дней назад до 3 дней назад",
            " between 7 days and 3 days ago",
        ),
        (
            Rolling(Span(1, "week"), Span(1)),
            " в промежутке от 1 недели назад до 1 дня назад",
            " between 1 week and 1 day ago",
        ),
        (Calendar("day"), " сегодня", " today"),
        (Calendar("month", -1, -1), " в прошлом месяце", " last month"),
        (Calendar("year", -4, 0), " за 5 лет, включая текущий период", " in 5 years, this one included"),
        (Calendar("month", -3, -1), " за 3 месяца до текущего периода", " in the 3 months before this one"),
        (
            Calendar("day", -1, -1, "person"),
            " вчера (по времени клиента)",
            " yesterday (by the person's clock)",
        ),
        (
            Calendar("week", -5, -2),
            " с -5 по -2 от текущего (неделю)",
            " in the weeks -5 to -2 from this one",
        ),
        (Absolute(NOON), " с 15 июн. 2025 г., 18:06:40", " from Jun 15, 2025, 6:06:40 PM"),
        (Since(What(("cart",))), " после последнего события «cart»", " since the last “cart”"),
    ],
)
def test_windows(window, ru, en):
    assert plain(rule_summary(events_in(window, "order"), RU)) == f"Совершил «order» хотя бы раз{ru}."
    assert plain(rule_summary(events_in(window, "order"), EN)) == f"Did “order” at least once{en}."


@pytest.mark.parametrize(
    ("rule", "ru"),
    [
        (Attribute("city", c.TextIs("equals", ("Тула", "Орёл"))), "Город — одно из: «Тула» или «Орёл»."),
        (Attribute("x", c.TextIs("contains", ("a",), exact=True)), "X содержит «a» (точь-в-точь)."),
        (Not(Attribute("email", c.Present())), "Электронная почта не заполнено."),
        (Attribute("birth_date", c.Anniversary(7)), "Дата рождения — годовщина в ближайшие 7 дней."),
        (Attribute("birth_date", c.YearsSince("at_least", (18,))), "Дата рождения — полных лет: ≥ 18."),
        (Attribute("x", c.TimeIn(Rolling(near=Span(30)))), "X — больше 30 дней назад."),
        (Attribute("x", c.TimeAhead(most=Span(3, "hour"))), "X — в ближайшие 3 часа."),
        (some(Orders()), "Есть заказы."),
        (Measured(Orders(), number("at_least", 3)), "Число (заказы) ≥ 3."),
        (
            Measured(
                Orders(measure=Measure("sum", ("net",), "money", "RUB"), window=Rolling(Span(30))),
                c.MoneyIs("at_least", (150000,), "RUB"),
            ),
            "Сумма «сумма без возвратов» (заказы за 30 дней) ≥ 1 500,00 ₽.",
        ),
        (
            some(Related("child", c.Field(("born",), c.YearsSince("between", (3, 5))))),
            "Есть связанные записи «Ребёнок», где born — полных лет: от 3 до 5.",
        ),
        (Measured(ProductList("cart"), number("equals", 0)), "Нет: товары в списке «Корзина»."),
        (some(ProductList("trying on")), "Есть товары в списке «trying on»."),
        (
            Measured(Lines(measure=Measure("distinct", ("category",), "text")), number("above", 2)),
            "Число разных «категория» (позиции заказов) > 2.",
        ),
        (
            Compare(
                Events(What(("visit",)), window=Rolling(Span(30))),
                "below",
                Events(What(("visit",)), window=Rolling(Span(60), Span(30))),
                Decimal("0.5"),
            ),
            "Число («visit» за 30 дней) < 0,5 × число («visit» в промежутке от 60 дней назад до 30 дней назад).",
        ),
        (
            LastEvents(What(("letter",)), 5, "none", property_is(c.YesNoIs(True), "opened")),
            "Из последних 5 событий «letter» ни в одном: opened — да.",
        ),
        (
            Sequence((Step(What(("cart",))), Absence(What(("order",)), Span(3, "hour"))), Rolling(Span(3))),
            "«cart», и без «order» в течение 3 часов, первое — за 3 дня.",
        ),
        (Consent("given", channel="email"), "Согласие дано: Электронная почта."),
        (Member("vip"), "Входит в сегмент «vip»."),
        (
            Rank(Orders(measure=Measure("sum", ("net",), "money", "RUB")), 10),
            "В верхних 10 % по показателю: сумма «сумма без возвратов» (заказы) (считается каждый день в 3:00).",
        ),
        (
            All((Tag(("a",)), Any((Tag(("b",)), Tag(("c",)))))),
            "Есть метка «a» и (есть метка «b» или есть метка «c»).",
        ),
        (All(), "Все."),
        (Not(Any((Tag(("b",)), Tag(("c",))))), "Неверно, что (есть метка «b» или есть метка «c»)."),
    ],
)
def test_leaves_in_russian(rule, ru):
    assert plain(rule_summary(rule, RU)) == ru


def test_a_segment_says_who_enters_who_leaves_and_which_people():
    segment = Segment(Tag(("a",)), Tag(("b",)), "all", 0)
    assert (
        segment_summary(segment, RU) == "Есть метка «a». Выходит, когда есть метка «b». И анонимные профили."
    )
    assert segment_summary(Segment(Tag(("a",))), EN) == "Has the tag “a”. Known people only."


def test_a_figure_is_a_title():
    assert (
        figure_summary(Events(What(("order",)), Measure("last", ("time",), "instant")), EN)
        == "Last time (“order”)"
    )


@pytest.mark.parametrize("language", ["en", "ru"])
def test_everything_that_can_be_drawn_can_be_said(language):
    for seed in range(20 * len(drawing.LEAF_KINDS)):
        drawn = Random(seed)
        leaf = drawing.leaf(drawn, drawing.bases(drawn), drawing.LEAF_KINDS[seed % len(drawing.LEAF_KINDS)])
        said = rule_summary(leaf, Tongue(language))
        assert said.endswith(".") and len(said) > 3
        assert "{" not in said


def test_every_phrase_has_the_same_places_in_both_languages():
    def places(text):
        return sorted(part.partition("}")[0] for part in text.split("{")[1:])

    for english, russian in [*PHRASES.values(), *PERIODS.values()]:
        assert places(english) == places(russian)
        assert not any("а" <= letter <= "я" for letter in english.lower())
    assert all(len(forms) == 7 for forms in UNITS.values())


def test_the_most_frequent_value_in_words():
    category = Most(("category",), Lines(window=Rolling(Span(90))))
    assert (
        formula_summary(category, RU)
        == "Категория с наибольшим показателем: число (позиции заказов за 90 дней)"
    )
    assert (
        formula_summary(category, EN)
        == "Category with the greatest number (lines of orders in the last 90 days)"
    )
    child = Most(("properties", "child"), Events())
    assert formula_summary(child, RU) == "Ребёнок с наибольшим показателем: число (любое событие)"


def test_every_text_of_orders_lines_and_lists_has_a_word():
    for fields in (subjects.ORDER, subjects.LINE, subjects.ITEM):
        assert {name for name, kind in fields.items() if kind == "text"} <= FIELDS.keys()


def test_the_lists_of_every_project_are_called_as_elsewhere() -> None:
    assert dict(LISTS) == dict(product_lists.LISTS)
