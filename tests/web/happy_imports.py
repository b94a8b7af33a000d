"""Requests that work, for imports and exports."""

import httpx

from tests.web.happy import happy, simple
from tests.web.house import House, bearer

TABLE = "ID клиента;Имя;Телефон\n{number};Иван;+79031111111\nбез номера\n"

simple("list_imports", "/imports?limit=1")
simple("list_exports", "/exports")
simple("export_list", "/exports/imports?format=jsonl")


@happy("upload_import")
def _(client: httpx.Client, house: House) -> httpx.Response:
    text = TABLE.format(number=house.number()).encode("cp1251")
    path = house.path("/imports?file_name=people.csv")
    return client.post(path, content=text, headers=bearer(house.token))


def uploaded(client: httpx.Client, house: House) -> str:
    text = TABLE.format(number=house.number()).encode()
    path = house.path("/imports?file_name=people.csv")
    answer = client.post(path, content=text, headers=bearer(house.token))
    assert answer.status_code == 201, answer.text
    return house.path(f"/imports/{answer.json()['summary']['id']}")


@happy("get_import")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return client.get(uploaded(client, house), headers=bearer(house.token))


@happy("change_import")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return client.patch(uploaded(client, house), json={"kind": "live"}, headers=bearer(house.token))


@happy("try_import")
def _(client: httpx.Client, house: House) -> httpx.Response:
    answer = client.post(f"{uploaded(client, house)}/dry-run", headers=bearer(house.token))
    assert answer.json()["rows"] == {"read": 2, "accepted": 1, "rejected": 1, "events": 1, "partial": 0}
    return answer


@happy("start_import")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return client.post(f"{uploaded(client, house)}/start", headers=bearer(house.token))


@happy("cancel_import")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return client.post(f"{uploaded(client, house)}/cancel", headers=bearer(house.token))


@happy("get_import_errors")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return client.get(f"{uploaded(client, house)}/errors", headers=bearer(house.token))
