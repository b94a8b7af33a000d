"""Requests of the API of related records that work. Importing this adds them to `happy.HAPPY`."""

from typing import Any

import httpx

from tests.belt.support import run_writer
from tests.related.facts import FIELDS, LABELS
from tests.web.happy import happy, simple
from tests.web.happy_profiles import asked
from tests.web.house import House, bearer

simple("list_record_kinds", "/record-kinds")


def defined(client: httpx.Client, house: House) -> tuple[str, httpx.Response]:
    """A kind of records that the writer has taken, and the answer to its making."""
    kind = house.fresh("kind").replace("-", "_").lower()
    path = house.path(f"/record-kinds/{kind}")
    answer = client.put(path, json={**LABELS, "fields": FIELDS}, headers=bearer(house.token))
    run_writer(house.storage, house.workspace)
    return kind, answer


def stated(client: httpx.Client, house: House, kind: str) -> httpx.Response:
    said: list[dict[str, Any]] = [
        {"kind": kind, "id": "7", "fields": {"name": "Анна", "height": "1,05", "spent": 10.5}},
        {"kind": kind, "id": "8", "fields": {"height": "tall"}},
        {"kind": kind, "id": "9", "height": 1},
    ]
    answer = client.put(house.path("/records"), json={"records": said}, headers=bearer(house.token))
    run_writer(house.storage, house.workspace)
    return answer


@happy("change_record_kind")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return defined(client, house)[1]


@happy("get_record_kind")
def _(client: httpx.Client, house: House) -> httpx.Response:
    kind, _ = defined(client, house)
    answer = client.get(house.path(f"/record-kinds/{kind}"), headers=bearer(house.token))
    assert [one["name"] for one in answer.json()["fields"]] == [one["name"] for one in FIELDS]
    return answer


@happy("retire_record_kind")
def _(client: httpx.Client, house: House) -> httpx.Response:
    kind, _ = defined(client, house)
    return client.delete(house.path(f"/record-kinds/{kind}"), headers=bearer(house.token))


@happy("state_records")
def _(client: httpx.Client, house: House) -> httpx.Response:
    answer = stated(client, house, defined(client, house)[0])
    assert answer.json()["accepted"] == 1
    assert [one["index"] for one in answer.json()["problems"]] == [1, 2]
    return answer


@happy("list_records")
def _(client: httpx.Client, house: House) -> httpx.Response:
    kind, _ = defined(client, house)
    stated(client, house, kind)
    where: dict[str, Any] = {"where": ["height:ge:1", "spent:eq:10.50"], "removed": "false", "limit": 1}
    answer = client.get(house.path(f"/records/{kind}"), params=where, headers=bearer(house.token))
    assert [one["fields"]["spent"] for one in answer.json()["items"]] == ["10.50"]
    return answer


@happy("find_record")
def _(client: httpx.Client, house: House) -> httpx.Response:
    kind, _ = defined(client, house)
    stated(client, house, kind)
    path = house.path(f"/records/{kind}/find")
    answer = client.get(path, params={"id": "7"}, headers=bearer(house.token))
    assert answer.json()["history"][0]["fields"]["height"] == 1.05
    return answer


@happy("list_records_of_profile")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return asked(client, house, "/records?kind=child")
