"""A caller with a row limit walks every operation and finds nothing beyond the limit."""

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from konnektu.access.api import RIGHTS, create_token, create_user, limit_token
from konnektu.core.ids import internal_id, public_id
from konnektu.profiles import api as profiles
from konnektu.storage.api import Storage, WorkspaceRecord, create_workspace, drop_workspace
from konnektu.web.rows import OWN, READ, WITHIN_ROWS
from tests.belt.support import identify, run_writer, send, track
from tests.orders.facts import order, profile_of
from tests.web.happy import HAPPY
from tests.web.house import NOW, PASSWORD, House, bearer
from tests.web.test_routes import GUARDED, TABLE, assert_problem, request

OUTSIDE, INSIDE = "outside", "inside"
"""Stand in every value of those beyond and those within the limit."""


@pytest.fixture(scope="module")
def shop(storage: Storage, house: House, passwords: object) -> Iterator[House]:
    """Two stores with two people and two orders each; the house's token sees the first store alone."""
    record = create_workspace(storage, "web-rows", "Rows", created_at=NOW)
    for number, place in enumerate((INSIDE, OUTSIDE, INSIDE, OUTSIDE)):
        user, store = f"{place}-user-{number}", f"{place}-store"
        send(storage, record, identify(user, number, firstName=f"{place}Anna", city=f"{place}-city"))
        send(storage, record, track("Consent Given", number, user=user, channel="sms", form=f"{place}-form"))
        send(storage, record, order(f"{place}-{number}", number, user, store=store, total=10), origin="api")
    run_writer(storage, record)
    made = replace(house, workspace=record, system=replace_caller(house, record))
    token = create_token(storage.control, made.system, name="limited", scopes=RIGHTS, now=NOW)
    limit_token(storage.control, made.system, token.token.id, {"store": [f"{INSIDE}-store"]}, now=NOW)
    yield replace(made, token=token.secret)
    drop_workspace(storage, record)


def replace_caller(house: House, record: WorkspaceRecord):
    from konnektu.access.api import system_caller

    return system_caller(record)


def public_id_of(shop: House, user: str) -> str:
    profile = profile_of(shop.storage, shop.workspace, user)
    with shop.storage.workspace(shop.workspace).read() as db:
        found = profiles.profile(db, profile)
    assert found is not None
    return public_id(found.born, profile)


@pytest.mark.parametrize("name", GUARDED)
def test_what_is_not_within_rows_is_closed(client: httpx.Client, shop: House, name: str) -> None:
    answer = request(client, name, shop.workspace.slug, bearer(shop.token))
    assert OUTSIDE not in answer.text
    if name not in WITHIN_ROWS:
        assert_problem(answer, 403)
        assert "some people and orders only" in answer.json()["detail"]


def test_every_name_is_an_operation() -> None:
    assert set(TABLE) >= WITHIN_ROWS
    assert not OWN & READ


READS = {
    "list_profiles": ("GET", "/profiles", None),
    "find_profile": ("GET", "/profiles/find?kind=user_id&value={user}", None),
    "look_up_profiles": ("POST", "/profiles/lookup", {"ids": ["{id}"], "identifiers": [{"kind": "user_id", "value": "{user}"}]}),
    "get_profile": ("GET", "/profiles/{id}", None),
    "get_consents": ("GET", "/profiles/{id}/consents", None),
    "list_orders": ("GET", "/orders?profile={id}", None),
    "find_order": ("GET", "/orders/find?number={number}", None),
    "list_orders_of_profile": ("GET", "/profiles/{id}/orders", None),
    "get_order_statuses": ("GET", "/orders/statuses", None),
}  # fmt: skip
WITHOUT_PERSON = {"list_profiles", "get_order_statuses"}


def told(text: str, shop: House, place: str, number: int) -> str:
    user = f"{place}-user-{number}"
    filled = text.replace("{user}", user).replace("{number}", f"{place}-{number}")
    return filled.replace("{id}", public_id_of(shop, user)) if "{id}" in filled else filled


@pytest.mark.parametrize("name", sorted(READ))
def test_what_reads_shows_what_is_within_and_nothing_beyond(
    client: httpx.Client, shop: House, name: str
) -> None:
    method, path, body = READS[name]
    answers = {}
    for place, number in ((INSIDE, 0), (OUTSIDE, 1)):
        content = None if body is None else told(str(body).replace("'", '"'), shop, place, number)
        headers = {"Content-Type": "application/json", **bearer(shop.token)}
        url = shop.path(told(path, shop, place, number))
        answers[place] = client.request(method, url, headers=headers, content=content)
    assert answers[INSIDE].status_code == 200, answers[INSIDE].text
    assert name in {"get_order_statuses", "get_consents"} or INSIDE in answers[INSIDE].text
    beyond = answers[OUTSIDE]
    assert OUTSIDE not in beyond.text.replace(told(path, shop, OUTSIDE, 1), "")
    if name == "look_up_profiles":
        assert beyond.json()["items"] == [None, None]
    elif name not in WITHOUT_PERSON:
        assert beyond.status_code == 404, beyond.text


def test_lists_page_through_what_is_within_alone(client: httpx.Client, shop: House) -> None:
    for path, count in (("/profiles?limit=1", 2), ("/orders?limit=1", 2)):
        found: list[object] = []
        after: str | None = ""
        while after is not None:
            answer = client.get(shop.path(f"{path}&after={after}"), headers=bearer(shop.token)).json()
            found += answer["items"]
            after = answer["next"]
        assert len(found) == count
        assert OUTSIDE not in str(found)


def test_the_page_of_the_link_tells_a_limited_person_no_totals(
    client: httpx.Client, shop: House, passwords
) -> None:
    control, by = shop.storage.control, shop.system
    user = create_user(control, passwords, by, login="vera", password=PASSWORD, role="analyst", now=NOW)
    slug = shop.workspace.slug
    answer = client.post(shop.path("/sign-in"), json={"login": "vera", "password": PASSWORD})
    assert answer.status_code == 200
    whole = client.get(f"/{slug}").text
    limited = client.put(
        shop.path(f"/users/{public_id(user.created_at, user.id)}/rows"),
        json={"limit": {"store": [f"{INSIDE}-store"]}},
        headers=bearer(unlimited(shop)),
    )
    assert limited.status_code == 200, limited.text
    bounded = client.get(f"/{slug}").text
    assert whole != bounded
    assert client.get(shop.path("/profiles")).status_code == 200
    assert OUTSIDE not in client.get(shop.path("/profiles")).text


def unlimited(shop: House) -> str:
    made = create_token(shop.storage.control, shop.system, name="whole", scopes=RIGHTS, now=NOW)
    return made.secret


def test_a_limit_that_cannot_be_is_refused(client: httpx.Client, shop: House) -> None:
    token = unlimited(shop)
    tokens = client.get(shop.path("/tokens"), headers=bearer(token)).json()["items"]
    number = next(one["id"] for one in tokens if one["name"] == "whole")
    assert internal_id(number)
    answer = client.put(
        shop.path(f"/tokens/{number}/rows"), json={"limit": {"planet": ["Mars"]}}, headers=bearer(token)
    )
    assert_problem(answer, 422)
    assert set(HAPPY) >= WITHIN_ROWS
