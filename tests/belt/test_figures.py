"""What operators watch of a belt moves with what it does."""

import threading
from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY

from konnektu.access.api import Passwords
from konnektu.belt.deliver import Deliver, show_sink_lag
from konnektu.belt.loop import Belt
from konnektu.core.clock import MovableClock
from konnektu.core.config import Config
from konnektu.log import api as log
from konnektu.storage.api import Storage, WorkspaceRecord
from konnektu.web.app import make_app
from tests.belt.support import NOW, identify, run_writer, send, track
from tests.web.house import client_of


def figure(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"konnektu_{name}", labels) or 0.0


def no_ear() -> Any:
    raise AssertionError("nobody listens here")


def test_a_batch_that_was_committed_is_counted(storage: Storage, workspace: WorkspaceRecord) -> None:
    slug, blocks = workspace.slug, figure("block_seconds_count")
    names = ("events_applied_total", "events_repeated_total")
    before = {name: figure(name, workspace=slug) for name in names}
    wrong = figure("events_quarantined_total", workspace=slug, reason="wrong_value")
    made = figure("identity_decisions_total", workspace=slug, kind="made")
    order = track("Order Completed", 1, user="u1")
    send(storage, workspace, order, order, identify("u2", 1, birthDate="31.31.1990"), b"{")
    run_writer(storage, workspace)
    assert [figure(name, workspace=slug) - before[name] for name in names] == [2, 1]
    assert figure("events_quarantined_total", workspace=slug, reason="wrong_value") - wrong == 1
    assert figure("identity_decisions_total", workspace=slug, kind="made") - made == 2
    assert figure("block_seconds_count") - blocks == 1


@pytest.mark.usefixtures("event_store_server")
def test_how_far_the_event_store_is_behind_is_shown(storage: Storage, workspace: WorkspaceRecord) -> None:
    send(storage, workspace, *[track("Page Viewed", n, user="u1") for n in range(5)])
    run_writer(storage, workspace)
    show_sink_lag(storage, workspace)
    assert figure("sink_lag_events", workspace=workspace.slug) == 5
    Deliver(storage, Config(), lambda: NOW, threading.Event(), no_ear).turn()
    assert figure("sink_lag_events", workspace=workspace.slug) == 0


def test_how_long_blocks_wait_is_asked_when_the_figures_are(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    app = make_app(storage, Config(), MovableClock(NOW + 90_000), Passwords())
    send(storage, workspace, track("Page Viewed", 1, user="u1"), at=NOW)
    with client_of(app, ("127.0.0.1", 50_000)) as client:
        assert lag_shown(client, workspace.slug) == 90
        run_writer(storage, workspace)
        assert lag_shown(client, workspace.slug) == 0


def lag_shown(client: httpx.Client, slug: str) -> float:
    (line,) = [
        one
        for one in client.get("/metrics").text.splitlines()
        if one.startswith(f'konnektu_inbox_lag_seconds{{workspace="{slug}"')
    ]
    return float(line.split()[-1])


def test_a_lease_lasts_as_long_as_the_setting_says(storage: Storage, workspace: WorkspaceRecord) -> None:
    send(storage, workspace, track("Page Viewed", 1, user="u1"))
    belt = Belt(storage, "test", 1_000, threading.Event(), no_ear, lease_seconds=3_600)
    belt.turn()
    with storage.inbox.read() as inbox:
        row = inbox.execute(
            "SELECT extract(epoch FROM until - now())::integer FROM lease WHERE workspace = %s",
            [workspace.id],
        ).fetchone()
    belt.release()
    assert row is not None
    assert 3_000 < row[0] <= 3_600
    assert log.lag(storage.workspace(workspace), storage.inbox, workspace.id).waiting_blocks == 0
