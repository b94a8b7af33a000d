"""Requests of identity that work. Importing this adds them to `happy.HAPPY`."""

import httpx
import msgspec

from konnektu.core.identifiers import DEFAULT_KINDS
from konnektu.core.ids import public_id
from konnektu.jobs.api import defer
from tests.belt.support import run_writer
from tests.web.happy import happy, made, simple
from tests.web.happy_profiles import person_of, user_of_event
from tests.web.house import NOW, House, bearer

simple("list_decisions", "/identity/decisions?kind=refuse&limit=1")
simple("get_rules", "/identity/rules")
simple("list_rules_versions", "/identity/rules/history")


def two_people(house: House) -> list[dict[str, str]]:
    return [{"kind": "user_id", "value": user_of_event(house)} for _ in range(2)]


@happy("list_decisions_of_profile")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path = house.path(f"/profiles/{person_of(client, house)}/decisions?limit=1")
    return client.get(path, headers=bearer(house.token))


@happy("preview_merge")
def _(client: httpx.Client, house: House) -> httpx.Response:
    body = {"people": two_people(house)}
    return client.post(house.path("/identity/merges/preview"), json=body, headers=bearer(house.token))


@happy("preview_cut")
def _(client: httpx.Client, house: House) -> httpx.Response:
    made(client, house, "/identity/merges", {"people": two_people(house)})
    run_writer(house.storage, house.workspace)
    found = client.get(house.path("/identity/decisions?kind=merge&limit=1"), headers=bearer(house.token))
    merge = found.json()["items"][0]
    where = {"position": merge["position"], "ordinal": merge["ordinal"]}
    return client.get(house.path("/identity/cuts/preview"), params=where, headers=bearer(house.token))


@happy("merge_people")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return made(client, house, "/identity/merges", {"people": two_people(house)})


@happy("separate_people")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return made(client, house, "/identity/separations", {"people": two_people(house)})


@happy("permit_people")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return made(client, house, "/identity/permissions", {"people": two_people(house)})


@happy("cut_person")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return made(client, house, "/identity/cuts", {"between": two_people(house)})


@happy("change_rules")
def _(client: httpx.Client, house: House) -> httpx.Response:
    # Kinds as they are: other requests of this workspace are recognised by them.
    body = {"rules": {"kinds": msgspec.to_builtins(DEFAULT_KINDS), "vetoes": ["first_name"]}}
    return client.put(house.path("/identity/rules"), json=body, headers=bearer(house.token))


@happy("preview_rules")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return made(client, house, "/identity/rules/preview", {"rules": {"vetoes": ["first_name"]}})


@happy("apply_rules_backwards")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return made(client, house, "/identity/rules/backwards", {"rules": {"vetoes": ["first_name"]}})


@happy("check_rules")
def _(client: httpx.Client, house: House) -> httpx.Response:
    wrong = made(client, house, "/identity/rules/check", {"rules": {"largest_merge": "many"}})
    assert "largest_merge" in wrong.json()["fault"]
    right = made(client, house, "/identity/rules/check", {"rules": {"vetoes": []}})
    assert right.json()["fault"] == ""
    return right


def trial(client: httpx.Client, house: House) -> str:
    rules = {"vetoes": [], "largest_merge": 50 + house.number()}
    return str(made(client, house, "/identity/rules/preview", {"rules": rules}).json()["job"])


@happy("list_rules_jobs")
def _(client: httpx.Client, house: House) -> httpx.Response:
    asked = trial(client, house)
    found = client.get(house.path("/identity/rules/jobs?limit=1"), headers=bearer(house.token))
    shown = next(one for one in found.json() if one["id"] == asked)
    assert (shown["work"], shown["state"], shown["difference"]) == ("trial", "waiting", None)
    return found


@happy("cancel_rules_job")
def _(client: httpx.Client, house: House) -> httpx.Response:
    other = defer(house.storage, house.workspace, "test.add", house.fresh("key"), {"numbers": []}, now=NOW)
    path = house.path("/identity/rules/jobs")
    strange = f"{path}/{public_id(other.created_at, other.id)}/cancel"
    assert client.post(strange, headers=bearer(house.token)).status_code == 404
    return client.post(f"{path}/{trial(client, house)}/cancel", headers=bearer(house.token))
