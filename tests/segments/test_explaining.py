"""Why somebody is in a segment or not, through the real writer: verdicts, values, evidence, instants, differences."""

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec import structs

from konnektu.access.api import system_caller
from konnektu.belt.deliver import seal_once
from konnektu.core.errors import Forbidden, NotFound, Unprocessable
from konnektu.core.ids import public_id
from konnektu.profiles import api as profiles
from konnektu.segments import explained
from konnektu.segments.explain_views import DraftExplained, ExplanationView, PartView
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW, identify, run_writer, send, track
from tests.segments.facts import ENTRY, member, saved
from tests.segments.test_live import BOUGHT, HOUR, ORDERED, bring_into_force, profile_of

WATCHED: dict[str, Any] = {
    "is": "any",
    "rules": [
        {"is": "all", "rules": [ENTRY, ORDERED]},
        {"is": "not", "rule": {"is": "attribute", "name": "email", "test": {"is": "present"}}},
    ],
}


def public(storage: Storage, record: WorkspaceRecord, user: str) -> str:
    number = profile_of(storage, record, user)
    with storage.workspace(record).read() as db:
        row = profiles.profile(db, number)
    assert row is not None
    return public_id(row.born, number)


def asking(
    storage: Storage, record: WorkspaceRecord, now: int, lacks: Sequence[str] = ()
) -> explained.Explainer:
    caller = system_caller(record)
    limited = structs.replace(caller, rights=caller.rights - frozenset(lacks))
    return explained.Explainer(storage, limited, now)


def part(found: ExplanationView, place: str) -> PartView:
    return next(one for one in found.parts if one.place == place)


@pytest.mark.usefixtures("event_store_server")
@pytest.mark.parametrize("is_sealed", [False, True])
def test_part_by_part_with_values_evidence_and_when_it_changes(
    storage: Storage, workspace: WorkspaceRecord, is_sealed: bool
) -> None:
    send(storage, workspace, saved(1, "watched", WATCHED), at=NOW, origin="system")
    bring_into_force(storage, workspace)
    send(
        storage,
        workspace,
        identify("anna", 1, city="Тула", email="anna@shop.example"),
        track("Order Completed", 2, user="anna", order_id="1", total=10),
        track("Product Viewed", 3, user="anna"),
        at=NOW + HOUR,
    )
    run_writer(storage, workspace)
    while is_sealed and seal_once(storage, workspace, 1_000):
        pass
    anna = public(storage, workspace, "anna")

    found = explained.of_segment(asking(storage, workspace, NOW + 2 * HOUR), "watched", anna)

    assert (found.is_in, found.is_kept, found.difference, found.since) == (True, True, None, NOW + HOUR)
    assert (found.at, found.changes_at) == (NOW + 2 * HOUR, NOW + 73 * HOUR)
    assert [(one.place, one.depth, one.kind, one.holds) for one in found.parts] == [
        ("entry", 0, "any", True),
        ("entry.rules[0]", 1, "all", True),
        ("entry.rules[0].rules[0]", 2, "leaf", True),
        ("entry.rules[0].rules[1]", 2, "leaf", True),
        ("entry.rules[1]", 1, "not", False),
        ("entry.rules[1].rule", 2, "leaf", True),
    ]
    city, orders = part(found, "entry.rules[0].rules[0]"), part(found, "entry.rules[0].rules[1]")
    assert [(one.type, one.value) for one in (*city.values, *orders.values)] == [
        ("text", "Тула"),
        ("number", "1"),
    ]
    assert [(one.kind, one.name, one.message_id, one.time) for one in orders.evidence] == [
        ("event", "Order Completed", "t-2", NOW + HOUR)
    ]
    assert (city.changes_at, orders.changes_at) == (None, NOW + 73 * HOUR)
    assert "Тула" in city.text.ru


@pytest.mark.usefixtures("event_store_server")
def test_after_time_alone_has_moved_somebody_the_explanation_says_so(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    send(storage, workspace, track("Order Completed", 1, user="anna", order_id="1", total=10))
    send(
        storage,
        workspace,
        saved(1, "fresh", ORDERED),
        saved(2, "both", member("fresh")),
        at=NOW,
        origin="system",
    )
    writer = bring_into_force(storage, workspace)
    anna = public(storage, workspace, "anna")
    late = asking(storage, workspace, NOW + 100 * HOUR)

    before = explained.of_segment(late, "both", anna)
    assert (before.is_in, before.is_kept, before.difference) == (True, True, None)
    assert before.at == before.changes_at - 1 == NOW + 72 * HOUR - 1  # type: ignore[operator]
    assert part(before, "entry").evidence[0].key == ["fresh"]

    writer.pass_time(NOW + 100 * HOUR)
    after = explained.of_segment(late, "both", anna)
    assert (after.is_in, after.is_kept, after.difference, after.since) == (False, False, None, None)
    assert after.at == NOW + 100 * HOUR


@pytest.mark.usefixtures("event_store_server")
def test_a_difference_is_told_and_not_hidden(storage: Storage, workspace: WorkspaceRecord) -> None:
    send(storage, workspace, identify("anna", 1, city="Тула"), saved(1, "tula"), at=NOW, origin="system")
    send(storage, workspace, identify("anna", 2, city="Тула"))
    bring_into_force(storage, workspace)
    anna = public(storage, workspace, "anna")
    with storage.workspace(workspace).transaction() as db:
        db.execute("DELETE FROM member")
    found = explained.of_segment(asking(storage, workspace, NOW), "tula", anna)
    assert (found.is_in, found.is_kept) == (True, False)
    assert found.difference is not None


@pytest.mark.usefixtures("event_store_server")
def test_a_draft_is_explained_and_says_what_it_cannot_be(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    send(storage, workspace, identify("anna", 1, city="Орёл"), track("Viewed", 2, anonymous="cookie"))
    run_writer(storage, workspace)
    anna = public(storage, workspace, "anna")
    explainer = asking(storage, workspace, NOW)

    found = explained.of_draft(explainer, DraftExplained(definition={"entry": BOUGHT}, profile=anna))
    assert (found.is_draft, found.is_in, found.is_kept, found.difference) == (True, False, None, None)
    assert [one.value for one in found.parts[0].values] == ["0"]
    with pytest.raises(Unprocessable, match="no segment nowhere"):
        explained.of_draft(explainer, DraftExplained(definition={"entry": member("nowhere")}, profile=anna))
    with pytest.raises(NotFound):
        explained.of_segment(explainer, "nowhere", anna)


@pytest.mark.usefixtures("event_store_server")
def test_what_the_caller_may_not_see_is_covered(storage: Storage, workspace: WorkspaceRecord) -> None:
    send(storage, workspace, identify("anna", 1, firstName="Анна", email="anna@shop.example"))
    run_writer(storage, workspace)
    anna = public(storage, workspace, "anna")
    rule = {
        "is": "all",
        "rules": [
            {"is": "attribute", "name": "email", "test": {"is": "present"}},
            {"is": "identified", "kinds": ["email"]},
        ],
    }
    draft = DraftExplained(definition={"entry": rule}, profile=anna)

    shown = explained.of_draft(asking(storage, workspace, NOW), draft)
    covered = explained.of_draft(asking(storage, workspace, NOW, ["profiles.personal"]), draft)

    assert shown.parts[1].values[0].value == "anna@shop.example"
    assert shown.parts[2].evidence[0].key == ["email", "anna@shop.example"]
    assert "anna@" not in str(covered)
    assert "Анна" not in str(covered)
    assert [one.holds for one in covered.parts] == [True, True, True]
    with pytest.raises(Forbidden, match=r"profiles\.read"):
        explained.of_draft(asking(storage, workspace, NOW, ["profiles.read"]), draft)
