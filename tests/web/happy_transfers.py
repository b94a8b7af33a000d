"""Requests that work, for saved mappings and transfers."""

from typing import Any

import httpx

from tests.doubles.https import WebServer
from tests.web.happy import happy, made, simple
from tests.web.happy_imports import uploaded
from tests.web.house import House, bearer

simple("list_mappings", "/mappings")
simple("list_places", "/transfers/places")
simple("list_scheduled_imports", "/transfers/imports")

COLUMNS = [{"column": "Телефон", "role": "attribute", "name": "phone"}]


def mapping_draft(house: House) -> dict[str, Any]:
    return {"name": house.fresh("mapping"), "mapping": {"target": "people", "columns": COLUMNS}}


def mapping(client: httpx.Client, house: House) -> str:
    created: str = made(client, house, "/mappings", mapping_draft(house)).json()["id"]
    return created


@happy("create_mapping")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return made(client, house, "/mappings", mapping_draft(house))


@happy("change_mapping")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path = house.path(f"/mappings/{mapping(client, house)}")
    body = {**mapping_draft(house), "kind": "live"}
    return client.put(path, json=body, headers=bearer(house.token))


@happy("delete_mapping")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return client.delete(house.path(f"/mappings/{mapping(client, house)}"), headers=bearer(house.token))


def place_draft(house: House, url: str = "https://files.example.org/") -> dict[str, Any]:
    settings = {"type": "https", "url": url, "user": "shop"}
    return {"name": house.fresh("place"), "settings": settings, "secret": {"password": "s3cret"}}


def place(client: httpx.Client, house: House, url: str = "https://files.example.org/") -> str:
    answer = made(client, house, "/transfers/places", place_draft(house, url))
    assert "s3cret" not in answer.text
    assert answer.json()["has_secret"]
    created: str = answer.json()["id"]
    return created


@happy("create_place")
def _(client: httpx.Client, house: House) -> httpx.Response:
    body = place_draft(house)
    made(client, house, "/transfers/places", body)
    again = client.post(house.path("/transfers/places"), json=body, headers=bearer(house.token))
    assert again.status_code == 409
    settings = {"type": "sftp", "host": "files.example.org", "user": "shop"}
    return made(client, house, "/transfers/places", {"name": house.fresh("place"), "settings": settings})


@happy("change_place")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path = house.path(f"/transfers/places/{place(client, house)}")
    body = {**place_draft(house, "https://other.example.org/"), "secret": None}
    assert client.put(path, json=body, headers=bearer(house.token)).status_code == 422
    return client.put(path, json=place_draft(house), headers=bearer(house.token))


@happy("delete_place")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return client.delete(house.path(f"/transfers/places/{place(client, house)}"), headers=bearer(house.token))


@happy("try_place")
def _(client: httpx.Client, house: House) -> httpx.Response:
    with WebServer() as web:
        made_place = place(client, house, f"{web.url}/feeds/")
        path = house.path(f"/transfers/places/{made_place}/try")
        return client.post(path, headers=bearer(house.token))


def scheduled_draft(client: httpx.Client, house: House) -> dict[str, Any]:
    return {
        "name": house.fresh("import"), "place": place(client, house), "pattern": "people_{YYYY}{MM}{DD}.csv",
        "mapping": mapping(client, house), "cron": "0 4 * * *", "after": "keep",
    }  # fmt: skip


def scheduled(client: httpx.Client, house: House) -> str:
    created: str = made(client, house, "/transfers/imports", scheduled_draft(client, house)).json()["id"]
    return house.path(f"/transfers/imports/{created}")


@happy("create_scheduled_import")
def _(client: httpx.Client, house: House) -> httpx.Response:
    body = scheduled_draft(client, house)
    path, headers = house.path("/transfers/imports"), bearer(house.token)
    for wrong in ({"cron": "never"}, {"pattern": "in/"}, {"pattern": "*.csv"}, {"after": "delete"}):
        assert client.post(path, json=body | wrong, headers=headers).status_code == 422
    busy = house.path(f"/transfers/places/{body['place']}")
    answer = client.post(path, json=body, headers=headers)
    assert client.delete(busy, headers=headers).status_code == 409
    return answer


@happy("change_scheduled_import")
def _(client: httpx.Client, house: House) -> httpx.Response:
    body = {**scheduled_draft(client, house), "is_on": False, "late_hours": 30}
    answer = client.put(scheduled(client, house), json=body, headers=bearer(house.token))
    assert (answer.json()["is_on"], answer.json()["late_hours"]) == (False, 30)
    return answer


@happy("delete_scheduled_import")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return client.delete(scheduled(client, house), headers=bearer(house.token))


@happy("run_scheduled_import")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return client.post(f"{scheduled(client, house)}/run", headers=bearer(house.token))


@happy("list_seen_files")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return client.get(f"{scheduled(client, house)}/files", headers=bearer(house.token))


@happy("accept_file")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path = scheduled(client, house)
    with house.storage.workspace(house.workspace).transaction() as db:
        db.execute(
            "INSERT INTO seen_file (scheduled, path, size, modified, tag, state, held, seen_at)"
            " SELECT max(id), 'people.csv', 1, 1, '', 'held', 'unusual_size', 1 FROM scheduled_import"
        )
    (file,) = client.get(f"{path}/files", headers=bearer(house.token)).json()["items"]
    answer = client.post(f"{path}/files/{file['id']}/accept", headers=bearer(house.token))
    again = client.post(f"{path}/files/{file['id']}/accept", headers=bearer(house.token))
    assert again.status_code == 409
    return answer


@happy("preview_import")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path = f"{uploaded(client, house)}/preview"
    steps = [{"type": "constant", "to": "origin", "value": "CRM"}]
    wanted = {"target": "people", "columns": [{"column": "Телефон", "role": "attribute", "name": "phone"}]}
    body = {"mapping": {**wanted, "steps": steps}}
    covered = client.post(path, json=body, headers=bearer(house.token_without("profiles.personal")))
    assert "+79031111111" not in covered.text
    answer = client.post(path, json=body, headers=bearer(house.token))
    assert answer.json()["rows"][0]["after"]["origin"] == "CRM"
    assert answer.json()["rows"][0]["before"]["Телефон"] == "+79031111111"
    assert client.post(path, json={}, headers=bearer(house.token)).status_code == 200
    return answer


@happy("try_scheduled_import")
def _(client: httpx.Client, house: House) -> httpx.Response:
    with WebServer() as web:
        web.put("/feeds/people.csv", "Телефон\n+79031111111\n".encode())
        body = {**scheduled_draft(client, house), "pattern": "people.csv"}
        body["place"] = place(client, house, f"{web.url}/feeds/")
        plan = made(client, house, "/transfers/imports", body).json()["id"]
        path = house.path(f"/transfers/imports/{plan}/try")
        answer = client.post(path, json={}, headers=bearer(house.token))
        assert answer.json()["rows"][0]["before"] == {"Телефон": "+79031111111"}
        web.files.clear()
        assert client.post(path, json={}, headers=bearer(house.token)).status_code == 422
    return answer
