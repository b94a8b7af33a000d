"""Small parts of the collector: who sent it, who is too slow, what is mended."""

import asyncio

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from konnektu.collect.deadlines import Deadlines
from konnektu.collect.repair import repaired
from konnektu.collect.sender import sender_address

TRUSTED = ("10.0.0.0/8", "::1")


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "address"),
    [
        ("1.2.3.4", b"", TRUSTED, "1.2.3.4"),
        ("1.2.3.4", b"5.6.7.8", TRUSTED, "1.2.3.4"),
        ("10.0.0.1", b"5.6.7.8", (), "10.0.0.1"),
        ("10.0.0.1", b"5.6.7.8", TRUSTED, "5.6.7.8"),
        ("10.0.0.1", b"9.9.9.9, 5.6.7.8, 10.2.2.2", TRUSTED, "5.6.7.8"),
        ("::1", b"2001:db8::7", TRUSTED, "2001:db8::7"),
        ("10.0.0.1", b"nonsense", TRUSTED, ""),
        ("10.0.0.1", b"10.0.0.2", TRUSTED, "10.0.0.1"),
        ("", b"5.6.7.8", TRUSTED, ""),
        ("10.0.0.1", b"5.6.7.8", ("not a network", "10.0.0.0/8"), "5.6.7.8"),
    ],
)
def test_the_sender_is_the_last_address_no_proxy_of_ours_wrote(
    peer: str, forwarded: bytes, trusted: tuple[str, ...], address: str
) -> None:
    assert sender_address(peer, forwarded, trusted) == address


@pytest.mark.anyio
async def test_a_task_ends_when_its_time_is_up_and_goes_on_after_it() -> None:
    deadlines = Deadlines(0.05)
    with pytest.raises(TimeoutError):
        with deadlines.within():
            await asyncio.Event().wait()
    with deadlines.within():
        await asyncio.sleep(0)
    await asyncio.sleep(0)


@pytest.mark.anyio
async def test_a_cancelled_task_is_cancelled_and_not_late() -> None:
    deadlines = Deadlines(60)

    async def wait() -> None:
        with deadlines.within():
            await asyncio.Event().wait()

    task = asyncio.ensure_future(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_what_is_well_formed_stays_as_it_is(value: object) -> None:
    raw = msgspec.json.encode(value)
    assert msgspec.json.decode(repaired(raw)) == value


@given(st.binary(max_size=100))
def test_mending_ends_and_mends_once(raw: bytes) -> None:
    once = repaired(raw)
    assert repaired(once) == once
