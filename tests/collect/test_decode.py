"""Decoding: what real clients and broken ones send, as a table."""

from typing import Any
from unicodedata import is_normalized

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from konnektu.collect.decode import decode, told_properties
from konnektu.collect.model import ALLOWED_FACTS, FACT_TYPES, Options
from konnektu.core.records import STAFF, TEST, UNSTATED, Event, Identifier, Parcel, Rejected

NOW = 1_795_292_433_000  # 2026-11-21T20:20:33Z
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def parcel(*events: bytes | dict[str, Any], **fields: Any) -> Parcel:
    raw = [event if isinstance(event, bytes) else msgspec.json.encode(event) for event in events]
    return Parcel(**{"source": 7, "origin": "wire", "received_at": NOW, "events": raw, **fields})


def one(event: bytes | dict[str, Any], options: Options | None = None, **fields: Any) -> Event | Rejected:
    return decode(parcel(event, **fields), 100, NOW + 5, options or Options())[0]


def accepted(event: bytes | dict[str, Any], options: Options | None = None, **fields: Any) -> Event:
    record = one(event, options, **fields)
    assert isinstance(record, Event), record
    return record


def refused(event: bytes | dict[str, Any], **fields: Any) -> Rejected:
    record = one(event, **fields)
    assert isinstance(record, Rejected), record
    return record


TRACK = {"type": "track", "event": "Order Completed", "userId": "u1", "messageId": "m1"}


def track(**fields: Any) -> dict[str, Any]:
    return {**TRACK, **fields}


LETTERS = [chr(code) for code in (*range(0x80, 0x100), *range(0x400, 0x480))]
"""Letters that decoding takes for composed wherever they stand."""


def test_letters_that_are_taken_for_composed_are_so_beside_any_other() -> None:
    for letter in LETTERS:
        assert all(is_normalized("NFC", letter + other) for other in LETTERS)
        assert is_normalized("NFC", "a" + letter)
        assert is_normalized("NFC", letter + "a")


@pytest.mark.parametrize("fields", [{}, {"context": {"ip": "8.8.8.8", "page": {"title": "Каталог"}}}])
def test_events_of_one_parcel_and_one_context_are_read_as_each_by_itself(fields: dict[str, Any]) -> None:
    other = {"userAgent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148 Safari/604.1"}
    sent = [track(**fields), track(**fields), track(context=other), track(**fields), track(context=other)]
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36"
    together = decode(parcel(*sent, user_agent=agent, ip="77.88.1.2"), 100, NOW + 5, Options())
    alone = [accepted(event, user_agent=agent, ip="77.88.1.2") for event in sent]
    assert [structs.replace(event, position=100) for event in together] == alone
    assert alone[0].derived.os == "Windows"
    assert alone[2].derived.os == "iOS"


def test_a_typical_event_keeps_what_was_sent() -> None:
    sent = track(
        timestamp="2026-11-21T20:20:00.123Z",
        properties={"revenue": 18.99, "products": [{"sku": "a"}]},
        context={"locale": "ru-RU"},
    )
    event = accepted(sent)
    assert (event.position, event.instant, event.source, event.origin) == (100, NOW + 5, 7, "wire")
    assert (event.type, event.name, event.message_id) == ("track", "Order Completed", "m1")
    assert event.time == event.raw_time == NOW - 33_000 + 123
    assert event.properties == {"revenue": 18.99, "products": [{"sku": "a"}]}
    assert event.context["locale"] == "ru-RU"
    assert Identifier("user_id", "u1") in event.identifiers
    assert msgspec.json.decode(event.body) == sent


def test_each_entry_takes_a_position_in_order() -> None:
    records = decode(parcel(TRACK, b"5", track(messageId="m2")), 10, NOW, Options())
    assert [(record.position, type(record)) for record in records] == [
        (10, Event),
        (11, Rejected),
        (12, Event),
    ]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (b"", "unreadable"),
        (b"{", "unreadable"),
        (b'{"type":"track","event":"a","userId":"u"', "unreadable"),
        (b"not json", "unreadable"),
        (b"null", "wrong_type"),
        (b"[]", "wrong_type"),
        (b'"text"', "wrong_type"),
        (b"{}", "unknown_type"),
        (track(type="trck"), "unknown_type"),
        (track(type=None), "unknown_type"),
        (track(type={}), "wrong_type"),
        (track(event=None), "no_name"),
        (track(event="  "), "no_name"),
        (track(event=["a"]), "wrong_type"),
        (track(userId=None), "no_identifier"),
        (track(userId=""), "no_identifier"),
        (track(userId={"id": 1}), "wrong_type"),
        (track(userId=True), "wrong_type"),
        (track(messageId=[]), "wrong_type"),
        (track(properties="a"), "wrong_type"),
        (track(properties=[1]), "wrong_type"),
        (track(context=5), "wrong_type"),
        (track(timestamp="yesterday"), "wrong_time"),
        (track(timestamp="2026-11-23T20:20:33Z"), "wrong_time"),
        (track(timestamp="1970-01-01T00:00:00Z"), "wrong_time"),
        (track(timestamp="1969-05-01T00:00:00Z"), "wrong_time"),
        (track(timestamp=0), "wrong_time"),
        (track(timestamp=1e300), "wrong_time"),
        (track(timestamp=-5), "wrong_time"),
        (track(timestamp="9" * 400), "wrong_time"),
        (track(timestamp={"a": 1}), "wrong_type"),
        (track(properties={"a": "x" * 33_000}), "too_large"),
        (
            b'{"type":"track","event":"a","userId":"u","properties":' + b'{"a":' * 70 + b"1" + b"}" * 71,
            "too_deep",
        ),
        (
            b'{"type":"track","event":"a","userId":"u","properties":' + b"[" * 9_000 + b"]" * 9_000 + b"}",
            "too_deep",
        ),
        (track(type="merge"), "not_allowed"),
        (track(type="consent"), "not_allowed"),
        (track(type="erase"), "not_allowed"),
    ],
)
def test_what_cannot_be_accepted_is_a_value_with_a_reason(event: bytes | dict[str, Any], reason: str) -> None:
    record = refused(event)
    assert record.reason == reason
    assert record.detail
    assert record.position == 100
    assert record.body == (event if isinstance(event, bytes) else msgspec.json.encode(event))


@pytest.mark.parametrize("origin", ["wire", "import", "console", "api", "system"])
@pytest.mark.parametrize("kind", sorted(FACT_TYPES))
def test_each_door_brings_only_the_facts_whose_right_it_has_asked_for(origin: str, kind: str) -> None:
    stated = {"consent", "edit", "tag", "note", "order", "product_list", "record"}
    allowed = {
        "wire": set(),
        "import": stated,
        "console": stated | {"merge", "cut", "never", "allow"},
        "api": stated | {"merge", "cut", "never", "allow"},
        "system": FACT_TYPES,
    }[origin]
    record = one(track(type=kind), origin=origin)
    assert isinstance(record, Event) == (kind in allowed)
    assert isinstance(record, Event) or record.reason == "not_allowed"


@pytest.mark.parametrize(
    ("fields", "time", "raw_time"),
    [
        ({}, NOW, UNSTATED),
        ({"timestamp": None}, NOW, UNSTATED),
        ({"timestamp": ""}, NOW, UNSTATED),
        ({"timestamp": NOW}, NOW, NOW),
        ({"timestamp": "2026-11-21T20:20:00Z"}, NOW - 33_000, NOW - 33_000),
        ({"timestamp": "2026-11-21T23:20:00+03:00"}, NOW - 33_000, NOW - 33_000),
        ({"timestamp": "2026-11-21T20:20:00"}, NOW - 33_000, NOW - 33_000),
        ({"timestamp": "2026-11-21T20:20:00.123456789Z"}, NOW - 33_000 + 123, NOW - 33_000 + 123),
        ({"timestamp": " 2026-11-21 20:20:00 UTC "}, NOW - 33_000, NOW - 33_000),
        ({"timestamp": "2026-11-21 23:20:00.5 +0300"}, NOW - 32_500, NOW - 32_500),
        ({"timestamp": (NOW - 33_000) // 1000}, NOW - 33_000, NOW - 33_000),
        ({"timestamp": NOW - 33_000}, NOW - 33_000, NOW - 33_000),
        ({"timestamp": str(NOW - 33_000)}, NOW - 33_000, NOW - 33_000),
        ({"timestamp": (NOW - 33_000) / 1000 + 0.25}, NOW - 32_750, NOW - 32_750),
        ({"originalTimestamp": "2026-11-21T20:20:00Z"}, NOW - 33_000, NOW - 33_000),
        # a clock one hour ahead, told by sentAt
        (
            {"timestamp": "2026-11-21T21:20:00Z", "sentAt": "2026-11-21T21:20:30Z"},
            NOW - 30_000,
            NOW - 33_000 + HOUR,
        ),
        # a clock that stands years behind
        (
            {"timestamp": "2001-01-01T00:00:00Z", "sentAt": "2001-01-01T00:01:00Z"},
            NOW - MINUTE,
            978_307_200_000,
        ),
        # ahead by less than a day: happened at receipt at the latest
        ({"timestamp": "2026-11-22T10:00:00Z"}, NOW, NOW + 49_167_000),
        # an unreadable sentAt says nothing
        ({"timestamp": "2026-11-21T20:20:00Z", "sentAt": "soon"}, NOW - 33_000, NOW - 33_000),
    ],
)
def test_time_is_corrected_by_the_senders_clock(fields: dict[str, Any], time: int, raw_time: int) -> None:
    event = accepted(track(**fields))
    assert (event.time, event.raw_time) == (time, raw_time)


def test_the_envelopes_clock_outranks_the_events_own() -> None:
    sent = track(timestamp="2026-11-21T20:20:00Z", sentAt="2026-11-21T20:20:01Z")
    assert accepted(sent, sent_at=NOW - 13_000).time == NOW - 20_000


def test_history_is_not_corrected() -> None:
    sent = track(timestamp="2020-01-01T00:00:00Z", sentAt="2026-11-21T19:20:33Z")
    event = accepted(sent, history=True)
    assert event.time == event.raw_time == 1_577_836_800_000
    assert event.as_if == event.time


@pytest.mark.parametrize(
    ("value", "text"),
    [(5, "5"), (5.0, "5"), (10**25, str(10**25)), ("  a ", "a"), (-1.5, "-1.5")],
)
def test_ids_become_text(value: Any, text: str) -> None:
    event = accepted(track(userId=value, anonymousId="anon-1"))
    assert text in {identifier.value.strip() for identifier in event.identifiers}


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        (rb'"a\u0000b"', "a\ufffdb"),
        (rb'"\ud83d"', "\ufffd"),
        (rb'"\udc00x"', "\ufffdx"),
        (rb'"\ud83d\ude00"', "\U0001f600"),
        (b'"\xff"', "\ufffd"),
        (b'"\xed\xa0\x80"', "\ufffd\ufffd\ufffd"),
        (b'"a\nb"', "a\nb"),
        ('"и\u0306"'.encode(), "й"),
        (rb'"\u0438\u0306"', "й"),
        (b"NaN", None),
        (b"-Infinity", None),
        (b"1e999", "1e999"),
        (b"1e-12", 0.0),
        (b"0.30000000000000004", 0.3),
        (b"9223372036854775807", 2**63 - 1),
        (b"9223372036854775808", "9223372036854775808"),
        (b"9" * 5000, "9" * 5000),
        (b"[99999999999999999999]", ["99999999999999999999"]),
        (b"1e29", "1e29"),
        (b"-0.5", -0.5),
    ],
)
def test_values_are_what_every_store_can_hold(raw: bytes, kept: Any) -> None:
    body = b'{"type":"track","event":"a","userId":"u","properties":{"p":' + raw + b"}}"
    event = accepted(body)
    assert event.properties == {"p": kept}
    assert msgspec.json.decode(event.body)["properties"] is not None
    event.body.decode()
    assert b"\\u0000" not in event.body


def test_a_nul_in_a_field_nobody_reads_leaves_the_body_too() -> None:
    event = accepted(b'{"type":"page","userId":"u","x":"\\u0000","y":"\xff"}')
    assert b"\\u0000" not in event.body
    assert "\ufffd" in event.body.decode()


@pytest.mark.parametrize("empty", [None, [], {}])
def test_an_empty_object_may_be_null_or_a_list(empty: Any) -> None:
    event = accepted(track(properties=empty, context=empty, traits=empty))
    assert (event.properties, event.traits) == ({}, {})


def test_traits_stand_on_top_or_in_the_context() -> None:
    assert accepted({"type": "identify", "userId": "u", "traits": {"plan": "gold"}}).traits == {
        "plan": "gold"
    }
    carried = {"type": "identify", "userId": "u", "context": {"traits": {"plan": "gold", "tier": 2}}}
    assert accepted(carried).traits == {"plan": "gold", "tier": 2}
    both = accepted({**carried, "traits": {"plan": "new", "tier": None}})
    assert both.traits == {"plan": "new", "tier": None}


def test_traits_come_in_standard_spelling_and_make_identifiers() -> None:
    event = accepted(
        {"type": "identify", "userId": "u", "traits": {"firstName": "Иван", "phone": "8 (903) 123-45-67"}}
    )
    assert event.traits == {"first_name": "Иван", "phone": "+79031234567"}
    assert Identifier("phone", "+79031234567") in event.identifiers


def test_a_groups_traits_are_not_the_persons() -> None:
    event = accepted({"type": "group", "userId": "u", "groupId": 5, "traits": {"name": "ООО Ромашка"}})
    assert event.traits == {}
    assert event.properties == {"name": "ООО Ромашка", "groupId": "5"}


def test_alias_brings_both_ids() -> None:
    event = accepted({"type": "alias", "previousId": "old-1", "userId": "new-1"})
    assert {identifier.value for identifier in event.identifiers} == {"old-1", "new-1"}


@pytest.mark.parametrize(
    ("event", "name"),
    [
        ({"type": "page", "userId": "u"}, "page"),
        ({"type": "page", "userId": "u", "name": " Home "}, "Home"),
        ({"type": "screen", "userId": "u", "name": None}, "screen"),
        ({"type": "identify", "userId": "u", "name": "x"}, "identify"),
        ({"type": "track", "userId": "u", "event": " Order Completed "}, "Order Completed"),
    ],
)
def test_names(event: dict[str, Any], name: str) -> None:
    assert accepted(event).name == name


def test_a_category_stands_among_the_properties() -> None:
    assert accepted({"type": "page", "userId": "u", "category": "Docs"}).properties == {"category": "Docs"}


def test_the_batchs_context_lies_under_the_events_own() -> None:
    shared = b'{"library":{"name":"lib","version":"1"},"locale":"en"}'
    event = accepted(track(context={"locale": "ru", "library": {"version": "2"}}), context=shared)
    assert event.context == {"locale": "ru", "library": {"name": "lib", "version": "2"}}


def test_a_missing_message_id_is_made_of_the_content() -> None:
    bare = {"type": "track", "event": "a", "userId": "u"}
    first, second = (decode(parcel(bare, bare), 1, NOW, Options()) for _ in range(2))
    ids = [record.message_id for record in first if isinstance(record, Event)]
    assert ids == [record.message_id for record in second if isinstance(record, Event)]
    assert len(set(ids)) == 2


@pytest.mark.parametrize(
    ("origin", "kind"), [(origin, kind) for origin, kinds in ALLOWED_FACTS.items() for kind in sorted(kinds)]
)
def test_facts_of_the_platform_come_by_other_doors(origin: str, kind: str) -> None:
    event = accepted({"type": kind, "messageId": "f1", "properties": {"a": 1}}, origin=origin)
    assert (event.type, event.name, event.properties) == (kind, kind, {"a": 1})


def test_marks() -> None:
    options = Options(
        staff_networks=("10.1.0.0/16", "2001:db8::1"),
        staff=frozenset((Identifier("user_id", "boss"),)),
        test_sources=frozenset((9,)),
    )
    assert accepted(TRACK, options).marks & (STAFF | TEST) == 0
    assert accepted(TRACK, options, ip="10.1.2.3").marks & STAFF
    assert accepted(TRACK, options, ip="2001:db8::1").marks & STAFF
    assert accepted(track(context={"ip": "10.1.9.9"}), options).marks & STAFF
    assert accepted(track(userId="boss"), options).marks & STAFF
    assert accepted(TRACK, options, source=9).marks & TEST
    assert accepted(track(context={"test": True}), options).marks & TEST
    assert not accepted(track(context={"test": "no", "ip": "nowhere"}), options).marks & (STAFF | TEST)


@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(raw: bytes) -> None:
    assert decode(parcel(raw), 1, NOW, Options())[0].position == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
FIELDS = (
    "type",
    "event",
    "name",
    "userId",
    "anonymousId",
    "timestamp",
    "sentAt",
    "traits",
    "properties",
    "context",
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), JSON), st.sampled_from(["track", "identify", "page", None]))
def test_no_types_make_it_raise(fields: dict[str, Any], kind: str | None) -> None:
    raw = msgspec.json.encode({**fields, **({"type": kind} if kind else {})})
    record = decode(parcel(raw), 1, NOW, Options())[0]
    assert record == decode(parcel(raw), 1, NOW, Options())[0]
    if isinstance(record, Event):
        again = decode(parcel(record.body), 1, NOW, Options())[0]
        assert isinstance(again, Event)
        assert (again.properties, again.context, again.time) == (
            record.properties,
            record.context,
            record.time,
        )
        assert told_properties(record.body) == record.properties
