"""A caller with a row limit walks every operation, every section and every list, and finds nothing beyond the limit.

The walk is made from the routing table: an operation that is added must say in `web/rows.py` whether it is open, and
an open one needs its question here.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from konnektu.access.api import Passwords, create_user, system_caller
from konnektu.core.ids import internal_id, public_id
from konnektu.core.section import sections
from konnektu.exports.api import LISTS
from konnektu.web.rows import CHANGE, CLOSED, CONSOLE, DESK, OWN, READ, WITHIN_ROWS
from tests.belt.support import run_writer
from tests.shelf import Shelf
from tests.web.house import NOW, PASSWORD, House, bearer
from tests.web.rows_shop import (
    DIMENSIONS,
    EACH,
    ELSEWHERE,
    INSIDE,
    OUTSIDE,
    PLACES,
    Shop,
    build,
    number,
    phone,
)
from tests.web.test_routes import GUARDED, assert_problem, request

pytestmark = pytest.mark.usefixtures("event_store_server")

LIMITS = {"all": DIMENSIONS, **{name: (name,) for name in DIMENSIONS}}
"""Dimensions by the name of a limit that names them."""

QUESTIONS: dict[str, tuple[str, Any]] = {
    "list_profiles": ("/profiles", None),
    "find_profile": ("/profiles/find?kind=user_id&value={user}", None),
    "look_up_profiles": ("/profiles/lookup", {"ids": ["{id}"], "identifiers": [{"kind": "user_id", "value": "{user}"}]}),
    "get_profile": ("/profiles/{id}", None),
    "unmask_profile": ("/profiles/{id}/unmask", {"reason": "she asked for it"}),
    "get_timeline": ("/profiles/{id}/timeline", None),
    "get_consents": ("/profiles/{id}/consents", None),
    "list_orders": ("/orders?profile={id}", None),
    "find_order": ("/orders/find?number={place}-order-0", None),
    "list_orders_of_profile": ("/profiles/{id}/orders", None),
    "get_order_statuses": ("/orders/statuses", None),
    "get_order_currency": ("/orders/currency", None),
    "list_record_kinds": ("/record-kinds", None),
    "get_record_kind": ("/record-kinds/child", None),
    "list_records": ("/records/child", None),
    "find_record": ("/records/child/find?id={place}-record-0", None),
    "list_records_of_profile": ("/profiles/{id}/records", None),
    "list_product_lists": ("/profiles/{id}/product-lists", None),
    "list_decisions_of_profile": ("/profiles/{id}/decisions", None),
    "list_decisions": ("/identity/decisions?kind=merge", None),
    "get_rules": ("/identity/rules", None),
    "list_marketing_sources": ("/acquisition/sources", None),
    "get_marketing_source": ("/acquisition/sources/{place}-campaign", None),
    "list_products": ("/products", None),
    "get_product": ("/products/{place}-product", None),
    "list_categories": ("/categories", None),
    "list_stores": ("/stores", None),
    "get_store": ("/stores/{place}-store", None),
    "list_stock": ("/stock", None),
    "list_exports": ("/exports", None),
    "export_list": ("/exports/profiles?format=jsonl", None),
    "list_sections": ("/sections", None),
    "list_section_rows": ("/sections/profiles/rows", None),
    "count_section_rows": ("/sections/profiles/count", None),
    "list_folders": ("/console/folders?counted=true", None),
    "get_columns": ("/console/columns/orders", None),
    "get_menu": ("/console/menu", None),
    "get_card": ("/console/card", None),
    "search": ("/search?text={place}-user-0", None),
    "get_attribute_history": ("/profiles/{id}/attributes/first_name/history", None),
    "write_note": ("/profiles/{id}/notes", {"text": "called back"}),
    "change_tags": ("/profiles/{id}/tags", {"add": ["vip"]}),
    "state_consents": ("/profiles/{id}/consents", {"consents": [{"state": "given", "channel": "email"}]}),
}  # fmt: skip
"""By operation: a path and a body that speak of one person, order, record … of a half."""
OF_CATALOGUE = {"list_products", "get_product", "list_stores", "get_store", "list_stock"}
OF_CAMPAIGNS = {"list_marketing_sources", "get_marketing_source"}
COUNTS = {
    "list_profiles": EACH, "list_records": EACH, "list_marketing_sources": 1, "list_products": 1, "list_stores": 1,
    "list_stock": 1, "list_categories": 1,
}  # fmt: skip
"""Rows of lists within a limit by every dimension."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """No console is built: the page of the link then tells figures by itself."""
    return tmp_path_factory.mktemp("nothing")


@pytest.fixture(scope="module")
def shop(shelf: Shelf, house: House) -> Iterator[Shop]:
    with shelf.workspace("web-rows", "Rows", NOW) as record:
        yield build(replace(house, workspace=record, system=system_caller(record)), record)


@pytest.fixture(scope="module")
def tokens(shop: Shop) -> dict[str, str]:
    return {name: shop.token(shop.limit(*dimensions)) for name, dimensions in LIMITS.items()}


def asked(client: httpx.Client, shop: Shop, name: str, place: str, token: str) -> tuple[httpx.Response, str]:
    """The answer to an operation's question about a half, and the question, which a problem may repeat."""
    path, body = QUESTIONS[name]
    user = f"{place}-user-0"
    said = msgspec.json.encode([path, body]).decode().replace("{user}", user).replace("{place}", place)
    question = said.replace("{id}", shop.public_id(user))
    path, body = msgspec.json.decode(question)
    method = "GET" if body is None else "POST"
    answer = client.request(method, shop.path(path), json=body, headers=bearer(token))
    return answer, question


def assert_nothing_beyond(text: str, shop: Shop, dimensions: tuple[str, ...], question: str = "") -> None:
    assert not [one for one in shop.beyond(dimensions) if one in text and one not in question], text


def test_every_guarded_operation_says_whether_it_is_open_to_a_limit() -> None:
    closed = [name for one in CLOSED for name in one.operations]
    assert sorted([*OWN, *READ, *CHANGE, *CONSOLE, *DESK, *closed]) == sorted(GUARDED)
    assert set(QUESTIONS) == READ | CHANGE


@pytest.mark.parametrize("name", sorted(set(GUARDED) - READ - CHANGE))
def test_what_is_not_within_rows_is_closed_and_says_why(
    client: httpx.Client, shop: Shop, tokens: dict[str, str], name: str
) -> None:
    answer = request(client, name, shop.house.workspace.slug, bearer(tokens["all"]))
    assert_nothing_beyond(answer.text, shop, DIMENSIONS)
    if name not in WITHIN_ROWS:
        assert_problem(answer, 403)
        why = next(one.why for one in CLOSED if name in one.operations)
        assert f"needs sight of all rows, and yours is limited to some: {why}." in answer.json()["detail"]


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_what_is_open_shows_what_is_within_and_nothing_beyond(
    client: httpx.Client, shop: Shop, tokens: dict[str, str], name: str, limit: str
) -> None:
    within, _ = asked(client, shop, name, INSIDE, tokens[limit])
    assert within.status_code in {200, 202}, within.text
    assert_nothing_beyond(within.text, shop, LIMITS[limit])
    answer, question = asked(client, shop, name, OUTSIDE, tokens[limit])
    assert_nothing_beyond(answer.text, shop, LIMITS[limit], question if answer.is_error else "")
    is_named = any(word in str(QUESTIONS[name]) for word in ("{id}", "{user}", "{place}"))
    if name == "look_up_profiles":
        assert answer.json()["items"] == [None, None]
    elif is_named and name != "search" and not (name in OF_CATALOGUE | OF_CAMPAIGNS and limit != "all"):
        assert answer.status_code == 404, answer.text


@pytest.mark.parametrize("name", sorted(COUNTS))
def test_lists_hold_what_is_within_and_page_by_it(
    client: httpx.Client, shop: Shop, tokens: dict[str, str], name: str
) -> None:
    path, _ = QUESTIONS[name]
    found: list[Any] = []
    after: str | None = ""
    while after is not None:
        answer = client.get(
            shop.path(path), params={"limit": 1, "after": after}, headers=bearer(tokens["all"])
        )
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        after = answer.json()["next"]
    assert len(found) == COUNTS[name], found
    assert name == "list_categories" or INSIDE in str(found)
    whole = client.get(shop.path(path), headers=bearer(shop.whole)).json()["items"]
    assert name == "list_categories" or len(whole) > len(found)


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("name", sorted(sections()))
def test_sections_show_what_is_within_whatever_is_asked(
    client: httpx.Client, shop: Shop, tokens: dict[str, str], name: str, limit: str
) -> None:
    section, path, token = sections()[name], shop.path(f"/sections/{name}/rows"), tokens[limit]
    shown = client.get(shop.path("/sections"), headers=bearer(token)).json()
    assert (name in {one["name"] for one in shown}) == section.is_within_rows
    if not section.is_within_rows:
        assert_problem(client.get(path, headers=bearer(token)), 403)
        return
    for asked_for in _questions(section, shop):
        for order in section.orders:
            params = {"filters": msgspec.json.encode(asked_for).decode(), "order": order}
            answer = client.get(path, params=params, headers=bearer(token))
            assert answer.status_code in {200, 404, 422}, answer.text
            assert_nothing_beyond(answer.text if answer.status_code == 200 else "", shop, LIMITS[limit])


def _questions(section: Any, shop: Shop) -> list[dict[str, Any]]:
    """Nothing at all, and by each filter whatever of the half beyond may be its value."""
    texts = [f"{OUTSIDE}-{word}" for word in ("user-0", "store", "region", "brand", "product")]
    texts += [shop.public_id(f"{OUTSIDE}-user-0"), f"{ELSEWHERE}-order", "vip"]
    asked_for: list[dict[str, Any]] = [{}]
    for one in section.filters:
        if one.kind in {"text", "reference"}:
            asked_for += [{one.name: text} for text in texts]
        elif one.kind == "choice":
            asked_for += [{one.name: choice.value} for choice in one.choices]
        elif one.kind in {"number", "period"}:
            asked_for.append({one.name: {"from": 0}})
        else:
            asked_for += [{one.name: True}, {one.name: False}]
    return asked_for


ALL_LISTS = (*LISTS, "records.child")


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("name", ALL_LISTS)
def test_exports_hold_what_is_within(
    client: httpx.Client, shop: Shop, tokens: dict[str, str], name: str, limit: str
) -> None:
    headers = bearer(tokens[limit])
    known = {one["name"] for one in client.get(shop.path("/exports"), headers=headers).json()}
    params = {"format": "jsonl", "reason": "a walk through everything"}
    answer = client.get(shop.path(f"/exports/{name}"), params=params, headers=headers)
    if name not in known:
        assert_problem(answer, 403)
        assert "sight of all rows" in answer.json()["detail"]
        return
    assert answer.status_code == 200, answer.text
    assert_nothing_beyond(answer.text, shop, LIMITS[limit])
    rows = [msgspec.json.decode(line) for line in answer.text.splitlines()]
    of_people = {"profiles": EACH, "orders": EACH, "records.child": EACH, "product_list_items": EACH}
    if name in of_people and limit != "marketing_source":
        assert len(rows) == of_people[name], rows


def test_lists_that_can_be_exported_within_a_limit_are_those_of_people_orders_and_the_catalogue(
    client: httpx.Client, shop: Shop, tokens: dict[str, str]
) -> None:
    known = {one["name"] for one in client.get(shop.path("/exports"), headers=bearer(tokens["all"])).json()}
    assert known == {
        "profiles", "consents", "orders", "order_lines", "product_list_items", "products", "stores",
        "marketing_sources", "records.child",
    }  # fmt: skip


@pytest.mark.parametrize("limit", LIMITS)
def test_a_card_counts_what_is_within_alone(
    client: httpx.Client, shop: Shop, tokens: dict[str, str], limit: str
) -> None:
    path = shop.path(f"/profiles/{shop.public_id(f'{INSIDE}-user-0')}")
    path += "?with=computed"
    whole = client.get(path, headers=bearer(shop.whole)).json()
    card = client.get(path, headers=bearer(tokens[limit])).json()
    assert (whole["computed"], card["computed"]) == ({}, None)
    assert whole["basics"]["events"] > 0
    assert [card["basics"][name] for name in ("events", "events_apart", "by_name", "visits")] == [
        None, None, [], None,
    ]  # fmt: skip
    assert [one["net"] for one in whole["orders"]] == ["710.00"]
    within = "710.00" if limit == "marketing_source" else "10.00"
    assert [(one["net"], one["largest"]) for one in card["orders"]] == [
        (within, "700.00" if within == "710.00" else "10.00")
    ]
    assert card["records"] == {"child": 1}
    seen = [one["source"] for one in card["sources"]["technical"]]
    assert (shop.sources[OUTSIDE][1] in seen) == ("source" not in LIMITS[limit])


def test_campaigns_count_the_people_within_alone(
    client: httpx.Client, shop: Shop, tokens: dict[str, str]
) -> None:
    path = shop.path(f"/acquisition/sources/{OUTSIDE}-campaign")
    assert client.get(path, headers=bearer(shop.whole)).json()["people"]["any"] == EACH
    assert client.get(path, headers=bearer(tokens["store"])).json()["people"]["any"] == 0
    assert client.get(path, headers=bearer(tokens["marketing_source"])).status_code == 404
    path = shop.path(f"/acquisition/sources/{INSIDE}-campaign")
    assert client.get(path, headers=bearer(tokens["marketing_source"])).json()["people"]["any"] == EACH


@pytest.mark.parametrize("limit", LIMITS)
def test_a_timeline_leaves_out_what_is_beyond(
    client: httpx.Client, shop: Shop, tokens: dict[str, str], limit: str
) -> None:
    path = shop.path(f"/profiles/{shop.public_id(f'{INSIDE}-user-0')}/timeline")
    whole = client.get(path, headers=bearer(shop.whole)).json()["items"]
    assert sum(ELSEWHERE in str(one) for one in whole) == 2
    found = client.get(path, headers=bearer(tokens[limit])).json()["items"]
    names = {one["name"] or one["type"] for one in found}
    assert {"order", "identify", "Consent Given", "Product Added", "record"} <= names
    assert (ELSEWHERE in str(found)) == (limit == "marketing_source")
    # What names neither an order nor a region nor a brand is within a limit by these.
    assert ("Store Viewed" in names) == (limit in {"region", "brand", "marketing_source"})


@pytest.mark.parametrize("limit", LIMITS)
def test_a_search_finds_what_is_within_alone(
    client: httpx.Client, shop: Shop, tokens: dict[str, str], limit: str
) -> None:
    def found(text: str, token: str) -> str:
        answer = client.get(shop.path("/search"), params={"text": text, "limit": 20}, headers=bearer(token))
        assert answer.status_code == 200, answer.text
        return answer.text

    for place in PLACES:
        of_people = (shop.public_id(f"{place}-user-0"), f"{place}-user-0", phone(place, 0), number(place, 0))
        for text in of_people:
            assert place in found(text, shop.whole), text
            assert (place in found(text, tokens[limit])) == (place == INSIDE), text
    for text in (
        f"{OUTSIDE}Anna",
        ELSEWHERE,
        f"{OUTSIDE}-product",
        f"{OUTSIDE} tea",
        f"{OUTSIDE}-store",
        "+7999",
    ):
        assert_nothing_beyond(found(text, tokens[limit]), shop, LIMITS[limit])


@pytest.mark.parametrize("limit", LIMITS)
def test_folders_count_what_is_within_alone(
    client: httpx.Client, shop: Shop, tokens: dict[str, str], limit: str
) -> None:
    def paid(token: str) -> int:
        params: dict[str, str | bool] = {"section": "orders", "counted": True}
        folders = client.get(shop.path("/console/folders"), params=params, headers=bearer(token)).json()
        (found,) = [one["count"]["rows"] for one in folders if one["en"] == "Paid"]
        return int(found)

    assert (paid(shop.whole), paid(tokens[limit])) == (2 * EACH, EACH)


def test_changes_reach_whom_the_caller_sees_and_nobody_else(
    client: httpx.Client, shop: Shop, tokens: dict[str, str]
) -> None:
    path = shop.path(f"/profiles/{shop.public_id(f'{INSIDE}-user-1')}")
    for wanted in ("tags", "consents"):
        answer, _ = asked(
            client, shop, f"{'change' if wanted == 'tags' else 'state'}_{wanted}", INSIDE, tokens["all"]
        )
        assert answer.status_code == 202
    contact = {"kind": "phone", "value": "+79997000000"}
    said = {"consents": [{"state": "withdrawn", "channel": "sms", "contact": contact}]}
    answer = client.post(f"{path}/consents", json=said, headers=bearer(tokens["all"]))
    assert_problem(answer, 403)
    run_writer(shop.house.storage, shop.house.workspace)
    card = client.get(
        shop.path(f"/profiles/{shop.public_id(f'{INSIDE}-user-0')}"), headers=bearer(tokens["all"])
    )
    assert "vip" in card.json()["tags"]


def test_the_page_of_the_link_tells_a_limited_person_no_totals(
    client: httpx.Client, shop: Shop, passwords: Passwords
) -> None:
    control, by = shop.house.storage.control, shop.house.system
    user = create_user(control, passwords, by, login="vera", password=PASSWORD, role="analyst", now=NOW)
    slug = shop.house.workspace.slug
    answer = client.post(shop.path("/sign-in"), json={"login": "vera", "password": PASSWORD})
    assert answer.status_code == 200
    limited = client.put(
        shop.path(f"/users/{public_id(user.created_at, user.id)}/rows"),
        json={"limit": {"store": [f"{INSIDE}-store"]}},
        headers=bearer(shop.whole),
    )
    assert limited.status_code == 200, limited.text
    page = client.get(f"/{slug}")
    assert page.status_code == 200
    assert_nothing_beyond(page.text, shop, DIMENSIONS)
    assert client.get(shop.path("/profiles")).status_code == 200
    assert OUTSIDE not in client.get(shop.path("/profiles")).text


def test_a_limit_that_cannot_be_is_refused(client: httpx.Client, shop: Shop) -> None:
    tokens = client.get(shop.path("/tokens"), headers=bearer(shop.whole)).json()["items"]
    number = next(one["id"] for one in tokens if one["name"] == "whole")
    assert internal_id(number)
    path = shop.path(f"/tokens/{number}/rows")
    for limit in ({"planet": ["Mars"]}, {"source": ["7"]}):
        assert_problem(client.put(path, json={"limit": limit}, headers=bearer(shop.whole)), 422)


def test_a_limit_is_shown_as_it_was_said(client: httpx.Client, shop: Shop, tokens: dict[str, str]) -> None:
    limit = shop.limit(*DIMENSIONS)
    made = client.get(shop.path("/tokens"), headers=bearer(shop.whole)).json()["items"]
    number = next(one["id"] for one in made if one["name"] == "limited")
    path = shop.path(f"/tokens/{number}/rows")
    for answer in (
        client.put(path, json={"limit": limit}, headers=bearer(shop.whole)),
        client.get(path, headers=bearer(shop.whole)),
    ):
        assert answer.json()["limit"] == limit
