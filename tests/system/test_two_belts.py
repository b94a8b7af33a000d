"""A belt that is stopped beyond its lease and comes back: another has taken over, and nothing is doubled."""

import signal

import pytest

from konnektu.log import api as log
from konnektu.storage.api import create_workspace
from tests.belt.support import everything, run_writer
from tests.conftest import CREATED_AT
from tests.system.installation import Installation, Load, until

pytestmark = pytest.mark.slow


def test_a_belt_stopped_beyond_its_lease_loses_its_workspace_and_doubles_nothing(
    installation: Installation,
) -> None:
    first = installation.start_role("belt")
    with installation.door() as door, Load(door, installation.key).running() as load:
        until(lambda: installation.position() > 50, "the first belt writes")
        first.send_signal(signal.SIGSTOP)
        load.wait_for(50)
        at = installation.position()
        second = installation.start_role("belt")
        until(lambda: installation.position() > at + 50, "the second belt takes over")
        epoch = _epoch(installation)
        first.send_signal(signal.SIGCONT)
        load.wait_for(100)
        load.stop()
        until(installation.is_applied, "everything is applied")
    assert (first.poll(), second.poll()) == (None, None)
    assert _epoch(installation) == epoch
    for belt in (first, second):
        belt.terminate()
        belt.wait(30)
    found = [fact["messageId"] for fact in installation.facts()]
    assert sorted(found) == sorted(load.acknowledged)
    state = everything(installation.storage, installation.record)
    assert state == _uninterrupted(installation)
    assert len(state["profile"]) == len({fact["userId"] for fact in installation.facts()})


def _epoch(installation: Installation) -> int:
    return log.place(installation.storage.workspace(installation.record)).epoch


def _uninterrupted(installation: Installation) -> dict[str, list[str]]:
    """The state that one writer makes of the same blocks, in the order of their positions, in another workspace.

    Ids of blocks are drawn before their commits, so their order is not that of the positions.
    """
    storage = installation.storage
    other = create_workspace(storage, "uninterrupted", "Uninterrupted", created_at=CREATED_AT)
    with storage.workspace(installation.record).read() as db:
        order = [block.block for block in log.store.applied_range(db, 0, installation.position(), 1 << 20)]
    with storage.inbox.read() as inbox:
        found = inbox.execute(
            "SELECT id, received_at, events, body FROM block WHERE workspace = %s", [installation.record.id]
        )
        blocks = {block: rest for block, *rest in found.fetchall()}
    log.append_blocks(storage.inbox, [(other.id, *blocks[block]) for block in order])
    run_writer(storage, other, 100)
    return everything(storage, other)
