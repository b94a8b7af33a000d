"""The tracking plan: what it finds, that it holds from its fact on, and that a rebuild gives the same."""

from typing import Any

import msgspec
import pytest

from konnektu.belt.rebuild import rebuild
from konnektu.core.records import Event
from konnektu.dictionary import api as dictionary
from konnektu.dictionary import planning
from konnektu.dictionary.api import Expected, ExpectedProperty, Subject
from konnektu.dictionary.mending import mend
from konnektu.dictionary.plan import Check, fault_of_plan
from konnektu.log import api as log
from konnektu.storage.api import History, Storage, WorkspaceRecord
from tests.belt.support import NOW, run_writer, send, track, waiting

SOLD = Subject("track", "Sold")
STRICT = Expected(
    mode="quarantine", properties=[ExpectedProperty(path="price", type="number", is_required=True)]
)


def sold(source: int = 1, **properties: Any) -> Event:
    return Event(
        position=1, instant=NOW, source=source, origin="wire", type="track", name="Sold", message_id="m",
        time=NOW, raw_time=0, received_at=NOW, properties=properties,
    )  # fmt: skip


def put(
    storage: Storage, record: WorkspaceRecord, expected: Expected | None, subject: Subject = SOLD
) -> None:
    send(storage, record, planning.fact(subject, expected, by="olga", now=NOW), origin="system")


def rejected(storage: Storage, record: WorkspaceRecord) -> list[tuple[int, str, str]]:
    found = log.quarantine(storage.workspace(record), None, 100, "open")
    return sorted((one.position, one.reason, one.detail) for one in found)


def violations(storage: Storage, record: WorkspaceRecord) -> list[tuple[str, str, int, int]]:
    with storage.workspace(record).read() as db:
        rows = dictionary.violations_after(db, ("", "", "", ""), 100)
    return [(row.path, row.rule, row.count, len(row.samples)) for row in rows]


@pytest.mark.parametrize(
    ("expected", "event", "broken"),
    [
        ({"path": "a", "is_required": True}, sold(), [("a", "missing")]),
        ({"path": "a", "is_required": True}, sold(a=None), [("a", "missing")]),
        ({"path": "a", "type": "number"}, sold(), []),
        ({"path": "a", "type": "number"}, sold(a="1"), [("a", "type")]),
        ({"path": "a", "type": "number"}, sold(a=1.5), []),
        ({"path": "a", "type": "number"}, sold(a=True), [("a", "type")]),
        ({"path": "a", "allowed": ["x", 1]}, sold(a=1), []),
        ({"path": "a", "allowed": ["x", 1]}, sold(a=True), [("a", "value")]),
        ({"path": "a", "allowed": ["x"]}, sold(a=["x"]), [("a", "value")]),
        ({"path": "a", "pattern": "[A-Z]+-\\d+"}, sold(a="AB-12"), []),
        ({"path": "a", "pattern": "[A-Z]+-\\d+"}, sold(a="AB-12x"), [("a", "pattern")]),
        ({"path": "a", "pattern": "a*"}, sold(a="a" * 1_000), [("a", "pattern")]),
        ({"path": "a.b", "is_required": True}, sold(a={"b": 1}), []),
        ({"path": "a.b", "is_required": True}, sold(a=7), [("a.b", "missing")]),
        ({"path": "l[].b", "type": "text"}, sold(l=[{"b": "x"}, {"b": 1}, {"b": 2}]), [("l[].b", "type")]),
        ({"path": "l[].b", "is_required": True}, sold(l=[{"b": 1}, {}]), [("l[].b", "missing")]),
        ({"path": "l[].b", "is_required": True}, sold(l=[]), []),
    ],
)  # fmt: skip
def test_what_an_event_breaks(expected: dict[str, Any], event: Event, broken: list[tuple[str, str]]) -> None:
    check = Check(msgspec.convert({"properties": [expected]}, Expected))
    assert [(one.path, one.rule) for one in check.broken(event)] == broken


def test_sources_and_unexpected_properties() -> None:
    check = Check(Expected(sources=[2], is_closed=True, properties=[ExpectedProperty(path="a.b")]))
    assert [(one.path, one.rule) for one in check.broken(sold(a={"b": 1, "c": 2}, d=1))] == [
        ("", "source"),
        ("d", "unexpected"),
    ]
    assert check.broken(sold(source=2, a=1)) == []


@pytest.mark.parametrize(
    "expected",
    [
        {"properties": [{"path": "a"}, {"path": "a"}]},
        {"properties": [{"path": "a", "pattern": "(a+)+"}]},
        {"properties": [{"path": "a", "pattern": "("}]},
    ],
    ids=["twice", "slow", "broken"],
)
def test_a_plan_that_cannot_be_used_is_told(expected: dict[str, Any]) -> None:
    assert fault_of_plan(msgspec.convert(expected, Expected))


def test_a_plan_holds_from_its_fact_on(
    storage: Storage, workspace: WorkspaceRecord, history: History
) -> None:
    send(storage, workspace, track("Sold", 1, user="u", price="dear"))
    put(storage, workspace, STRICT)
    send(
        storage, workspace, track("Sold", 2, user="u", price="dear"), track("Sold", 3, user="u", price=5),
        track("Seen", 4, user="u"), track("Sold", 5, user="u"),
    )  # fmt: skip
    put(storage, workspace, None)
    send(storage, workspace, track("Sold", 6, user="u", price="dear"))
    run_writer(storage, workspace)
    assert rejected(storage, workspace) == [
        (3, "breaks_plan", "price is a text and should be a number."),
        (6, "breaks_plan", "price is missing."),
    ]
    assert violations(storage, workspace) == [("price", "missing", 1, 1), ("price", "type", 1, 1)]
    assert rebuild(storage, workspace, "test", lambda _at, _of: None).is_equal


def test_a_rebuild_has_the_plan_in_force(
    storage: Storage, workspace: WorkspaceRecord, history: History
) -> None:
    put(storage, workspace, Expected())
    put(storage, workspace, STRICT)
    send(storage, workspace, track("Sold", 2, user="u", price="dear"), track("Sold", 3, user="u", price=5))
    run_writer(storage, workspace)
    done = rebuild(storage, workspace, "test", lambda _at, _of: None)
    assert done.is_equal
    assert {one.table: one.rows for one in done.tables}["tracking_plan"] == 1


def test_a_warning_keeps_the_event_and_counts(storage: Storage, workspace: WorkspaceRecord) -> None:
    put(storage, workspace, Expected(properties=STRICT.properties))
    for _ in range(2):  # the second time they are repeats
        send(storage, workspace, *(track("Sold", n, user="u", price="dear") for n in range(7)))
    run_writer(storage, workspace)
    assert rejected(storage, workspace) == []
    assert violations(storage, workspace) == [("price", "type", 7, 5)]


def test_what_breaks_the_plan_is_sent_again_when_it_is_corrected(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    put(storage, workspace, STRICT)
    send(
        storage, workspace, track("Sold", 1, user="u", price="12,5"), track("Sold", 2, user="u", price="dear")
    )
    run_writer(storage, workspace)
    chosen = log.Chosen(reason=dictionary.BREAKS_PLAN)
    steps = msgspec.convert(
        [{"do": "cast", "path": "properties.price", "to": "number"}], list[dictionary.Step]
    )
    assert [(one.sent, one.kept) for one in mend(storage, workspace, chosen, [], 2**53)] == [(0, 2)]
    assert [(one.sent, one.kept) for one in mend(storage, workspace, chosen, steps, 2**53)] == [(1, 1)]
    run_writer(storage, workspace)
    assert [place for place, _, _ in rejected(storage, workspace)] == [3]
    with storage.workspace(workspace).read() as db:
        (row,) = dictionary.events_after(db, Subject("track", ""), 10)
    assert (row.name, row.count) == ("Sold", 1)


def test_the_wire_cannot_change_the_plan(storage: Storage, workspace: WorkspaceRecord) -> None:
    send(storage, workspace, planning.fact(SOLD, STRICT, by="mallory", now=NOW))
    run_writer(storage, workspace)
    assert [reason for _, reason, _ in rejected(storage, workspace)] == ["not_allowed"]
    assert waiting(storage, workspace) == []
