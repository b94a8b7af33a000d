"""Which statement survives, by the rule of the attribute."""

from typing import Any

import pytest

from konnektu.core.records import Resolved
from konnektu.profiles.attributes import survivorship
from konnektu.profiles.logic import Folding, fold_attributes, refold
from konnektu.profiles.model import ProfileState
from tests.profiles.facts import NOW, a_fact

RULES = Folding(
    survivorship(
        rules={"first_seen_shop": "first", "mood": "newest", "gender": "frequent"},
        groups={"full_name": ("first_name", "last_name", "patronymic")},
    )
)


def stated(position: int, traits: dict[str, Any], at: int = 0) -> Resolved:
    return a_fact(position, type="identify", name="identify", traits=traits, time=NOW + (at or position))


def edited(
    position: int, traits: dict[str, Any], origin: str = "confirmed", clear: list[str] | None = None
) -> Resolved:
    properties = {"origin": origin, "clear": clear or []}
    return a_fact(position, type="edit", name="edit", traits=traits, properties=properties, origin="console")


def values(*facts: Resolved) -> dict[str, Any]:
    return {name: held.value for name, held in refold(facts, RULES).attributes.items()}


@pytest.mark.parametrize(
    ("facts", "value"),
    [
        ([stated(32, {"size": 1}), stated(33, {"size": 2})], 2),
        ([stated(32, {"size": 1}, at=99), stated(33, {"size": 2}, at=50)], 1),
        ([edited(32, {"size": 1}), stated(33, {"size": 2})], 1),
        ([edited(32, {"size": 1}, "guessed"), stated(33, {"size": 2})], 2),
        ([edited(32, {"size": 1}, "stated"), stated(33, {"size": 2}, at=99_000)], 2),
        ([stated(32, {"size": 1}), edited(33, {}, clear=["size"])], None),
        ([edited(32, {}, clear=["size"]), stated(33, {"size": 1})], None),
        ([edited(32, {}, "stated", clear=["size"]), stated(33, {"size": 1}, at=99_000)], 1),
        ([stated(32, {"size": False}), stated(33, {"size": 0})], 0),
    ],
)
def test_the_surest_then_the_newest_survives(facts: list[Resolved], value: Any) -> None:
    assert values(*facts)["size"] == value


def test_first_newest_and_most_frequent() -> None:
    facts = [
        stated(32, {"first_seen_shop": "A", "mood": "calm", "gender": "f"}),
        stated(33, {"first_seen_shop": "B", "mood": "gay", "gender": "m"}),
        stated(34, {"first_seen_shop": "C", "mood": "sad", "gender": "f"}, at=20),
    ]
    assert values(*facts) == {"first_seen_shop": "C", "mood": "gay", "gender": "f"}


def test_too_many_values_to_count_leave_the_newest() -> None:
    facts = [stated(32 + i, {"gender": f"g{i % 40}"}) for i in range(100)]
    assert values(*facts) == {"gender": "g19"}


def test_names_of_two_facts_are_never_mixed() -> None:
    full = stated(32, {"first_name": "Anna", "last_name": "Petrova"})
    short = stated(33, {"first_name": "Olga"})
    newer = stated(34, {"first_name": "Maria", "last_name": "Orlova"})
    assert values(full, short) == {"first_name": "Anna", "last_name": "Petrova"}
    assert values(full, short, newer) == {"first_name": "Maria", "last_name": "Orlova"}
    assert values(full, newer, edited(35, {"first_name": "Zoya"})) == {"first_name": "Zoya"}


def test_the_fold_says_whether_anything_held_changed() -> None:
    state = ProfileState()
    first, again_older = stated(32, {"size": 1}), stated(33, {"size": 2}, at=1)
    assert fold_attributes(state, first.event, RULES)
    assert not fold_attributes(state, again_older.event, RULES)
    assert not fold_attributes(state, a_fact(34).event, RULES)


def test_what_is_held_tells_where_it_came_from() -> None:
    held = refold([edited(40, {"size": 5})], RULES).attributes["size"]
    assert (held.value, held.origin, held.time, held.position, held.source) == (
        5,
        "confirmed",
        NOW + 40_000,
        40,
        1,
    )


@pytest.mark.parametrize("origin", ["sworn", ["confirmed"], {}, None, 1, True])
def test_an_unknown_origin_is_a_statement(origin: Any) -> None:
    held = refold([edited(40, {"size": 5}, origin)], RULES).attributes["size"]
    assert held.origin == "stated"
