"""`konnektu serve` on a real data folder: one owner, a clean end, recovery after kill -9."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import msgspec
import pytest

from konnektu.cli.serve import served
from konnektu.cli.world import DYING_SECONDS, guest, owned, owner, wait_for_guests
from konnektu.core.config import Config
from konnektu.core.errors import Conflict
from konnektu.storage.api import postgres_pid
from tests.cli.waiting import PATIENCE, until

SERVE = [sys.executable, "-m", "konnektu.cli", "serve", "--role", ""]
"""No role but the database that all of them stand on."""


def start(data: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "KONNEKTU_DATA": str(data)}
    process = subprocess.Popen(SERVE, env=environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    for line in process.stderr:
        if "role_started" in line and '"postgres"' in line:
            return process
    raise AssertionError(f"serve ended with {process.wait()}")


def finish(process: subprocess.Popen[str], how: signal.Signals) -> int:
    process.send_signal(how)
    process.communicate(timeout=PATIENCE)
    return process.returncode


def test_one_owner_a_clean_end_and_a_new_start_after_kill_9(data: Path) -> None:
    config = Config(data=data)
    first = start(data)
    there = owner(config)
    assert there is not None
    assert there.pid == first.pid

    environment = {**os.environ, "KONNEKTU_DATA": str(data)}
    second = subprocess.run(SERVE, env=environment, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert f"process {first.pid}" in second.stderr
    assert "--data" in second.stderr

    finish(first, signal.SIGKILL)
    third = start(data)
    assert postgres_pid(data) is not None
    assert finish(third, signal.SIGINT) == 0
    assert postgres_pid(data) is None
    assert owner(config) is None


def test_a_command_owns_the_servers_where_nobody_does_and_is_a_guest_elsewhere(data: Path) -> None:
    config = Config(data=data, roles=())
    with served(config, ()):
        there = owner(config)
        assert there is not None
        assert there.pid == os.getpid()
        first = postgres_pid(data)
        with served(config, ()):
            assert postgres_pid(data) == first
        assert postgres_pid(data) == first
    assert (postgres_pid(data), owner(config)) == (None, None)


def test_a_script_hears_once_that_it_can_begin(data: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "konnektu.cli", "serve", "--json", "--port", str(port)]
    environment = {**os.environ, "KONNEKTU_DATA": str(data)}
    said = tmp_path / "said"
    with said.open("w") as file:
        process = subprocess.Popen(command, env=environment, stdout=file, stderr=subprocess.DEVNULL)
    try:
        until(lambda: said.read_text().endswith("\n"))
        document = msgspec.json.decode(said.read_bytes())
        assert httpx.get(f"{document['link']}/readyz").is_success
        assert document == {
            "link": f"http://localhost:{port}",
            "data": str(data.resolve()),
            "pid": process.pid,
            "roles": ["store", "collect", "belt", "deliver", "web"],
        }
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
    assert said.read_text().count("\n") == 1, "there is one document"


def test_an_owner_waits_for_its_guests(tmp_path: Path) -> None:
    config = Config(data=tmp_path)
    waiting = threading.Thread(target=wait_for_guests, args=(config,))
    with guest(config):
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
    waiting.join(PATIENCE)
    assert not waiting.is_alive()


def test_the_children_of_a_killed_owner_are_waited_for(tmp_path: Path) -> None:
    config = Config(data=tmp_path)
    with owned(config, ("web",)) as lock:
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], pass_fds=(lock,))
        with pytest.raises(Conflict, match=f"process {os.getpid()}"), owned(config, ("web",)):
            pass
    (tmp_path / "serve.lock").write_text('{"pid":999999999,"link":"","roles":[]}')
    started = time.monotonic()
    killer = subprocess.Popen(["sh", "-c", f"sleep 0.5; kill -9 {child.pid}"])
    with owned(config, ("web",)):
        assert 0.3 < time.monotonic() - started < DYING_SECONDS
    assert (child.wait(), killer.wait()) == (-signal.SIGKILL, 0)
