"""Rules of marketing sources applied to the past, on real servers: tried without a trace, told anew, killed anywhere."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from konnektu.acquisition import api as acquisition
from konnektu.belt import recognition
from konnektu.belt.recognition import OtherRules, apply_rules, try_rules
from konnektu.belt.where import Where
from konnektu.belt.where import append as told
from konnektu.belt.writer import Writer
from konnektu.identity import api as identity
from konnektu.privacy import api as privacy
from konnektu.storage.api import History, Storage, WorkspaceRecord, create_workspace, drop_workspace
from tests.acquisition.facts import arrivals_of, fact, rule, source, visit
from tests.belt.support import (
    NOW,
    SimulatedCrash,
    crash_before_statement,
    epoch_of,
    everything,
    run_writer,
    send,
    waiting,
)
from tests.belt.test_history import is_equal_when_rebuilt, seal_all
from tests.belt.test_preview import running
from tests.privacy.support import MONTH, place
from tests.privacy.support import rule as put_rule
from tests.segments.facts import saved
from tests.segments.test_live import bring_into_force

CPC = "https://shop.ru/?utm_source=yandex&utm_medium=cpc"
MAIL = "https://shop.ru/?utm_source=mail&utm_medium=email"
USERS = ("u1", "u2", "u3")
MERGE = {"people": [{"kind": "user_id", "value": "u1"}, {"kind": "user_id", "value": "u2"}]}


def where_of(storage: Storage, record: WorkspaceRecord) -> Where:
    return Where(storage, record, lambda: NOW + 60_000)


def state(storage: Storage, record: WorkspaceRecord, *facts: bytes) -> None:
    for one in facts:
        send(storage, record, one, origin="system", at=NOW + 10_000)


def tell(storage: Storage, record: WorkspaceRecord) -> None:
    """Three people's visits; two of them become one."""
    send(storage, record, visit(1, user="u1", url=CPC, at=1), visit(2, user="u2", url=MAIL, at=2))
    send(storage, record, visit(3, user="u1", url=MAIL, at=3), visit(4, user="u3", at=4, form_id="f1"))
    merge = msgspec.json.encode({"type": "merge", "messageId": "m-1", "properties": MERGE})
    send(storage, record, merge, origin="console")
    send(storage, record, visit(5, user="u2", url=CPC, at=5), visit(6, user="u3", at=6))
    run_writer(storage, record)


def version_of(storage: Storage, record: WorkspaceRecord) -> int:
    with storage.workspace(record).read() as db:
        return acquisition.version(db)


def apply(storage: Storage, record: WorkspaceRecord) -> recognition.Carried:
    with running(storage, record):
        return apply_rules(
            where_of(storage, record), version_of(storage, record), lambda _: lambda _d, _a: None
        )


def tried(storage: Storage, record: WorkspaceRecord) -> acquisition.Difference:
    return try_rules(where_of(storage, record), lambda _done, _all: None).difference()


def came(storage: Storage, record: WorkspaceRecord) -> list[Any]:
    """Where people came from, without the positions of events."""
    found = [arrivals_of(storage, record, user) for user in USERS]
    return [
        (one.first, one.last, [(each.key, each.first[0], each.last[0], each.events) for each in one.every])
        for one in found
    ]


ADS = source("ads", 1, rule(utm_medium="cpc"))
LETTERS = source("letters", 2, rule(utm_source="mail"))
FORMS = source("forms", 3, rule(form="f1"))


def test_a_trial_says_what_would_change_and_changes_nothing(
    storage: Storage, workspace: WorkspaceRecord, history: History
) -> None:
    state(storage, workspace, source("ads", 9, rule(utm_source="mail")))
    tell(storage, workspace)
    state(storage, workspace, ADS, FORMS, LETTERS)
    run_writer(storage, workspace)
    seal_all(storage, workspace)
    before = everything(storage, workspace)
    found = tried(storage, workspace)
    assert (found.people, found.changed) == (2, 2)
    assert (found.first, found.last, found.any) == (1, 1, 2)
    steps = {
        one.key: [(step.before, step.after) for step in (one.first, one.last, one.any)]
        for one in found.sources
    }
    assert steps == {"forms": [(0, 1), (0, 1), (0, 1)], "letters": [(0, 0), (0, 0), (0, 1)]}
    assert [(one.every.before, one.every.after) for one in found.samples] == [
        (["ads"], ["ads", "letters"]),
        ([], ["forms"]),
    ]
    assert everything(storage, workspace) == before


def test_rules_applied_to_the_past_give_what_they_give_from_the_beginning(
    storage: Storage, workspace: WorkspaceRecord, history: History
) -> None:
    first = create_workspace(storage, "from-the-beginning", "Beginning", created_at=NOW)
    state(storage, first, ADS, LETTERS, FORMS)
    tell(storage, first)
    expected = came(storage, first)
    drop_workspace(storage, first)

    state(storage, workspace, source("ads", 9, rule(utm_source="mail")))
    tell(storage, workspace)
    state(storage, workspace, ADS, LETTERS, FORMS)
    run_writer(storage, workspace)
    seal_all(storage, workspace)
    assert came(storage, workspace) != expected
    carried = apply(storage, workspace)
    assert carried.identifiers >= len(USERS)
    assert came(storage, workspace) == expected
    assert tried(storage, workspace).changed == 0
    assert apply(storage, workspace).identifiers == 0
    assert is_equal_when_rebuilt(storage, workspace)

    # What comes later is recognised once, by the rules of its own place.
    state(storage, workspace, source("ads", 19, rule(utm_medium="nothing")))
    send(storage, workspace, visit(7, user="u3", url=CPC, at=7))
    run_writer(storage, workspace)
    assert came(storage, workspace) == expected
    assert is_equal_when_rebuilt(storage, workspace)


def test_segments_follow_and_retention_tells_by_the_same_rules(
    storage: Storage, workspace: WorkspaceRecord, history: History, tmp_path: Path
) -> None:
    came_by_ads = {"is": "source", "side": "marketing", "keys": ["ads"], "which": "first"}
    state(storage, workspace, saved(1, "brought", came_by_ads))
    send(storage, workspace, old(1, MONTH - 2), old(2, MONTH + 2))
    bring_into_force(storage, workspace)
    state(storage, workspace, ADS)
    run_writer(storage, workspace)
    assert members(storage, workspace) == 0
    apply(storage, workspace)
    assert members(storage, workspace) == 1
    seal_all(storage, workspace)
    assert is_equal_when_rebuilt(storage, workspace)

    put_rule(storage, workspace, ("event", "$page"))
    privacy.retain(place(storage, workspace, tmp_path))
    assert [(one.key, one.events) for one in arrivals_of(storage, workspace, "u1").every] == [("ads", 1)]
    assert tried(storage, workspace).changed == 0
    assert is_equal_when_rebuilt(storage, workspace)


def old(n: int, at: int) -> bytes:
    """A visit by an advertisement at a time of its own."""
    return visit(n, user="u1", url=CPC, at=at - NOW + 100_000)


def members(storage: Storage, record: WorkspaceRecord) -> int:
    """How many people are in the one segment that there is."""
    with storage.workspace(record).read() as db:
        row = db.execute("SELECT coalesce(sum(people), 0)::int FROM segment_size").fetchone()
    assert row is not None
    return int(row[0])


def test_a_source_that_is_closed_keeps_what_it_had_recognised(
    storage: Storage, workspace: WorkspaceRecord, history: History
) -> None:
    state(storage, workspace, ADS)
    tell(storage, workspace)
    state(storage, workspace, fact(8, key="ads"), LETTERS)
    run_writer(storage, workspace)
    apply(storage, workspace)
    keys = [[each[0] for each in one[2]] for one in came(storage, workspace)]
    assert keys == [["ads", "letters"], ["ads", "letters"], []]
    assert is_equal_when_rebuilt(storage, workspace)


def test_rules_that_changed_since_the_preview_are_not_applied(
    storage: Storage, workspace: WorkspaceRecord, history: History
) -> None:
    state(storage, workspace, ADS)
    tell(storage, workspace)
    seen = version_of(storage, workspace)
    state(storage, workspace, LETTERS)
    run_writer(storage, workspace)
    before = everything(storage, workspace)
    with pytest.raises(OtherRules):
        apply_rules(where_of(storage, workspace), seen, lambda _: lambda _d, _a: None)
    assert everything(storage, workspace) == before


def test_killed_before_any_of_its_facts_it_is_repeated_and_ends_the_same(
    storage: Storage, workspace: WorkspaceRecord, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(storage, workspace)
    state(storage, workspace, ADS, LETTERS, FORMS)
    run_writer(storage, workspace)
    seal_all(storage, workspace)
    needed = len(try_rules(where_of(storage, workspace), lambda _d, _a: None).needed())
    monkeypatch.setattr(acquisition, "ATOMS_AT_ONCE", 1)
    append, crashes = told, 0
    for _ in range(20):
        left = 2  # the second append of this life is its last

        def dying(where: Where, facts: Sequence[dict[str, Any]]) -> int:
            nonlocal left
            left -= 1
            if not left:
                raise SimulatedCrash
            return append(where, facts)

        monkeypatch.setattr(recognition, "append", dying)
        try:
            apply(storage, workspace)
        except SimulatedCrash:
            crashes += 1
            continue
        break
    assert crashes == needed >= len(USERS)
    assert tried(storage, workspace).changed == 0
    assert is_equal_when_rebuilt(storage, workspace)


def test_a_writer_killed_between_any_two_statements_tells_the_same(
    storage: Storage, workspace: WorkspaceRecord, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(storage, workspace)
    state(storage, workspace, ADS, LETTERS, FORMS)
    run_writer(storage, workspace)
    atoms = try_rules(where_of(storage, workspace), lambda _d, _a: None).needed()
    anew = {"type": acquisition.RECOGNISED, "messageId": "r-1", "properties": {"atoms": atoms}}
    whole = {"type": acquisition.RECOGNITION, "messageId": "r-0", "properties": {}}
    state(storage, workspace, msgspec.json.encode(whole), msgspec.json.encode(anew))
    number, is_dying = 1, True
    while is_dying:
        with crash_before_statement(monkeypatch, number):
            try:
                Writer(storage, workspace, epoch_of(storage, workspace)).apply(
                    waiting(storage, workspace), 1000
                )
                is_dying = False
            except SimulatedCrash:
                number += 1
    assert number > 10
    run_writer(storage, workspace)
    assert tried(storage, workspace).changed == 0
    assert is_equal_when_rebuilt(storage, workspace)


def test_a_client_applies_nothing_to_the_past(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    tell(storage, workspace)
    state(storage, workspace, ADS)
    run_writer(storage, workspace)
    with storage.workspace(workspace).read() as db:
        atoms = sorted(identity.homes(db))
    for kind, said in ((acquisition.RECOGNITION, {}), (acquisition.RECOGNISED, {"atoms": atoms})):
        body = msgspec.json.encode({"type": kind, "messageId": f"x-{kind}", "properties": said})
        for origin in ("wire", "import", "console", "api"):
            send(storage, workspace, body, origin=origin)
    run_writer(storage, workspace)
    assert everything(storage, workspace)["arrival"] == []


def test_any_story_stands_as_rebuilt_and_as_tried(storage: Storage, history: History) -> None:
    chance = random.Random(7)
    for number in range(2):
        record = create_workspace(storage, f"any-past-{number}", "Any past", created_at=NOW)
        for n in range(12):
            if chance.random() < 0.5:
                key, asked = chance.choice(["ads", "letters"]), chance.choice(["cpc", "email"])
                is_active = chance.random() < 0.7
                state(storage, record, source(key, 100 + n, rule(utm_medium=asked), active=is_active))
            else:
                user, url = chance.choice(USERS), chance.choice([CPC, MAIL])
                send(storage, record, visit(n, user=user, url=url, at=chance.randint(0, 50)))
            if n in {5, 8}:
                run_writer(storage, record)
                apply(storage, record)
        run_writer(storage, record)
        assert is_equal_when_rebuilt(storage, record)
        apply(storage, record)
        assert tried(storage, record).changed == 0
        assert is_equal_when_rebuilt(storage, record)
        drop_workspace(storage, record)
