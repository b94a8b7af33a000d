"""A request that works, for every operation of the application, by the operation's name.

Each takes a client and a house and returns the answer. A route without one fails `test_routes`.
"""

from collections.abc import Callable
from typing import Any

import httpx

from konnektu.core.clock import SECOND
from konnektu.core.records import Parcel, Rejected
from konnektu.log.api import keep_rejected
from konnektu.storage.api import Storage
from tests.web.house import NOW, PASSWORD, House, bearer

type_of_request = Callable[[httpx.Client, House], httpx.Response]
HAPPY: dict[str, type_of_request] = {}


def happy(name: str) -> Callable[[type_of_request], type_of_request]:
    def keep(request: type_of_request) -> type_of_request:
        assert name not in HAPPY, name
        HAPPY[name] = request
        return request

    return keep


def simple(name: str, path: str) -> None:
    """An operation that reads a path, of the workspace unless it begins with two slashes."""

    def read(client: httpx.Client, house: House) -> httpx.Response:
        if path.startswith("//"):
            return client.get(path[1:])
        return client.get(house.path(path), headers=bearer(house.token))

    HAPPY[name] = read


for name, path in {
    "healthz": "//healthz",
    "readyz": "//readyz",
    "openapi": "//api/openapi.json",
    "lobby": "//",
    "me": "/me",
    "list_sources": "/sources?limit=1",
    "list_users": "/users",
    "list_tokens": "/tokens",
    "list_audit": "/audit",
    "list_sections": "/sections",
    "list_section_rows": "/sections/people/rows?filters=%7B%22tag%22%3A%22vip%22%7D&order=made&limit=1",
    "get_settings": "/settings",
    "get_status": "/status",
    "get_system": "/system",
    "list_quarantine": "/quarantine?state=replayed",
}.items():
    simple(name, path)


def made(client: httpx.Client, house: House, path: str, body: dict[str, Any]) -> httpx.Response:
    return client.post(house.path(path), json=body, headers=bearer(house.token))


def source_of(client: httpx.Client, house: House) -> str:
    answer = made(client, house, "/sources", {"kind": "web", "name": house.fresh("source")})
    return str(answer.json()["id"])


def user_of(client: httpx.Client, house: House) -> str:
    """A marketer made by the owner: a token may not make users with rights beyond its own, this one holds all."""
    body = {"login": house.fresh("user"), "password": PASSWORD, "role": "marketer"}
    return str(made(client, house, "/users", body).json()["id"])


def signed_in(client: httpx.Client, house: House) -> str:
    """The client holds the owner's cookie after this; returns the session's CSRF token."""
    answer = client.post(house.path("/sign-in"), json={"login": "olga", "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["csrf"])


def rejected(storage: Storage, house: House, position: int) -> str:
    """Put an event into the workspace's quarantine; returns its id."""
    from konnektu.core.ids import public_id

    parcel = Parcel(source=1, origin="wire", received_at=NOW, events=[])
    event = Rejected(
        position=position,
        instant=NOW,
        source=1,
        reason="wrong_time",
        detail="far",
        body=b'{"n":%d}' % position,
    )
    with storage.workspace(house.workspace).transaction() as conn:
        keep_rejected(conn, [(event, parcel)])
    return public_id(NOW, position)


@happy("metrics")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return client.get("/metrics", headers={"X-Test-Peer": "127.0.0.1"})


@happy("sign_in_by_api")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return client.post(house.path("/sign-in"), json={"login": "Olga", "password": PASSWORD})


@happy("sign_out_by_api")
def _(client: httpx.Client, house: House) -> httpx.Response:
    csrf = signed_in(client, house)
    return client.post(house.path("/sign-out"), headers={"X-CSRF-Token": csrf})


@happy("change_own_password")
def _(client: httpx.Client, house: House) -> httpx.Response:
    csrf = signed_in(client, house)
    body = {"present": PASSWORD, "password": PASSWORD}
    return client.post(house.path("/me/password"), json=body, headers={"X-CSRF-Token": csrf})


@happy("create_source")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return made(
        client, house, "/sources", {"kind": "pos", "name": house.fresh("till"), "settings": {"a": [1]}}
    )


@happy("get_source")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return client.get(house.path(f"/sources/{source_of(client, house)}"), headers=bearer(house.token))


@happy("change_source")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path = house.path(f"/sources/{source_of(client, house)}")
    return client.patch(path, json={"state": "disabled"}, headers=bearer(house.token))


@happy("rotate_write_key")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return made(client, house, f"/sources/{source_of(client, house)}/rotate", {"grace_seconds": 60})


@happy("create_user")
def _(client: httpx.Client, house: House) -> httpx.Response:
    body = {"login": house.fresh("user"), "password": PASSWORD, "role": "analyst"}
    return made(client, house, "/users", body)


@happy("change_user")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path = house.path(f"/users/{user_of(client, house)}")
    return client.patch(path, json={"role": "analyst", "state": "disabled"}, headers=bearer(house.token))


@happy("set_password")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return made(client, house, f"/users/{user_of(client, house)}/password", {"password": "another password"})


@happy("create_token")
def _(client: httpx.Client, house: House) -> httpx.Response:
    body = {"name": "CRM", "scopes": ["events.read"], "expires_at": NOW + 60 * SECOND}
    return made(client, house, "/tokens", body)


@happy("revoke_token")
def _(client: httpx.Client, house: House) -> httpx.Response:
    token = made(client, house, "/tokens", {"name": "x", "scopes": ["events.read"]}).json()["token"]["id"]
    return client.delete(house.path(f"/tokens/{token}"), headers=bearer(house.token))


@happy("change_settings")
def _(client: httpx.Client, house: House) -> httpx.Response:
    staff = [{"kind": "email", "value": "olga@shop.ru"}]
    body = {"staff_ips": ["192.0.2.0/24"], "timezone": "Asia/Omsk", "staff_identifiers": staff}
    return client.patch(house.path("/settings"), json=body, headers=bearer(house.token))


@happy("replay_quarantine")
def _(client: httpx.Client, house: House) -> httpx.Response:
    event = rejected(house.storage, house, house.number())
    body = {"events": [{"id": event, "event": {"type": "track", "event": "Seen"}}]}
    return made(client, house, "/quarantine/replay", body)


@happy("discard_quarantine")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return made(
        client, house, "/quarantine/discard", {"ids": [rejected(house.storage, house, house.number())]}
    )


@happy("console_page")
def console_page(client: httpx.Client, house: House) -> httpx.Response:
    signed_in(client, house)
    return client.get("/web-shop/people", headers={"Accept": "text/html"})


@happy("asset")
def asset(client: httpx.Client, house: House) -> httpx.Response:
    return client.get("/assets/main-1.js")


@happy("workspace_page")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return client.get(f"/{house.workspace.slug}/")


def form_token(client: httpx.Client, house: House) -> str:
    """What the sign-in page hides in its form."""
    return client.get(f"/{house.workspace.slug}/").text.partition('name="token" value="')[2].partition('"')[0]


@happy("sign_in_by_page")
def _(client: httpx.Client, house: House) -> httpx.Response:
    form = {"login": "olga", "password": PASSWORD, "token": form_token(client, house)}
    return client.post(f"/{house.workspace.slug}/sign-in", data=form)


@happy("sign_out_by_page")
def _(client: httpx.Client, house: House) -> httpx.Response:
    csrf = signed_in(client, house)
    return client.post(f"/{house.workspace.slug}/sign-out", data={"token": csrf})
