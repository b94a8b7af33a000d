"""Requests of the API of acquisition that work. Importing this adds them to `happy.HAPPY`."""

import httpx

from konnektu.core.ids import public_id
from konnektu.jobs.api import defer
from tests.belt.support import run_writer
from tests.web.happy import happy, made, simple, source_of
from tests.web.house import NOW, House, bearer

simple("list_marketing_sources", "/acquisition/sources?retired=true&after=a&limit=1")
simple("list_data_sources", "/acquisition/data-sources?limit=1")


def stated(client: httpx.Client, house: House, key: str) -> httpx.Response:
    rules = [
        [
            {"field": "utm_source", "values": ["yandex"]},
            {"field": "form", "operator": "prefix", "values": ["a"]},
        ]
    ]
    body = {"name": "Ads", "kind": "promotion", "party": "second", "purposes": ["offers"], "rules": rules}
    return client.put(house.path(f"/acquisition/sources/{key}"), json=body, headers=bearer(house.token))


def standing(client: httpx.Client, house: House) -> str:
    key = house.fresh("ads")
    stated(client, house, key)
    run_writer(house.storage, house.workspace)
    return house.path(f"/acquisition/sources/{key}")


@happy("state_marketing_source")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return stated(client, house, house.fresh("ads"))


@happy("get_marketing_source")
def _(client: httpx.Client, house: House) -> httpx.Response:
    answer = client.get(standing(client, house), headers=bearer(house.token))
    found = answer.json()
    assert (found["kind"], found["rules"][0][1]["operator"]) == ("promotion", "prefix")
    assert found["people"] == {"first": 0, "last": 0, "any": 0}
    return answer


@happy("retire_marketing_source")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path = standing(client, house)
    answer = client.delete(path, headers=bearer(house.token))
    run_writer(house.storage, house.workspace)
    assert client.get(path, headers=bearer(house.token)).json()["retired"]
    return answer


@happy("preview_marketing_source")
def _(client: httpx.Client, house: House) -> httpx.Response:
    body = {
        "name": "All",
        "kind": "site",
        "rules": [[{"field": "event", "values": ["a"], "operator": "contains"}]],
    }
    answer = client.post(house.path("/acquisition/preview"), json=body, headers=bearer(house.token))
    assert set(answer.json()) == {"events", "since", "matched", "people", "by_rule", "by_code"}
    return answer


@happy("describe_data_source")
def _(client: httpx.Client, house: House) -> httpx.Response:
    body = {"party": "second", "owner": "Olga", "silence": {"minutes": 30, "from_hour": 9, "to_hour": 21}}
    path = house.path(f"/acquisition/data-sources/{source_of(client, house)}")
    answer = client.put(path, json=body, headers=bearer(house.token))
    assert (
        client.put(
            path, json={"silence": {"minutes": 999, "to_hour": 9}}, headers=bearer(house.token)
        ).status_code
        == 422
    )
    return answer


def version(client: httpx.Client, house: House) -> int:
    path = standing(client, house)
    return int(client.get(path, headers=bearer(house.token)).json()["position"])


@happy("preview_recognition")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return made(client, house, "/acquisition/past/preview", {})


@happy("apply_recognition")
def _(client: httpx.Client, house: House) -> httpx.Response:
    held = version(client, house)
    path = house.path("/acquisition/past/apply")
    assert client.post(path, json={"version": held + 1}, headers=bearer(house.token)).status_code == 409
    return made(client, house, "/acquisition/past/apply", {"version": held})


@happy("list_recognition_jobs")
def _(client: httpx.Client, house: House) -> httpx.Response:
    asked = made(client, house, "/acquisition/past/preview", {}).json()["id"]
    found = client.get(house.path("/acquisition/past/jobs?limit=1"), headers=bearer(house.token))
    shown = next(one for one in found.json() if one["id"] == asked)
    assert (shown["work"], shown["state"], shown["difference"]) == ("trial", "waiting", None)
    return found


@happy("cancel_recognition_job")
def _(client: httpx.Client, house: House) -> httpx.Response:
    other = defer(house.storage, house.workspace, "test.add", house.fresh("key"), {"numbers": []}, now=NOW)
    path = house.path("/acquisition/past/jobs")
    strange = f"{path}/{public_id(other.created_at, other.id)}/cancel"
    assert client.post(strange, headers=bearer(house.token)).status_code == 404
    asked = made(client, house, "/acquisition/past/preview", {}).json()["id"]
    return client.post(f"{path}/{asked}/cancel", headers=bearer(house.token))
