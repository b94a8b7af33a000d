"""A disk full under load. PostgreSQL's: 503 with Retry-After, and it works again. The event store's: nobody who sends
notices, and it catches up. Nothing acknowledged is lost."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.conftest import start_store, stop_store
from tests.system.installation import Installation, Load, until

pytestmark = pytest.mark.slow

DISK = 256 << 20
SMALL = {"min_wal_size": "32MB", "max_wal_size": "64MB", "wal_buffers": "1MB", "shared_buffers": "16MB"}


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A folder that holds DISK bytes and no more."""
    with TemporaryDirectory() as name:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=755", "tmpfs", name],
            capture_output=True,
            text=True,
            check=False,
        )
        if mounted.returncode:
            pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", name], check=True)


def test_a_full_disk_is_said_and_nothing_acknowledged_is_lost(small_disk: Path) -> None:
    installation = Installation(small_disk, SMALL)
    ballast = small_disk / "ballast"
    try:
        with installation.door(patience=1.0) as door, Load(door, installation.key).running() as load:
            load.wait_for(50)
            _fill(ballast)
            until(lambda: len(load.refused) >= 5, "requests are refused")
            acknowledged = len(load.acknowledged)
            ballast.unlink()
            installation.start_postgres()  # as its role does where the server gave up
            load.wait_for(100)
        assert acknowledged >= 50
        assert {reply.status for reply in load.refused} == {503}
        assert all(int(reply.headers["retry-after"]) > 0 for reply in load.refused)
        installation.start_role("belt")
        until(installation.is_applied, "everything is applied")
        found = [fact["messageId"] for fact in installation.facts()]
        assert len(found) == len(set(found))
        assert load.acknowledged <= set(found)
    finally:
        installation.close()


def test_a_full_disk_of_the_event_store_stops_nobody_and_it_catches_up(small_disk: Path) -> None:
    with TemporaryDirectory() as name:
        (Path(name) / "store").symlink_to(small_disk, target_is_directory=True)
        installation = Installation(Path(name))
        try:
            _sent_while_the_event_store_is_full(installation, small_disk / "ballast")
        finally:
            installation.close()


def _sent_while_the_event_store_is_full(installation: Installation, ballast: Path) -> None:
    store = start_store(installation.data)
    try:
        belt, deliver = installation.start_role("belt"), installation.start_role("deliver")
        with installation.door() as door, Load(door, installation.key).running() as load:
            until(lambda: installation.sealed() > 0, "the first batch is sealed")
            _fill(ballast)
            full_at = installation.position()
            load.wait_for(300)
            until(lambda: installation.position() > full_at + 200, "the writer goes on")
            assert installation.sealed() < installation.position(), (
                "the disk was not full, so this proves nothing"
            )
            ballast.unlink()
            load.wait_for(100)
            load.stop()
            until(installation.is_applied, "everything is applied")
            until(lambda: installation.sealed() == installation.position(), "everything is sealed")
        assert (belt.poll(), deliver.poll(), load.refused) == (None, None, [])
        history = installation.storage.history(installation.record)
        ids = [row[0] for row in history.rows("SELECT message_id FROM fact")]
        assert (len(ids), set(ids)) == (len(load.acknowledged), load.acknowledged)
    finally:
        stop_store(store, installation.data)


def _fill(path: Path) -> None:
    """Take all the space that is left."""
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 65_536)
        except OSError:
            os.fsync(file.fileno())
