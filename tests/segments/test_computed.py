"""Values of computed attributes through the real writer, and segments that ask for them."""

from typing import Any

import pytest

from konnektu.belt import cuts
from konnektu.belt.rebuild import rebuild
from konnektu.belt.writer import Writer
from konnektu.core.clock import DAY, HOUR
from konnektu.rules.formulas import COMPUTED
from konnektu.segments import api as segments
from konnektu.segments.computed.values import values_of
from konnektu.segments.computed.views import plain
from konnektu.segments.formulas import store
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW, identify, run_writer, send, track, waiting
from tests.segments.facts import computed, saved, standing, told_computed
from tests.segments.test_live import decided, erase, inside, profile_of, turns

LTV: dict[str, Any] = {
    "is": "figure",
    "figure": {
        "is": "orders",
        "measure": {"how": "sum", "field": ["net"], "type": "money", "currency": "RUB"},
    },
}
SINCE: dict[str, Any] = {
    "is": "since",
    "figure": {"is": "orders", "measure": {"how": "max", "field": ["ordered_at"], "type": "instant"}},
}
HABIT: dict[str, Any] = {"is": "most", "of": ["name"], "figure": {"is": "events"}}
VISITS: dict[str, Any] = {
    "is": "figure",
    "figure": {
        "is": "events", "what": {"names": ["visit"]}, "window": {"is": "rolling", "far": {"amount": 3}},
    },
}  # fmt: skip


def asks(key: str, test: dict[str, Any]) -> dict[str, Any]:
    return {"is": "attribute", "name": COMPUTED + key, "test": test}


def rich(least: int) -> dict[str, Any]:
    return asks("ltv", {"is": "money", "op": "at_least", "values": [least], "currency": "RUB"})


LABELS: dict[str, Any] = {
    "is": "labels",
    "labels": [
        {"name": "Rich", "rule": rich(10_000)},
        {"name": "Visitor", "rule": asks("visits", {"is": "number", "op": "at_least", "values": [1]})},
        {"name": "Fan", "rule": {"is": "member", "segment": "tula"}},
    ],
}


def bring(storage: Storage, record: WorkspaceRecord, n: int = 900) -> Writer:
    """Build what is being built, segments and values, and say that it is."""
    writer = run_writer(storage, record)
    while writer.switch_segments() or writer.build_segments():
        pass
    for key, version in writer.built_segments():
        send(storage, record, segments.built(key, version, NOW + n), at=NOW, origin="system")
    while blocks := waiting(storage, record):
        writer.apply(blocks, 1000)
    while writer.switch_segments():
        pass
    return writer


def held(storage: Storage, record: WorkspaceRecord, user: str, now: int = NOW + HOUR) -> dict[str, Any]:
    """The values of somebody that are ready, by key."""
    profile = profile_of(storage, record, user)
    with storage.workspace(record).read(snapshot=True) as db:
        found = values_of(db, f"{record.uuid}-{now}-{profile}", [profile], now).people[profile]
    return {
        name.removeprefix(COMPUTED): plain(one.value) for name, one in found.values.items() if one.is_ready
    }


def ordered(n: int, user: str, total: float) -> bytes:
    return track("Order Completed", n, user=user, order_id=str(n), total=total, currency="RUB")


def test_values_follow_events_and_time_and_segments_follow_values(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    send(storage, workspace, ordered(1, "anna", 50), identify("boris", 1, city="Тула"))
    send(storage, workspace, saved(1, "tula"), at=NOW, origin="system")
    for number, (key, formula) in enumerate(
        {"ltv": LTV, "days": SINCE, "visits": VISITS, "who": LABELS, "habit": HABIT}.items()
    ):
        send(storage, workspace, computed(number, key, formula), at=NOW, origin="system")
    send(storage, workspace, saved(2, "rich", rich(10_000)), at=NOW, origin="system")
    away = asks("days", {"is": "number", "op": "at_least", "values": [2]})
    send(storage, workspace, saved(3, "away", away), at=NOW, origin="system")
    fans = asks("who", {"is": "text", "op": "equals", "values": ["fan"]})
    send(storage, workspace, saved(4, "fans", fans), at=NOW, origin="system")
    run_writer(storage, workspace)
    assert held(storage, workspace, "anna") == {}
    writer = bring(storage, workspace)
    assert held(storage, workspace, "anna") == {
        "ltv": "50.00",
        "days": 0,
        "visits": 0,
        "who": None,
        "habit": "Order Completed",
    }
    assert held(storage, workspace, "boris") == {
        "ltv": "0.00",
        "days": None,
        "visits": 0,
        "who": "Fan",
        "habit": None,
    }
    assert inside(storage, workspace, "fans") == [profile_of(storage, workspace, "boris")]

    send(storage, workspace, ordered(2, "anna", 70), track("visit", 3, user="boris"), at=NOW + HOUR)
    writer.apply(waiting(storage, workspace), 1000)
    assert held(storage, workspace, "anna") == {
        "ltv": "120.00",
        "days": 0,
        "visits": 0,
        "who": "Rich",
        "habit": "Order Completed",
    }
    assert held(storage, workspace, "boris")["who"] == "Visitor"
    assert inside(storage, workspace, "rich") == [profile_of(storage, workspace, "anna")]
    assert inside(storage, workspace, "fans") == []

    while writer.pass_time(NOW + 4 * DAY):
        pass
    late = NOW + 4 * DAY
    assert held(storage, workspace, "anna", late)["days"] == 3
    assert held(storage, workspace, "boris", late) == {
        "ltv": "0.00",
        "days": None,
        "visits": 0,
        "who": "Fan",
        "habit": "visit",
    }
    assert inside(storage, workspace, "away") == [profile_of(storage, workspace, "anna")]
    assert inside(storage, workspace, "fans") == [profile_of(storage, workspace, "boris")]
    assert rebuild(storage, workspace, "test", lambda _, __: None).is_equal


def test_another_formula_reaches_the_segments_that_ask_for_it(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    send(storage, workspace, ordered(1, "anna", 150), track("visit", 2, user="anna"))
    send(storage, workspace, computed(1, "ltv", LTV), computed(2, "visits", VISITS), at=NOW, origin="system")
    send(storage, workspace, saved(1, "tula"), saved(2, "rich", rich(10_000)), at=NOW, origin="system")
    send(storage, workspace, computed(3, "who", LABELS), at=NOW, origin="system")
    writer = bring(storage, workspace)
    anna = profile_of(storage, workspace, "anna")
    assert inside(storage, workspace, "rich") == [anna]
    before = standing(storage, workspace)["rich"]

    large = {**LTV, "figure": {**LTV["figure"], "measure": {**LTV["figure"]["measure"], "how": "average"}}}
    send(storage, workspace, ordered(4, "anna", 20), at=NOW + HOUR)
    send(storage, workspace, computed(4, "ltv", large, unit="₽"), at=NOW + HOUR, origin="system")
    writer.apply(waiting(storage, workspace), 1000)
    after = standing(storage, workspace)["rich"]
    assert (after.version, after.building, after.stated.definition) == (2, 2, before.stated.definition)
    assert held(storage, workspace, "anna")["ltv"] == "170.00"
    bring(storage, workspace, 950)
    assert held(storage, workspace, "anna") == {"ltv": "85.00", "visits": 1, "who": "Visitor"}
    assert inside(storage, workspace, "rich") == []
    assert [(turn[1], turn[3]) for turn in turns(storage, workspace, "rich")] == [
        (True, "definition"), (False, "definition"),
    ]  # fmt: skip
    with storage.workspace(workspace).read() as db:
        who = store.computed(db)["who"]
        assert (who.version, who.current, len(store.versions(db, who.id))) == (2, 2, 2)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ([told_computed(9, key="ltv", act="deleted")], "is used by “Who”"),
        ([told_computed(9, key="who", act="deleted")], "is used by “Fans”"),
        ([computed(9, "ltv", {"is": "labels", "labels": [{"name": "x", "rule": asks("who", {"is": "present"})}]})],
         "Ltv → Who → Ltv"),
        ([computed(9, "ltv", VISITS)], "labels[0].rule.test: the computed attribute is of type number"),
        ([computed(9, "other", LTV, title="ltv")], "There is a computed attribute “ltv” already"),
        ([computed(9, "ltv", HABIT)], "a most frequent value cannot be asked for, nor can an interest"),
        ([saved(9, "odd", asks("nothing", {"is": "present"}))], "there is no computed attribute nothing"),
        ([saved(9, "tula", asks("who", {"is": "present"}))], "circle: Tula → Tula"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_reason(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object, facts: list[bytes], why: str
) -> None:
    send(storage, workspace, computed(1, "ltv", LTV), computed(2, "visits", VISITS), at=NOW, origin="system")
    send(storage, workspace, saved(1, "tula"), at=NOW, origin="system")
    send(storage, workspace, computed(3, "who", LABELS), at=NOW, origin="system")
    send(storage, workspace, saved(2, "fans", asks("who", {"is": "present"})), at=NOW, origin="system")
    send(storage, workspace, *facts, at=NOW, origin="system")
    run_writer(storage, workspace)
    with storage.workspace(workspace).read() as db:
        details = [row[0] for row in db.execute("SELECT detail FROM quarantine").fetchall()]
    assert len(details) == 1, details
    assert why in details[0]


def test_values_of_the_merged_the_parted_and_the_erased(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    send(storage, workspace, computed(1, "ltv", LTV), computed(2, "visits", VISITS), at=NOW, origin="system")
    send(storage, workspace, ordered(1, "anna", 50), ordered(2, "boris", 70), track("visit", 3, user="boris"))
    writer = bring(storage, workspace)
    pair = [{"kind": "user_id", "value": user} for user in ("anna", "boris")]
    send(storage, workspace, decided("merge", 1, people=pair), origin="console", at=NOW + 1)
    writer.apply(waiting(storage, workspace), 1000)
    assert (
        held(storage, workspace, "anna")
        == held(storage, workspace, "boris")
        == {"ltv": "120.00", "visits": 1}
    )
    send(storage, workspace, decided("cut", 2, between=pair), origin="console", at=NOW + 2)
    run_writer(storage, workspace)
    assert cuts.effect_cuts(storage, workspace, NOW + 3) == 1
    run_writer(storage, workspace)
    assert held(storage, workspace, "anna") == {"ltv": "50.00", "visits": 0}
    assert held(storage, workspace, "boris") == {"ltv": "70.00", "visits": 1}
    assert rebuild(storage, workspace, "test", lambda _, __: None).is_equal
    anna = profile_of(storage, workspace, "anna")
    erase(storage, workspace, anna)
    with storage.workspace(workspace).read(snapshot=True) as db:
        assert not any(
            one.is_ready for one in values_of(db, "gone", [anna], NOW).people[anna].values.values()
        )


def test_with_the_last_formula_nothing_is_remembered(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    send(storage, workspace, track("visit", 1, user="anna"), track("visit", 2, user="boris"))
    send(storage, workspace, computed(1, "visits", VISITS), at=NOW, origin="system")
    bring(storage, workspace)
    assert held(storage, workspace, "anna") == {"visits": 1}
    send(storage, workspace, told_computed(2, key="visits", act="deleted"), at=NOW, origin="system")
    writer = run_writer(storage, workspace)
    while writer.switch_segments():
        pass
    with storage.workspace(workspace).read() as db:
        assert db.execute("SELECT profile FROM segment_state").fetchall() == []
        assert not segments.awaits(db, NOW + DAY)


LOOKED: dict[str, Any] = {
    "is": "interest", "of": ["properties", "category"], "half_life": {"amount": 2},
    "figure": {"is": "events", "what": {"names": ["Product Viewed"]}},
}  # fmt: skip


def viewed(n: int, user: str, category: str) -> bytes:
    return track("Product Viewed", n, user=user, category=category)


def weights(storage: Storage, record: WorkspaceRecord, user: str, now: int) -> list[tuple[str, float]]:
    profile = profile_of(storage, record, user)
    with storage.workspace(record).read(snapshot=True) as db:
        found = (
            values_of(db, f"{record.uuid}-{now}", [profile], now).people[profile].values[COMPUTED + "taste"]
        )
    assert (found.weights[0][0] if found.weights else None) == found.value
    return [(text, plain(weight)) for text, weight in found.weights]


def test_interest_halves_with_time_and_follows_late_events_merges_cuts_and_erasures(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    send(storage, workspace, viewed(1, "anna", "shoes"), viewed(2, "anna", "shoes"), at=NOW - 4 * DAY)
    send(storage, workspace, computed(1, "taste", LOOKED), at=NOW, origin="system")
    bring(storage, workspace)
    assert weights(storage, workspace, "anna", NOW) == [("shoes", 0.5)]
    assert weights(storage, workspace, "anna", NOW + 2 * DAY) == [("shoes", 0.25)]
    send(storage, workspace, viewed(3, "anna", "coats"), viewed(4, "boris", "coats"), at=NOW + 2 * DAY)
    late = viewed(5, "anna", "hats").replace(b'"type"', f'"timestamp":{NOW},"type"'.encode(), 1)
    send(storage, workspace, late, at=NOW + 2 * DAY)
    run_writer(storage, workspace)
    own = [("coats", 1), ("hats", 0.5), ("shoes", 0.25)]
    assert weights(storage, workspace, "anna", NOW + 2 * DAY) == own
    pair = [{"kind": "user_id", "value": user} for user in ("anna", "boris")]
    send(storage, workspace, decided("merge", 1, people=pair), origin="console", at=NOW + 2 * DAY)
    run_writer(storage, workspace)
    assert weights(storage, workspace, "boris", NOW + 2 * DAY) == [("coats", 2), *own[1:]]
    send(storage, workspace, decided("cut", 2, between=pair), origin="console", at=NOW + 2 * DAY)
    run_writer(storage, workspace)
    cuts.effect_cuts(storage, workspace, NOW + 2 * DAY)
    run_writer(storage, workspace)
    assert weights(storage, workspace, "anna", NOW + 2 * DAY) == own
    assert weights(storage, workspace, "boris", NOW + 2 * DAY) == [("coats", 1)]
    erase(storage, workspace, profile_of(storage, workspace, "anna"))
    assert weights(storage, workspace, "boris", NOW + 4 * DAY) == [("coats", 0.5)]
    assert rebuild(storage, workspace, "test", lambda _, __: None).is_equal
