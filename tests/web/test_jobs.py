"""Schedules over the API: each kind of job asks for its own right."""

import httpx

from tests.web.happy_jobs import scheduled
from tests.web.house import House, bearer


def test_a_schedule_needs_the_right_of_its_kind(client: httpx.Client, house: House) -> None:
    key = house.fresh("right")
    scheduled(client, house, key)
    headers = bearer(house.token_without("settings.manage"))
    body = {"kind": "test.add", "key": key, "cron": "0 4 * * *", "arguments": {"numbers": [1]}}
    answers = [
        client.put(house.path("/schedules"), json=body, headers=headers),
        client.post(house.path("/schedules/run"), json={"kind": "test.add", "key": key}, headers=headers),
        client.delete(house.path(f"/schedules?kind=test.add&key={key}"), headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [403] * 3
    assert all("settings.manage" in answer.json()["detail"] for answer in answers)
