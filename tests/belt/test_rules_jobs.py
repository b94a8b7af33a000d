"""Identity rules tried and applied backwards over the API: a job does it, and keeps what it found without values."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import msgspec
import pytest

from konnektu.access.api import RIGHTS, Passwords, create_token, system_caller
from konnektu.belt import jobs as rules_jobs
from konnektu.core.clock import MovableClock
from konnektu.core.config import Config
from konnektu.identity import api as identity
from konnektu.jobs import api as jobs
from konnektu.storage.api import Storage, WorkspaceRecord
from konnektu.web.app import make_app
from tests.belt.support import NOW
from tests.belt.test_preview import running, tell
from tests.web.house import bearer, client_of

RULES: dict[str, Any] = {"vetoes": []}
"""Under these a family with one phone is one person."""


@pytest.fixture
def client(storage: Storage, workspace: WorkspaceRecord) -> Iterator[httpx.Client]:
    token = create_token(
        storage.control, system_caller(workspace), name="test", scopes=RIGHTS, now=NOW
    ).secret
    app = make_app(storage, Config(), MovableClock(NOW), Passwords())
    with client_of(app) as client:
        client.headers.update(bearer(token))
        yield client


def work_of(storage: Storage, workspace: WorkspaceRecord, told: list[int]) -> jobs.Work:
    return jobs.Work(
        storage=storage,
        workspace=workspace,
        config=Config(),
        clock=MovableClock(NOW + 60_000),
        job=1,
        attempt=1,
        progress=lambda done, *_: told.append(done),
        is_cancelled=lambda: False,
        stop=jobs.StopSignal(lambda: False),
    )


def asked(client: httpx.Client, workspace: WorkspaceRecord, path: str) -> Mapping[str, Any]:
    """The arguments of the job that a request makes."""
    answer = client.post(f"/api/{workspace.slug}/identity/rules/{path}", json={"rules": RULES})
    assert answer.status_code == 202, answer.text
    listed = client.get(f"/api/{workspace.slug}/jobs?kind={answer.json()['kind']}").json()["items"]
    (job,) = [one for one in listed if one["id"] == answer.json()["job"]]
    assert job["state"] == "waiting"
    return dict(job["arguments"])


def try_identity_rules(work: jobs.Work, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    return rules_jobs.try_identity_rules(work, arguments) or {}


def apply_identity_rules(work: jobs.Work, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    return rules_jobs.apply_identity_rules(work, arguments) or {}


@pytest.mark.usefixtures("event_store_server")
def test_rules_are_tried_and_then_applied_backwards(
    client: httpx.Client, storage: Storage, workspace: WorkspaceRecord
) -> None:
    tell(storage, workspace)
    told: list[int] = []
    found = try_identity_rules(work_of(storage, workspace, told), asked(client, workspace, "preview"))
    assert found["people_after"] < found["people_before"]
    assert found["merges"] == len(found["merged"]) > 0
    assert "@" not in msgspec.json.encode(found).decode(), "a job keeps no values"
    assert told[-1] == found["position"]

    with running(storage, workspace):
        done = apply_identity_rules(work_of(storage, workspace, told), asked(client, workspace, "backwards"))
    assert (done["stated"], done["merges"] > 0) == (True, True)
    again = try_identity_rules(work_of(storage, workspace, told), {"rules": RULES})
    assert (again["merges"], again["splits"]) == (0, 0)
    assert again["people_before"] == found["people_after"]


def test_rules_that_contradict_themselves_make_no_job(
    client: httpx.Client, workspace: WorkspaceRecord
) -> None:
    for path in ("preview", "backwards"):
        answer = client.post(
            f"/api/{workspace.slug}/identity/rules/{path}", json={"rules": {"vetoes": ["shoe size"]}}
        )
        assert answer.status_code == 422, answer.text


@pytest.mark.usefixtures("event_store_server")
def test_a_job_that_is_cancelled_stops_at_its_next_step(storage: Storage, workspace: WorkspaceRecord) -> None:
    work = work_of(storage, workspace, [])
    work.stop.set()
    with pytest.raises(jobs.Stopped):
        try_identity_rules(work, {"rules": msgspec.to_builtins(identity.DEFAULT_RULES)})
