"""The event store killed and away under load: writers go on, nothing acknowledged is lost, it catches up."""

import os
import signal

import pytest

from tests.conftest import start_store, stop_store
from tests.system.installation import Installation, Load, until

pytestmark = pytest.mark.slow


def test_the_event_store_is_away_for_a_while_and_catches_up(installation: Installation) -> None:
    store = start_store(installation.data)
    belt, deliver = installation.start_role("belt"), installation.start_role("deliver")
    with installation.door() as door, Load(door, installation.key).running() as load:
        until(lambda: installation.sealed() > 0, "the first batch is sealed")
        os.kill(store, signal.SIGKILL)
        os.waitpid(store, 0)
        (installation.data / "store" / "port").unlink()
        sealed_before = installation.sealed()
        load.wait_for(300)
        until(lambda: installation.position() > sealed_before + 200, "the writer goes on")
        assert installation.sealed() <= sealed_before + 200
        store = start_store(installation.data)
        load.wait_for(100)
        load.stop()
        until(installation.is_applied, "everything is applied")
        until(lambda: installation.sealed() == installation.position(), "everything is sealed")
    assert (belt.poll(), deliver.poll(), load.refused) == (None, None, [])
    history = installation.storage.history(installation.record)
    found = history.rows("SELECT count(), uniqExact(position), uniqExact(message_id) FROM fact")
    assert found == [(len(load.acknowledged),) * 3]
    ids = {row[0] for row in history.rows("SELECT message_id FROM fact")}
    assert ids == load.acknowledged
    stop_store(store, installation.data)
