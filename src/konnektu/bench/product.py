"""The whole product as `konnektu serve` runs it: starting, reading profiles, doing nothing.

Load of reading: profiles by identifier over HTTP at 500 requests a second, of people who exist; alone, and
while a heavy report, for which somebody waits, runs in the event store. Starting: to the sign-in page, on a
prepared data folder; and again after kill -9 of everything. Idle: processor time of all processes of the
installation, those that ended meanwhile included, over half a minute with 20 workspaces.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

import msgspec
import psutil  # type: ignore[import-untyped]

from konnektu.bench.collect import free_port
from konnektu.bench.load import Measured, load, request
from konnektu.bench.report import Result, percentile, result
from konnektu.bench.traffic import parcels
from konnektu.core.clock import SystemClock
from konnektu.storage.api import postgres_pid

WORKSPACES = 20
FIRST = "shop-00"
"""Slug of the one that has people."""
PEOPLE = 20_000
RATE, SECONDS, CONNECTIONS = 500.0, 20.0, 16
RATE_SHARE = 0.95
"""The generator's own clock makes it a little slower than asked."""
LOOK_SECONDS, MOST_LOOKS = 1.0, 120
PROFILE_MS = 20.0
START_SECONDS, RESTART_SECONDS = 15.0, 20.0
SETTLE_SECONDS, IDLE_SECONDS, IDLE_SHARE = 35.0, 30.0, 0.02
REPORT = (
    "SELECT name, uniqExact(atom), quantilesExact(0.5, 0.99)(cityHash64(body) % 1000)"
    " FROM fact ARRAY JOIN range(50) AS again GROUP BY name, again"
)


def bench_product() -> Iterator[Result]:
    """Measure starting, reading and idleness of one installation."""
    folder = Path(tempfile.mkdtemp(prefix="konnektu-bench-"))
    folder.chmod(0o755)
    port = free_port()
    try:
        key, token = _prepare(folder)
        with running(folder, port) as (server, seconds):
            yield result("start", seconds, "s", budget=f"≤ {START_SECONDS} s", met=seconds <= START_SECONDS)
            people = _send_people(port, key, token)
            requests = reads(FIRST, token, (("anonymous_id", one) for one in people))
            yield from bench_reads(folder, port, FIRST, requests, "profile")
            yield _idle(server, folder)
            _kill_all(server)
        with running(folder, port) as (_, seconds):
            yield result(
                "start_after_kill",
                seconds,
                "s",
                budget=f"≤ {RESTART_SECONDS} s",
                met=seconds <= RESTART_SECONDS,
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def command(folder: Path, *words: str) -> dict[str, str]:
    """What a command says of the installation in a folder."""
    done = subprocess.run(
        [sys.executable, "-m", "konnektu.cli", "--data", str(folder), "--json", *words],
        check=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )
    answer: dict[str, str] = msgspec.json.decode(done.stdout)
    return answer


def _prepare(folder: Path) -> tuple[str, str]:
    """The workspaces; write key and API token of the first."""
    for number in range(WORKSPACES):
        command(folder, "workspace", "create", f"shop-{number:02d}", "--owner", "owner")
    source = command(folder, "source", "create", FIRST, "--kind", "server", "--name", "Bench")
    token = command(folder, "token", "create", FIRST, "--scope", "profiles.read")
    return source["write_key"], token["token"]


@contextmanager
def running(folder: Path, port: int, slug: str = FIRST) -> Iterator[tuple[psutil.Process, float]]:
    """The server, from the first answer of a workspace's sign-in page on, and how long that took."""
    words = [sys.executable, "-m", "konnektu.cli", "--data", str(folder), "serve", "--port", str(port)]
    begun = perf_counter()
    child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for_page(f"http://127.0.0.1:{port}/{slug}/", child)
        yield psutil.Process(child.pid), perf_counter() - begun
    finally:
        if child.poll() is None:
            child.send_signal(signal.SIGINT)
        child.wait(60)


def _wait_for_page(url: str, child: "subprocess.Popen[bytes]") -> None:
    pause = threading.Event()
    for _ in range(1200):
        try:
            with urlopen(url, timeout=5) as answer:  # noqa: S310 - this machine's own server
                if answer.status == 200:
                    return
        except (URLError, ConnectionError, TimeoutError):
            if child.poll() is not None:
                message = f"The server ended with {child.returncode}."
                raise RuntimeError(message) from None
        pause.wait(0.05)
    message = f"{url} does not answer."
    raise TimeoutError(message)


def _send_people(port: int, key: str, token: str) -> list[str]:
    """Send everybody's events; the values of `anonymous_id` by which the people of the workspace are found."""
    events = [body for parcel in parcels(9, PEOPLE, PEOPLE, SystemClock().now_ms()) for body in parcel.events]
    requests = [
        request("/v1/b", b'{"batch":[' + b",".join(events[at : at + 100]) + b"]}", f"X-Write-Key: {key}")
        for at in range(0, len(events), 100)
    ]
    load(port, requests, connections=1, seconds=3600, most=len(requests))
    sent = sorted({str(msgspec.json.decode(event)["anonymousId"]) for event in events})
    pause, found = threading.Event(), list[str]()
    for _ in range(MOST_LOOKS):
        before, found = found, _found(port, token, sent)
        # Values that several people share lead to nobody for good.
        if found and len(found) == len(before):
            return found
        pause.wait(LOOK_SECONDS)
    message = "The people's events are not applied."
    raise TimeoutError(message)


def _found(port: int, token: str, values: list[str]) -> list[str]:
    """Those of the values by which a profile is found."""
    found = []
    for at in range(0, len(values), 1000):
        asked = values[at : at + 1000]
        body = {"identifiers": [{"kind": "anonymous_id", "value": value} for value in asked]}
        question = Request(
            f"http://127.0.0.1:{port}/api/{FIRST}/profiles/lookup",
            msgspec.json.encode(body),
            {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        with urlopen(question, timeout=60) as answer:  # noqa: S310 - as above
            items = msgspec.json.decode(answer.read())["items"]
        found += [value for value, item in zip(asked, items, strict=True) if item is not None]
    return found


def reads(slug: str, token: str, identifiers: Iterable[tuple[str, str]]) -> list[bytes]:
    """Requests for the profiles of (kind, value)."""
    auth = f"Authorization: Bearer {token}"
    path = f"/api/{slug}/profiles/find?kind={{}}&value={{}}"
    return [request(path.format(kind, quote(value)), b"", auth, method="GET") for kind, value in identifiers]


def bench_reads(folder: Path, port: int, slug: str, requests: list[bytes], name: str) -> Iterator[Result]:
    """Reading alone, then beside a report that keeps the event store busy."""
    load(port, requests, connections=4, seconds=3)
    yield from _read(name, "alone", load(port, requests, connections=CONNECTIONS, seconds=SECONDS, rate=RATE))
    stop = threading.Event()
    reporter = threading.Thread(target=_report, args=(folder, slug, stop))
    reporter.start()
    try:
        measured = load(port, requests, connections=CONNECTIONS, seconds=SECONDS, rate=RATE)
    finally:
        stop.set()
        reporter.join()
    yield from _read(f"{name}_beside_report", "while a heavy report runs", measured)


def _read(name: str, when: str, measured: Measured) -> Iterator[Result]:
    p99 = percentile(measured.latencies, 0.99) * 1000
    budget = f"p99 ≤ {PROFILE_MS:.0f} ms at {RATE:.0f} requests/s, {when}"
    is_met = p99 <= PROFILE_MS and measured.rate >= RATE * RATE_SHARE
    yield result(f"{name}.rate", measured.rate, "requests/s", limit=RATE)
    yield result(f"{name}.p50", percentile(measured.latencies, 0.5) * 1000, "ms")
    yield result(f"{name}.p99", p99, "ms", budget=budget, met=is_met)
    yield result(f"{name}.refused", measured.failed, "requests", budget="0", met=not measured.failed)
    yield result(f"{name}.generator", measured.own_cpu / measured.seconds * 100, "% of one core")


def _report(folder: Path, slug: str, stop: threading.Event) -> None:
    from konnektu.bench.world import open_storage  # noqa: PLC0415 - the thread alone needs it
    from konnektu.core.config import Config  # noqa: PLC0415 - the thread alone needs it
    from konnektu.storage.api import find  # noqa: PLC0415 - the thread alone needs it

    storage = open_storage(Config(data=folder))
    history = storage.history(find(storage, slug))
    while not stop.is_set():
        history.rows(REPORT, priority="interactive")
    storage.close()


def _idle(server: psutil.Process, folder: Path) -> Result:
    """Processor time of the installation over a quiet while, as a share of one processor."""
    pause = threading.Event()
    pause.wait(SETTLE_SECONDS)
    before = _cpu(server, folder)
    pause.wait(IDLE_SECONDS)
    share = (_cpu(server, folder) - before) / IDLE_SECONDS
    return result(
        "idle", share * 100, "% of one core", budget="≤ 2 % with 20 workspaces", met=share <= IDLE_SHARE
    )


def _family(server: psutil.Process, folder: Path) -> list[psutil.Process]:
    """The server, its roles, and the embedded PostgreSQL, whose processes are nobody's children once started."""
    number = postgres_pid(folder)
    postmaster = [psutil.Process(number)] if number is not None else []
    heads = [server, *postmaster]
    return [*heads, *(child for head in heads for child in head.children(recursive=True))]


def _cpu(server: psutil.Process, folder: Path) -> float:
    """Processor seconds of all these processes and of their children that have ended."""
    total = 0.0
    for one in {one.pid: one for one in _family(server, folder)}.values():
        try:
            times = one.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def _kill_all(server: psutil.Process) -> None:
    for one in [*server.children(recursive=True), server]:
        try:
            os.kill(one.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
