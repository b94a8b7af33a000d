"""How soon membership follows an event. In: a running product under traffic. Out: the delay of entries, by the clock.

Load: 1,000 events a second over HTTP for half a minute, with fifty live segments of eleven kinds over their names in
force. Beside it one person after another sends the event that brings them into one more segment; their delay is from
before the request is sent until another connection reads them as members. What is looked at is PostgreSQL, because all
reactions to membership begin there.
"""

import shutil
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, perf_counter

import msgspec
from msgspec import Struct

from konnektu.bench.collect import free_port
from konnektu.bench.followed import of_load
from konnektu.bench.load import Measured as Load
from konnektu.bench.load import load, request
from konnektu.bench.product import command, running
from konnektu.bench.report import Result, percentile, result
from konnektu.bench.traffic import parcels
from konnektu.bench.world import open_storage
from konnektu.core.clock import SystemClock
from konnektu.core.config import Config
from konnektu.rules.conditions import NumberIs
from konnektu.rules.figures import Events, What
from konnektu.rules.model import Measured, Segment
from konnektu.rules.windows import Rolling, Span
from konnektu.storage.api import Db, find

SLUG = "shop"
SEGMENTS, PEOPLE = 50, 20_000
RATE, A_REQUEST, SECONDS, CONNECTIONS = 1_000.0, 10, 30.0, 16
LEAST_RATE = 0.95
"""The generator's own clock makes it a little slower than asked."""
BUDGET_MS = 250.0
MEMBER, PROBE = "probed", "Probe Sent"
PATIENCE, LOOK_SECONDS = 600.0, 0.002
MEMBERS = "SELECT count(*) FROM member m JOIN segment s ON s.id = m.segment WHERE s.key = %s"
BUILDING = "SELECT count(*) FROM segment WHERE current = 0"


class Shop(Struct, frozen=True):
    """A workspace of the running product."""

    port: int
    write_key: str
    token: str
    rows: Db
    """Its rows, read past the product."""


def bench_latency() -> Iterator[Result]:
    """Measure from an event to the membership that it brings."""
    folder = Path(tempfile.mkdtemp(prefix="konnektu-bench-"))
    folder.chmod(0o755)
    port = free_port()
    try:
        command(folder, "workspace", "create", SLUG, "--owner", "owner")
        key = command(folder, "source", "create", SLUG, "--kind", "server", "--name", "Bench")["write_key"]
        token = command(folder, "token", "create", SLUG, "--scope", "segments.manage")["token"]
        with running(folder, port, SLUG):
            storage = open_storage(Config(data=folder))
            shop = Shop(port, key, token, storage.workspace(find(storage, SLUG)))
            _define(shop)
            yield from _figures(*_measured(shop))
            storage.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _define(shop: Shop) -> None:
    """Fifty segments and the one of the probes, in force."""
    fresh = Measured(Events(What((PROBE,)), window=Rolling(Span(3))), NumberIs("at_least", (Decimal(1),)))
    definitions = {f"s{place}": of_load(place) for place in range(SEGMENTS)}
    for key, definition in {**definitions, MEMBER: Segment(fresh, people="all")}.items():
        body = msgspec.json.encode({"key": key, "name": key, "definition": definition})
        _post(shop, f"/api/{SLUG}/segments?wait=10", body, f"Bearer {shop.token}")
    _await(shop, BUILDING, (), 0)


def _measured(shop: Shop) -> tuple[Load, list[float]]:
    """The traffic, and the delays in seconds of those who entered beside it."""
    requests = _traffic(shop)
    with ThreadPoolExecutor(1) as beside:
        traffic = beside.submit(
            load, shop.port, requests, connections=CONNECTIONS, seconds=SECONDS, rate=RATE / A_REQUEST
        )
        delays: list[float] = []
        while not traffic.done():
            delays.append(_enter(shop, len(delays)))
    return traffic.result(), delays


def _traffic(shop: Shop) -> list[bytes]:
    """Requests enough that none is sent twice."""
    number = int(RATE * (SECONDS + 5))
    events = [body for parcel in parcels(3, number, PEOPLE, SystemClock().now_ms()) for body in parcel.events]
    batches = (b",".join(events[at : at + A_REQUEST]) for at in range(0, len(events), A_REQUEST))
    key = f"X-Write-Key: {shop.write_key}"
    return [request("/v1/b", b'{"batch":[' + batch + b"]}", key) for batch in batches]


def _enter(shop: Shop, number: int) -> float:
    """Seconds until somebody new, who sends the event now, is a member."""
    body = msgspec.json.encode({
        "type": "track", "event": PROBE, "anonymousId": f"probe-{number}", "messageId": f"probe-{number}",
        "writeKey": shop.write_key,
    })  # fmt: skip
    begun = perf_counter()
    _post(shop, "/v1/track", body)
    _await(shop, MEMBERS, (MEMBER,), number + 1)
    return perf_counter() - begun


def _await(shop: Shop, question: str, given: tuple[str, ...], wanted: int) -> None:
    """Return when the question has this answer."""
    pause, until = threading.Event(), monotonic() + PATIENCE
    while monotonic() < until:
        with shop.rows.read() as db:
            row = db.execute(question, given).fetchone()
        if row is not None and row[0] == wanted:
            return
        pause.wait(LOOK_SECONDS)
    message = f"In {PATIENCE:.0f} s {question} did not come to {wanted}."
    raise TimeoutError(message)


def _post(shop: Shop, path: str, body: bytes, authorization: str = "") -> None:
    connection = HTTPConnection("127.0.0.1", shop.port, timeout=60)
    try:
        headers = {"Content-Type": "application/json"} | (
            {"Authorization": authorization} if authorization else {}
        )
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        told = answer.read()
    finally:
        connection.close()
    if answer.status >= 300:
        message = f"{path} answers {answer.status}: {told[:500]!r}"
        raise RuntimeError(message)


def _figures(traffic: Load, delays: list[float]) -> Iterator[Result]:
    rate, p99 = traffic.answered * A_REQUEST / traffic.seconds, percentile(delays, 0.99) * 1e3
    is_met = p99 <= BUDGET_MS and rate >= RATE * LEAST_RATE and not traffic.failed
    yield result("membership.rate", rate, f"events/s, {SEGMENTS} segments", limit=RATE)
    yield result("membership.probes", len(delays), "entries")
    yield result("membership.p50", percentile(delays, 0.5) * 1e3, "ms")
    yield result(
        "membership.p99", p99, "ms", budget=f"≤ {BUDGET_MS:.0f} ms at {RATE:.0f} events/s", met=is_met
    )
    yield result("membership.worst", max(delays) * 1e3, "ms")
    yield result("membership.refused", traffic.failed, "requests")
