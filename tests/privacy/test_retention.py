"""Retention in both stores: what is too old is gone everywhere, and what is told of people is what is left of them."""

from pathlib import Path

import pytest

from konnektu.core.clock import DAY, HOUR
from konnektu.core.records import Parcel
from konnektu.identity import api as identity
from konnektu.imports import api as imports
from konnektu.imports.model import Import, Mapping, RowCounts
from konnektu.imports.store import add_import
from konnektu.imports.uploads import ErrorFile
from konnektu.log import api as log
from konnektu.privacy import api as privacy
from konnektu.profiles import api as profiles
from konnektu.reading.api import BadRow, Layout
from konnektu.storage.api import History, Storage, WorkspaceRecord
from tests.belt.support import NOW, run_writer, send
from tests.privacy.support import (
    MONTH,
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


def test_what_is_kept_for_purposes_goes_with_the_longest_of_them(
    storage: Storage, workspace: WorkspaceRecord, history: History, tmp_path: Path
) -> None:
    story(storage, workspace)
    stated = [
        privacy.Rule("purpose", "offers", 9, attributes=("City",), events=("Seen", "Login"), data_days=30),
        privacy.Rule("purpose", "service", 9, events=("Login",), data_days=365),
        privacy.Rule("event", "Seen", 5),
    ]
    with storage.workspace(workspace).transaction() as db:
        put = privacy.put_rules(db, stated)
    assert [(one.subject, one.name, one.attributes) for one in put][1:] == [
        ("purpose", "offers", ("city",)), ("purpose", "service", ()),
    ]  # fmt: skip
    where = place(storage, workspace, tmp_path)
    due = {cut.key: (cut.before, cut.purposes) for cut in privacy.due(where)}
    assert due == {
        "attribute:city": (MONTH, ("offers",)),
        "event:Login": (NOW - 365 * DAY, ("offers", "service")),
        "event:Seen": (MONTH, ("offers",)),
        "purpose:offers": (NOW - 9 * DAY, ()),
        "purpose:service": (NOW - 9 * DAY, ()),
    }
    run = privacy.retain(where)
    assert (run.removed["attribute:city"], run.removed["event:Seen"], run.removed["event:Login"]) == (1, 5, 0)
    assert dict.fromkeys(run.cuts) == dict.fromkeys(privacy.due(where))
    assert counts(storage, workspace, "u2") == {"$identify": 1, "Login": 1}
    assert not traces(storage, workspace, "secret-garden", "Old-Town", "Elder-Town")
    is_equal_when_rebuilt(storage, workspace)


def test_it_reaches_blocks_rejected_events_and_bad_rows_of_imports(
    storage: Storage, workspace: WorkspaceRecord, history: History, tmp_path: Path
) -> None:
    shared = b'{"traits":{"city":"Shared-Town"}}'
    several = [
        track(1, OLD, "Seen", user="u1", properties={"x": "secret-1"}),
        track(2, RECENT, "Other", user="u1"),
        track(3, OLD, "Other", user="u1", properties={"x": "stays"}),
    ]
    refused = [
        track(1, OLD, "Seen", user="u1", properties={"x": "secret-1"}),
        track(4, OLD, "Seen", properties={"x": "secret-2"}),
        b'{"type":"track","event":"Seen","userId":"u1","timestamp":"1066","x":"secret-3"}',
    ]
    parcels = [
        Parcel(1, "wire", NOW, several, context=shared),
        Parcel(1, "wire", MONTH - HOUR, refused, context=shared),
    ]
    log.append(storage.inbox, workspace.id, parcels)
    run_writer(storage, workspace)
    seal_all(storage, workspace)
    folder = imports.Folder(tmp_path / "data", workspace)
    number = ended_import(storage, workspace, NOW - 40 * DAY)
    errors = ErrorFile(folder.errors(number), 0)
    errors.add([BadRow(2, "wrong_value", "no date", "Seen;secret-4")])
    errors.close()

    rule(storage, workspace, ("event", "Seen"), ("attribute", "city"))
    run = privacy.retain(place(storage, workspace, tmp_path))
    assert run.removed == {
        "event:Seen": 1, "attribute:city": 1, "in_inbox": 5, "rejected": 2, "row_of_import": 1,
    }  # fmt: skip
    assert not traces(storage, workspace, "secret-1", "secret-2", "secret-3")
    assert "secret-4" not in folder.errors(number).read_text()
    places = [f"{place}: Shared-Town" for place in ("profile", "block", "fact")]
    assert traces(storage, workspace, "Shared-Town") == places, "of the recent event"
    assert traces(storage, workspace, "stays")
    is_equal_when_rebuilt(storage, workspace)


def ended_import(storage: Storage, record: WorkspaceRecord, at: int) -> int:
    """An import that ended at an instant; its number."""
    file = Import(
        id=0, name="old", file_name="old.csv", sha256="0", size=1, source=1, kind="history", state="uploaded",
        layout=Layout("csv"), mapping=Mapping("people"), as_of=at, chunk=0, cursor=0, counts=RowCounts(),
        error_bytes=0, reason="", created_at=at, created_by="olga",
    )  # fmt: skip
    with storage.workspace(record).transaction() as db:
        number = add_import(db, file)
        db.execute("UPDATE import SET state = 'done', finished_at = %s WHERE id = %s", [at, number])
    return number


def test_a_refusal_that_only_a_banner_told_is_obeyed_for_ever(
    storage: Storage, workspace: WorkspaceRecord, history: History, tmp_path: Path
) -> None:
    use = profiles.Statement(state="given", time=0, category="ads")

    def banner(n: int, at: int, *, ads: bool) -> bytes:
        told = {"consent": {"categoryPreferences": {"ads": ads}}}
        return track(n, at, "Seen", user="u1", context=told, properties={"n": f"banner-{n}"})

    given = {"state": "given", "category": "ads", "proof": {"form": "f"}}
    send(storage, workspace, track(1, OLD, "Consent Given", user="u1", properties=given))
    send(storage, workspace, banner(2, OLD + 1, ads=True), banner(3, OLD + 2, ads=False))
    run_writer(storage, workspace)
    seal_all(storage, workspace)
    rule(storage, workspace, ("event", "Seen"))
    privacy.retain(place(storage, workspace, tmp_path))
    with storage.workspace(workspace).read() as db:
        person = identity.find(db, "user_id", "u1")
        assert person is not None and profiles.may_contact(db, person, use, NOW) is None
    assert not traces(storage, workspace, "banner-2") and traces(storage, workspace, "banner-3")
    is_equal_when_rebuilt(storage, workspace)

    send(storage, workspace, banner(4, RECENT, ads=False))
    run_writer(storage, workspace)
    privacy.retain(place(storage, workspace, tmp_path, NOW + 1))
    assert not traces(storage, workspace, "banner-3"), "a later event says it"
    is_equal_when_rebuilt(storage, workspace)


def test_what_would_go_is_what_goes(
    storage: Storage, workspace: WorkspaceRecord, history: History, tmp_path: Path
) -> None:
    story(storage, workspace)
    rule(storage, workspace, ("event", "Seen"), ("attribute", "tier"))
    where = place(storage, workspace, tmp_path)
    tried = privacy.tried(where, privacy.due(where), NOW)
    assert tried == {"attribute:tier": 1, "event:Seen": 5}
    run = privacy.retain(where)
    assert {name: run.removed[name] for name in tried} == tried
    assert not any(privacy.tried(where, privacy.due(where), NOW).values())


def test_without_rules_nothing_goes(
    storage: Storage, workspace: WorkspaceRecord, history: History, tmp_path: Path
) -> None:
    with pytest.raises(privacy.NothingToKeep):
        privacy.retain(place(storage, workspace, tmp_path))
