"""Rules against events: what they find, what an obvious reading of them would find, and what is never looked at."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from konnektu.acquisition.logic import fault
from konnektu.acquisition.model import Condition, Source, Stated
from konnektu.acquisition.recognising import place, readings, recognition
from konnektu.core.ids import public_id
from konnektu.core.records import TEST, Derived, Event
from konnektu.core.text import fold
from tests.acquisition.facts import event, made
from tests.belt.support import NOW

CAMPAIGN = Derived(
    utm_source="Yandex",
    utm_medium="CPC",
    utm_campaign="Ёлка 2026",
    referrer_host="ya.ru",
    traffic_source="campaign",
)
DIRECT = Derived(traffic_source="direct")
CASES: dict[str, tuple[tuple[Condition, ...], Event, bool]] = {
    "equals, another case": ((Condition("utm_source", ("yandex",)),), event(CAMPAIGN), True),
    "one of": ((Condition("utm_source", ("google", "YANDEX")),), event(CAMPAIGN), True),
    "none of": ((Condition("utm_source", ("google", "yand")),), event(CAMPAIGN), False),
    "prefix, ё as е": ((Condition("utm_campaign", ("елка",), "prefix"),), event(CAMPAIGN), True),
    "contains": ((Condition("utm_campaign", ("2026",), "contains"),), event(CAMPAIGN), True),
    "all conditions": ((Condition("utm_source", ("yandex",)), Condition("utm_medium", ("cpc",))), event(CAMPAIGN), True),
    "one condition fails": ((Condition("utm_source", ("yandex",)), Condition("utm_medium", ("email",))), event(CAMPAIGN), False),
    "referrer": ((Condition("referrer_host", ("ya.ru",)),), event(CAMPAIGN), True),
    "form": ((Condition("form", ("7",)),), event(form_id=7), True),
    "promo code": ((Condition("promo_code", ("SALE",)),), event(promo_codes=["x", "sale"]), True),
    "coupon": ((Condition("promo_code", ("SALE",), "prefix"),), event(coupon="sale-10"), True),
    "mailing": ((Condition("mailing", ("m1",)),), event(mailing_id="M1"), True),
    "event name": ((Condition("event", ("Form Sent",)),), event(name="form sent"), True),
    "event prefix": ((Condition("event", ("form",), "prefix"),), event(name="Form Sent"), True),
    "landing": ((Condition("landing", ("https://www.shop.ru/sale/",)),), event(DIRECT, url="https://shop.ru/Sale?a=1"), True),
    "landing prefix": ((Condition("landing", ("shop.ru/s",), "prefix"),), event(DIRECT, url="http://shop.ru/sale"), True),
    "no landing inside a site": ((Condition("landing", ("shop.ru/sale",)),), event(url="https://shop.ru/sale"), False),
    "technical source": ((Condition("source", (public_id(NOW, 5),)),), event(source=5), True),
    "another source": ((Condition("source", (public_id(NOW, 5),)),), event(source=6), False),
    "source and form": ((Condition("source", (public_id(NOW, 5),)), Condition("form", ("a",))), event(source=5, form="A"), True),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_rule(case: tuple[tuple[Condition, ...], Event, bool]) -> None:
    asked, given_event, expected = case
    rules = recognition([made("a", 3, asked)])
    assert rules is not None
    assert rules.recognise(given_event) == ({3} if expected else set())


def test_an_event_is_of_any_number_of_sources() -> None:
    every = [
        made("a", 1, (Condition("utm_source", ("yandex",)),)),
        made("b", 2, (Condition("form", ("7",)),), (Condition("utm_source", ("yandex",)),)),
        made("c", 3, (Condition("form", ("8",)),)),
        made("off", 4, (Condition("utm_source", ("yandex",)),), active=False),
    ]
    rules = recognition(every)
    assert rules is not None
    assert rules.recognise(event(CAMPAIGN, form_id=7)) == {1, 2}


def test_a_partner_is_known_by_its_code_and_brings_its_programme() -> None:
    programme = made("friends", 1, kind="partner_programme", parameter="ref", days=30)
    partner = made("ivan", 2, kind="partner", parent="friends", code="Ivan-7")
    rules = recognition([programme, partner])
    assert rules is not None
    assert rules.recognise(event(DIRECT, url="https://shop.ru/?a=1&ref=IVAN-7#x")) == {1, 2}
    assert rules.recognise(event(url="https://shop.ru/?ref=IVAN-7")) == {1, 2}
    assert rules.recognise(event(ref="ivan-7")) == {1, 2}
    assert rules.recognise(event(DIRECT, url="https://shop.ru/?ref=petr")) == set()
    apart = recognition([structs.replace(programme, retired=True), partner])
    assert apart is None or apart.recognise(event(ref="ivan-7")) == set()


def test_what_tests_and_robots_do_is_no_arrival() -> None:
    rules = recognition([made("a", 1, (Condition("utm_source", ("yandex",)),))])
    assert rules is not None
    assert rules.recognise(structs.replace(event(CAMPAIGN), marks=TEST)) == set()


def test_a_step_inside_a_site_is_not_looked_at() -> None:
    rules = recognition([made("a", 1, (Condition("utm_source", ("yandex",)), Condition("event", ("page",))))])
    assert rules is not None
    assert not rules.is_arrival(event(url="https://shop.ru/?page=2", price=1))
    assert not rules.is_arrival(event(DIRECT))
    assert rules.is_arrival(event(CAMPAIGN))
    assert recognition([]) is None
    assert recognition([made("nothing", 1)]) is None


words = st.sampled_from(["", "a", "ab", "b", "A", "ba"])
conditions = st.builds(
    Condition,
    field=st.sampled_from(["utm_source", "utm_medium", "form", "promo_code", "event", "landing"]),
    values=st.lists(st.sampled_from(["a", "b", "ab", "A"]), min_size=1, max_size=2).map(tuple),
    operator=st.sampled_from(["equals", "prefix", "contains"]),
)
rules_of_one = st.lists(st.lists(conditions, min_size=1, max_size=3).map(tuple), max_size=3)


def slow(source: Source, of: Event) -> bool:
    """What a rule says, condition by condition."""
    read = readings(of)

    def holds(condition: Condition) -> bool:
        tests: dict[str, Any] = {
            "equals": str.__eq__,
            "prefix": str.startswith,
            "contains": lambda value, part: part in value,
        }
        return any(
            tests[condition.operator](value, fold(part))
            for value in read.get(condition.field, ())
            for part in condition.values
        )

    return any(all(holds(one) for one in rule) for rule in source.stated.rules)


@given(st.lists(rules_of_one, min_size=1, max_size=4), words, words, words, words, words, st.booleans())
def test_the_quick_way_finds_what_the_obvious_way_finds(
    rules: list[list[tuple[Condition, ...]]],
    utm: str,
    medium: str,
    form: str,
    code: str,
    name: str,
    arrived: bool,
) -> None:
    traffic = "campaign" if utm or medium else "direct" if arrived else ""
    derived = Derived(utm_source=utm, utm_medium=medium, traffic_source=traffic)
    given_event = event(derived, name=name, url="a", form_id=form, coupon=code)
    every = [made(str(n), n, *some) for n, some in enumerate(rules, 1)]
    ready = recognition(every)
    expected = {one.id for one in every if slow(one, given_event)}
    assert (ready.recognise(given_event) if ready else set()) == expected


@pytest.mark.parametrize(
    ("stated", "says"),
    [
        ({"kind": "partner_programme"}, "parameter"),
        ({"kind": "site", "days": 3}, "programme"),
        ({"kind": "partner", "code": "a"}, "within"),
        ({"kind": "site", "parent": "nobody"}, "no partner programme"),
        ({"kind": "site", "rules": ((Condition("form", (" ",)),),)}, "blank"),
        ({"kind": "site", "rules": ((Condition("source", ("7",)),),)}, "id"),
    ],
)
def test_what_cannot_be_a_source(stated: dict[str, Any], says: str) -> None:
    assert says in fault("a", Stated(name="A", **stated), {})


def test_addresses_are_compared_without_their_dress() -> None:
    assert place("HTTPS://www.Shop.ru/Sale/?a=1#b") == place("shop.ru/sale") == "shop.ru/sale"
