"""Drafts that come with the product, words, what becomes of the empty ones; what rules may ask for."""

from typing import get_args

import pytest

from konnektu.access.api import system_caller
from konnektu.core.asking import wanted
from konnektu.core.section import sections
from konnektu.dictionary import api as dictionary
from konnektu.rules.checking import check, segment_of
from konnektu.segments import views
from konnektu.segments.reading import ready_made
from konnektu.segments.telling import Teller, empties
from konnektu.segments.vocabulary import Asked, vocabulary
from konnektu.storage.api import Asker, Storage, WorkspaceRecord
from tests.belt.support import NOW, identify, run_writer, send, track
from tests.segments.facts import ENTRY, saved

ORDERED = {
    "is": "measured",
    "figure": {"is": "orders"},
    "test": {"is": "number", "op": "equals", "values": [0]},
}


def test_drafts_that_come_with_the_product_can_be_saved() -> None:
    drafts = ready_made("Europe/Moscow")
    assert {one.name for one in drafts} == {
        "abandoned_cart", "viewed_not_bought", "one_purchase", "sleeping", "vip", "birthday",
    }  # fmt: skip
    for one in drafts:
        assert check(segment_of(one.definition)) == ()
        assert one.summary.ru
        assert one.summary.en != one.summary.ru


def test_what_becomes_of_the_empty_ones() -> None:
    nested = {"is": "not", "rule": {"is": "any", "rules": [ENTRY, ORDERED]}}
    definition = segment_of({"entry": {"is": "all", "rules": [ENTRY, ORDERED, nested]}})
    found = Teller("UTC").leaves(definition, NOW)
    assert [(one.place, one.passes) for one in found] == [
        ("entry.rules[0]", False),
        ("entry.rules[1]", True),
        ("entry.rules[2].rule.rules[0]", True),
        ("entry.rules[2].rule.rules[1]", False),
    ]
    assert empties(definition, NOW).en.endswith("not in.")
    assert empties(segment_of({"entry": ORDERED}), NOW).en.endswith("are in.")


@pytest.mark.parametrize("part", get_args(views.Part))
def test_every_part_of_the_vocabulary_is_read(
    storage: Storage, workspace: WorkspaceRecord, part: views.Part
) -> None:
    found = vocabulary(Asked(storage, system_caller(workspace), NOW, ""), part, "", 5)
    assert len(found.terms) <= 5
    assert all(one.name and one.title.en and one.title.ru for one in found.terms)


def test_a_search_finds_by_the_title_of_either_language(storage: Storage, workspace: WorkspaceRecord) -> None:
    send(storage, workspace, saved(1, "sleeping", name="Спящие клиенты"), origin="system")
    run_writer(storage, workspace)
    asked = Asked(storage, system_caller(workspace), NOW, "")

    def names(part: views.Part, search: str) -> list[str]:
        return [one.name for one in vocabulary(asked, part, search, 50).terms]

    assert names("segments", "СПЯЩ") == ["sleeping"]
    assert names("lists", "корзин") == names("lists", "cart") == ["cart"]
    assert "birth_date" in names("attributes", "birth")
    assert names("order_fields", "регион") == ["region"]
    assert names("segments", "nothing like it") == []


def test_tags_that_somebody_bears_can_be_picked(storage: Storage, workspace: WorkspaceRecord) -> None:
    send(storage, workspace, identify("u1", 1), track("visit", 2, user="u1"))
    body = b'{"type": "tag", "messageId": "g1", "userId": "u1", "properties": {"add": ["vip"]}}'
    send(storage, workspace, body, origin="api")
    run_writer(storage, workspace)
    asked = Asked(storage, system_caller(workspace), NOW, "")
    assert [one.name for one in vocabulary(asked, "tags", "", 50).terms] == ["vip"]


def test_the_dictionary_says_which_segments_use_an_attribute_or_an_event(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    counted = {"is": "number", "op": "at_least", "values": [1]}
    visits = {"is": "events", "what": {"names": ["visit"]}}
    pages = {"is": "events", "what": {"types": ["page"]}}
    measured = [{"is": "measured", "figure": one, "test": counted} for one in (visits, pages)]
    send(
        storage,
        workspace,
        saved(1, "tula"),
        saved(2, "busy", {"is": "any", "rules": measured}),
        origin="system",
    )
    page = b'{"type": "page", "messageId": "p1", "userId": "u1", "name": "Home"}'
    send(storage, workspace, identify("u1", 1, city="x", street="y"), track("visit", 2, user="u1"), page)
    run_writer(storage, workspace)
    db = storage.workspace(workspace)
    used, attributes = dictionary.used_events(db), dictionary.attributes(db, "", 100)
    assert [one.en for one in used.of("track", "visit")] == ["Segment “Busy”"]
    assert [one.ru for one in used.of("page", "Home")] == ["Сегмент «Busy»"]
    assert used.of("track", "Home") == []
    found = {one.row.path: [words.en for words in one.uses] for one in attributes}
    assert (found["city"], found["street"]) == (["Segment “Tula”"], [])
    asker = Asker(storage, workspace, NOW, is_open=True)
    for name, key, column in (("events", "track:visit", "Busy"), ("attributes", "city", "Tula")):
        section = sections()[f"dictionary_{name}"]
        row = next(
            one for one in section.rows(asker, wanted(section, {}, "", "", 100)).rows if one.key == key
        )
        assert column in row.values[[each.name for each in section.columns].index("used")]
