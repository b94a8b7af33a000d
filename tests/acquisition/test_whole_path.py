"""From events to the sources of people on a real PostgreSQL: any order, merges, cuts, erasure, rebuilds, kills."""

import random

import msgspec
import pytest

from konnektu.belt import cuts
from konnektu.belt.rebuild import rebuild
from konnektu.belt.writer import Writer
from konnektu.core.ids import public_id
from konnektu.core.records import Arrivals
from konnektu.privacy import api as privacy
from konnektu.profiles import api as profiles
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.acquisition.facts import arrivals_of, fact, rule, source, visit
from tests.belt.support import (
    NOW,
    SimulatedCrash,
    crash_before_statement,
    epoch_of,
    everything,
    identify,
    run_writer,
    send,
    waiting,
)
from tests.orders.facts import profile_of
from tests.shelf import Shelf

ADS = source("ads", 1, rule(utm_medium="cpc"))
YANDEX = source("yandex", 2, rule(utm_source="yandex"))
FORM = source("form", 3, rule(form="f1"))
CPC = "https://shop.ru/?utm_source=yandex&utm_medium=cpc"
MAIL = "https://shop.ru/?utm_source=google&utm_medium=cpc"
MERGE = {"people": [{"kind": "user_id", "value": "u1"}, {"kind": "user_id", "value": "u2"}]}


def decided(kind: str, n: int, **properties: object) -> bytes:
    return msgspec.json.encode({"type": kind, "messageId": f"d-{n}", "properties": properties})


def state_sources(storage: Storage, record: WorkspaceRecord) -> None:
    for body in (ADS, YANDEX, FORM):
        send(storage, record, body, origin="system", at=NOW - 1_000)


def assert_rebuilt_equal(storage: Storage, record: WorkspaceRecord) -> None:
    done = rebuild(storage, record, "test", lambda _at, _of: None)
    assert done.is_equal, done.tables


def short(found: Arrivals) -> tuple[tuple[str, ...], tuple[str, ...], list[tuple[str, int]]]:
    return found.first, found.last, [(one.key, one.events) for one in found.every]


def test_first_last_and_all_by_the_time_of_events(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    state_sources(storage, workspace)
    send(storage, workspace, visit(2, user="u1", url=MAIL, at=5_000), visit(3, user="u1", at=9_000))
    send(storage, workspace, visit(1, user="u1", url=CPC, at=1_000))
    send(storage, workspace, visit(4, user="u1", url="https://shop.ru/form", form_id="F1", at=7_000))
    run_writer(storage, workspace)
    found = arrivals_of(storage, workspace, "u1")
    assert short(found) == (("ads", "yandex"), ("form",), [("ads", 2), ("yandex", 1), ("form", 1)])
    assert found.every[0].last[0] - found.every[0].first[0] == 4_000
    assert_rebuilt_equal(storage, workspace)


def test_rules_hold_from_their_place_on_the_log(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    send(storage, workspace, visit(1, user="u1", url=CPC, at=1))
    send(storage, workspace, ADS, origin="system")
    send(storage, workspace, visit(2, user="u1", url=CPC, at=2))
    send(storage, workspace, source("ads", 5, rule(form="f1"), name="Forms"), origin="system")
    send(storage, workspace, visit(3, user="u1", url=CPC, at=3))
    send(storage, workspace, fact(6, key="ads"), origin="system")
    send(storage, workspace, visit(4, user="u1", form_id="f1", at=4))
    run_writer(storage, workspace)
    found = arrivals_of(storage, workspace, "u1")
    assert [(one.key, one.name, one.events) for one in found.every] == [("ads", "Forms", 1)]
    assert_rebuilt_equal(storage, workspace)


def test_a_source_that_cannot_be_is_kept_out_with_its_reason(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    send(storage, workspace, source("a", 1, parent="nobody"), origin="system")
    send(storage, workspace, fact(2, key="A B", source={}), origin="system")
    send(storage, workspace, fact(9, key="never-was"), origin="system")
    send(storage, workspace, FORM, origin="system")
    run_writer(storage, workspace)
    found = everything(storage, workspace)
    assert [one.count("wrong_source") for one in found["quarantine"]] == [1, 1, 1]
    assert len(found["marketing_source"]) == 1


def test_a_client_states_no_source(storage: Storage, workspace: WorkspaceRecord) -> None:
    for origin in ("wire", "import", "console", "api"):
        send(storage, workspace, ADS, origin=origin)
    run_writer(storage, workspace)
    assert everything(storage, workspace)["marketing_source"] == []


@pytest.mark.parametrize("size", [1, 1000])
def test_arrivals_go_with_their_people(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object, size: int
) -> None:
    state_sources(storage, workspace)
    send(storage, workspace, visit(1, user="u1", url=CPC, at=1), visit(2, user="u2", form_id="f1", at=2))
    send(storage, workspace, decided("merge", 1, **MERGE), origin="console")
    send(storage, workspace, visit(3, user="u2", form_id="f1", at=3))
    run_writer(storage, workspace, size)
    together = (("ads", "yandex"), ("form",), [("ads", 1), ("yandex", 1), ("form", 2)])
    assert short(arrivals_of(storage, workspace, "u1")) == together
    assert short(arrivals_of(storage, workspace, "u2")) == together
    assert_rebuilt_equal(storage, workspace)

    send(storage, workspace, decided("cut", 2, between=MERGE["people"]), origin="console")
    run_writer(storage, workspace, size)
    assert cuts.effect_cuts(storage, workspace, NOW + 9_000) == 1
    run_writer(storage, workspace, size)
    apart = (("ads", "yandex"), ("ads", "yandex"), [("ads", 1), ("yandex", 1)])
    assert short(arrivals_of(storage, workspace, "u1")) == apart
    assert short(arrivals_of(storage, workspace, "u2")) == (("form",), ("form",), [("form", 2)])
    assert_rebuilt_equal(storage, workspace)


def test_a_visitor_who_signs_in_brings_what_the_cookie_did(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    state_sources(storage, workspace)
    send(storage, workspace, visit(1, anonymous="c1", url=CPC, at=1))
    run_writer(storage, workspace)
    body = {"type": "identify", "messageId": "i", "userId": "u1", "anonymousId": "c1"}
    send(storage, workspace, msgspec.json.encode(body))
    run_writer(storage, workspace)
    assert short(arrivals_of(storage, workspace, "u1"))[0] == ("ads", "yandex")
    assert_rebuilt_equal(storage, workspace)


def test_an_erased_person_came_from_nowhere(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    state_sources(storage, workspace)
    send(storage, workspace, visit(1, user="u1", url=CPC, at=1), visit(2, user="u2", form_id="f1", at=2))
    run_writer(storage, workspace)
    profile = profile_of(storage, workspace, "u1")
    with storage.workspace(workspace).read() as db:
        born = profiles.profiles(db, [profile])[profile].born
    privacy.request(storage, workspace, public_id(born, profile), NOW + 20_000, "test")
    run_writer(storage, workspace)
    assert len(everything(storage, workspace)["arrival"]) == 1
    assert_rebuilt_equal(storage, workspace)


@pytest.mark.parametrize("seed", range(6))
def test_any_order_gives_the_same_sources(storage: Storage, shelf: Shelf, seed: int) -> None:
    chance = random.Random(seed)
    said = [
        visit(
            n,
            user=f"u{chance.randint(1, 3)}",
            url=chance.choice([CPC, MAIL, "https://shop.ru/"]),
            at=n,
            **({"form_id": "f1"} if chance.random() < 0.3 else {}),
        )
        for n in range(40)
    ]
    outcomes = []
    for shuffled in range(3):
        record = shelf.take(f"any-order-{seed}-{shuffled}", "Any order", NOW)
        state_sources(storage, record)
        sent = [("wire", one) for one in said]
        sent.insert(chance.randint(0, 40), ("console", decided("merge", 1, **MERGE)))
        # The people of the merge must be there when it comes.
        send(storage, record, *[identify(f"u{one}", one) for one in (1, 2, 3)])
        chance.shuffle(sent)
        for origin, body in sent:
            send(storage, record, body, origin=origin)
        run_writer(storage, record, chance.choice([1, 7, 1000]))
        found = [arrivals_of(storage, record, f"u{one}") for one in (1, 2, 3)]
        outcomes.append([
            ([one.key for one in every.every], every.first, every.last,
             [(one.first[0], one.last[0], one.events) for one in every.every])
            for every in found
        ])  # fmt: skip
        shelf.give_back(record)
    assert outcomes[0] == outcomes[1] == outcomes[2]


BLOCKS = [
    ("system", [ADS]),
    ("wire", [visit(1, user="u1", url=CPC, at=1), visit(2, user="u2", form_id="f1", at=2)]),
    ("system", [FORM]),
    ("wire", [visit(3, user="u2", form_id="f1", at=3), visit(4, user="u1", url=MAIL, at=4)]),
    ("console", [decided("merge", 6, **MERGE)]),
    ("system", [fact(7, key="ads")]),
    ("wire", [visit(5, user="u2", form_id="f1", at=5)]),
]


def send_blocks(storage: Storage, record: WorkspaceRecord) -> None:
    for number, (origin, bodies) in enumerate(BLOCKS):
        send(storage, record, *bodies, at=NOW + number * 1_000, origin=origin)


def test_a_kill_between_any_two_statements_changes_nothing(
    storage: Storage, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = ("marketing_source", "arrival")
    whole = shelf.take("whole-arrivals", "Whole", NOW)
    send_blocks(storage, whole)
    run_writer(storage, whole)
    expected = everything(storage, whole, tables)
    assert len(expected["arrival"]) == 2

    killed = shelf.take("killed-arrivals", "Killed", NOW)
    send_blocks(storage, killed)
    number, is_dying = 1, True
    while is_dying:
        with crash_before_statement(monkeypatch, number):
            try:
                writer = Writer(storage, killed, epoch_of(storage, killed))
                writer.apply(waiting(storage, killed), 1000)
                is_dying = False
            except SimulatedCrash:
                number += 5
    run_writer(storage, killed)
    assert everything(storage, killed, tables) == expected
    shelf.give_back(whole)
    shelf.give_back(killed)
