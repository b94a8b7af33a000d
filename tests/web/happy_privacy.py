"""Requests of retention that work. Importing this adds them to `happy.HAPPY`."""

import httpx

from tests.web.happy import happy, made, simple
from tests.web.house import House, bearer

simple("get_retention", "/retention")
simple("list_retention_runs", "/retention/runs?limit=1")


def stated(client: httpx.Client, house: House, *rules: tuple[str, str, int]) -> httpx.Response:
    body = {"rules": [{"subject": subject, "name": name, "days": days} for subject, name, days in rules]}
    return client.put(house.path("/retention"), json=body, headers=bearer(house.token))


@happy("put_retention")
def _(client: httpx.Client, house: House) -> httpx.Response:
    answer = stated(client, house, ("event", "Page Seen", 30), ("attribute", "Hair Colour", 365))
    assert [one["name"] for one in answer.json()["rules"]] == ["Hair Colour", "Page Seen"]
    assert answer.json()["cron"] == "30 2 * * *" and answer.json()["next_at"]
    assert stated(client, house).json() == {"rules": [], "cron": None, "next_at": None, "last": None}
    refused = {
        ("event", "Order Completed"): "orders",
        ("event", "Product Viewed"): "product lists",
        ("event", "Consent Given"): "purpose",
        ("event", "$identify"): "$page",
        ("attribute", "E-mail"): "identifies",
        ("attribute", "birth_date"): "compares",
    }
    for (subject, name), why in refused.items():
        answer = stated(client, house, (subject, name, 30))
        assert answer.status_code == 422 and why in answer.json()["detail"], answer.text
    return stated(client, house, ("event", "Page Seen", 30))


@happy("preview_retention")
def _(client: httpx.Client, house: House) -> httpx.Response:
    stated(client, house, ("event", "Page Seen", 30))
    return client.get(house.path("/retention/due"), headers=bearer(house.token))


@happy("run_retention")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return made(client, house, "/retention/runs", {})
