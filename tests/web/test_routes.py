"""Every operation of the application against every kind of caller. A route that is added to the table is tested
at once; without a happy path in `tests/web/happy.py` it fails."""

import re
from uuid import UUID

import httpx
import msgspec
import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from konnektu.access.api import RIGHTS, Passwords
from konnektu.core.clock import MovableClock
from konnektu.core.config import Config
from konnektu.storage.api import Storage
from konnektu.web.app import make_app
from konnektu.web.openapi import PUBLIC, operations, right_of
from tests.web import (  # noqa: F401  add to HAPPY
    happy_access,
    happy_acquisition,
    happy_catalogue,
    happy_computed,
    happy_console,
    happy_desk,
    happy_dictionary,
    happy_identity,
    happy_imports,
    happy_jobs,
    happy_lists,
    happy_orders,
    happy_privacy,
    happy_product_lists,
    happy_profiles,
    happy_related,
    happy_segments,
    happy_transfers,
)
from tests.web.happy import HAPPY, rejected
from tests.web.house import House, bearer

OPEN = {
    "healthz", "readyz", "metrics", "openapi", "lobby",
    "sign_in_by_api", "workspace_page", "console_page", "asset", "sign_in_by_page", "sign_out_by_page",
    "enter_code", "begin_enrolment", "finish_enrolment", "step_page", "step_by_page",
    "accept_invitation", "invitation_page", "accept_by_page",
    "leave_for_provider", "come_back_from_provider",
}  # fmt: skip
"""Open to strangers on purpose. Think twice before adding one."""

TABLE = {
    handler.handler_name: (handler, method, path)
    for handler, method, path in operations(
        make_app(Storage("postgresql:///nowhere", b""), Config(), MovableClock(0), Passwords())
    )
    if method != "OPTIONS"
}
GUARDED = sorted(name for name, (handler, _, _) in TABLE.items() if right_of(handler)[0])
WITH_RIGHT = sorted(name for name in GUARDED if right_of(TABLE[name][0])[1])


def request(client: httpx.Client, name: str, slug: str, headers: dict[str, str]) -> httpx.Response:
    """The operation of this name, with made-up ids and an empty body."""
    _, method, path = TABLE[name]
    path = path.replace("{workspace}", slug)
    path = re.sub(r"\{[^}]+\}", str(UUID(int=7)), path)
    content = b"{}" if method in {"POST", "PUT", "PATCH"} else None
    return client.request(
        method, path, headers={"Content-Type": "application/json", **headers}, content=content
    )


def assert_problem(answer: httpx.Response, status: int) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert list(problem) == ["type", "title", "status", "detail", "faults", "id"]
    assert problem["status"] == status


def test_rejected_events_say_nothing_to_who_may_not_see_personal_data(
    client: httpx.Client, house: House
) -> None:
    rejected(house.storage, house, house.number())
    shown = [
        client.get(house.path("/quarantine"), headers=bearer(token)).json()["items"][0]
        for token in (house.token, house.token_without("profiles.personal"))
    ]
    assert [bool(one["event"]) for one in shown] == [True, False]
    assert [bool(one["detail"]) for one in shown] == [True, False]
    assert shown[0]["id"] == shown[1]["id"]


def test_every_operation_is_guarded_or_open_on_purpose() -> None:
    assert {name for name in TABLE if name not in GUARDED} == OPEN
    assert {name for name, (handler, _, _) in TABLE.items() if handler.opt.get(PUBLIC)} == OPEN


def test_every_operation_has_a_name_of_its_own(app: Litestar) -> None:
    names = [handler.handler_name for handler, method, _ in operations(app) if method != "OPTIONS"]
    assert sorted(names) == sorted(set(names))


def test_every_operation_has_a_happy_path_and_words() -> None:
    assert set(HAPPY) == set(TABLE)
    handlers: list[HTTPRouteHandler] = [handler for handler, _, _ in TABLE.values()]
    assert not [handler.handler_name for handler in handlers if not handler.fn.__doc__]


@pytest.mark.parametrize("name", sorted(TABLE))
@pytest.mark.usefixtures("event_store_server")
def test_what_is_right_works(client: httpx.Client, house: House, name: str) -> None:
    answer = HAPPY[name](client, house)
    assert answer.status_code in {200, 201, 202, 204, 303}, answer.text


@pytest.mark.parametrize("name", GUARDED)
def test_a_stranger_is_asked_to_sign_in(client: httpx.Client, house: House, name: str) -> None:
    for headers in ({}, bearer("kt_guess"), {"Authorization": "Basic b2xnYTp4"}):
        for slug in (house.workspace.slug, "no-such-shop"):
            assert_problem(request(client, name, slug, headers), 401)


@pytest.mark.parametrize("name", WITH_RIGHT)
def test_without_the_right_it_is_forbidden(client: httpx.Client, house: House, name: str) -> None:
    right = right_of(TABLE[name][0])[1]
    assert right in RIGHTS
    answer = request(client, name, house.workspace.slug, bearer(house.token_without(right)))
    assert_problem(answer, 403)
    assert right in answer.json()["detail"]


@pytest.mark.parametrize("name", GUARDED)
def test_another_workspace_is_not_found(client: httpx.Client, house: House, name: str) -> None:
    for slug in (house.workspace.slug, "no-such-shop"):
        assert_problem(request(client, name, slug, bearer(house.foreign_token)), 404)


@pytest.mark.parametrize("name", GUARDED)
def test_a_cookie_alone_changes_nothing(client: httpx.Client, house: House, name: str) -> None:
    method = TABLE[name][1]
    signed = HAPPY["sign_in_by_api"](client, house)
    assert signed.status_code == 200
    answer = request(client, name, house.workspace.slug, {})
    if method == "GET":
        assert answer.status_code not in {401, 403}, answer.text
    else:
        assert_problem(answer, 403)
        assert "X-CSRF-Token" in answer.json()["detail"]


def test_the_document_names_every_operation(client: httpx.Client) -> None:
    document = msgspec.json.decode(client.get("/api/openapi.json").content)
    assert document["openapi"].startswith("3.1")
    named = {operation["operationId"] for path in document["paths"].values() for operation in path.values()}
    assert named == {name for name, (handler, _, _) in TABLE.items() if handler.resolve_include_in_schema()}
    for path in document["paths"].values():
        for operation in path.values():
            assert operation["responses"]["500"] == {"$ref": "#/components/responses/Fatal"}
            assert operation["operationId"] in OPEN or operation["security"]


def test_the_schema_of_a_problem_is_its_record() -> None:
    from konnektu.web.openapi import PROBLEM
    from konnektu.web.problems import Fault, Problem

    assert PROBLEM["required"] == list(Problem.__struct_fields__) == list(PROBLEM["properties"])
    assert PROBLEM["properties"]["faults"]["items"]["required"] == list(Fault.__struct_fields__)
