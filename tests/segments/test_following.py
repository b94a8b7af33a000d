"""From facts to how segments stand, on a real PostgreSQL: versions, states, refusals, rebuilds."""

from decimal import Decimal

import pytest

from konnektu.belt.rebuild import rebuild
from konnektu.rules.conditions import NumberIs
from konnektu.segments import api as segments
from konnektu.segments import store
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import everything, run_writer, send
from tests.segments.facts import member, saved, standing, told

SCORE = {"is": "attribute", "name": "score", "test": {"is": "number", "op": "at_least", "values": ["4.5"]}}


def state(storage: Storage, record: WorkspaceRecord, *bodies: bytes) -> None:
    for body in bodies:
        send(storage, record, body, origin="system")
    run_writer(storage, record)


def refused(storage: Storage, record: WorkspaceRecord) -> int:
    return sum(one.count("wrong_segment") for one in everything(storage, record)["quarantine"])


def test_a_version_for_every_other_meaning_and_an_edit_for_every_change(
    storage: Storage, workspace: WorkspaceRecord, event_store_server: object
) -> None:
    state(
        storage, workspace, saved(1, "tula", note="first"), saved(2, "tula", name="Из Тулы"),
        saved(3, "tula", SCORE, name="Из Тулы", tags=["vip"], note="by score"),
    )  # fmt: skip
    one = standing(storage, workspace)["tula"]
    assert (one.stated.name, one.stated.tags, one.version, one.current, one.building) == (
        "Из Тулы", ("vip",), 2, 0, 2,
    )  # fmt: skip
    with storage.workspace(workspace).read() as db:
        versions, edits = store.versions(db, one.id), store.edits(db, one.id, 2**62, 10)
    assert [(each.version, each.author, each.note) for each in versions] == [
        (1, "anna", "first"),
        (2, "anna", "by score"),
    ]
    assert versions[1].definition.entry.test == NumberIs("at_least", (Decimal("4.5"),))  # type: ignore[union-attr]
    assert [(each.act, each.version, each.stated.name if each.stated else "") for each in edits] == [
        ("saved", 2, "Из Тулы"), ("saved", 1, "Из Тулы"), ("saved", 1, "Tula"),
    ]  # fmt: skip
    done = rebuild(storage, workspace, "test", lambda _at, _of: None)
    assert done.is_equal, done.tables


def test_a_version_is_in_force_from_the_fact_that_it_is_built(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    def defined() -> list[tuple[str, int, bool]]:
        with storage.workspace(workspace).read() as db:
            return [(one.key, one.version, one.is_building) for one in segments.defined(db)]

    state(storage, workspace, saved(1, "tula"))
    assert defined() == [("tula", 1, True)]
    state(storage, workspace, told(2, key="tula", act="built", version=1), saved(3, "tula", SCORE))
    assert defined() == [("tula", 1, False), ("tula", 2, True)]
    state(storage, workspace, told(4, key="tula", act="dropped", version=2))
    assert defined() == [("tula", 1, False)]
    state(storage, workspace, told(5, key="tula", act="off"))
    assert defined() == []
    state(storage, workspace, told(6, key="tula", act="on"))
    assert defined() == [("tula", 2, True)]
    assert refused(storage, workspace) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        saved(9, "other", name="TULA"),
        saved(9, "tula", kind="list"),
        saved(9, "tula", member("asks")),
        saved(9, "self", member("self")),
        saved(9, "third", member("nowhere")),
        told(9, key="tula", act="deleted"),
        told(9, key="tula", act="off"),
        told(9, key="tula", act="built", version=7),
        told(9, key="gone", act="on"),
        saved(9, "Не ключ"),
        saved(9, "odd", {"is": "no such leaf"}),
    ],
)
def test_what_cannot_be_is_kept_out_with_its_reason(
    storage: Storage, workspace: WorkspaceRecord, wrong: bytes
) -> None:
    state(storage, workspace, saved(1, "tula"), saved(2, "asks", member("tula")))
    before = standing(storage, workspace)
    state(storage, workspace, wrong)
    assert refused(storage, workspace) == 1
    assert standing(storage, workspace) == before


def test_a_client_states_no_segment(storage: Storage, workspace: WorkspaceRecord) -> None:
    for origin in ("wire", "import", "console", "api"):
        send(storage, workspace, saved(1, "tula"), origin=origin)
    run_writer(storage, workspace)
    assert standing(storage, workspace) == {}


def test_a_deleted_segment_frees_its_name_and_keeps_its_key(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    state(
        storage, workspace, saved(1, "tula"), told(2, key="tula", act="deleted"), saved(3, "next", name="Tula"),
        saved(4, "tula", name="Again"),
    )  # fmt: skip
    found = standing(storage, workspace)
    assert (found["tula"].is_deleted, found["next"].stated.name) == (True, "Tula")
    assert refused(storage, workspace) == 1
