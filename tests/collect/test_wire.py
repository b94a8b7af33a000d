"""The tracking API over real sockets: what clients may send, and what each mistake is answered."""

import gzip
import zlib
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import zstandard

from konnektu.core.records import Event, Parcel, Rejected
from tests.collect.door import Door
from tests.collect.raw import basic, connect, post, read_reply, request

Records = Callable[[], list[Event | Rejected]]
EVENT = {"type": "track", "event": "Signed Up", "userId": "u1", "messageId": "m1"}


def batch(*events: Any, **fields: Any) -> dict[str, Any]:
    return {"batch": list(events), **fields}


def events_of(records: Records) -> list[Event]:
    found = [record for record in records() if isinstance(record, Event)]
    assert len(found) == len(records())
    return found


@pytest.mark.parametrize(
    ("path", "type_"),
    [(f"/v1/{name}", name) for name in ("track", "identify", "page", "screen", "group", "alias")]
    + [(f"/v1/{name[0]}", name) for name in ("track", "identify", "page", "screen", "group", "alias")],
)
def test_each_path_gives_its_type(
    door: Door, server_key: str, records: Records, path: str, type_: str
) -> None:
    reply = post(door.port, path, {"event": "E", "userId": "u", "messageId": "m"}, basic(server_key))
    assert (reply.status, reply.json) == (200, {"success": True})
    assert reply.headers["content-type"] == "application/json"
    assert [event.type for event in events_of(records)] == [type_]


def test_the_path_outranks_the_bodys_type(door: Door, server_key: str, records: Records) -> None:
    assert post(door.port, "/v1/page", {**EVENT, "type": "identify"}, basic(server_key)).status == 200
    assert [event.type for event in events_of(records)] == ["page"]


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/b", "/beacon/v1/batch", "/v1/import", "/v1/batch/"])
def test_batches(door: Door, server_key: str, records: Records, path: str) -> None:
    second = {"type": "page", "anonymousId": "a1", "messageId": "m2"}
    assert post(door.port, path, batch(EVENT, second), basic(server_key)).status == 200
    found = events_of(records)
    assert [(event.type, event.message_id) for event in found] == [("track", "m1"), ("page", "m2")]
    assert {event.history for event in found} == {path == "/v1/import"}


@pytest.mark.parametrize("way", ["basic", "bearer", "x-write-key", "writeKey", "api_key", "query"])
def test_the_key_comes_in_many_ways(door: Door, server_key: str, records: Records, way: str) -> None:
    path, headers, fields = "/v1/batch", dict[str, str](), dict[str, str]()
    match way:
        case "basic":
            headers = basic(server_key)
        case "bearer":
            headers = {"Authorization": f"Bearer {server_key}"}
        case "x-write-key":
            headers = {"X-Write-Key": f"{server_key}:secret"}
        case "query":
            path += f"?v=1&writeKey={server_key}"
        case _:
            fields = {way: server_key}
    assert post(door.port, path, batch(EVENT, **fields), headers).status == 200
    assert len(events_of(records)) == 1


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("pack", "encoding"),
    [
        (gzip.compress, "gzip"),
        (gzip.compress, ""),
        (zlib.compress, "deflate"),
        (raw_deflate, "deflate"),
        (zstandard.compress, "zstd"),
        (bytes, "gzip"),
        (bytes, "identity"),
    ],
)
def test_packed_bodies(door: Door, server_key: str, records: Records, pack: Any, encoding: str) -> None:
    headers = basic(server_key) | ({"Content-Encoding": encoding} if encoding else {})
    assert post(door.port, "/v1/batch", pack(msgspec.json.encode(batch(EVENT))), headers).status == 200
    assert events_of(records)[0].message_id == "m1"


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "", "nonsense"])
def test_any_content_type(door: Door, server_key: str, records: Records, content_type: str) -> None:
    assert post(door.port, "/v1/t", EVENT, basic(server_key) | {"Content-Type": content_type}).status == 200
    assert len(events_of(records)) == 1


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", {}, 400),
        (b"{", {}, 400),
        (b"not json", {}, 400),
        (b"[]", {}, 400),
        (b"null", {}, 400),
        (b"{}", {}, 400),
        (b'{"batch":5}', {}, 400),
        (b'{"batch":[{"type":"track"}', {}, 400),
        (b'{"batch":[' + b"[" * 5_000 + b"]" * 5_000 + b"]}", {}, 400),
        (gzip.compress(b'{"batch":[]}', mtime=0)[:-9], {"Content-Encoding": "gzip"}, 400),
        (b"\x1f\x8bnonsense", {"Content-Encoding": "gzip"}, 400),
        (b"\x28\xb5\x2f\xfdnonsense", {}, 400),
        (b"\xde\xad", {"Content-Encoding": "br"}, 400),
        (gzip.compress(b" " * 50_000_000, mtime=0), {}, 413),
        (zstandard.compress(b" " * 50_000_000), {}, 413),
        (b'{"batch":[]}' + b" " * 600_000, {}, 413),
        (b'{"batch":[' + b"1," * 2_500 + b"1]}", {}, 413),
    ],
)
def test_what_cannot_be_read_is_refused_whole(
    door: Door, server_key: str, records: Records, body: bytes, headers: dict[str, str], status: int
) -> None:
    reply = post(door.port, "/v1/batch", body, basic(server_key) | headers)
    assert (reply.status, reply.json["status"], reply.json["success"]) == (status, status, False)
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json["detail"]
    assert records() == []


def test_ten_megabytes_are_refused_before_they_are_read(door: Door, server_key: str) -> None:
    assert post(door.port, "/v1/batch", b" " * 11_000_000, basic(server_key)).status == 413


def test_a_body_of_unknown_length_is_cut_off_at_the_limit(door: Door, server_key: str) -> None:
    with connect(door.port) as connection:
        head = (
            f"POST /v1/batch?writeKey={server_key} HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        connection.sendall(head.encode())
        chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
        try:
            for _ in range(30):
                connection.sendall(chunk)
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert read_reply(connection).status == 413


@pytest.mark.parametrize(
    "headers",
    [
        {},
        basic("unknown"),
        basic(""),
        {"Authorization": "Basic %%%"},
        {"X-Write-Key": "a:b"},
        {"Authorization": "x"},
    ],
)
def test_unknown_keys(door: Door, headers: dict[str, str]) -> None:
    reply = post(door.port, "/v1/batch", batch(EVENT), headers)
    assert (reply.status, reply.json["code"]) == (401, "unknown_write_key")


def test_a_key_made_a_moment_ago_is_known(
    door: Door, new_key: Callable[[str], str], records: Records
) -> None:
    assert post(door.port, "/v1/track", EVENT, basic("unknown")).status == 401
    assert post(door.port, "/v1/track", EVENT, basic(new_key("crm"))).status == 200
    assert len(events_of(records)) == 1


def test_bad_events_stay_inside_a_good_batch(door: Door, server_key: str, records: Records) -> None:
    good = msgspec.json.encode(EVENT)
    bad = [
        b"5",
        b'{"type":"track","event":"a","userId":"u","properties":{"a":"' + b"x" * 40_000 + b'"}}',
        b'{"type":"track","userId":"u"}',
        b'{"type":"track","event":"a","userId":"u","timestamp":"never"}',
        b'{"type":"merge","userId":"u"}',
        b'{"type":"track","event":"a"}',
    ]
    body = b'{"batch":[' + b",".join([good, *bad, good.replace(b"m1", b"m2")]) + b"]}"
    assert post(door.port, "/v1/batch", body, basic(server_key)).status == 200
    found = records()
    assert [type(record) for record in found] == [Event, *[Rejected] * len(bad), Event]
    reasons = [record.reason for record in found if isinstance(record, Rejected)]
    assert reasons == ["wrong_type", "too_large", "no_name", "wrong_time", "not_allowed", "no_identifier"]


@pytest.mark.parametrize(
    "value",
    [
        rb'"\ud83d cut emoji"',
        b'"\xff\xfe"',
        b'"\x01 raw control"',
        b"NaN",
        b"-Infinity",
        b"9" * 5_000,
        b"1e999",
    ],
)
def test_values_no_strict_reader_takes_do_not_cost_the_batch(
    door: Door, server_key: str, records: Records, value: bytes
) -> None:
    odd = b'{"type":"track","event":"a","userId":"u","properties":{"p":' + value + b"}}"
    body = b'{"batch":[' + msgspec.json.encode(EVENT) + b"," + odd + b"]}"
    assert post(door.port, "/v1/batch", body, basic(server_key)).status == 200
    assert len(events_of(records)) == 2


def test_an_opt_in_header_lists_what_will_be_rejected(door: Door, server_key: str, records: Records) -> None:
    headers = basic(server_key) | {"X-Konnektu-Report": "1"}
    reply = post(door.port, "/v1/batch", batch(EVENT, {"type": "track", "userId": "u"}, 7), headers)
    assert reply.status == 200
    assert reply.json["accepted"] == 1
    assert [(item["index"], item["reason"]) for item in reply.json["rejected"]] == [
        (1, "no_name"),
        (2, "wrong_type"),
    ]
    assert len(records()) == 3


def test_the_envelope_speaks_for_its_events(
    door: Door, server_key: str, arrived: Callable[[], list[Parcel]], records: Records
) -> None:
    sent = batch(EVENT, sentAt="2026-11-21T20:20:33Z", context={"locale": "ru"})
    assert post(door.port, "/v1/batch", sent, basic(server_key)).status == 200
    assert [parcel.sent_at for parcel in arrived()] == [1_795_292_433_000]
    assert events_of(records)[0].context == {"locale": "ru"}


def test_sent_at_may_be_a_header(door: Door, web_key: str, arrived: Callable[[], list[Parcel]]) -> None:
    headers = basic(web_key) | {"SentAt": "2026-11-21T20:20:33Z"}
    assert post(door.port, "/v1/track", EVENT, headers).status == 200
    assert [parcel.sent_at for parcel in arrived()] == [1_795_292_433_000]


def test_address_and_agent_are_kept_for_the_persons_own_device_only(
    door: Door, web_key: str, server_key: str, arrived: Callable[[], list[Parcel]]
) -> None:
    for key in (web_key, server_key):
        headers = basic(key) | {"User-Agent": "Agent/1", "X-Forwarded-For": "5.6.7.8"}
        assert post(door.port, "/v1/track", EVENT, headers).status == 200
    assert [(parcel.ip, parcel.user_agent) for parcel in arrived()] == [("127.0.0.1", "Agent/1"), ("", "")]


def test_preflight(door: Door) -> None:
    asked = {
        "Origin": "https://shop.test",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,x-retry-count",
    }
    reply = request(door.port, "OPTIONS", "/v1/t", headers=asked)
    assert reply.status == 204
    assert reply.headers["access-control-allow-origin"] == "https://shop.test"
    assert reply.headers["access-control-allow-credentials"] == "true"
    assert reply.headers["access-control-allow-headers"] == "authorization,x-retry-count"
    assert reply.headers["access-control-max-age"] == "7200"


def test_pages_of_other_origins_may_read_every_answer(door: Door, web_key: str) -> None:
    for body, status in ((EVENT, 200), (b"{", 400)):
        reply = post(door.port, "/v1/t", body, basic(web_key) | {"Origin": "https://shop.test"})
        assert reply.status == status
        assert reply.headers["access-control-allow-origin"] == "https://shop.test"


def test_other_methods_and_paths(door: Door) -> None:
    assert request(door.port, "GET", "/v1/track").status == 405
    assert request(door.port, "PUT", "/v1/batch").status == 405
    assert request(door.port, "GET", "/elsewhere").status == 404


def test_settings_documents(door: Door, web_key: str) -> None:
    reply = request(door.port, "GET", f"/v1/projects/{web_key}/settings")
    assert reply.status == 200
    assert reply.json["integrations"]["Segment.io"]["apiKey"] == web_key
    assert reply.json["integrations"]["Segment.io"]["apiHost"] == "cdp.test/v1"
    assert reply.json["integrations"]["Segment.io"]["protocol"] == "http"
    assert reply.json["metrics"]["sampleRate"] == 0
    rudder = request(door.port, "GET", "/sourceConfig/?p=npm&v=3", headers=basic(web_key))
    assert (rudder.status, rudder.json["source"]["enabled"]) == (200, True)
    assert rudder.json["dataPlaneUrl"] == "http://cdp.test"
    for path in (
        "/v1/projects/unknown/settings",
        "/sourceConfig/",
        "/analytics.js/v1/unknown/analytics.min.js",
    ):
        assert request(door.port, "GET", path).status == 404


def test_a_slow_body_is_cut_off_and_others_are_served_meanwhile(
    door: Door, server_key: str, records: Records
) -> None:
    with connect(door.port) as slow:
        head = f"POST /v1/track?writeKey={server_key} HTTP/1.1\r\nHost: t\r\nContent-Length: 100\r\n\r\n"
        slow.sendall(head.encode() + b'{"type"')
        assert post(door.port, "/v1/track", EVENT, basic(server_key)).status == 200
        assert read_reply(slow).status == 408
    assert len(events_of(records)) == 1


def test_a_client_that_leaves_in_the_middle_leaves_nothing(
    door: Door, server_key: str, records: Records
) -> None:
    with connect(door.port) as leaving:
        head = f"POST /v1/track?writeKey={server_key} HTTP/1.1\r\nHost: t\r\nContent-Length: 100\r\n\r\n"
        leaving.sendall(head.encode() + b'{"type"')
    assert post(door.port, "/v1/track", EVENT, basic(server_key)).status == 200
    assert len(records()) == 1
