"""What the dictionary learns: counts are exact, types and samples are told from full looks, floods are bounded."""

from typing import Any

import msgspec
import pytest

from konnektu.belt.rebuild import relearn
from konnektu.belt.writer import Writer
from konnektu.collect.api import Options, decode
from konnektu.core.records import Event, Parcel
from konnektu.dictionary import api as dictionary
from konnektu.dictionary import learning, values
from konnektu.dictionary.api import PEOPLE, Subject
from konnektu.dictionary.model import MOST_PROPERTIES
from konnektu.storage.api import History, Storage, WorkspaceRecord
from tests.belt.support import NOW, epoch_of, everything, identify, run_writer, send, track, waiting

VIEWED = Subject("track", "Product Viewed")


def told(*bodies: bytes, source: int = 1) -> list[tuple[Event, int]]:
    found = decode(Parcel(source, "wire", NOW, list(bodies)), 1, NOW, Options())
    return [(one, one.position) for one in found if isinstance(one, Event)]


def flooding(n: int) -> bytes:
    held: dict[str, Any] = {f"p{n}": 1, "q": 1, "r": 1}
    return track(f"n{n}", n, user="u", **held)


def test_what_came_stands_in_the_dictionary(storage: Storage, workspace: WorkspaceRecord) -> None:
    viewed = [
        track(
            "Product Viewed", n, user=f"u{n}", color="red", price=n, box={"size": "L"}, lines=[{"sku": "a"}]
        )
        for n in range(4)
    ]
    send(storage, workspace, *viewed, identify("u1", 1, city="Omsk", email="ivan@shop.ru", nick="one"))
    run_writer(storage, workspace)
    send(storage, workspace, track("Product Viewed", 9, user="u9", color=7), at=NOW + 5)
    run_writer(storage, workspace)
    with storage.workspace(workspace).read() as db:
        events = {Subject(row.type, row.name): row for row in dictionary.events_after(db, PEOPLE, 10)}
        properties = {row.path: row for row in dictionary.properties_after(db, VIEWED, "", 100)}
        attributes = {row.path: row for row in dictionary.properties_after(db, PEOPLE, "", 100)}
        assert dictionary.beyond(db) == []
    assert set(events) == {VIEWED, Subject("identify", "identify")}
    assert (events[VIEWED].count, events[VIEWED].sources) == (5, {1: 5})
    assert (events[VIEWED].first_at, events[VIEWED].last_at) == (NOW, NOW + 5)
    assert set(properties) == {"color", "price", "box", "box.size", "lines", "lines[].sku"}
    assert (properties["color"].count, properties["color"].types) == (5, {"text": 4, "number": 1})
    assert properties["color"].samples == ("red",), "three people bore it"
    assert properties["price"].samples == (), "each of these values is one person's"
    assert (properties["lines[].sku"].count, properties["lines[].sku"].types) == (4, {"text": 4})
    assert properties["box"].types == {"object": 4}
    assert set(attributes) == {"city", "email", "username"}
    assert attributes["email"].contacts == 1
    assert attributes["city"].sources == (1,)


def test_counts_are_exact_though_few_events_are_looked_at() -> None:
    learner = learning.Learner({})
    sizes = (3, 10, 100, 1, 500)
    total = looked = 0
    for size in sizes:
        lesson = learner.learn(
            told(*(track("Product Viewed", n, user="u", color="red") for n in range(size)))
        )
        total += lesson.properties[VIEWED, "color"].seen.count
        looked += lesson.properties[VIEWED, "color"].types.get("text", 0)
    assert total == sum(sizes)
    assert abs(looked - total) < learning.EVERY


def test_a_value_that_names_somebody_is_no_sample() -> None:
    learner = learning.Learner({})
    bodies = [
        track(
            "Product Viewed",
            n,
            user=f"u{n}",
            email="a@b.ru",
            note="+7 903 123-45-67",
            first_name="Ivan",
            ok=True,
        )
        for n in range(5)
    ]
    lesson = learner.learn(told(*bodies))
    samples = {path: tuple(row.samples) for (_, path), row in lesson.properties.items()}
    assert {path: found for path, found in samples.items() if found} == {"ok": ("true",)}


def test_a_flood_of_names_is_capped_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "MOST_EVENTS", 3)
    monkeypatch.setattr(learning, "MOST_PROPERTIES", 2)
    monkeypatch.setattr(learning, "MOST_SHAPES", 2)
    learner = learning.Learner({})
    lesson = learner.learn(told(*(flooding(n) for n in range(10))))
    assert len({subject for subject, _ in lesson.events}) == 3
    assert lesson.beyond["events"].count == 7
    assert lesson.beyond["properties"].count > 0
    assert len(lesson.properties) == 6
    again = learner.learn(told(track("n1", 99, user="u", q=1)))
    assert [seen.count for seen in again.events.values()] == [1], "a known name goes on being counted"


def test_a_deep_and_wide_event_is_looked_at_within_bounds() -> None:
    deep = msgspec.json.decode(b'{"a":' * 12 + b"1" + b"}" * 12)
    assert max(path.count(".") for path, _, _ in values.paths(deep)) == values.DEEPEST - 1
    assert len(list(values.paths({f"p{n}": {"x": 1} for n in range(1_000)}))) == MOST_PROPERTIES


def test_a_batch_that_is_not_committed_teaches_nothing(storage: Storage, workspace: WorkspaceRecord) -> None:
    writer = Writer(storage, workspace, epoch_of(storage, workspace))
    send(storage, workspace, track("Product Viewed", 1, user="u"))
    blocks = waiting(storage, workspace)
    writer.apply(blocks, 100)
    Writer(storage, workspace, epoch_of(storage, workspace)).apply(blocks, 100)
    with storage.workspace(workspace).read() as db:
        (row,) = dictionary.events_after(db, PEOPLE, 10)
    assert row.count == 1


def test_it_is_learnt_anew_from_the_history(
    storage: Storage, workspace: WorkspaceRecord, history: History
) -> None:
    send(
        storage,
        workspace,
        *(track("Product Viewed", n, user=f"u{n}", color="red", size=n) for n in range(40)),
    )
    send(storage, workspace, b'{"type":"track"}', identify("u1", 1, city="Omsk"), at=NOW + 5)
    run_writer(storage, workspace)
    before = everything(storage, workspace, ("seen_event", "seen_property", "seen_beyond"))
    with storage.workspace(workspace).transaction() as db:
        db.execute("UPDATE seen_event SET count = 0")
        db.execute("DELETE FROM seen_property")
    assert relearn(storage, workspace, "test", lambda _at, _of: None) == 41
    assert everything(storage, workspace, ("seen_event", "seen_property", "seen_beyond")) == before
