"""The whole product as `konnektu serve` runs it: starting, reading profiles, doing nothing.

Load of reading: profiles by identifier over HTTP at 500 requests a second while a heavy report runs in the
event store. Starting: to the sign-in page, on a prepared data folder; and again after kill -9 of everything.
Idle: processor time of all processes over half a minute with 20 workspaces.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from urllib.error import URLError
from urllib.request import urlopen

import msgspec
import psutil  # type: ignore[import-untyped]

from konnektu.bench.collect import free_port
from konnektu.bench.load import load, request
from konnektu.bench.report import Result, percentile, result
from konnektu.bench.traffic import parcels
from konnektu.core.clock import SystemClock

WORKSPACES = 20
PEOPLE = 20_000
RATE, SECONDS, CONNECTIONS = 500.0, 20.0, 16
PROFILE_MS = 20.0
START_SECONDS, RESTART_SECONDS = 15.0, 20.0
IDLE_SECONDS, IDLE_SHARE = 30.0, 0.02
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
        with _running(folder, port) as (server, seconds):
            yield result("start", seconds, "s", budget=f"≤ {START_SECONDS} s", met=seconds <= START_SECONDS)
            _send_people(port, key)
            yield from _profiles(folder, port, token)
            yield _idle(server)
            _kill_all(server)
        with _running(folder, port) as (_, seconds):
            yield result(
                "start_after_kill",
                seconds,
                "s",
                budget=f"≤ {RESTART_SECONDS} s",
                met=seconds <= RESTART_SECONDS,
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _cli(folder: Path, *words: str) -> dict[str, str]:
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
        _cli(folder, "workspace", "create", f"shop-{number:02d}", "--owner", "owner")
    source = _cli(folder, "source", "create", "shop-00", "--kind", "server", "--name", "Bench")
    token = _cli(folder, "token", "create", "shop-00", "--scope", "profiles.read")
    return source["write_key"], token["token"]


@contextmanager
def _running(folder: Path, port: int) -> Iterator[tuple[psutil.Process, float]]:
    """The server, from the first answer of a sign-in page on, and how long that took."""
    words = [sys.executable, "-m", "konnektu.cli", "--data", str(folder), "serve", "--port", str(port)]
    begun = perf_counter()
    child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for_page(f"http://127.0.0.1:{port}/shop-00/", child)
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


def _send_people(port: int, key: str) -> None:
    events = [body for parcel in parcels(9, PEOPLE, PEOPLE, SystemClock().now_ms()) for body in parcel.events]
    requests = [
        request("/v1/b", b'{"batch":[' + b",".join(events[at : at + 100]) + b"]}", f"X-Write-Key: {key}")
        for at in range(0, len(events), 100)
    ]
    load(port, requests, connections=1, seconds=3600, most=len(requests))


def _profiles(folder: Path, port: int, token: str) -> Iterator[Result]:
    """Reading alone, then beside a report that keeps the event store busy."""
    auth = f"Authorization: Bearer {token}"
    path = "/api/shop-00/profiles/find?kind=anonymous_id&value=a-{}"
    requests = [request(path.format(person), b"", auth, method="GET") for person in range(0, PEOPLE, 7)]
    load(port, requests, connections=4, seconds=3)
    stop = threading.Event()
    reporter = threading.Thread(target=_report, args=(folder, stop))
    reporter.start()
    try:
        measured = load(port, requests, connections=CONNECTIONS, seconds=SECONDS, rate=RATE)
    finally:
        stop.set()
        reporter.join()
    p99 = percentile(measured.latencies, 0.99) * 1000
    budget = f"p99 ≤ {PROFILE_MS:.0f} ms at {RATE:.0f} requests/s while a heavy report runs"
    yield result("profile.rate", measured.rate, "requests/s", limit=RATE)
    yield result("profile.p50", percentile(measured.latencies, 0.5) * 1000, "ms")
    yield result("profile.p99", p99, "ms", budget=budget, met=p99 <= PROFILE_MS)
    yield result("profile.failed", measured.failed, "requests", budget="0", met=not measured.failed)


def _report(folder: Path, stop: threading.Event) -> None:
    from konnektu.bench.world import open_storage  # noqa: PLC0415 - the thread alone needs it
    from konnektu.core.config import Config  # noqa: PLC0415 - the thread alone needs it
    from konnektu.storage.api import find  # noqa: PLC0415 - the thread alone needs it

    storage = open_storage(Config(data=folder))
    history = storage.history(find(storage, "shop-00"))
    while not stop.is_set():
        history.rows(REPORT, priority="backfill")
    storage.close()


def _idle(server: psutil.Process) -> Result:
    """Processor time of the server and all its children over a quiet while, as a share of one processor."""
    pause = threading.Event()
    pause.wait(5)
    before = _cpu(server)
    pause.wait(IDLE_SECONDS)
    share = (_cpu(server) - before) / IDLE_SECONDS
    return result(
        "idle", share * 100, "% of one core", budget="≤ 2 % with 20 workspaces", met=share <= IDLE_SHARE
    )


def _family(server: psutil.Process) -> list[psutil.Process]:
    return [server, *server.children(recursive=True), *_postgres()]


def _postgres() -> list[psutil.Process]:
    """The embedded PostgreSQL's processes are nobody's children once started."""
    return [one for one in psutil.process_iter(["name", "ppid"]) if one.info["name"] == "postgres"]


def _cpu(server: psutil.Process) -> float:
    total = 0.0
    for one in {one.pid: one for one in _family(server)}.values():
        try:
            times = one.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


def _kill_all(server: psutil.Process) -> None:
    for one in [*server.children(recursive=True), server]:
        try:
            os.kill(one.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
