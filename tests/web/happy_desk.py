"""Requests of the operator's desk that work. Importing this adds them to `happy.HAPPY`."""

from typing import Any

import httpx
import msgspec

from konnektu.core.records import Parcel
from konnektu.log import api as log
from tests.belt.support import run_writer
from tests.web.happy import happy, made
from tests.web.house import NOW, House, bearer


def caller_of(house: House) -> tuple[str, str]:
    """(phone, last digits of the loyalty card) of a person made by an event."""
    number = house.number()
    phone, card = f"+7921{number:07d}", f"77{9_000 + number:06d}"
    traits = {"firstName": "Анна", "phone": phone, "loyaltyCard": card}
    body = {
        "type": "identify",
        "userId": house.fresh("caller"),
        "messageId": f"desk-{number}",
        "traits": traits,
    }
    log.append(house.storage.inbox, house.workspace.id, [Parcel(0, "wire", NOW, [msgspec.json.encode(body)])])
    run_writer(house.storage, house.workspace)
    return phone, card[-4:]


def found(client: httpx.Client, house: House, phone: str) -> httpx.Response:
    return made(client, house, "/desk/find", {"text": phone})


def opened(client: httpx.Client, house: House) -> httpx.Response:
    phone, digits = caller_of(house)
    key = found(client, house, phone).json()["people"][0]["key"]
    return made(client, house, "/desk/open", {"key": key, "kind": "loyalty_card", "digits": digits})


def headers(client: httpx.Client, house: House) -> dict[str, Any]:
    return {**bearer(house.token), "X-Desk-Opening": opened(client, house).json()["opening"]}


@happy("find_customer")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return found(client, house, caller_of(house)[0])


@happy("open_customer")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return opened(client, house)


@happy("get_customer")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return client.get(house.path("/desk/person"), headers=headers(client, house))


@happy("list_customer_orders")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return client.get(house.path("/desk/orders"), headers=headers(client, house))


@happy("state_customer_consents")
def _(client: httpx.Client, house: House) -> httpx.Response:
    body = {"consents": [{"state": "withdrawn", "channel": "sms"}]}
    return client.post(house.path("/desk/consents"), json=body, headers=headers(client, house))
