"""Requests that work, for the catalogue, its loads and its feeds."""

from typing import Any

import httpx

from tests.web.happy import happy, simple
from tests.web.house import House, bearer

for name, path in {
    "list_products": "/products?text=чай&limit=1&category=1&brand=X&available=true&price_from=1&price_to=9",
    "list_categories": "/categories?limit=1&gone=true",
    "list_stores": "/stores?limit=1&region=Самара",
    "list_stock": "/stock?limit=1",
    "list_loads": "/catalogue/loads?limit=1",
    "list_feeds": "/feeds",
}.items():
    simple(name, path)


def put(client: httpx.Client, house: House, path: str, *rows: dict[str, Any]) -> httpx.Response:
    """Put rows under the word that the path ends with."""
    body = {path.strip("/"): list(rows)}
    answer = client.put(house.path(path), json=body, headers=bearer(house.token))
    assert answer.status_code == 200, answer.text
    return answer


def read(client: httpx.Client, house: House, path: str) -> httpx.Response:
    return client.get(house.path(path), headers=bearer(house.token))


def product_of(client: httpx.Client, house: House) -> str:
    identity = house.fresh("p")
    answer = put(
        client, house, "/products", {"id": identity, "name": "Чай", "price": 9900, "currency": "RUB"}
    )
    assert answer.json()["load"]["products"] == {"new": 1, "changed": 0, "unchanged": 0, "gone": 0}
    return identity


@happy("put_products")
def _(client: httpx.Client, house: House) -> httpx.Response:
    good, bad = {"id": house.fresh("p"), "name": "Кофе", "params": {"вес": "1 кг"}}, {"id": 7, "name": "x"}
    answer = put(client, house, "/products", bad, good)
    assert answer.json()["faults"][0]["reason"] == "wrong_value"
    assert answer.json()["load"]["products"]["new"] == 1
    return answer


@happy("get_product")
def _(client: httpx.Client, house: House) -> httpx.Response:
    answer = read(client, house, f"/products/{product_of(client, house)}")
    assert (answer.json()["price"], answer.json()["state"]) == (9900, "active")
    return answer


@happy("delete_product")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path = f"/products/{product_of(client, house)}"
    answer = client.delete(house.path(path), headers=bearer(house.token))
    assert read(client, house, path).json()["state"] == "gone"
    return answer


@happy("put_categories")
def _(client: httpx.Client, house: House) -> httpx.Response:
    top, below = house.fresh("c"), house.fresh("c")
    answer = put(
        client, house, "/categories", {"id": below, "name": "Чай", "parent": top}, {"id": top, "name": "Еда"}
    )
    rows = read(client, house, "/categories?limit=1000").json()["items"]
    assert [row["path"] for row in rows if row["id"] == below] == [[top, below]]
    return answer


@happy("delete_category")
def _(client: httpx.Client, house: House) -> httpx.Response:
    category = house.fresh("c")
    put(client, house, "/categories", {"id": category, "name": "Еда"})
    return client.delete(house.path(f"/categories/{category}"), headers=bearer(house.token))


def store_of(client: httpx.Client, house: House) -> str:
    code = house.fresh("m")
    put(client, house, "/stores", {"code": code, "name": "Мир", "latitude": 53.2, "longitude": 50.1})
    return code


@happy("put_stores")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return put(client, house, "/stores", {"code": house.fresh("m"), "zone": "Europe/Samara"})


@happy("get_store")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return read(client, house, f"/stores/{store_of(client, house)}")


@happy("delete_store")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return client.delete(house.path(f"/stores/{store_of(client, house)}"), headers=bearer(house.token))


@happy("put_stock")
def _(client: httpx.Client, house: House) -> httpx.Response:
    product = house.fresh("p")
    rows = [{"product": product, "quantity": 3, "store": store} for store in ("a", "b")]
    answer = put(client, house, "/stock", *rows)
    first = read(client, house, f"/stock?product={product}&limit=1").json()
    last = client.get(
        house.path("/stock"),
        params={"product": product, "limit": 1, "after": first["next"]},
        headers=bearer(house.token),
    ).json()
    assert [row["store"] for row in (*first["items"], *last["items"])] == ["a", "b"]
    assert last["next"] is None
    return answer


def load_of(client: httpx.Client, house: House) -> str:
    answer = put(client, house, "/products", {"id": "", "name": "без номера"})
    return str(answer.json()["load"]["id"])


@happy("get_load")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return read(client, house, f"/catalogue/loads/{load_of(client, house)}")


@happy("list_load_faults")
def _(client: httpx.Client, house: House) -> httpx.Response:
    answer = read(client, house, f"/catalogue/loads/{load_of(client, house)}/faults")
    assert [row["reason"] for row in answer.json()["items"]] == ["no_id"]
    return answer


def suspicious(client: httpx.Client, house: House) -> str:
    """A full load that would take away all that a feed of its own has told."""
    from konnektu.catalogue import loading, views
    from konnektu.catalogue.model import Placed, Product
    from tests.web.house import NOW

    db, feed = house.storage.workspace(house.workspace), 1_000_000 + house.number()
    told = [Placed(1, Product(id=f"s{feed}", name="x"))]
    for rows in (told, []):
        beginning = loading.Beginning(kind="yml", name="list", by="test", scope="full", feed=feed)
        load = loading.load(db, beginning, rows, lambda: NOW)
    assert load.state == "suspicious"
    return views.load_id((load.id, load.started_at))


@happy("confirm_load")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path = house.path(f"/catalogue/loads/{suspicious(client, house)}/confirm")
    answer = client.post(path, headers=bearer(house.token))
    assert answer.json()["products"]["gone"] == 1
    return answer


@happy("discard_load")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path = house.path(f"/catalogue/loads/{suspicious(client, house)}/discard")
    return client.post(path, headers=bearer(house.token))


def feed_of(client: httpx.Client, house: House) -> httpx.Response:
    body = {
        "name": house.fresh("feed"),
        "address": "https://shop.example/list.yml",
        "schedule": "15 * * * *",
        "credentials": {"login": "shop", "password": "pass"},
    }
    return client.post(house.path("/feeds"), json=body, headers=bearer(house.token))


def feed_path(client: httpx.Client, house: House) -> str:
    return f"/feeds/{feed_of(client, house).json()['id']}"


@happy("create_feed")
def _(client: httpx.Client, house: House) -> httpx.Response:
    answer = feed_of(client, house)
    assert answer.json()["has_credentials"] is True
    assert '"pass"' not in answer.text
    return answer


@happy("get_feed")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return read(client, house, feed_path(client, house))


@happy("change_feed")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path = house.path(feed_path(client, house))
    body = {"address": "https://elsewhere.example/list.yml", "is_active": False}
    answer = client.patch(path, json=body, headers=bearer(house.token))
    assert answer.json()["has_credentials"] is False, "credentials do not follow to another host"
    return answer


@happy("delete_feed")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return client.delete(house.path(feed_path(client, house)), headers=bearer(house.token))


@happy("load_feed")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return client.post(house.path(f"{feed_path(client, house)}/load"), headers=bearer(house.token))
