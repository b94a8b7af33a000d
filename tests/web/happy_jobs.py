"""Requests that work, for jobs, schedules and problems."""

import httpx

from konnektu.core.clock import DAY
from konnektu.jobs.api import defer
from tests.jobs import made
from tests.web.happy import happy, simple
from tests.web.house import NOW, House, bearer

assert made.NAME.en

simple("list_jobs", "/jobs?limit=1&state=waiting&kind=test.add")
simple("list_schedules", "/schedules")
simple("list_problems", "/problems")
simple("list_schedule_kinds", "/schedules/kinds")


def waiting(client: httpx.Client, house: House) -> str:
    job = defer(house.storage, house.workspace, "test.add", house.fresh("key"), {"numbers": []}, now=NOW)
    listed = client.get(house.path("/jobs?limit=1"), headers=bearer(house.token)).json()["items"][0]
    assert (listed["key"], listed["title"]["ru"]) == (job.key, made.NAME.ru)
    return house.path(f"/jobs/{listed['id']}")


@happy("get_job")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return client.get(waiting(client, house), headers=bearer(house.token))


@happy("list_next_times")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path = house.path("/schedules/times")
    wrong = client.get(path, params={"cron": "never"}, headers=bearer(house.token))
    assert wrong.status_code == 422, wrong.text
    found = client.get(path, params={"cron": "0 4 * * *", "count": 2}, headers=bearer(house.token))
    first, second = found.json()
    assert second - first == DAY
    return found


@happy("cancel_job")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return client.post(f"{waiting(client, house)}/cancel", headers=bearer(house.token))


@happy("retry_job")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path = waiting(client, house)
    assert client.post(f"{path}/retry", headers=bearer(house.token)).status_code == 409
    client.post(f"{path}/cancel", headers=bearer(house.token))
    assert client.post(f"{path}/cancel", headers=bearer(house.token)).status_code == 409
    return client.post(f"{path}/retry", headers=bearer(house.token))


def scheduled(client: httpx.Client, house: House, key: str) -> httpx.Response:
    body = {"kind": "test.add", "key": key, "cron": "0 4 * * *", "arguments": {"numbers": [1]}}
    return client.put(house.path("/schedules"), json=body, headers=bearer(house.token))


@happy("put_schedule")
def _(client: httpx.Client, house: House) -> httpx.Response:
    body = {"kind": "test.add", "cron": "never"}
    assert client.put(house.path("/schedules"), json=body, headers=bearer(house.token)).status_code == 422
    return scheduled(client, house, house.fresh("put"))


@happy("delete_schedule")
def _(client: httpx.Client, house: House) -> httpx.Response:
    key = house.fresh("gone")
    scheduled(client, house, key)
    return client.delete(house.path(f"/schedules?kind=test.add&key={key}"), headers=bearer(house.token))


@happy("run_schedule")
def _(client: httpx.Client, house: House) -> httpx.Response:
    key = house.fresh("run")
    scheduled(client, house, key)
    body = {"kind": "test.add", "key": key}
    return client.post(house.path("/schedules/run"), json=body, headers=bearer(house.token))
