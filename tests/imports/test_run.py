"""An import gives the same log and the same figures wherever it was killed, and twice adds nothing."""

import csv
import importlib.metadata
import os
from collections import Counter
from pathlib import Path
from threading import Event as Signal

import msgspec
import pytest

from konnektu.core.errors import Conflict, NotFound, Retry, TooLarge
from konnektu.imports import api, chunks, run
from konnektu.imports.model import Column, Mapping, RowCounts
from konnektu.log.api import append
from tests.imports.support import NOW, Place, SimulatedCrash, dying_before


def table(rows: int, bad: int = 7, people: int = 1_000_000) -> str:
    lines = [f"Имя {i};+7903{i % people:07d};i{i % people}@shop.ru" for i in range(rows)]
    for i in range(3, rows, bad):
        lines[i] = f"Имя {i};broken"
    return "Имя;Телефон;Почта\n" + "\n".join(lines) + "\n"


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 10)


def identify(events):
    return [msgspec.json.decode(event) for event in events]


def test_rows_become_events_and_bad_rows_are_kept(place: Place):
    job = place.upload(table(45))
    place.start(job)
    done = place.run(job)
    assert (done.state, done.counts) == (
        "done",
        RowCounts(45, 39, 6, 39, partial=1),
    )  # the first phone is a placeholder
    found = identify(place.events())
    assert found[0]["traits"] == {"first_name": "Имя 0", "phone": "+79030000000", "email": "i0@shop.ru"}
    assert len({event["messageId"] for event in found}) == 39
    assert all(p.history and p.origin == "import" and p.source == job.source for p in place.appended())
    bad = list(api.bad_rows(place.folder, done))
    assert [row.number for row in bad] == [2, 5, 12, 19, 26, 33, 40]
    assert [row.reason for row in bad] == ["value_left_out", *["ragged"] * 6]
    assert not place.folder.upload(job.sha256).exists()


def test_what_the_writer_would_refuse_is_refused_here(place: Place):
    text = "Имя;Телефон;Дата\nA;+79031234567;2025-01-02\nB;12;2025-01-02\nC;+79031234568;tomorrow\nD;+79031234569;2999-01-01\n"

    def timed(found):
        columns = tuple(c if c.column != "Дата" else Column("Дата", "time") for c in found.mapping.columns)
        return msgspec.structs.replace(found, mapping=msgspec.structs.replace(found.mapping, columns=columns))

    job = place.upload(text, change=timed)
    place.start(job)
    done = place.run(job)
    assert done.counts == RowCounts(4, 1, 3, 1)
    assert [(r.number, r.reason) for r in api.bad_rows(place.folder, done)] == [
        (3, "no_identifier"), (4, "wrong_time"), (5, "wrong_time"),
    ]  # fmt: skip
    assert identify(place.events())[0]["timestamp"] == "2025-01-01T21:00:00.000Z"


def test_a_value_that_its_attribute_cannot_take_is_told_and_the_rest_of_its_row_counts(place: Place):
    text = (
        "Имя;Телефон;Дата рождения\n"
        "A;+79031234567;31.31.1990\nB;+79031234568;\nC;12;30.02.2001\nD;+79031234569;01.02.1990\n"
    )

    def untyped(found):
        columns = tuple(
            Column("Дата рождения", "attribute", "birth_date") if c.column == "Дата рождения" else c
            for c in found.mapping.columns
        )
        return msgspec.structs.replace(found, mapping=msgspec.structs.replace(found.mapping, columns=columns))

    job = place.upload(text, change=untyped)
    tried = api.dry_run(place.work("trial"), job)
    assert (tried.counts, tried.reasons) == (RowCounts(4, 3, 1, 3, 1), {"no_identifier": 1})
    assert [(row.number, row.reason) for row in tried.errors] == [(2, "value_left_out"), (4, "no_identifier")]
    place.start(job)
    done = place.run(job)
    assert done.counts == RowCounts(4, 3, 1, 3, 1)
    wrong, rejected = api.bad_rows(place.folder, done)
    assert (wrong.number, wrong.reason, rejected.number) == (2, "value_left_out", 4)
    assert "birth_date cannot take its value: not_a_date" in wrong.detail
    assert "31.31.1990" in wrong.text


def test_killed_between_any_two_statements_it_ends_the_same(place: Place):
    job = place.upload(table(45))
    place.start(job)
    with dying_before(-1) as counted:
        done = place.run(job)
    statements, events = counted[0], place.events()
    assert statements > 20
    seen = len(events)
    for statement in range(statements):
        again = place.upload(table(45) + f"Последний;+7916{1_234_567 + statement};last@shop.ru\n")
        place.start(again)
        with dying_before(statement), pytest.raises(SimulatedCrash):
            place.run(again, "the dead one")
        with place.folder.errors(again.id).open("ab") as file:
            file.write(b"half a row that was being written")
        place.clock.advance(run.SILENT_MS + 1)
        resumed = place.run(again, "the next one")
        assert resumed.state == "done"
        assert resumed.counts == RowCounts(46, 40, 6, 40, partial=1)
        assert list(api.bad_rows(place.folder, resumed)) == list(api.bad_rows(place.folder, done))
        after = place.events()[seen:]
        seen += len(after)
        numbers = [event["messageId"].rsplit("-", 1)[1] for event in identify(after)]
        assert sorted(map(int, numbers)) == [n for n in range(2, 48) if n not in (5, 12, 19, 26, 33, 40)]


def test_the_same_file_again_repeats_the_same_events(place: Place):
    first = place.upload(table(25))
    place.start(first)
    place.run(first)
    once = place.events()
    place.clock.advance(5_000_000)
    second = place.upload(table(25), name="again.csv")
    assert second.as_of == NOW
    place.start(second)
    place.run(second)
    assert place.events() == once + once


def test_one_runner_at_a_time_and_a_silent_one_is_replaced(place: Place):
    job = place.upload(table(25))
    place.start(job)
    with dying_before(12), pytest.raises(SimulatedCrash):
        place.run(job, "the dead one")
    with pytest.raises(api.TakenOver):
        place.run(job, "too early")
    place.clock.advance(run.SILENT_MS + 1)
    assert place.run(job, "in time").state == "done"
    assert place.run(job, "too late").state == "done"
    assert len(place.events()) == 21


def test_cancel_stops_after_the_chunk_under_way(place: Place):
    job = place.upload(table(45))
    place.start(job)

    def cancelling(now):
        if now.chunk == 2 and now.state == "running":
            api.cancel(place.storage, place.workspace, job.id, folder=place.folder, now=NOW)

    ended = place.run(job, progress=cancelling)
    assert (ended.state, ended.chunk, ended.counts.read) == ("cancelled", 3, 30)
    assert len(place.events()) == ended.counts.events
    with pytest.raises(Conflict):
        place.start(job)
    with pytest.raises(Conflict):
        api.cancel(place.storage, place.workspace, job.id, folder=place.folder, now=NOW)


def test_stop_leaves_it_waiting_and_another_runner_goes_on(place: Place):
    job = place.upload(table(45))
    place.start(job)
    stop = Signal()
    left = place.run(job, progress=lambda now: stop.set() if now.chunk == 2 else None, stop=stop)
    assert (left.state, left.chunk) == ("waiting", 2)
    assert place.run(job, "another").counts.read == 45


def test_a_world_that_is_broken_for_a_while_costs_nothing(place: Place, monkeypatch):
    job = place.upload(table(45))
    place.start(job)
    failures = iter([0, 1, 1, 0, 0, 1, 0])

    def failing(*args):
        if next(failures, 0):
            raise Retry
        return append(*args)

    monkeypatch.setattr(run, "append", failing)
    assert place.run(job).counts == RowCounts(45, 39, 6, 39, partial=1)
    assert len(place.events()) == 39


def test_a_damaged_upload_fails_with_advice_and_can_be_read_differently(place: Place):
    job = place.upload(table(45))
    place.start(job)
    path = place.folder.upload(job.sha256)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    failed = place.run(job)
    assert failed.state == "failed"
    assert "Pack it again" in failed.reason
    path.write_bytes(whole)
    place.start(job)
    assert place.run(job).counts == RowCounts(45, 39, 6, 39, partial=1)


def test_an_import_without_a_writer_does_not_wait_for_ever(place: Place, monkeypatch):
    monkeypatch.setattr(run, "BLOCKS_AHEAD", 1)
    monkeypatch.setattr(run, "PATIENCE_SECONDS", 1)
    job = place.upload(table(45))
    place.start(job)
    assert place.run(job).state == "done"


def test_changing_it_before_and_not_after_the_start(place: Place):
    job = place.upload(table(12))
    mapping = Mapping(
        "people", (Column("Почта", "attribute", "email"),), constants={"city": "Тверь"}, tags=("новые",)
    )
    changed = api.change(place.storage, place.workspace, job.id, kinds=(), mapping=mapping, kind="live")
    assert (changed.mapping, changed.kind) == (mapping, "live")
    with pytest.raises(api.WrongMapping, match="no column 'Нет'"):
        api.change(
            place.storage,
            place.workspace,
            job.id,
            kinds=(),
            mapping=Mapping("people", (Column("Нет", "attribute", "x"),)),
        )
    place.start(job)
    place.run(job)
    first, tag = identify(place.events())[:2]
    assert first["traits"] == {"city": "Тверь", "email": "i0@shop.ru"}
    assert tag["properties"] == {"add": ["новые"]}
    assert not any(parcel.history for parcel in place.appended())
    with pytest.raises(Conflict):
        api.change(place.storage, place.workspace, job.id, kinds=(), name="other")


def test_uploads_are_limited_and_leave_nothing_behind(place: Place):
    with pytest.raises(TooLarge):
        place.folder.keep([b"x" * 600, b"y" * 600], 1_000)
    assert list(place.folder.path.iterdir()) == []


def test_unknown_import(place: Place):
    with pytest.raises(NotFound):
        api.one(place.storage, place.workspace, 404)


def cdnow() -> list[tuple[str, str, str, str]]:
    path = next(f for f in importlib.metadata.files("lifetimes") or () if f.name == "CDNOW_master.txt")
    lines = path.locate().read_text().splitlines()  # type: ignore[attr-defined]
    return [tuple(line.split()) for line in lines if line.split()[:1] != ["customer_id"]]  # type: ignore[misc]


def test_real_purchases_as_history(place: Place, monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 2_000)
    purchases = cdnow()[:6_000]
    assert len(purchases[0]) == 4
    path = place.folder.path.parent / "cdnow.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["customer_id", "date", "quantity", "total"])
        writer.writerows(purchases)
    job = place.upload(path.read_bytes())
    assert (job.mapping.target, job.mapping.event) == ("events", "Order Completed")
    place.start(job)
    done = place.run(job)
    assert done.counts == RowCounts(6_000, 6_000, 0, 6_000)
    people = Counter(event["userId"] for event in identify(place.events()))
    assert people == Counter(who for who, *_ in purchases)
    assert identify(place.events())[0] == {
        "type": "track",
        "messageId": identify(place.events())[0]["messageId"],
        "timestamp": "1996-12-31T21:00:00.000Z",
        "event": "Order Completed",
        "userId": "00001",
        "properties": {"quantity": 1, "total": 11.77},
    }


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.slow
def test_memory_does_not_grow_with_the_rows(place: Place, monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 2_000)
    monkeypatch.setattr(run, "append", lambda *_: 0)
    monkeypatch.setattr(run, "BLOCKS_AHEAD", 1_000_000)
    job = place.upload(table(100_000, bad=5_000, people=1_000))
    place.start(job)
    held: list[int] = []
    done = place.run(job, progress=lambda _: held.append(resident_bytes()))
    assert done.counts.read == 100_000
    assert len(held) == 50
    assert max(held[10:]) - held[9] < 20_000_000
