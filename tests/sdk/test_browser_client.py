"""The official browser client in Chromium, from the npm package and from the snippet: every call, once, in time."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from konnektu.core.records import Event, Parcel, Rejected
from tests.collect.door import ROOT, Door
from tests.sdk.cutting_proxy import CuttingProxy
from tests.sdk.delivery import HERE, Made, assert_delivered_once, assert_fields, mark_of, wait_for_first
from tests.sdk.pages import served, write_bundle_page, write_snippet_page
from tests.sdk.tls_front import TlsFront
from tests.sdk.tools import chromium, node, node_packages

pytestmark = [pytest.mark.sdk, pytest.mark.slow, pytest.mark.node, pytest.mark.browser]

Records = Callable[[], list[Event | Rejected]]
DELIVERY_SECONDS = 60
LATENCY_MS = 10_000
"""From a browser's stamp to the collector, on a machine with little time: the correction by sentAt contains it."""


@contextmanager
def browsing(url: str, *, calls: int, pause_ms: int) -> Iterator[subprocess.Popen[bytes]]:
    """A browser that makes its calls on a page and stays until the end of the block."""
    node_packages()
    command = [node(), str(HERE / "browser_client.mjs"), chromium(), url, str(calls), str(pause_ms)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield process
        process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait(10)


def made_in(process: subprocess.Popen[bytes]) -> Made:
    assert process.stdout is not None
    return msgspec.json.decode(process.stdout.readline(), type=Made)


def wait_for(records: Records, count: int) -> list[Event | Rejected]:
    """What arrived, after so many different calls have or the time is up."""
    until = time.monotonic() + DELIVERY_SECONDS
    while True:
        found = records()
        marks = {mark_of(record) for record in found if isinstance(record, Event)}
        if len(marks) >= count or time.monotonic() > until:
            return found
        time.sleep(0.2)


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    return folder


def test_the_npm_package_delivers_every_call(door: Door, web_key: str, pages: Path, records: Records) -> None:
    write_bundle_page(pages, door.url, web_key)
    with served(pages) as shop, browsing(f"{shop}/bundle.html", calls=30, pause_ms=5) as browser:
        made = made_in(browser)
        found = wait_for(records, len(made))
    assert_delivered_once(made, found, lateness_ms=LATENCY_MS)
    assert_fields(found)
    assert {event.derived.browser for event in found if isinstance(event, Event)} != {""}


def test_the_snippet_delivers_every_call(
    postgres_url: str, web_key: str, pages: Path, records: Records, tmp_path: Path
) -> None:
    node_packages()
    subprocess.run([sys.executable, str(ROOT / "scripts" / "vendor_browser_sdk.py")], check=True)
    front = TlsFront(tmp_path)
    with Door(postgres_url, public_url=f"https://127.0.0.1:{front.port}") as door:
        front.aim(door.port)
        write_snippet_page(pages, f"127.0.0.1:{front.port}", web_key)
        with served(pages) as shop, browsing(f"{shop}/snippet.html", calls=30, pause_ms=5) as browser:
            made = made_in(browser)
            found = wait_for(records, len(made))
    front.close()
    assert_delivered_once(made, found, lateness_ms=LATENCY_MS)
    assert_fields(found)


def test_a_connection_cut_after_the_write_costs_and_doubles_nothing(
    door: Door, web_key: str, pages: Path, records: Records
) -> None:
    proxy = CuttingProxy(door.port, cuts=3)
    write_bundle_page(pages, proxy.url, web_key)
    with served(pages) as shop, browsing(f"{shop}/bundle.html", calls=12, pause_ms=50) as browser:
        made = made_in(browser)
        wait_for(records, len(made))
        time.sleep(3)  # the repeats of what had arrived
        found = records()
    proxy.close()
    assert proxy.cut == 3
    assert len(found) > len(made), "the client did not repeat what was cut, so the test proves nothing"
    assert_delivered_once(made, found, lateness_ms=20_000)


def test_a_server_killed_under_load_loses_nothing(
    own_door: Door, web_key: str, pages: Path, records: Records, arrived: Callable[[], list[Parcel]]
) -> None:
    write_bundle_page(pages, own_door.url, web_key)
    with served(pages) as shop, browsing(f"{shop}/bundle.html", calls=150, pause_ms=40) as browser:
        wait_for_first(arrived)
        own_door.kill()
        before = len(records())
        own_door.start()
        made = made_in(browser)
        found = wait_for(records, len(made))
    assert 0 < before < len(made)
    assert_delivered_once(made, found, lateness_ms=60_000)
