"""The comparison on a live installation: nothing differs, damage is found with its facts, and stays until looked at."""

from base64 import b64decode

import msgspec
import pytest

from konnektu.belt.deliver import seal_once
from konnektu.jobs.api import problems
from konnektu.rules.known import Known
from konnektu.rules.live import State
from konnektu.rules.memory import belongs
from konnektu.rules.model import Segment
from konnektu.segments.comparing import store
from konnektu.segments.comparing.model import Difference
from konnektu.segments.comparing.rounds import PROBLEM, close, compare_people
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW, identify, run_writer, send, track
from tests.segments.facts import ENTRY, saved
from tests.segments.test_live import HOUR, ORDERED, bring_into_force, erase, profile_of

pytestmark = pytest.mark.usefixtures("event_store_server")


class Facts(msgspec.Struct):
    definition: Segment
    state: str


def compared(storage: Storage, record: WorkspaceRecord, at: int = NOW + HOUR) -> list[Difference]:
    """After one whole round."""
    compare_people(storage, record, lambda: at)
    with storage.workspace(record).read() as own:
        while store.progress(own).after:
            compare_people(storage, record, lambda: at)
        return store.open_differences(own, 100)


def told(storage: Storage, record: WorkspaceRecord) -> bool:
    return any(one.key == PROBLEM and one.workspace == record.id for one in problems(storage.control))


def begun(storage: Storage, record: WorkspaceRecord) -> None:
    """Two people; one is in both segments."""
    send(storage, record, saved(1, "tula", ENTRY), saved(2, "buyers", ORDERED), at=NOW, origin="system")
    bring_into_force(storage, record)
    send(
        storage,
        record,
        identify("anna", 3, city="Тула"),
        track("Order Completed", 4, user="anna"),
        identify("boris", 5, city="Омск"),
        at=NOW + 1,
    )
    run_writer(storage, record)
    while seal_once(storage, record, 1_000):
        pass


def damage(storage: Storage, record: WorkspaceRecord, person: int) -> None:
    """The writer's state of a person says that they are in nothing."""
    with storage.workspace(record).transaction() as own:
        row = own.execute("SELECT state FROM segment_state WHERE profile = %s", (person,)).fetchone()
        assert row is not None
        state = State.unpack(row[0])
        state.inside = 0
        own.execute("UPDATE segment_state SET state = %s WHERE profile = %s", (state.pack(), person))


def test_nothing_differs_and_a_round_goes_round_the_base(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    begun(storage, workspace)
    assert compare_people(storage, workspace, lambda: NOW + HOUR, most=1) == 1
    assert compared(storage, workspace) == []
    with storage.workspace(workspace).read() as own:
        last = store.progress(own).last
    assert last is not None
    # Two people, two segments, each decided by all five.
    assert (last.people, last.verdicts) == (2, 20)
    assert (last.begun_at, last.ended_at) == (NOW + HOUR, NOW + HOUR)
    assert not told(storage, workspace)


def test_damage_is_found_with_its_facts_and_stays_until_somebody_looked(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    begun(storage, workspace)
    anna, boris = (profile_of(storage, workspace, user) for user in ("anna", "boris"))
    damage(storage, workspace, anna)
    with storage.workspace(workspace).transaction() as own:
        own.execute(
            "INSERT INTO member (segment, profile, position, instant)"
            " SELECT id, %s, 1, 1 FROM segment WHERE key = 'tula'",
            (boris,),
        )
    found = {(one.found.profile, one.found.segment): one for one in compared(storage, workspace)}
    rest = dict.fromkeys(("fresh", "reference", "clickhouse"), True)
    assert found.keys() == {(anna, "tula"), (anna, "buyers"), (boris, "tula")}
    assert found[anna, "tula"].found.answers == {"members": True, "live": False, **rest}
    assert found[boris, "tula"].found.answers == {
        "members": True, "live": False, **dict.fromkeys(rest, False)
    }  # fmt: skip
    for one in found.values():
        told_again(one)
    assert told(storage, workspace)
    # Another round says them again and keeps no second row; looking at all of them takes the problem back.
    assert len(compared(storage, workspace, NOW + 2 * HOUR)) == len(found)
    for one in found.values():
        assert looked_at(storage, workspace, one.id)
    assert not told(storage, workspace)
    assert len(compared(storage, workspace, NOW + 2 * HOUR)) == len(found)


def told_again(one: Difference) -> None:
    """The facts kept with a difference say by themselves what the reference said."""
    facts = msgspec.json.decode(one.found.facts, type=Facts)
    known = msgspec.json.decode(one.found.facts)["known"]
    whole = Known(attributes=known["attributes"], is_known=known["is_known"], excluded=known["excluded"])
    if one.found.segment == "tula":
        assert belongs(facts.definition, whole, one.found.instant) is one.found.answers["reference"]
    assert len(known["events"]) == int(one.found.answers["reference"])
    assert State.unpack(b64decode(facts.state)).inside == 0


def looked_at(storage: Storage, record: WorkspaceRecord, number: int) -> bool:
    return close(storage, record, number, NOW, "anna", "seen")


def test_differences_of_an_erased_person_go_with_them(storage: Storage, workspace: WorkspaceRecord) -> None:
    begun(storage, workspace)
    anna = profile_of(storage, workspace, "anna")
    damage(storage, workspace, anna)
    assert {one.found.profile for one in compared(storage, workspace)} == {anna}
    erase(storage, workspace, anna)
    with storage.workspace(workspace).read() as own:
        assert store.open_differences(own, 10) == []
