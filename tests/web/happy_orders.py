"""Requests of the API of orders that work. Importing this adds them to `happy.HAPPY`."""

import httpx

from tests.belt.support import run_writer
from tests.web.happy import happy, simple
from tests.web.happy_profiles import asked
from tests.web.house import House, bearer

simple("list_orders", "/orders?stage=paid&store=7&currency=RUB&since=0&until=1&limit=1")
simple("get_order_statuses", "/orders/statuses")
simple("get_order_currency", "/orders/currency")


def stated(client: httpx.Client, house: House, number: str) -> httpx.Response:
    order = {"number": number, "status": "paid", "total": "10.50", "lines": [{"sku": "a", "price": 10.5}]}
    path = house.path("/orders")
    return client.put(path, json={"orders": [order, {"total": 1}]}, headers=bearer(house.token))


@happy("state_orders")
def _(client: httpx.Client, house: House) -> httpx.Response:
    answer = stated(client, house, house.fresh("order"))
    assert answer.json()["accepted"] == 1
    assert [one["index"] for one in answer.json()["problems"]] == [1]
    return answer


@happy("find_order")
def _(client: httpx.Client, house: House) -> httpx.Response:
    number = house.fresh("order")
    stated(client, house, number)
    run_writer(house.storage, house.workspace)
    return client.get(house.path("/orders/find"), params={"number": number}, headers=bearer(house.token))


@happy("list_orders_of_profile")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return asked(client, house, "/orders")


@happy("map_order_statuses")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path = house.path("/orders/statuses")
    return client.put(path, json={"mapping": {"Выдан": "received"}}, headers=bearer(house.token))


@happy("state_order_currency")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path, headers = house.path("/orders/currency"), bearer(house.token)
    for wrong in ("rub", "XXZ"):
        assert client.put(path, json={"currency": wrong}, headers=headers).status_code in {400, 422}
    answer = client.put(path, json={"currency": "KZT"}, headers=headers)
    run_writer(house.storage, house.workspace)
    assert client.get(path, headers=headers).json() == {"currency": "KZT"}
    client.put(path, json={"currency": "RUB"}, headers=headers)
    run_writer(house.storage, house.workspace)
    return answer
