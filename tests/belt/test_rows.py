"""The sink's rows from what the writer handed over are the rows that decoding every event again makes."""

from collections.abc import Sequence
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from konnektu.belt.decoding import decoded
from konnektu.belt.writer import Writer
from konnektu.collect import api as collect
from konnektu.core.records import Event, Parcel
from konnektu.flow import read_entry
from konnektu.log import api as log
from konnektu.log.facts import Fact, fact_table
from konnektu.log.model import decode_stamps
from konnektu.log.rows import Reading, block_rows
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW, epoch_of, waiting
from tests.belt.test_any_event import _events

CONTEXTS: tuple[dict[str, Any], ...] = (
    {},
    {"page": {"url": "https://shop.example/?utm_source=ya&utm_medium=cpc", "referrer": "https://ya.ru/"}},
    {"page": {"url": "https://shop.example/a"}, "ip": "77.88.8.8", "userAgent": "Mozilla/5.0 (iPhone)"},
    {"device": {"type": "ios"}, "os": {"name": "iOS"}, "location": {"country": "ru", "city": " Тверь  "}},
    {"campaign": {"source": "mail", "medium": "email"}, "page": []},
)
CHANGED = (
    b'{"type":"track","event":"e\\u0301","userId":"u1","messageId":"nfd-e\\u0301"}',
    b'{"type":"track","event":"half \\ud83d","userId":"u1","messageId":"half"}',
    b'{"type":"page","userId":"u1","properties":{"n":NaN}}',
    b'{"type":"track","event":" Spaced ","userId":12345,"messageId":"spaced"}',
    b'{"type":"track","event":"Unnamed","userId":"u2"}',
    b'{"type":"screen","name":"","userId":"u2","messageId":"screen"}',
    '{"type":"page","name":"Каталог","userId":"u3","messageId":"каталог"}'.encode(),
)
_bodies = st.one_of(
    st.tuples(_events, st.sampled_from(CONTEXTS)).map(
        lambda one: msgspec.json.encode({"context": one[1], **one[0]})
    ),
    st.sampled_from(CHANGED),
    st.binary(max_size=6),
)
_parcels = st.builds(
    Parcel,
    st.integers(1, 3),
    st.sampled_from(["wire", "import", "console", "api"]),
    st.integers(NOW, NOW + 1000),
    st.lists(_bodies, min_size=1, max_size=6),
    st.none() | st.just(NOW - 5000),
    st.sampled_from([b"", b'{"locale":"ru"}']),
    st.booleans(),
    st.sampled_from(["", "77.88.8.8"]),
    st.sampled_from(["", "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0.0.0", "Googlebot/2.1"]),
)


def again(block: log.Applied, parcels: Sequence[Parcel]) -> list[Fact]:
    """The facts of a block as decoding makes them from their entries."""
    stamps, facts, index = decode_stamps(block.stamps), [], 0
    for parcel in parcels:
        for body in parcel.events:
            if stamps.atoms[index] >= log.NOBODY:
                one = msgspec.structs.replace(parcel, events=[body])
                at = (block.first_position + index, block.instant, int(stamps.atoms[index]))
                entry = log.Entry(*at, int(stamps.marks[index]), int(stamps.visits[index]), one)
                facts.append(Fact(read_entry(entry, collect.Options()), one, entry.atom, entry.visit))
            index += 1
    return facts


def reading() -> Reading:
    return Reading(lambda entry: read_entry(entry, collect.Options()), collect.head)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(st.lists(st.lists(_parcels, min_size=1, max_size=3), min_size=1, max_size=4))
def test_rows_are_those_of_decoding_again(
    storage: Storage, workspace: WorkspaceRecord, blocks: list[list[Parcel]]
) -> None:
    held = {log.append(storage.inbox, workspace.id, parcels): parcels for parcels in blocks}
    Writer(storage, workspace, epoch_of(storage, workspace)).apply(waiting(storage, workspace), 10)
    with storage.workspace(workspace).read() as db:
        applied = [one for one in log.store.applied_range(db, 0, 2**62, 10_000) if one.block in held]
    assert len(applied) == len(blocks)
    for block in applied:
        facts = again(block, held[block.block])
        assert len(facts) == block.accepted
        made = block_rows(block, held[block.block], reading()).sort_by("position")
        assert made.equals(fact_table(facts))
        bare = msgspec.structs.replace(block, stamps=without_derivations(block.stamps))
        assert block_rows(bare, held[block.block], reading()).sort_by("position").equals(made)


def without_derivations(stamps: bytes) -> bytes:
    """Stamps as they were written before the hand-over carried derived columns."""
    found = decode_stamps(stamps)
    return msgspec.msgpack.encode((found.atoms.tobytes(), found.marks.tobytes(), found.visits.tobytes()))


def test_heads_are_those_of_decoding() -> None:
    plain = [body for body in CHANGED if b"messageId" in body]
    parcels = [Parcel(1, "wire", NOW, plain)]
    for body, (one, _) in zip(plain, decoded([parcels], 1, [NOW], collect.Options()), strict=True):
        assert isinstance(one, Event)
        if one.body is body:
            assert collect.head(body) == (one.type, one.name, one.message_id)
    assert collect.head(b"[]") is None
    assert collect.head(b'{"type":"page"}') is None
