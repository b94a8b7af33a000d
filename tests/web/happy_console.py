"""Requests that work, for the console's memory: folders, columns, menu, card; search and home."""

from typing import Any

import httpx

from tests.web.happy import happy, signed_in, simple
from tests.web.house import House

COLUMNS = {
    "columns": [{"name": "number", "width": 200, "is_pinned": True}, {"name": "store", "is_hidden": True}]
}

for name, path in {
    "list_folders": "/console/folders?section=orders&counted=true",
    "get_columns": "/console/columns/orders",
    "get_menu": "/console/menu",
    "get_home": "/home",
    "list_home_hours": "/home/hours?hours=2",
    "list_home_newcomers": "/home/newcomers?days=7",
    "search": "/search?text=people&limit=3",
    "get_menu_of_role": "/console/menu/marketer",
    "get_card": "/console/card",
    "get_card_of_role": "/console/card/everybody",
}.items():
    simple(name, path)


def asked(client: httpx.Client, house: House, method: str, path: str, body: Any = None) -> httpx.Response:
    """A request of the owner, who is signed in."""
    headers = {"X-CSRF-Token": signed_in(client, house)}
    return client.request(method, house.path(f"/console{path}"), json=body, headers=headers)


def folder_of(client: httpx.Client, house: House, owner: str = "mine") -> str:
    body = {"section": "orders", "name": house.fresh("folder"), "owner": owner, "filters": {"stage": "paid"}}
    answer = asked(client, house, "POST", "/folders", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


@happy("make_folder")
def _(client: httpx.Client, house: House) -> httpx.Response:
    body = {"section": "orders", "name": house.fresh("folder"), "filters": {"stage": "paid"}, **COLUMNS}
    return asked(client, house, "POST", "/folders", body)


@happy("change_folder")
def _(client: httpx.Client, house: House) -> httpx.Response:
    body = {"name": house.fresh("folder"), "owner": "shared", "order": "ordered_at"}
    return asked(client, house, "PUT", f"/folders/{folder_of(client, house)}", body)


@happy("delete_folder")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return asked(client, house, "DELETE", f"/folders/{folder_of(client, house)}")


@happy("place_folder")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return asked(client, house, "PUT", "/folders/orders.unpaid/place", {"is_pinned": False, "position": 3})


@happy("put_columns")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return asked(client, house, "PUT", "/columns/orders", COLUMNS)


@happy("reset_columns")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return asked(client, house, "DELETE", "/columns/orders")


@happy("put_columns_of_role")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return asked(client, house, "PUT", "/columns/orders/roles/marketer", COLUMNS)


@happy("reset_columns_of_role")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return asked(client, house, "DELETE", "/columns/orders/roles/everybody")


@happy("put_menu_of_role")
def _(client: httpx.Client, house: House) -> httpx.Response:
    body = {"groups": [{"name": "orders", "items": ["orders"]}], "hidden": ["tokens"]}
    return asked(client, house, "PUT", "/menu/analyst", body)


@happy("reset_menu_of_role")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return asked(client, house, "DELETE", "/menu/analyst")


@happy("put_card_of_role")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return asked(client, house, "PUT", "/card/operator", {"blocks": ["orders"], "hidden": ["timeline"]})


@happy("reset_card_of_role")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return asked(client, house, "DELETE", "/card/operator")
