import uuid

from hypothesis import given
from hypothesis import strategies as st

from konnektu.core.clock import MovableClock, SystemClock
from konnektu.core.ids import RANDOM_BYTES, uuid7

LAST_MOMENT = (1 << 48) - 1


@given(st.integers(0, LAST_MOMENT), st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES))
def test_an_id_is_a_version_7_uuid_of_its_moment(now_ms: int, random: bytes) -> None:
    made = uuid.UUID(uuid7(now_ms, lambda _: random))
    assert (made.version, made.variant, made.int >> 80) == (7, uuid.RFC_4122, now_ms)


@given(st.integers(0, LAST_MOMENT - 1))
def test_later_ids_sort_later(now_ms: int) -> None:
    assert uuid7(now_ms) < uuid7(now_ms + 1)


def test_ids_of_one_moment_differ() -> None:
    assert len({uuid7(1) for _ in range(1_000)}) == 1_000


def test_a_movable_clock_stands_until_moved() -> None:
    clock = MovableClock(5)
    assert (clock.now_ms(), clock.now_ms()) == (5, 5)
    clock.advance(-2)
    assert clock.now_ms() == 3


def test_the_system_clock_counts_milliseconds_since_1970() -> None:
    first, second = SystemClock().now_ms(), SystemClock().now_ms()
    assert 1_700_000_000_000 < first <= second < 10_000_000_000_000
