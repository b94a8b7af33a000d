"""Requests that work, for saved mappings and transfers."""

from typing import Any

import httpx

from konnektu.core.clock import DAY
from konnektu.core.ids import public_id
from konnektu.transfers import export_store
from konnektu.transfers.model import ExportFile
from tests.doubles.https import WebServer
from tests.web.happy import happy, made, signed_in, simple
from tests.web.happy_imports import uploaded
from tests.web.house import NOW, House, bearer

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


simple("list_scheduled_exports", "/transfers/exports")


def export_draft(client: httpx.Client, house: House) -> dict[str, Any]:
    settings = {"type": "sftp", "host": "files.example.org", "user": "shop"}
    body = {"name": house.fresh("place"), "settings": settings, "secret": {"password": "s3cret"}}
    there = made(client, house, "/transfers/places", body).json()["id"]
    target = {"type": "place", "place": there, "path": "out/audit_{YYYY}{MM}{DD}.csv"}
    return {"name": house.fresh("export"), "list": "audit", "target": target, "cron": "0 4 * * *"}


def kept_export(client: httpx.Client, house: House, body: dict[str, Any]) -> httpx.Response:
    """By a signed-in user: a token has no rights of its own to lend."""
    headers = {"X-CSRF-Token": signed_in(client, house)}
    return client.post(house.path("/transfers/exports"), json=body, headers=headers)


def scheduled_export(client: httpx.Client, house: House) -> str:
    created = kept_export(client, house, export_draft(client, house)).json()["id"]
    return house.path(f"/transfers/exports/{created}")


@happy("create_scheduled_export")
def _(client: httpx.Client, house: House) -> httpx.Response:
    body = export_draft(client, house)
    by_token = client.post(house.path("/transfers/exports"), json=body, headers=bearer(house.token))
    assert by_token.status_code == 422
    mail = {"type": "mail", "login": "olga", "address": "olga@shop.ru"}
    for wrong in (
        {"list": "nothing"},
        {"cron": "never"},
        {"target": {**body["target"], "path": "*.csv"}},
        {"target": mail},
    ):
        assert kept_export(client, house, body | wrong).status_code in {404, 422}
    answer = kept_export(client, house, body)
    assert (answer.json()["owner"], answer.json()["target"]["path"]) == ("olga", body["target"]["path"])
    return answer


@happy("change_scheduled_export")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path = scheduled_export(client, house)
    body = {**export_draft(client, house), "reason": "the audit of the year", "is_on": False}
    return client.put(path, json=body, headers={"X-CSRF-Token": signed_in(client, house)})


@happy("delete_scheduled_export")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return client.delete(scheduled_export(client, house), headers=bearer(house.token))


@happy("run_scheduled_export")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return client.post(f"{scheduled_export(client, house)}/run", headers=bearer(house.token))


@happy("open_export_file")
def _(client: httpx.Client, house: House) -> httpx.Response:
    file = ExportFile(
        id=0, scheduled=1, job=house.number() + 10**9, name="журнал.csv", list="audit", login="olga", is_open=False,
        size=3, created_at=NOW, expires_at=NOW + DAY, mailed_at=NOW,
    )  # fmt: skip
    with house.storage.workspace(house.workspace).transaction() as db:
        number = export_store.keep_file(db, file)
    kept = house.data / "transfers" / str(house.workspace.id) / "exports" / str(number)
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(b"a;b")
    path = house.path(f"/transfers/exports/files/{public_id(NOW, number)}")
    assert client.get(path, headers=bearer(house.token)).status_code == 404
    signed_in(client, house)
    answer = client.get(path)
    assert answer.content == b"a;b"
    return answer
