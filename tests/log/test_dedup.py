"""Deduplication against PostgreSQL: whatever is held, sliced, joined or forgotten, the verdicts are a dictionary's."""

from collections import defaultdict
from random import Random

import numpy as np
import pytest

from konnektu.core.records import Event
from konnektu.log import dedup, store
from konnektu.log.dedup import Deduplication, Row, joinable
from konnektu.log.seen import HOUR, RECORD, merge_packed
from konnektu.storage.api import Storage, WorkspaceRecord

NOW = 1_760_000_000_000
HOURS = 6


def event(number: int, position: int, *, content: int = 0) -> Event:
    """The event of this number: its hour of raw time follows from it, as a repeated event repeats its time."""
    return Event(
        position=position,
        instant=NOW,
        source=1,
        origin="wire",
        type="track",
        name="Viewed",
        message_id=f"m{number}",
        time=NOW,
        raw_time=NOW - number % HOURS * HOUR - 1,
        received_at=NOW,
        properties={"content": content},
    )


def judged(storage: Storage, record: WorkspaceRecord, seen: Deduplication, events: list[Event]) -> list[str]:
    """What a writer does with a batch."""
    first = events[0].position
    with storage.workspace(record).transaction() as db:
        said = seen.judge(db, events)
        seen.save(db, said, first, NOW)
    seen.keep(said, first, NOW)
    return list(said.verdicts)


@pytest.mark.parametrize("rows", [2, 5])
@pytest.mark.parametrize("small", [0, 4 * RECORD, 10**6], ids=["sliced", "small held", "all held"])
def test_verdicts_equal_a_dictionary_whatever_is_held(
    storage: Storage,
    workspace: WorkspaceRecord,
    monkeypatch: pytest.MonkeyPatch,
    small: int,
    rows: int,
) -> None:
    monkeypatch.setattr(dedup, "SMALL", small)
    monkeypatch.setattr(dedup, "ROWS_A_BUCKET", rows)
    dice, seen, remembered = Random(small + rows), Deduplication(), dict[int, int]()
    for batch in range(40):
        numbers = [dice.randrange(900) for _ in range(dice.randrange(1, 40))]
        events = [
            event(number, batch * 100 + place + 1, content=int(dice.random() < 0.1))
            for place, number in enumerate(numbers)
        ]
        expected = []
        for number, one in zip(numbers, events, strict=True):
            content = one.properties["content"]
            known = remembered.setdefault(number, -1)
            expected.append("fresh" if known < 0 else "repeated" if known == content else "other_content")
            if known < 0:
                remembered[number] = content
        assert judged(storage, workspace, seen, events) == expected
        if dice.random() < 0.2:
            seen = Deduplication()
    assert stored(storage, workspace) == len(remembered)


def stored(storage: Storage, record: WorkspaceRecord) -> int:
    """Records in the database; each once."""
    by_bucket = defaultdict(list)
    with storage.workspace(record).read() as db:
        for bucket, packed in db.execute("SELECT bucket, records FROM seen").fetchall():
            by_bucket[bucket].append(packed)
    records = [
        merge_packed(packed)[at : at + RECORD]
        for packed in by_bucket.values()
        for at in range(0, len(b"".join(packed)), RECORD)
    ]
    assert len(set(records)) == len(records)
    return len(records)


def test_one_late_event_reads_a_slice_and_not_the_hour(
    storage: Storage, workspace: WorkspaceRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    hour = [event(number * HOURS, number + 1) for number in range(20_000)]
    judged(storage, workspace, Deduplication(), hour)
    read: list[int] = []
    slices = store.seen_slices

    def counted(db: object, asked: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, bytes]]:
        found = slices(db, asked)  # type: ignore[arg-type]
        read.extend(len(packed) for _, _, _, packed in found)
        return found

    monkeypatch.setattr(store, "seen_slices", counted)
    late = [event(7 * HOURS, 30_001), event(20_001 * HOURS, 30_002)]
    assert judged(storage, workspace, Deduplication(), late) == ["repeated", "fresh"]
    assert 0 < sum(read) < 20_000 * RECORD / 5


def test_a_slice_that_cannot_tell_costs_the_whole_row(
    storage: Storage, workspace: WorkspaceRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    hour = [event(number * HOURS, number + 1) for number in range(20_000)]
    judged(storage, workspace, Deduplication(), hour)
    monkeypatch.setattr(dedup, "slice_of", lambda _record, records: (records - 1, records))
    late = [event(7 * HOURS, 30_001), event(20_001 * HOURS, 30_002), event(8 * HOURS, 30_003, content=1)]
    assert judged(storage, workspace, Deduplication(), late) == ["repeated", "fresh", "other_content"]


def test_rows_that_were_forgotten_meanwhile_are_no_trouble(
    storage: Storage, workspace: WorkspaceRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dedup, "SMALL", 0)
    monkeypatch.setattr(dedup, "ROWS_A_BUCKET", 2)
    seen = Deduplication()
    judged(storage, workspace, Deduplication(), [event(0, 1)])
    assert judged(storage, workspace, seen, [event(0, 2), event(HOURS, 3)]) == ["repeated", "fresh"]
    with storage.workspace(workspace).transaction() as db:
        assert store.forget_seen(db, NOW + 1) > 0
    for position in range(4, 9):
        assert judged(storage, workspace, seen, [event(position * HOURS, position)]) == ["fresh"]
    assert stored(storage, workspace) == 5


def test_joining_writes_each_record_a_few_times_only() -> None:
    dice, rows, written = np.random.default_rng(1), list[Row](), 0
    for position in range(2_000):
        taken = joinable(rows)
        if taken:
            rows = [row for row in rows if row not in taken]
            rows.append(Row(taken[-1].position, 0, sum(row.size for row in taken)))
            written += rows[-1].size
        rows.append(Row(10_000 + position, 0, int(dice.integers(1, 5_000)) * RECORD))
    assert len(rows) < 2 * dedup.ROWS_A_BUCKET
    assert written < 10 * sum(row.size for row in rows)
