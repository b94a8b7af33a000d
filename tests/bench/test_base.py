"""The people of a big base are what the writer would have made of their events."""

from collections.abc import Iterator

import numpy as np
import pytest

from konnektu.bench.base import seeding
from konnektu.bench.base.checks import SAMPLE, check
from konnektu.bench.base.multiplying import Span, found
from konnektu.bench.base.seeding import Base, make_base
from konnektu.bench.world import World, world

POSITIONS = Span(32_000_000, 32_000_100, 100)


def slots(row: bytes, *spans: Span) -> list[tuple[int, int, int]]:
    """(start, value, width) of every number of a row."""
    several = found(np.frombuffer(row, np.uint8).copy(), spans, 7)
    return sorted(
        (int(start), int(value), one.width)
        for one in several
        for start, value in zip(one.starts, one.values, strict=True)
    )


def test_numbers_are_found_where_they_stand_for_themselves() -> None:
    eight = b"\x00\x00\x00\x08" + (32_000_001).to_bytes(8, "big")
    packed = b"\x93\xce" + (32_000_002).to_bytes(4, "big") + b"\xcf" + (32_000_003).to_bytes(8, "big")
    text = b'{"p":32000004,"n":"q0000005-01","t":132000006}'
    assert slots(eight + packed + text, POSITIONS) == [
        (4, 32_000_001, 8),
        (14, 32_000_002, 4),
        (19, 32_000_003, 8),
        (32, 32_000_004, 8),
        (47, 5, 7),
    ]


def test_bytes_that_only_look_like_a_number_are_left_alone() -> None:
    alike = b"\x00\x01" + (32_000_001).to_bytes(8, "big") + (32_000_002).to_bytes(4, "big")
    assert slots(alike, POSITIONS) == []


def test_a_copy_holds_its_own_numbers_and_nothing_else_changes() -> None:
    row = b"\xce" + (32_000_002).to_bytes(4, "big") + b'{"p":32000004} q0000005'
    rows = np.frombuffer(row, np.uint8).copy()
    several = list(found(rows, (POSITIONS,), 7))
    for one in several:
        one.write(rows, 3)
    assert rows.tobytes() == b"\xce" + (32_000_302).to_bytes(4, "big") + b'{"p":32000304} q0000026'


@pytest.fixture
def here() -> Iterator[World]:
    with world(with_sink=True) as found:
        yield found


@pytest.mark.slow
def test_copies_are_as_their_originals_and_go_on_alike(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeding, "ORIGINALS", 20)
    base: Base = make_base(here, 100, 3, 50)
    assert (base.people, base.originals, base.copies) == (100, 20, 5)
    assert check(here, base) > SAMPLE // 4
