"""What a client called, against what reached the inbox."""

import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from konnektu.core.records import Event, Parcel, Rejected
from konnektu.log.api import record_of
from tests.sdk.tools import node, node_packages

HERE = Path(__file__).parent
PATIENCE_SECONDS = 120
CLOCK_MS = 500
"""Between reading the clock before a call and the client's own reading of it, on a busy machine."""

Made = dict[int, int]
"""Mark of a call → milliseconds when it was made."""


def command(client: str, url: str, key: str, calls: int, pause_ms: int) -> list[str]:
    """What runs a client, or a skip that names what is missing."""
    arguments = [client, url, key, str(calls), str(pause_ms)]
    if client.endswith("-node"):
        node_packages()
        return [node(), str(HERE / "node_clients.mjs"), *arguments]
    return [sys.executable, str(HERE / "python_clients.py"), *arguments]


@contextmanager
def started(
    client: str, url: str, key: str, *, calls: int, pause_ms: int
) -> Iterator[subprocess.Popen[bytes]]:
    """A client at work, ended with the test that started it."""
    with subprocess.Popen(command(client, url, key, calls, pause_ms), stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def finish(process: subprocess.Popen[bytes]) -> Made:
    """What the client called, when it has ended by itself."""
    printed, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0
    return msgspec.json.decode(printed, type=Made)


def wait_for_first(arrived: Callable[[], list[Parcel]]) -> None:
    """Return as soon as anything has arrived."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not arrived():
        assert time.monotonic() < until, "nothing arrived"
        time.sleep(0.02)


def mark_of(event: Event) -> int:
    """The mark that the call carried."""
    if event.type == "alias":
        return int(msgspec.json.decode(event.body)["previousId"].removeprefix("old-"))
    return int((event.traits if event.type == "identify" else event.properties)["mark"])


def assert_delivered_once(made: Made, records: Sequence[Event | Rejected], *, lateness_ms: int) -> None:
    """Every call arrived; deduplication will keep each once and quarantine none; its times are those of the call.

    `lateness_ms` is how much later than the call its corrected time may be: a client that repeats its
    first sentAt with a retry makes its clock look slow by the wait.
    """
    events = [record for record in records if isinstance(record, Event)]
    assert len(events) == len(records)
    by_mark: dict[int, set[tuple[object, ...]]] = defaultdict(set)
    for event in events:
        by_mark[mark_of(event)].add((event.message_id, event.raw_time, record_of(event)))
        assert abs(event.raw_time - made[mark_of(event)]) <= CLOCK_MS
        assert -CLOCK_MS <= event.time - made[mark_of(event)] <= CLOCK_MS + lateness_ms
    assert by_mark.keys() == made.keys()
    assert {len(keys) for keys in by_mark.values()} == {1}
    assert len({key for keys in by_mark.values() for key in keys}) == len(made)


def assert_fields(records: Sequence[Event | Rejected]) -> None:
    """What the calls said is what arrived."""
    for event in records:
        assert isinstance(event, Event)
        if event.type == "track":
            assert event.name == "Заказ оформлен 😀"
            assert event.properties["revenue"] == pytest.approx(1234.56)
        if event.type == "identify":
            assert event.traits["first_name"] == "Иван"
        if event.type == "page":
            assert (event.name, event.properties["category"]) == ("Корзина", "shop")
