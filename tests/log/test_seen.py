"""Deduplication in memory against a dictionary that remembers everything."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from konnektu.core.records import Event, Identifier
from konnektu.log.seen import HOUR, Bucket, buckets_of, digest_of, judge, merge_packed, pack

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
        digests = [digest_of(one) for one in events]
        for one, digest in zip(events, digests, strict=True):
            for bucket in buckets_of(one, digest):
                buckets.setdefault(bucket, Bucket())
        judged = judge(events, buckets, digests)
        for bucket, packed in judged.fresh.items():
            buckets[bucket].add(packed)
        verdicts += judged.verdicts
    assert verdicts == expected(history)


def test_two_digests_with_the_same_first_half_are_told_apart() -> None:
    bucket = Bucket(merge_packed([pack([(7, 1, 11), (7, 2, 12), (9, 1, 13)]), pack([(7, 3, 14)])]))
    assert bucket.checks([(7, 2, 0), (7, 3, 0), (7, 4, 0), (8, 1, 0)]) == {(7, 2): 12, (7, 3): 14}


def test_what_the_sender_meant_counts_and_when_it_sent_does_not() -> None:
    first = event(Sent(1, "a", 0, 0), 1)
    assert digest_of(first) == digest_of(event(Sent(1, "a", 0, 0), 99))
    other = structs.replace(first, identifiers=(Identifier("user_id", "u"),))
    assert digest_of(first)[:2] == digest_of(other)[:2]
    assert digest_of(first)[2] != digest_of(other)[2]


def test_an_event_without_a_time_is_recognised_twelve_hours_later() -> None:
    first = event(Sent(1, "a", 0, 0), 1)
    untimed = [structs.replace(first, received_at=at, raw_time=at) for at in (NOW, NOW + 12 * HOUR - 1)]
    digests = [digest_of(one) for one in untimed]
    assert buckets_of(untimed[0], digests[0])[0] in buckets_of(untimed[1], digests[1])
