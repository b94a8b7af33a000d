"""The disk of PostgreSQL full under load: 503 with Retry-After, nothing acknowledged lost, and it works again."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

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


def _fill(path: Path) -> None:
    """Take all the space that is left."""
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 65_536)
        except OSError:
            os.fsync(file.fileno())
