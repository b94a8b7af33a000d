"""The made-up shop's year."""

from collections import Counter
from datetime import datetime
from itertools import combinations
from random import Random

import pytest

from konnektu.core.attributes import read_traits
from konnektu.core.invalid import Invalid
from konnektu.core.names import compatible_first_names, sex_of_names, surname_keys
from konnektu.core.names.table import known_names
from konnektu.demo.acts import Told
from konnektu.demo.cast import Person, feminine, people
from konnektu.demo.shop import MEN, SURNAMES, WOMEN
from konnektu.demo.spelling import as_in_a_form, latin, mistyped, phone_as_written
from konnektu.demo.story import SOURCES, YEAR, tell

END = 1_763_700_000_000
SEED = 7


@pytest.fixture(scope="module")
def story() -> list[Told]:
    return tell(SEED, END, 300)


@pytest.fixture(scope="module")
def cast() -> dict[int, Person]:
    return {person.number: person for person in people(Random(SEED), 300)}


def test_the_same_seed_tells_the_same_story(story: list[Told]) -> None:
    assert tell(SEED, END, 300) == story
    assert tell(SEED + 1, END, 300) != story


def test_it_is_a_year_in_the_order_of_sending(story: list[Told]) -> None:
    assert [told.sent_at for told in story] == sorted(told.sent_at for told in story)
    times = [datetime.fromisoformat(told.event["timestamp"]).timestamp() * 1000 for told in story]
    assert END - YEAR <= min(times) <= max(times) < END
    assert all(time <= told.sent_at + 1 for time, told in zip(times, story, strict=True))
    assert any(told.sent_at - time > 3_600_000 for time, told in zip(times, story, strict=True))


def test_every_source_and_act_takes_part(story: list[Told]) -> None:
    assert {told.source for told in story} == set(SOURCES)
    names = Counter(told.event.get("event", told.event["type"]) for told in story)
    assert {"page", "screen", "identify", "Product Viewed", "Product Added", "Order Completed", "Signed Up",
            "Email Delivered", "Email Opened", "Email Link Clicked", "Application Opened"} <= set(names)  # fmt: skip
    assert all(told.event.get("userId") or told.event.get("anonymousId") for told in story)


def test_a_retry_repeats_the_event_and_nothing_else_shares_an_id(story: list[Told]) -> None:
    by_id: dict[str, list[Told]] = {}
    for told in story:
        by_id.setdefault(told.event["messageId"], []).append(told)
    repeated = [copies for copies in by_id.values() if len(copies) > 1]
    assert 0 < len(repeated) < len(story) / 50
    assert all(copy.event == copies[0].event for copies in repeated for copy in copies)


def test_people_share_tablets_phones_and_numbers_of_others(cast: dict[int, Person]) -> None:
    pairs = list(combinations(cast.values(), 2))
    assert any(set(a.browsers) & set(b.browsers) for a, b in pairs if a.household == b.household)
    assert any(a.phone == b.phone for a, b in pairs if a.household == b.household)
    assert any(a.phone == b.phone for a, b in pairs if a.household != b.household)
    assert all(not set(a.browsers) & set(b.browsers) for a, b in pairs if a.household != b.household)
    assert any(person.second_user_id for person in cast.values())
    assert len({person.user_id for person in cast.values() if person.user_id}) == sum(
        bool(p.user_id) for p in cast.values()
    )


def test_accounts_belong_to_their_person(story: list[Told], cast: dict[int, Person]) -> None:
    for told in story:
        if user_id := told.event.get("userId"):
            assert user_id in {cast[told.person].user_id, cast[told.person].second_user_id}


def test_forms_can_be_read_and_still_fit_the_person(story: list[Told], cast: dict[int, Person]) -> None:
    forms = [told for told in story if told.event["type"] == "identify" and told.source == "web"]
    fitting = 0
    for told in forms:
        kept, refused = read_traits(told.event["traits"])
        assert refused == {}
        person = cast[told.person]
        assert kept.get("phone", person.phone) == person.phone
        fitting += compatible_first_names(kept["first_name"], person.first)
    assert fitting == len(forms)
    assert len({told.event["traits"]["firstName"] for told in forms} - set(MEN) - set(WOMEN)) > 5


def test_the_names_of_the_cast_are_in_the_table() -> None:
    known = {name.name for name in known_names()}
    assert set(MEN) | set(WOMEN) <= known
    for surname in SURNAMES:
        assert surname_keys(surname) == surname_keys(feminine(surname))


def test_the_cast_looks_like_its_sex(cast: dict[int, Person]) -> None:
    assert all(sex_of_names(patronymic=person.patronymic) == person.sex for person in cast.values())


def test_spellings() -> None:
    assert latin("Щукина Юлия".split(maxsplit=1)[0]) == "Shchukina"
    rng = Random(1)
    spelt = {as_in_a_form(rng, "Екатерина", "Смирнова") for _ in range(300)}
    assert {("Екатерина", "Смирнова"), ("Катя", "Смирнова"), ("Ekaterina", "Smirnova")} <= spelt
    assert all(mistyped(rng, "Смирнова") for _ in range(50))
    assert not isinstance(phone_as_written(rng, "+79031234567"), Invalid)
