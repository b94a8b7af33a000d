"""Requests of the API of segments that work. Importing this adds them to `happy.HAPPY`."""

from typing import Any

import httpx
import msgspec

from konnektu.belt.deliver import seal_once
from konnektu.segments.comparing import store
from konnektu.segments.comparing.model import Found
from tests.belt.support import identify, run_writer, send
from tests.segments.facts import ENTRY, member
from tests.segments.test_live import bring_into_force
from tests.web.happy import happy, simple
from tests.web.house import House, bearer

simple("list_segments", "/segments?limit=1")
simple("list_ready_made_segments", "/segments/ready-made")
simple("get_segment_comparison", "/segments/comparison")
simple("get_segment_vocabulary", "/segments/vocabulary?part=order_fields&search=net")


def made(client: httpx.Client, house: House, key: str, entry: Any = ENTRY) -> httpx.Response:
    body = {
        "key": key,
        "name": key.title(),
        "definition": {"entry": entry},
        "tags": ["vip"],
        "note": "to begin",
    }
    return client.post(house.path("/segments"), json=body, headers=bearer(house.token))


def standing(client: httpx.Client, house: House, entry: Any = ENTRY) -> tuple[str, str]:
    """(key, path) of a segment that stands."""
    key = house.fresh("tula")
    answer = made(client, house, key, entry)
    assert answer.status_code == 202, answer.text
    run_writer(house.storage, house.workspace)
    return key, house.path(f"/segments/{key}")


@happy("make_segment")
def _(client: httpx.Client, house: House) -> httpx.Response:
    wrong = made(client, house, house.fresh("no"), {"is": "attribute", "name": "city"})
    assert (wrong.status_code, "entry" in wrong.json()["detail"]) == (422, True)
    return made(client, house, house.fresh("tula"))


@happy("get_segment")
def _(client: httpx.Client, house: House) -> httpx.Response:
    key, _path = standing(client, house)
    other, path = standing(client, house, member(key))
    found = client.get(path, headers=bearer(house.token)).json()
    assert (found["status"], found["building"], found["current"]) == ("building", 1, 0)
    assert found["uses"] == [{"key": key, "name": key.title()}]
    assert key.title() in found["summary"]["ru"]
    answer = client.get(house.path(f"/segments/{key}"), headers=bearer(house.token))
    assert answer.json()["used_by"] == [{"key": other, "name": other.title()}]
    return answer


@happy("change_segment")
def _(client: httpx.Client, house: House) -> httpx.Response:
    _key, path = standing(client, house)
    found = client.get(path, headers=bearer(house.token)).json()
    # That a version came into force meanwhile is no change.
    bring_into_force(house.storage, house.workspace)
    body = {"name": house.fresh("other"), "definition": {"entry": ENTRY}, "position": found["position"]}
    answer = client.put(path, json=body, headers=bearer(house.token))
    run_writer(house.storage, house.workspace)
    again = client.put(path, json=body, headers=bearer(house.token))
    assert (again.status_code, again.json()["type"]) == (409, "urn:konnektu:problem:changed_meanwhile")
    return answer


@happy("switch_segment")
def _(client: httpx.Client, house: House) -> httpx.Response:
    _key, path = standing(client, house)
    answer = client.put(f"{path}/state", json={"is_on": False}, headers=bearer(house.token))
    run_writer(house.storage, house.workspace)
    assert client.get(path, headers=bearer(house.token)).json()["status"] == "off"
    return answer


@happy("delete_segment")
def _(client: httpx.Client, house: House) -> httpx.Response:
    key, path = standing(client, house)
    other, other_path = standing(client, house, member(key))
    refused = client.delete(path, headers=bearer(house.token))
    assert (refused.status_code, other.title() in refused.json()["detail"]) == (409, True)
    answer = client.delete(other_path, headers=bearer(house.token))
    run_writer(house.storage, house.workspace)
    assert client.get(other_path, headers=bearer(house.token)).status_code == 404
    return answer


@happy("list_segment_edits")
def _(client: httpx.Client, house: House) -> httpx.Response:
    _key, path = standing(client, house)
    body = {
        "name": house.fresh("more"),
        "definition": {"entry": {"is": "not", "rule": ENTRY}},
        "note": "turned",
    }
    client.put(path, json=body, headers=bearer(house.token))
    run_writer(house.storage, house.workspace)
    answer = client.get(f"{path}/edits", headers=bearer(house.token))
    last, first = answer.json()["items"]
    assert (last["note"], last["was"], last["version"]) == ("turned", first["definition"], 2)
    assert first["author"] == last["author"] != ""
    return answer


@happy("check_segment")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path, sender = house.path("/segments/check"), bearer(house.token)
    rule = {"is": "all", "rules": [ENTRY, {"is": "not", "rule": {"is": "tag", "names": ["staff"]}}]}
    answer = client.post(path, json={"definition": {"entry": rule}}, headers=sender)
    found = answer.json()
    assert (found["faults"], [one["passes"] for one in found["leaves"]]) == ([], [False, True])
    assert found["leaves"][1]["place"] == "entry.rules[1].rule"
    wrong = client.post(
        path, json={"definition": {"entry": {"is": "tag", "names": []}}}, headers=sender
    ).json()
    assert wrong["faults"][0]["place"].startswith("entry.names")
    circle = client.post(path, json={"definition": {"entry": member("a")}, "key": "a"}, headers=sender).json()
    assert "circle" in circle["faults"][0]["message"]
    return answer


@happy("count_segment")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path, sender = house.path("/segments/count"), bearer(house.token)
    # Counts wait for the event store, and no process of this house brings it what others left.
    while seal_once(house.storage, house.workspace, 1_000):
        pass
    answer = client.post(path, json={"definition": {"entry": ENTRY}}, headers=sender)
    found = answer.json()
    assert [one["place"] for one in found["parts"]] == ["entry"]
    assert found["people"] == found["known"] + found["anonymous"] == found["parts"][0]["people"]
    rank = {"is": "rank", "by": {"is": "orders"}, "top": 10}
    placed = client.post(path, json={"definition": {"entry": rank}}, headers=sender)
    assert (placed.status_code, placed.json()["people"] <= found["base"]) == (200, True)
    return answer


def in_force(client: httpx.Client, house: House) -> tuple[str, str, str]:
    """(key, path, id of a person who is in) of a segment of people from a town of its own."""
    town = house.fresh("town")
    rule = {"is": "attribute", "name": "city", "test": {"is": "text", "op": "equals", "values": [town]}}
    key, path = standing(client, house, rule)
    bring_into_force(house.storage, house.workspace, 1_000 * house.number())
    send(house.storage, house.workspace, identify(town, 1, city=town, email=f"{town}@shop.example"))
    run_writer(house.storage, house.workspace)
    found = client.get(
        house.path("/profiles/find"), params={"kind": "user_id", "value": town}, headers=bearer(house.token)
    )
    return key, path, found.json()["id"]


@happy("list_segment_changes")
def _(client: httpx.Client, house: House) -> httpx.Response:
    _key, path, person = in_force(client, house)
    answer = client.get(f"{path}/changes?entered=true&profile={person}", headers=bearer(house.token))
    (turn,) = answer.json()["items"]
    assert (turn["person"]["id"], turn["entered"], turn["cause"]) == (person, True, "fact")
    unseen = house.token_without("profiles.read")
    assert client.get(f"{path}/changes", headers=bearer(unseen)).status_code == 403
    assert client.get(f"{path}/changes?entered=false", headers=bearer(house.token)).json()["items"] == []
    return client.get(f"{path}/changes", headers=bearer(house.token))


@happy("get_segment_sizes")
def _(client: httpx.Client, house: House) -> httpx.Response:
    _key, path, _person = in_force(client, house)
    answer = client.get(f"{path}/sizes?days=7", headers=bearer(house.token))
    assert answer.json()["now"] == 1
    return answer


@happy("explain_segment")
def _(client: httpx.Client, house: House) -> httpx.Response:
    key, path, person = in_force(client, house)
    answer = client.get(f"{path}/explain?profile={person}", headers=bearer(house.token))
    found = answer.json()
    assert (found["segment"], found["is_in"], found["is_kept"], found["difference"]) == (
        key,
        True,
        True,
        None,
    )
    return answer


@happy("explain_draft")
def _(client: httpx.Client, house: House) -> httpx.Response:
    _key, _path, person = in_force(client, house)
    path = house.path("/segments/explain")
    body = {"definition": {"entry": {"is": "not", "rule": ENTRY}}, "profile": person}
    answer = client.post(path, json=body, headers=bearer(house.token))
    found = answer.json()
    assert (found["is_draft"], found["is_in"], [one["kind"] for one in found["parts"]]) == (
        True,
        True,
        ["not", "leaf"],
    )
    wrong = {**body, "definition": {"entry": {"is": "tag", "names": []}}}
    assert client.post(path, json=wrong, headers=bearer(house.token)).status_code == 422
    return answer


@happy("list_segments_of_profile")
def _(client: httpx.Client, house: House) -> httpx.Response:
    key, _path, person = in_force(client, house)
    answer = client.get(house.path(f"/profiles/{person}/segments"), headers=bearer(house.token))
    assert key in [one["segment"]["key"] for one in answer.json()["segments"]]
    return answer


@happy("make_segment_list")
def _(client: httpx.Client, house: House) -> httpx.Response:
    body = {"name": house.fresh("List"), "note": "by hand"}
    return client.post(house.path("/segments/lists"), json=body, headers=bearer(house.token))


@happy("put_people_on_segment_list")
def _(client: httpx.Client, house: House) -> httpx.Response:
    key, town = house.fresh("list"), house.fresh("somebody")
    body = {"name": key.title(), "key": key}
    client.post(house.path("/segments/lists"), json=body, headers=bearer(house.token))
    send(house.storage, house.workspace, identify(town, 1, email=f"{town}@shop.example"))
    run_writer(house.storage, house.workspace)
    path = house.path(f"/segments/{key}/people")
    unseen = house.token_without("profiles.write")
    file = f"E-mail\n{town}@shop.example\nnobody-{town}@shop.example\n".encode()
    assert client.post(f"{path}?makes=true", content=file, headers=bearer(unseen)).status_code == 403
    answer = client.post(path, content=file, headers=bearer(house.token))
    found = answer.json()
    assert (found["rows"], found["found"], found["not_found"], found["added"]) == (2, 1, 1, 1)
    assert [one["why"] for one in found["lines"]] == ["not_found"]
    return answer


@happy("take_segment_snapshot")
def _(client: httpx.Client, house: House) -> httpx.Response:
    key, path, _person = in_force(client, house)
    body = {"name": house.fresh("Snapshot")}
    answer = client.post(f"{path}/snapshots", json=body, headers=bearer(house.token))
    run_writer(house.storage, house.workspace)
    taken = client.get(house.path(f"/segments/{answer.json()['key']}"), headers=bearer(house.token)).json()
    assert (taken["kind"], taken["taken_of"], taken["taken_at"] > 0) == ("snapshot", key, True)
    return answer


BY_CITY = {"is": "all", "rules": [ENTRY]}


@happy("keep_tree")
def _(client: httpx.Client, house: House) -> httpx.Response:
    wrong = client.post(
        house.path("/segments/trees"), json={"tree": {"is": "no"}}, headers=bearer(house.token)
    )
    assert wrong.status_code == 422
    answer = client.post(house.path("/segments/trees"), json={"tree": BY_CITY}, headers=bearer(house.token))
    assert (answer.json()["tree"]["is"], "Тула" in answer.json()["summary"]["ru"]) == ("all", True)
    rows = client.get(
        house.path("/sections/people/rows"),
        params={"filters": msgspec.json.encode({"tree": answer.json()["key"]}).decode()},
        headers=bearer(house.token),
    )
    assert (rows.status_code, rows.json()["at"] > 0) == (200, True), rows.text
    return answer


@happy("get_kept_tree")
def _(client: httpx.Client, house: House) -> httpx.Response:
    kept = client.post(
        house.path("/segments/trees"), json={"tree": BY_CITY}, headers=bearer(house.token)
    ).json()
    return client.get(house.path(f"/segments/trees/{kept['key']}"), headers=bearer(house.token))


@happy("close_segment_difference")
def _(client: httpx.Client, house: House) -> httpx.Response:
    with house.storage.workspace(house.workspace).transaction() as own:
        found = Found(profile=1, segment="tula", instant=1, position=1, answers={"live": True}, facts="{}")
        store.add_differences(own, [found], 1)
        number = store.open_differences(own, 1)[0].id
    path = house.path(f"/segments/comparison/{number}/close")
    answer = client.post(path, json={"note": "seen"}, headers=bearer(house.token))
    assert number not in [one["id"] for one in answer.json()["latest"]]
    assert client.post(path, json={"note": "again"}, headers=bearer(house.token)).status_code == 404
    return answer
