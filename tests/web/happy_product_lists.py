"""Requests of the API of product lists that work. Importing this adds them to `happy.HAPPY`."""

import httpx

from tests.belt.support import run_writer
from tests.web.happy import happy
from tests.web.happy_profiles import person_of
from tests.web.house import House, bearer

ITEM = {"product": "p1", "variant": "red", "quantity": 2, "price": "10.50", "currency": "RUB"}


def replaced(client: httpx.Client, house: House, person: str) -> httpx.Response:
    path = house.path(f"/profiles/{person}/product-lists/cart")
    return client.put(path, json={"items": [ITEM]}, headers=bearer(house.token))


@happy("replace_product_list")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return replaced(client, house, person_of(client, house))


@happy("change_product_list")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path = house.path(f"/profiles/{person_of(client, house)}/product-lists/compared")
    change = {"add": [ITEM], "remove": [{"product": "p2"}]}
    return client.patch(path, json=change, headers=bearer(house.token))


@happy("list_product_lists")
def _(client: httpx.Client, house: House) -> httpx.Response:
    person = person_of(client, house)
    replaced(client, house, person)
    run_writer(house.storage, house.workspace)
    answer = client.get(house.path(f"/profiles/{person}/product-lists"), headers=bearer(house.token))
    (cart,) = answer.json()["lists"]
    assert cart["summary"]["sums"] == [{"currency": "RUB", "sum": "21.00"}]
    assert [one["product"] for one in cart["items"]] == ["p1"]
    return answer
