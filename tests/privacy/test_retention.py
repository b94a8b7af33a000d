"""Retention in both stores: what is too old is gone everywhere, and what is told of people is what is left of them."""

from pathlib import Path

from konnektu.identity import api as identity
from konnektu.privacy import api as privacy
from konnektu.profiles import api as profiles
from konnektu.storage.api import History, Storage, WorkspaceRecord
from tests.belt.support import run_writer, send
from tests.privacy.support import (
    OLD,
    RECENT,
    identify,
    is_equal_when_rebuilt,
    place,
    rule,
    seal_all,
    traces,
    track,
)


def story(storage: Storage, record: WorkspaceRecord) -> None:
    """Two people, one of whom was two; old events of a kind, recent ones, and others."""
    send(
        storage,
        record,
        track(1, OLD, "Seen", anonymous="a1", properties={"where": "secret-garden"}),
        track(2, OLD + 1, "Seen", anonymous="a1", properties={"value": 10}),
        identify(3, OLD + 2, "u1", city="Old-Town", tier="gold"),
        track(4, OLD + 3, "Seen", user="u1", anonymous="a1", properties={"value": 5.5}),
        track(5, RECENT, "Seen", user="u1", properties={"value": 1}),
        track(6, OLD, "Login", user="u2", anonymous="a2"),
        track(7, OLD + 5, "Seen", user="u2", context={"traits": {"city": "Elder-Town"}}),
        identify(8, RECENT, "u2", city="New-Town"),
        track(9, OLD, "Seen", user="u3"),
    )
    run_writer(storage, record)
    seal_all(storage, record)


def counts(storage: Storage, record: WorkspaceRecord, user: str) -> dict[str, int]:
    """How many events of each name are told of a person."""
    with storage.workspace(record).read() as db:
        found = identity.find(db, "user_id", user)
        row = profiles.profile(db, found) if found else None
    assert row is not None
    return {name: one.count for name, one in row.state.basics.by_name.items()}


def test_old_events_of_a_kind_go_and_counts_are_of_what_is_left(
    storage: Storage, workspace: WorkspaceRecord, history: History, tmp_path: Path
) -> None:
    story(storage, workspace)
    rule(storage, workspace, ("event", "Seen"))
    assert counts(storage, workspace, "u1")["Seen"] == 4
    run = privacy.retain(place(storage, workspace, tmp_path))
    assert run.state == "done" and run.removed["event:Seen"] == 5
    assert counts(storage, workspace, "u1") == {"$identify": 1, "Seen": 1}
    assert counts(storage, workspace, "u2") == {"$identify": 1, "Login": 1}
    assert counts(storage, workspace, "u3") == {}
    assert not traces(storage, workspace, "secret-garden", "Elder-Town")
    is_equal_when_rebuilt(storage, workspace)


def test_old_statements_of_an_attribute_go_and_the_rest_of_their_events_stays(
    storage: Storage, workspace: WorkspaceRecord, history: History, tmp_path: Path
) -> None:
    story(storage, workspace)
    rule(storage, workspace, ("attribute", "City"))
    run = privacy.retain(place(storage, workspace, tmp_path))
    assert run.removed["attribute:city"] == 2
    assert counts(storage, workspace, "u1") == {"$identify": 1, "Seen": 4}
    assert not traces(storage, workspace, "Old-Town", "Elder-Town")
    assert traces(storage, workspace, "New-Town")
    is_equal_when_rebuilt(storage, workspace)
