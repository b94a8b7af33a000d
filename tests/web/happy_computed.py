"""Requests of the API of computed attributes that work. Importing this adds them to `happy.HAPPY`."""

from typing import Any

import httpx

from konnektu.segments import api as segments
from tests.belt.support import NOW, identify, run_writer, send, track, waiting
from tests.segments.test_computed import LTV, asks, computed, rich
from tests.web.happy import happy, simple
from tests.web.happy_segments import made as made_segment
from tests.web.house import House, bearer

simple("list_computed", "/computed?limit=1")
simple("list_ready_made_computed", "/computed/ready-made?language=en")


def made(client: httpx.Client, house: House, key: str, formula: Any = LTV) -> httpx.Response:
    body = {"key": key, "title": key.title(), "formula": formula, "unit": "points"}
    return client.post(house.path("/computed"), json=body, headers=bearer(house.token))


def standing(client: httpx.Client, house: House) -> tuple[str, str]:
    """(key, path) of a computed attribute that stands."""
    key = house.fresh("ltv")
    answer = made(client, house, key)
    assert answer.status_code == 202, answer.text
    run_writer(house.storage, house.workspace)
    return key, house.path(f"/computed/{key}")


@happy("make_computed")
def _(client: httpx.Client, house: House) -> httpx.Response:
    wrong = made(client, house, house.fresh("no"), {"is": "since", "figure": {"is": "orders"}})
    assert (wrong.status_code, "days are counted since" in wrong.json()["detail"]) == (422, True)
    assert made(client, house, "try").status_code == 422
    return made(client, house, house.fresh("ltv"))


@happy("get_computed")
def _(client: httpx.Client, house: House) -> httpx.Response:
    key, path = standing(client, house)
    entry = {**rich(100), "name": f"computed:{key}"}
    segment = house.fresh("rich")
    made_segment(client, house, segment, entry)
    run_writer(house.storage, house.workspace)
    answer = client.get(path, headers=bearer(house.token))
    found = answer.json()
    assert (found["type"], found["currency"], found["building"]) == ("money", "RUB", 1)
    assert [one["key"] for one in found["used_by_segments"]] == [segment]
    shown = client.get(house.path(f"/segments/{segment}"), headers=bearer(house.token)).json()
    assert (shown["definition"]["entry"]["name"], key.title() in shown["summary"]["ru"]) == (
        entry["name"],
        True,
    )
    terms = client.get(
        house.path(f"/segments/vocabulary?part=attributes&search={key}"), headers=bearer(house.token)
    ).json()["terms"]
    assert [(one["name"], one["type"]) for one in terms] == [(entry["name"], "money")]
    refused = client.delete(path, headers=bearer(house.token))
    assert (refused.status_code, segment.title() in refused.json()["detail"]) == (409, True)
    check = {"definition": {"entry": asks(key, {"is": "text", "op": "equals", "values": ["a"]})}}
    faults = client.post(house.path("/segments/check"), json=check, headers=bearer(house.token)).json()[
        "faults"
    ]
    assert "of type money" in faults[0]["message"]
    return answer


@happy("change_computed")
def _(client: httpx.Client, house: House) -> httpx.Response:
    _key, path = standing(client, house)
    found = client.get(path, headers=bearer(house.token)).json()
    body = {"title": house.fresh("other"), "formula": LTV, "position": found["position"]}
    answer = client.put(path, json=body, headers=bearer(house.token))
    run_writer(house.storage, house.workspace)
    assert client.put(path, json=body, headers=bearer(house.token)).status_code == 409
    return answer


@happy("delete_computed")
def _(client: httpx.Client, house: House) -> httpx.Response:
    _key, path = standing(client, house)
    answer = client.delete(path, headers=bearer(house.token))
    run_writer(house.storage, house.workspace)
    assert client.get(path, headers=bearer(house.token)).status_code == 404
    return answer


@happy("list_computed_versions")
def _(client: httpx.Client, house: House) -> httpx.Response:
    _key, path = standing(client, house)
    return client.get(f"{path}/versions", headers=bearer(house.token))


@happy("try_computed")
def _(client: httpx.Client, house: House) -> httpx.Response:
    user = house.fresh("buyer")
    send(
        house.storage,
        house.workspace,
        track("Order Completed", 1, user=user, order_id=user, total=70, currency="RUB"),
    )
    run_writer(house.storage, house.workspace)
    body = {"formula": LTV, "profile": person_of(client, house, user)}
    answer = client.post(house.path("/computed/try"), json=body, headers=bearer(house.token))
    found = answer.json()
    assert (found["value"], found["type"], found["without"]) == ("70.00", "money", 0)
    assert len(found["quarters"]) == 5
    unseen = house.token_without("profiles.read")
    assert client.post(house.path("/computed/try"), json=body, headers=bearer(unseen)).status_code == 403
    return answer


def person_of(client: httpx.Client, house: House, user: str) -> str:
    """Id of the profile that a user id leads to."""
    asked = {"kind": "user_id", "value": user}
    found = client.get(house.path("/profiles/find"), params=asked, headers=bearer(house.token)).json()["id"]
    assert isinstance(found, str)
    return found


@happy("list_computed_of_profile")
def _(client: httpx.Client, house: House) -> httpx.Response:
    key, _path = standing(client, house)
    user = house.fresh("reader")
    send(house.storage, house.workspace, identify(user, 1))
    run_writer(house.storage, house.workspace)
    path = house.path(f"/profiles/{person_of(client, house, user)}/computed")
    mine = {one["key"]: one for one in client.get(path, headers=bearer(house.token)).json()["values"]}[key]
    assert (mine["value"], mine["is_ready"], mine["unit"]) == (None, False, "points")
    built = segments.built(f"computed:{key}", 1, NOW)
    send(house.storage, house.workspace, built, at=NOW, origin="system")
    writer = run_writer(house.storage, house.workspace)
    assert waiting(house.storage, house.workspace) == []
    assert writer.place.position > 0
    answer = client.get(path, headers=bearer(house.token))
    mine = {one["key"]: one for one in answer.json()["values"]}[key]
    assert (mine["value"], mine["is_ready"], mine["currency"]) == ("0.00", True, "RUB")
    whole = path.removesuffix("/computed")
    unseen = house.token_without("segments.read")
    seen = [
        client.get(each, headers=bearer(token)).json()["computed"]
        for each, token in ((whole, house.token), (f"{whole}?with=computed", unseen))
    ]
    assert seen == [None, None]
    told = client.get(f"{whole}?with=computed", headers=bearer(house.token)).json()["computed"]
    assert told[key] == "0.00"
    assert computed(1, key, LTV)
    return answer
