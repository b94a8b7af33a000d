"""The story goes out through the official client."""

import gzip
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
import pytest

from konnektu.demo.send import NotDelivered, send
from konnektu.demo.story import SOURCES, tell

KEYS = {source: f"key-of-{source}" for source in SOURCES}


class Server(ThreadingHTTPServer):
    """A collector that remembers what it was sent and answers with a given status."""

    status = 200
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.batches: list[dict[str, Any]] = []


class Door(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if body[:2] == b"\x1f\x8b":
            body = gzip.decompress(body)
        self.server.batches.append(msgspec.json.decode(body))
        answer = b'{"success":true}'
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_every_event_arrives_with_its_key_id_and_time(server: Server) -> None:
    story = tell(3, 1_763_700_000_000, 20)
    shown: list[int] = []
    assert send(f"http://127.0.0.1:{server.server_port}", KEYS, story, shown.append) == len(story)
    arrived = [(batch["writeKey"], event) for batch in server.batches for event in batch["batch"]]
    assert Counter(key for key, _ in arrived) == Counter(KEYS[told.source] for told in story)
    assert Counter(event["messageId"] for _, event in arrived) == Counter(
        told.event["messageId"] for told in story
    )
    sent = {told.event["messageId"]: told.event for told in story}
    for _, event in arrived:
        told = sent[event["messageId"]]
        assert event["timestamp"] == told["timestamp"]
        assert {name: event[name] for name in ("type", "userId", "anonymousId") if event.get(name)} == {
            name: told[name] for name in ("type", "userId", "anonymousId") if told.get(name)
        }
        assert event.get("properties") == told.get("properties")
        assert event.get("traits") == told.get("traits")
        assert {k: v for k, v in event["context"].items() if k != "library"} == told["context"]


def test_a_refused_story_is_an_error(server: Server) -> None:
    server.status = 401
    with pytest.raises(NotDelivered, match="given up"):
        send(f"http://127.0.0.1:{server.server_port}", KEYS, tell(3, 1_763_700_000_000, 2))
