"""Stamps lie in PostgreSQL in a frame where that gains something, and are read whichever way they lie."""

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from konnektu.core.records import Derived
from konnektu.log.model import LEAST_FRAMED, Derivations, Stamps, decode_stamps


def stamps(events: int) -> Stamps:
    numbers = np.arange(events)
    derived = Derivations(
        numbers * 7, numbers * 11, (numbers % 2).astype(np.int32), (Derived(os="a"), Derived(os="b"))
    )
    return Stamps(numbers * 32, (numbers % 5).astype(np.uint8), numbers * 1000, derived)


@pytest.mark.parametrize("events", [1, 3, 500], ids=["one", "three", "many"])
def test_stamps_are_read_as_they_were_written(events: int) -> None:
    written = stamps(events)
    for body in (written.encode(), plain(written)):
        read = decode_stamps(body)
        assert read.derived is not None
        assert written.derived is not None
        assert read.derived.table == written.derived.table
        for mine, theirs in zip(columns(read), columns(written), strict=True):
            np.testing.assert_array_equal(mine, theirs)


def test_many_are_framed() -> None:
    assert len(stamps(500).encode()) < len(plain(stamps(500))) / 2
    assert len(stamps(1).encode()) < LEAST_FRAMED


def plain(written: Stamps) -> bytes:
    """Stamps as they lay before they were framed."""
    assert written.derived is not None
    arrays = (written.atoms.tobytes(), written.marks.tobytes(), written.visits.tobytes())
    return msgspec.msgpack.encode((*arrays, written.derived.packed()))


def columns(read: Stamps) -> list[NDArray[np.generic]]:
    assert read.derived is not None
    derived = read.derived
    return [read.atoms, read.marks, read.visits, derived.times, derived.raw_times, derived.kinds]
