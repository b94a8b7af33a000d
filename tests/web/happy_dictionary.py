"""Requests of the API of the dictionary that work. Importing this adds them to `happy.HAPPY`."""

import httpx

from tests.belt.support import run_writer, send, track
from tests.web.happy import happy, made, rejected, simple
from tests.web.house import House, bearer

simple("list_dictionary_events", "/dictionary/events?after=track:a&limit=1")
simple("list_event_properties", "/dictionary/events/properties?type=track&name=a&after=b&limit=1")
simple("list_dictionary_attributes", "/dictionary/attributes?after=a&limit=1")
simple("list_left_out", "/dictionary/left_out")
simple("list_plan", "/dictionary/plan")
simple("list_violations", '/dictionary/plan/violations?after=["track","a","b","type"]&limit=1')
simple("list_unused_attributes", "/dictionary/attributes/unused")


@happy("count_attributes")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return client.post(house.path("/dictionary/attributes/count"), headers=bearer(house.token))


@happy("put_note")
def _(client: httpx.Client, house: House) -> httpx.Response:
    name = house.fresh("event")
    send(house.storage, house.workspace, track(name, house.number(), user="u", color="red"))
    run_writer(house.storage, house.workspace)
    note = {"en": "Colour", "ru": "Цвет", "owner": "olga", "is_personal": False, "is_deprecated": True}
    body = {"type": "track", "name": name, "path": "color", **note}
    return client.put(house.path("/dictionary/notes"), json=body, headers=bearer(house.token))


@happy("put_plan")
def _(client: httpx.Client, house: House) -> httpx.Response:
    price = {"path": "price", "type": "number", "is_required": True, "allowed": [1], "pattern": "1"}
    expected = {"properties": [price], "sources": [1], "mode": "quarantine", "is_closed": True}
    body = {"type": "track", "name": house.fresh("event"), "expected": expected}
    return client.put(house.path("/dictionary/plan"), json=body, headers=bearer(house.token))


STEPS = [
    {"do": "rename", "path": "properties.a", "to": "b"},
    {"do": "set", "path": "timestamp", "value": None},
    {"do": "cast", "path": "properties.n", "to": "number"},
    {"do": "name", "name": "Seen"},
    {"do": "drop", "path": "properties.c"},
]


@happy("try_correction")
def _(client: httpx.Client, house: House) -> httpx.Response:
    rejected(house.storage, house, house.number())
    return made(client, house, "/quarantine/try", {"which": {"reason": "wrong_time"}, "steps": STEPS})


@happy("replay_all_quarantine")
def _(client: httpx.Client, house: House) -> httpx.Response:
    which = {"reason": "wrong_time", "source": 1, "since": 0, "until": 1}
    return made(client, house, "/quarantine/replay_all", {"which": which, "steps": STEPS})


@happy("discard_all_quarantine")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return made(client, house, "/quarantine/discard_all", {"which": {"until": 1}})
