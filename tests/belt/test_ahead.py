"""Decoding ahead by another process: the same records, the same state, whenever that process dies."""

import os
import signal
from collections.abc import Iterator, Sequence
from random import Random
from time import monotonic
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from konnektu.belt import ahead as ahead_module
from konnektu.belt import writer as writer_module
from konnektu.belt.ahead import Ahead, Circumstances
from konnektu.belt.decoder import answer
from konnektu.belt.decoding import Shipment, Task, decoded, pack, unpack
from konnektu.belt.writer import Writer
from konnektu.collect import api as collect
from konnektu.core.records import Event, Identifier, Parcel
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW, epoch_of, everything, identify, run_writer, send, track, waiting
from tests.belt.test_any_event import _events
from tests.shelf import Shelf

STATE = ("identifier", "person", "decision", "profile", "quarantine", "seen", "applied", "writer")
OPTIONS = collect.Options(
    staff_networks=("10.0.0.0/8",),
    staff=frozenset([Identifier("user_id", "u1")]),
    test_sources=frozenset([2]),
)
_parcels = st.lists(
    st.builds(
        Parcel,
        st.integers(1, 2),
        st.sampled_from(["wire", "import", "console", "api", "system"]),
        st.just(NOW),
        st.lists(st.one_of(_events.map(msgspec.json.encode), st.binary(max_size=8)), max_size=5),
        st.none() | st.integers(NOW - 5000, NOW),
        st.sampled_from([b"", b'{"locale":"ru"}', b"{"]),
        st.booleans(),
        st.sampled_from(["", "10.1.1.1", "77.88.8.8"]),
        st.sampled_from(["", "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0.0.0", "Googlebot/2.1"]),
    ),
    max_size=5,
)


@settings(deadline=None, max_examples=60)
@given(st.lists(_parcels, max_size=4))
def test_what_is_shipped_arrives_as_it_was_decoded(batch: list[list[Parcel]]) -> None:
    instants = [NOW + block for block in range(len(batch))]
    bodies = [log.encode_block(parcels) for parcels in batch]
    shipped = answer(msgspec.msgpack.encode(Task(7, 100, instants, OPTIONS, bodies)))
    shipment = msgspec.msgpack.decode(shipped, type=Shipment)
    arrived = list(unpack(shipment, batch, 100, instants))
    here = list(decoded(batch, 100, instants, OPTIONS))
    assert arrived == here
    assert repr(arrived) == repr(here)
    events = [one for one, _ in here if isinstance(one, Event)]
    assert log.split_records(shipment.records) == [log.record_of(one) for one in events]
    assert pack(here, 7) == shipped


def test_what_cannot_be_decoded_ahead_is_answered_with_nothing() -> None:
    assert answer(b"no task") == b""
    assert answer(msgspec.msgpack.encode(Task(1, 1, [NOW], OPTIONS, [b"\x09no block"]))) == b""


def blocks() -> list[list[bytes]]:
    """Anonymous visits, logins that join, values that refuse, repetitions and broken events, in many blocks."""
    made = []
    for block in range(30):
        who = block % 7
        made.append(
            [
                track("Page Viewed", block * 10 + 1, anonymous=f"a{who}"),
                identify(
                    f"u{who % 4}",
                    block,
                    email=f"e{who % 3}@shop.example",
                    firstName="Анна",
                    birthDate="31.31.1990",
                ),
                track(
                    "Order Completed", block * 10 + 2, user=f"u{who % 4}", anonymous=f"a{who}", revenue=100
                ),
                track("Page Viewed", (block - 2) * 10 + 1, anonymous=f"a{(block - 2) % 7}"),
                b'{"type":"track"' if who == 3 else track("Other", block * 10 + 3, anonymous=f"a{who}"),
            ]
        )
    return made


def rules_fact() -> bytes:
    """Rules under which no e-mail identifies anybody: later events are read otherwise."""
    kinds = [kind for kind in identity.DEFAULT_RULES.kinds if kind.name != "email"]
    return msgspec.json.encode(
        {"type": "rules", "messageId": "r1", "properties": {"kinds": msgspec.to_builtins(kinds)}}
    )


def send_all(storage: Storage, record: WorkspaceRecord) -> None:
    for number, block in enumerate(blocks()):
        send(storage, record, *block, at=NOW + number * 1000)
        if number == 14:
            send(storage, record, rules_fact(), at=NOW + number * 1000 + 1, origin="system")


def state(storage: Storage, record: WorkspaceRecord) -> dict[str, list[str]]:
    with storage.workspace(record).read() as db:
        places = [
            str(row)
            for row in db.execute(
                "SELECT first_position, events, accepted, instant, stamps FROM applied"
            ).fetchall()
        ]
    tables = tuple(table for table in STATE if table not in {"applied", "writer"})
    return {**everything(storage, record, tables), "places": sorted(places)}


@pytest.fixture(scope="module")
def alone(storage: Storage, shelf: Shelf) -> dict[str, list[str]]:
    """The state that a writer makes which decodes everything itself."""
    record = shelf.take("alone", "Alone", NOW)
    send_all(storage, record)
    run_writer(storage, record, 15)
    made = state(storage, record)
    shelf.give_back(record)
    return made


@pytest.fixture
def ahead(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ahead]:
    monkeypatch.setattr(writer_module, "LEAST_AHEAD", 1)
    monkeypatch.setattr(ahead_module, "REST_SECONDS", 0.0)
    made = Ahead()
    warm(made)
    yield made
    made.close()


def warm(made: Ahead) -> None:
    """Return when the process has started and answered."""
    given, until = Circumstances((0,), 1, [NOW], OPTIONS), monotonic() + 60
    made.ask(given, [log.encode_block([])])
    while made.take(given, [[]]) is None:
        assert monotonic() < until
        made.ask(given, [log.encode_block([])])


def counted(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each batch, whether it came decoded."""
    came: list[bool] = []
    take = Ahead.take

    def taken(self: Ahead, given: Circumstances, batch: Sequence[Sequence[Parcel]]) -> Any:
        found = take(self, given, batch)
        came.append(found is not None)
        return found

    monkeypatch.setattr(Ahead, "take", taken)
    return came


def test_decoded_ahead_the_state_is_the_same(
    storage: Storage,
    workspace: WorkspaceRecord,
    alone: dict[str, list[str]],
    ahead: Ahead,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    came = counted(monkeypatch)
    send_all(storage, workspace)
    Writer(storage, workspace, epoch_of(storage, workspace), ahead).apply(waiting(storage, workspace), 15)
    # The first batch has nobody before it, and none is read ahead over a fact of the system.
    assert came.count(False) == 2
    assert came.count(True) > 5
    assert state(storage, workspace) == alone


def test_killed_at_any_moment_the_decoder_costs_nothing_but_time(
    storage: Storage,
    workspace: WorkspaceRecord,
    alone: dict[str, list[str]],
    ahead: Ahead,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    killed, dice = 0, Random(1)
    ask, take = Ahead.ask, Ahead.take

    def kill(self: Ahead) -> None:
        nonlocal killed
        if self.pid is not None and dice.random() < 0.4:
            os.kill(self.pid, signal.SIGKILL)
            killed += 1

    def asked(self: Ahead, given: Circumstances, bodies: list[bytes]) -> None:
        kill(self)
        ask(self, given, bodies)
        kill(self)

    def taken(self: Ahead, given: Circumstances, batch: Sequence[Sequence[Parcel]]) -> Any:
        kill(self)
        return take(self, given, batch)

    monkeypatch.setattr(Ahead, "ask", asked)
    monkeypatch.setattr(Ahead, "take", taken)
    send_all(storage, workspace)
    Writer(storage, workspace, epoch_of(storage, workspace), ahead).apply(waiting(storage, workspace), 15)
    assert killed > 3
    assert state(storage, workspace) == alone


def test_a_decoder_that_does_not_answer_is_not_waited_for(
    storage: Storage,
    workspace: WorkspaceRecord,
    alone: dict[str, list[str]],
    ahead: Ahead,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ahead_module, "PATIENCE_SECONDS", 0.01)
    ask = Ahead.ask

    def asked(self: Ahead, given: Circumstances, bodies: list[bytes]) -> None:
        ask(self, given, bodies)
        if self.pid is not None:
            os.kill(self.pid, signal.SIGSTOP)

    monkeypatch.setattr(Ahead, "ask", asked)
    send_all(storage, workspace)
    Writer(storage, workspace, epoch_of(storage, workspace), ahead).apply(waiting(storage, workspace), 15)
    assert state(storage, workspace) == alone


def test_one_that_is_starting_is_not_waited_for_and_one_that_failed_rests() -> None:
    made, given = Ahead(), Circumstances((1,), 1, [NOW], OPTIONS)
    bodies = [log.encode_block([])]
    made.ask(given, bodies)
    assert made.take(given, [[]]) is None
    warm(made)
    started = made.pid or 0
    os.kill(started, signal.SIGSTOP)
    made.ask(given, bodies)
    os.kill(started, signal.SIGKILL)
    assert made.take(given, [[]]) is None
    made.ask(given, bodies)
    assert made.pid is None
    made.close()


def test_what_was_asked_for_under_other_circumstances_is_not_taken(ahead: Ahead) -> None:
    batch = [[Parcel(1, "wire", NOW, [track("Viewed", 1, user="u")])]]
    bodies = [log.encode_block(parcels) for parcels in batch]
    given = Circumstances((1,), 1, [NOW], OPTIONS)
    others = [
        Circumstances((2,), 1, [NOW], OPTIONS),
        Circumstances((1,), 2, [NOW], OPTIONS),
        Circumstances((1,), 1, [NOW + 1], OPTIONS),
        Circumstances((1,), 1, [NOW], collect.Options()),
    ]
    for other in others:
        ahead.ask(given, bodies)
        assert ahead.take(other, batch) is None
    ahead.ask(given, bodies)
    found = ahead.take(given, batch)
    assert found is not None
    assert found.read == list(decoded(batch, 1, [NOW], OPTIONS))
    assert ahead.take(given, batch) is None
