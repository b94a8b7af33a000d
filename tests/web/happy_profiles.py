"""Requests of the profile API that work. Importing this adds them to `happy.HAPPY`."""

from typing import Any

import httpx
import msgspec

from konnektu.core.ids import public_id
from konnektu.core.records import Parcel
from konnektu.log import api as log
from tests.belt.support import run_writer
from tests.web.happy import happy, made, simple
from tests.web.house import NOW, House, bearer

simple("list_erasures", "/erasures?limit=1")
simple("list_profiles", "/profiles?known=true&limit=1")
simple("list_refusals", "/refusals?kind=phone&value=89031234567")


def user_of_event(house: House) -> str:
    """The user id of a profile made by an event."""
    user = house.fresh("person")
    body = {"type": "identify", "userId": user, "messageId": user, "traits": {"firstName": "Анна"}}
    log.append(house.storage.inbox, house.workspace.id, [Parcel(0, "wire", NOW, [msgspec.json.encode(body)])])
    run_writer(house.storage, house.workspace)
    return user


def person_of(client: httpx.Client, house: House) -> str:
    """The id of such a profile."""
    return str(found(client, house, user_of_event(house)).json()["id"])


def found(client: httpx.Client, house: House, user: str) -> httpx.Response:
    where = {"kind": "user_id", "value": user}
    return client.get(house.path("/profiles/find"), params=where, headers=bearer(house.token))


def asked(client: httpx.Client, house: House, rest: str = "") -> httpx.Response:
    path = house.path(f"/profiles/{person_of(client, house)}{rest}")
    return client.get(path, headers=bearer(house.token))


def changed(client: httpx.Client, house: House, rest: str, body: dict[str, Any]) -> httpx.Response:
    return made(client, house, f"/profiles/{person_of(client, house)}{rest}", body)


@happy("find_profile")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return found(client, house, user_of_event(house))


@happy("look_up_profiles")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return made(client, house, "/profiles/lookup", {"ids": [person_of(client, house)]})


@happy("make_profile")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return made(
        client, house, "/profiles", {"identifiers": [{"kind": "user_id", "value": house.fresh("new")}]}
    )


@happy("preview_merged_profile")
def _(client: httpx.Client, house: House) -> httpx.Response:
    people = [person_of(client, house), person_of(client, house)]
    return made(client, house, "/profiles/merged", {"people": people})


@happy("get_profile")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return asked(client, house)


@happy("unmask_profile")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return changed(client, house, "/unmask", {"reason": "the customer asked by phone"})


@happy("get_timeline")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return asked(client, house, "/timeline?limit=1")


@happy("get_attribute_history")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return asked(client, house, "/attributes/first_name/history")


@happy("write_note")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return changed(client, house, "/notes", {"text": "called about the delivery"})


@happy("get_consents")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return asked(client, house, "/consents")


@happy("change_attributes")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path = house.path(f"/profiles/{person_of(client, house)}/attributes")
    return client.patch(path, json={"attributes": {"city": "Омск"}}, headers=bearer(house.token))


@happy("change_tags")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return changed(client, house, "/tags", {"add": ["vip"]})


@happy("state_consents")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return changed(client, house, "/consents", {"consents": [{"state": "given", "channel": "sms"}]})


@happy("record_refusal")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return made(client, house, "/refusals", {"contact": {"kind": "email", "value": "a@mail.example"}})


@happy("erase_profile")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return changed(client, house, "/erase", {"reason": "request 17"})


@happy("get_event")
def _(client: httpx.Client, house: House) -> httpx.Response:
    told = asked(client, house, "/timeline?limit=1").json()["items"][0]
    path = house.path(f"/events/{public_id(0, told['position'])}")
    covered = client.get(path, headers=bearer(house.token_without("profiles.personal"))).json()
    assert covered["raw"] == ""
    assert covered["attributes"]["first_name"] != "Анна"
    seen = client.get(path, headers=bearer(house.token))
    event = seen.json()
    assert '"firstName":"Анна"' in event["raw"]
    assert event["attributes"] == {"first_name": "Анна"}
    assert event["profile"]
    assert [made["kind"] for made in event["decisions"]] == ["made"]
    return seen
