"""Deduplication in memory against a dictionary that remembers everything."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from konnektu.core.records import UNSTATED, Event, Identifier
from konnektu.log.seen import (
    HALVES,
    HOUR,
    LAYOUT,
    RECORD,
    Beyond,
    Bucket,
    asked_of,
    buckets_of,
    check_in_slice,
    judge,
    merge_packed,
    pack,
    record_of,
    slice_of,
)

NOW = 1_760_000_000_000


@dataclass(frozen=True)
class Sent:
    """What a sender may repeat or vary."""

    source: int
    message_id: str
    hour: int
    content: int


sendings = st.lists(
    st.builds(
        Sent, st.integers(1, 2), st.sampled_from(["a", "b", "c", ""]), st.integers(0, 2), st.integers(0, 1)
    ),
    max_size=40,
)


def event(sent: Sent, position: int) -> Event:
    return Event(
        position=position,
        instant=NOW,
        source=sent.source,
        origin="wire",
        type="track",
        name="Viewed",
        message_id=sent.message_id,
        time=NOW,
        raw_time=NOW - sent.hour * HOUR - 1,
        received_at=NOW,
        properties={"content": sent.content},
    )


def expected(history: list[Sent]) -> list[str]:
    remembered: dict[tuple[int, str, int], int] = {}
    verdicts = []
    for sent in history:
        key = (sent.source, sent.message_id, sent.hour)
        if not sent.message_id or key not in remembered:
            remembered[key] = sent.content
            verdicts.append("fresh")
        else:
            verdicts.append("repeated" if remembered[key] == sent.content else "other_content")
    return verdicts


@given(sendings, st.integers(1, 7))
def test_verdicts_equal_a_memory_of_everything_however_batches_are_cut(
    history: list[Sent], size: int
) -> None:
    buckets: dict[int, Bucket] = {}
    verdicts: list[str] = []
    for start in range(0, len(history), size):
        events = [event(sent, start + i) for i, sent in enumerate(history[start : start + size])]
        records = [record_of(one) for one in events]
        places = [buckets_of(one, record) for one, record in zip(events, records, strict=True)]
        asked = asked_of(places, records)
        known = {bucket: buckets.setdefault(bucket, Bucket()).checks(asked[bucket]) for bucket in asked}
        judged = judge(events, places, records, known)
        for bucket, packed in judged.fresh.items():
            buckets[bucket].add(packed)
        verdicts += judged.verdicts
    assert verdicts == expected(history)


def record(high: int, low: int, check: int) -> bytes:
    return np.array([(high, low, check)], LAYOUT).tobytes()


def test_two_digests_with_the_same_first_half_are_told_apart() -> None:
    first = pack([record(7, 1, 11), record(7, 2, 12), record(9, 1, 13)])
    bucket = Bucket(merge_packed([first, pack([record(7, 3, 14)])]))
    asked = [record(7, 2, 0), record(7, 3, 0), record(7, 4, 0), record(8, 1, 0)]
    found = {one[:HALVES]: one[HALVES:] for one in (record(7, 2, 12), record(7, 3, 14))}
    assert bucket.checks(asked) == found


@given(st.integers(0, 2**32), st.integers(1, 20_000))
def test_a_slice_tells_what_the_whole_row_tells(seed: int, size: int) -> None:
    dice = np.random.default_rng(seed)
    made = np.empty(size, LAYOUT)
    made["high"] = dice.integers(0, 2**64, size, np.uint64)
    made["low"], made["check"] = 1, dice.integers(0, 2**32, size, np.uint32)
    row = merge_packed([made.tobytes()])
    strangers = [record(int(high), 1, 0) for high in dice.integers(0, 2**64, 20, np.uint64)]
    for one in [made[place].tobytes() for place in dice.integers(0, size, 20)] + strangers:
        start, stop = slice_of(one, size)
        try:
            told = check_in_slice(one, row[start * RECORD : stop * RECORD], start, size)
        except Beyond:
            continue
        assert told == Bucket(row).checks([one]).get(one[:HALVES])


def test_a_slice_that_ends_before_the_record_says_so() -> None:
    row = pack(record(high, low, 5) for high in range(10) for low in range(3))
    inside = row[9 * RECORD : 14 * RECORD]
    assert check_in_slice(record(4, 0, 0), inside, 9, 30) == record(0, 0, 5)[HALVES:]
    for outside in (record(2, 0, 0), record(3, 0, 0), record(4, 2, 0), record(5, 0, 0)):
        with pytest.raises(Beyond):
            check_in_slice(outside, inside, 9, 30)
    assert check_in_slice(record(99, 0, 0), row[25 * RECORD :], 25, 30) is None


def test_what_the_sender_meant_counts_and_when_it_sent_and_for_whom_does_not() -> None:
    first = event(Sent(1, "a", 0, 0), 1)
    assert record_of(first) == record_of(event(Sent(1, "a", 0, 0), 99))
    signed_in = structs.replace(first, identifiers=(Identifier("user_id", "u"),))
    assert record_of(first) == record_of(signed_in), "the browser client reads the user when it sends"
    other = structs.replace(first, properties={"content": 1})
    assert record_of(first)[:HALVES] == record_of(other)[:HALVES]
    assert record_of(first)[HALVES:] != record_of(other)[HALVES:]


def test_an_event_without_a_time_is_recognised_twelve_hours_later() -> None:
    first = event(Sent(1, "a", 0, 0), 1)
    untimed = [structs.replace(first, received_at=at, raw_time=UNSTATED) for at in (NOW, NOW + 12 * HOUR - 1)]
    records = [record_of(one) for one in untimed]
    assert buckets_of(untimed[0], records[0])[0] in buckets_of(untimed[1], records[1])


def test_an_event_that_came_in_the_millisecond_of_its_time_is_recognised_later() -> None:
    first = structs.replace(event(Sent(1, "a", 0, 0), 1), raw_time=NOW, received_at=NOW)
    again = structs.replace(first, received_at=NOW + 5_000)
    assert buckets_of(first, record_of(first)) == buckets_of(again, record_of(again))
