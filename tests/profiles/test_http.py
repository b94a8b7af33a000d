"""The profile API end to end: facts in through the inbox, the writer applies them, the API shows what became of them."""

from itertools import count
from threading import Event as Signal
from threading import Thread
from typing import Any

import httpx
import msgspec
import pytest

from konnektu.access.api import create_token
from konnektu.belt.deliver import seal_once
from konnektu.profiles.api import Contact, refusals
from konnektu.storage.api import Storage
from tests.belt.support import run_writer, send, track
from tests.profiles.facts import DAY
from tests.web.house import NOW, House, bearer

ANNA = {
    "firstName": "Анна",
    "lastName": "Петрова",
    "phone": "8 (903) 123-45-67",
    "email": "anna@shop.example",
    "size": 42,
}


class Api:
    """The API as one caller sees it."""

    def __init__(self, client: httpx.Client, house: House, token: str) -> None:
        self.client, self.house, self.token = client, house, token

    def __call__(self, method: str, path: str, body: Any = None, **params: Any) -> httpx.Response:
        return self.client.request(
            method, self.house.path(path), json=body, params=params or None, headers=bearer(self.token)
        )

    def get(self, path: str, **params: Any) -> Any:
        answer = self("GET", path, **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def change(self, method: str, path: str, body: Any, **params: Any) -> Any:
        answer = self(method, path, body, **params)
        assert answer.status_code == 202, answer.text
        return answer.json()


@pytest.fixture
def api(web: httpx.Client, house: House) -> Api:
    return Api(web, house, house.token)


@pytest.fixture
def covered(web: httpx.Client, house: House, storage: Storage) -> Api:
    """A caller who may read profiles and not personal data."""
    made = create_token(
        storage.control, house.system, name="reader", scopes={"profiles.read", "events.read"}, now=NOW
    )
    return Api(web, house, made.secret)


@pytest.fixture(scope="module")
def shop(storage: Storage, house: House) -> House:
    """A workspace in which Anna browsed, registered and bought, and somebody else browsed."""
    page = {
        "type": "page",
        "name": "Home",
        "messageId": "p1",
        "anonymousId": "cookie-1",
        "properties": {"url": "https://shop.example/"},
    }
    page["context"] = {
        "page": {"url": "https://shop.example/?utm_source=yandex&utm_medium=cpc&utm_campaign=spring"}
    }
    send(storage, house.workspace, msgspec.json.encode(page), at=NOW)
    send(
        storage,
        house.workspace,
        msgspec.json.encode(
            {"type": "identify", "userId": "u1", "anonymousId": "cookie-1", "messageId": "i1", "traits": ANNA}
        ),
        at=NOW + 60_000,
    )
    send(
        storage,
        house.workspace,
        track("Order Completed", 1, user="u1", revenue=100.5, currency="RUB"),
        track("Order Completed", 2, user="u1", revenue=0.1, currency="RUB"),
        at=NOW + 120_000,
    )
    send(storage, house.workspace, track("Product Viewed", 3, anonymous="cookie-2"), at=NOW + 130_000)
    run_writer(storage, house.workspace)
    return house


def anna(api: Api) -> Any:
    return api.get("/profiles/find", kind="user_id", value="u1")


_numbers = count(1)


class Somebody:
    """A person of one test, who may be changed."""

    def __init__(self, api: Api, storage: Storage) -> None:
        number = next(_numbers)
        self.api, self.storage = api, storage
        self.user, self.phone = f"somebody-{number}", f"+7903555{number:04}"
        traits = ANNA | {"phone": self.phone, "email": f"{self.user}@shop.example"}
        body = {"type": "identify", "userId": self.user, "messageId": self.user, "traits": traits}
        send(storage, api.house.workspace, msgspec.json.encode(body), at=NOW)
        self.apply()
        self.id = self.now["id"]

    def apply(self) -> None:
        run_writer(self.storage, self.api.house.workspace)

    @property
    def now(self) -> Any:
        return self.api.get("/profiles/find", kind="user_id", value=self.user)

    def change(self, method: str, path: str, body: Any) -> Any:
        return self.api.change(method, f"/profiles/{self.id}{path}", body)


@pytest.fixture
def somebody(shop: House, api: Api, storage: Storage) -> Somebody:
    return Somebody(api, storage)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("phone", "+7 903 123 45 67"),
        ("email", "Anna@Shop.Example"),
        ("user_id", "u1"),
        ("anonymous_id", "cookie-1"),
    ],
)
def test_a_profile_is_found_by_any_identifier_however_spelt(
    shop: House, api: Api, kind: str, value: str
) -> None:
    found = api.get("/profiles/find", kind=kind, value=value)
    assert found == api.get(f"/profiles/{found['id']}")
    assert found["known"] is True
    assert found["attributes"]["size"] == {
        "value": 42,
        "origin": "stated",
        "time": NOW + 60_000,
        "source": "",
    }
    assert {one["kind"] for one in found["identifiers"]} >= {"user_id", "phone", "email", "anonymous_id"}


def test_basics_are_counted(shop: House, api: Api) -> None:
    basics = anna(api)["basics"]
    assert (basics["events"], basics["first_seen"], basics["last_seen"]) == (4, NOW, NOW + 120_000)
    orders = basics["by_name"][0]
    assert (orders["name"], orders["count"], orders["totals"]) == (
        "Order Completed", 2, [{"property": "revenue", "currency": "RUB", "count": 2, "sum": "100.6"}],
    )  # fmt: skip
    assert basics["visits"] == 1
    assert basics["first_traffic"]["utm_campaign"] == "spring"


def test_many_are_looked_up_in_the_order_of_the_question(shop: House, api: Api) -> None:
    her = anna(api)["id"]
    asked = {
        "identifiers": [
            {"kind": "phone", "value": "89031234567"},
            {"kind": "phone", "value": "x"},
            {"kind": "odd", "value": "x"},
        ],
        "ids": [her, "nonsense"],
    }
    answer = api("POST", "/profiles/lookup", asked)
    assert answer.status_code == 200
    assert [one and one["id"] for one in answer.json()["items"]] == [her, None, None, her, None]
    too_many = {"identifiers": [{"kind": "phone", "value": "1"}] * 600, "ids": ["x"] * 401}
    assert api("POST", "/profiles/lookup", too_many).status_code == 400


def test_profiles_are_listed_page_by_page(shop: House, api: Api) -> None:
    everybody = [one["id"] for one in api.get("/profiles")["items"]]
    assert len(everybody) >= 2
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = api.get("/profiles", limit=1, after=after)
        seen += [one["id"] for one in page["items"]]
        after = page["next"]
    assert seen == everybody
    assert anna(api)["id"] in [one["id"] for one in api.get("/profiles", known=True)["items"]]
    assert all(one["known"] for one in api.get("/profiles", known=True)["items"])


def test_personal_data_is_covered_for_those_without_the_right(shop: House, covered: Api) -> None:
    found = anna(covered)
    assert {name: held["value"] for name, held in found["attributes"].items()} == {
        "first_name": "А•••",
        "last_name": "П•••",
        "phone": "•••67",
        "email": "a•••@shop.example",
        "size": 42,
    }
    assert {one["value"] for one in found["identifiers"]} == {
        "u•••",
        "•••67",
        "a•••@shop.example",
        "cookie-1",
    }
    assert covered("GET", "/refusals", kind="phone", value="89031234567").status_code == 403


def test_an_edit_is_a_fact_that_keeps_names_together(somebody: Somebody) -> None:
    answer = somebody.change("PATCH", "/attributes", {"attributes": {"Имя": "Аня", "city": "Казань"}})
    assert answer["applied"] is False
    assert somebody.now["attributes"]["first_name"]["value"] == "Анна", "only the writer changes a profile"
    somebody.apply()
    held = somebody.now["attributes"]
    assert {
        name: (held[name]["value"], held[name]["origin"]) for name in ("first_name", "last_name", "city")
    } == {
        "first_name": ("Аня", "confirmed"),
        "last_name": ("Петрова", "confirmed"),
        "city": ("Казань", "confirmed"),
    }
    somebody.change("PATCH", "/attributes", {"clear": ["city", "last_name"]})
    somebody.apply()
    assert {"city", "last_name"}.isdisjoint(somebody.now["attributes"])
    somebody.change("PATCH", "/attributes", {"attributes": {"first_name": "Анна-Мария"}})
    somebody.apply()
    assert somebody.now["attributes"]["first_name"]["value"] == "Анна-Мария"
    assert "last_name" not in somebody.now["attributes"], "what was cleared stays cleared"


def test_an_edited_phone_stays_with_its_profile(somebody: Somebody) -> None:
    fresh = somebody.phone.replace("+7903", "8 926 ")
    somebody.change("PATCH", "/attributes", {"attributes": {"phone": fresh}})
    somebody.apply()
    assert somebody.api.get("/profiles/find", kind="phone", value=fresh)["id"] == somebody.id
    assert somebody.now["attributes"]["phone"]["value"] == somebody.phone.replace("+7903", "+7926")


def test_a_profile_is_made_by_its_identifiers(shop: House, api: Api, storage: Storage) -> None:
    asked = {"identifiers": [{"kind": "loyalty_card", "value": "77-88"}], "attributes": {"firstName": "Олег"}}
    with writing(storage, shop):
        answer = api.change("POST", "/profiles", asked, wait=10)
    assert answer["applied"] is True
    assert answer["profile"] == api.get("/profiles/find", kind="loyalty_card", value="7788")["id"]


def test_tags_are_given_and_taken(somebody: Somebody) -> None:
    somebody.change("POST", "/tags", {"add": ["vip", "new"]})
    somebody.apply()
    somebody.change("POST", "/tags", {"remove": ["new"]})
    somebody.apply()
    assert somebody.now["tags"] == ["vip"]
    assert [one["id"] for one in somebody.api.get("/profiles", tag="vip")["items"]] == [somebody.id]
    assert somebody.api.get("/profiles", tag="new")["items"] == []


def test_a_consent_with_its_proof_and_a_refusal_that_holds_at_once(
    somebody: Somebody, storage: Storage
) -> None:
    said = {
        "state": "given",
        "channel": "sms",
        "contact": {"kind": "phone", "value": somebody.phone.replace("+7", "8 ")},
        "entity": "ООО Лавка",
        "text_version": "v3",
        "proof": {"form": "/signup"},
    }
    somebody.change("POST", "/consents", {"consents": [said]})
    somebody.apply()
    standing = somebody.now["consents"]
    assert [(one["state"], one["channel"], one["contact"]["value"], one["entity"]) for one in standing] == [
        ("given", "sms", somebody.phone, "ООО Лавка")
    ]
    assert (standing[0]["proof"]["form"], standing[0]["proof"]["operator"]) == ("/signup", "test")

    somebody.change("POST", "/consents", {"consents": [{"state": "withdrawn", "channel": "sms"}]})
    with storage.workspace(somebody.api.house.workspace).read() as db:
        recorded = refusals(db, Contact("phone", somebody.phone))
    assert [one.channel for one in recorded] == ["sms"], "before the writer has seen it"
    somebody.apply()
    consents = somebody.api.get(f"/profiles/{somebody.id}/consents")
    assert [one["state"] for one in consents["history"]] == ["given", "withdrawn"]
    assert {(one["entity"], one["state"]) for one in consents["standing"]} == {
        ("", "withdrawn"),
        ("ООО Лавка", "given"),
    }
    assert somebody.now["consents"] == consents["standing"]


def test_whoever_owns_a_contact_can_refuse(shop: House, api: Api, storage: Storage) -> None:
    answer = api.change(
        "POST",
        "/refusals",
        {"contact": {"kind": "email", "value": "Nobody@Mail.example"}, "state": "objected"},
    )
    recorded = api.get("/refusals", kind="email", value="nobody@mail.example")
    assert [(one["reason"], one["channel"]) for one in recorded] == [("objected", "")]
    run_writer(storage, shop.workspace)
    assert answer["block"]
    assert len(api.get("/refusals", kind="email", value="nobody@mail.example")) == 1, (
        "the applied fact is the same refusal"
    )
    found = api.get("/profiles/find", kind="email", value="nobody@mail.example")
    assert [one["state"] for one in found["consents"]] == ["objected"]


def test_the_timeline_has_every_fact_once_sealed_or_not(
    storage: Storage, api: Api, covered: Api, shop: House, event_store_server: object
) -> None:
    send(storage, shop.workspace, *[track("Step", n, user="walker") for n in range(100, 105)], at=NOW + DAY)
    run_writer(storage, shop.workspace)
    while seal_once(storage, shop.workspace, 1000):
        pass
    send(
        storage,
        shop.workspace,
        *[track("Step", n, user="walker", email="w@x.example") for n in range(105, 108)],
        at=NOW + 2 * DAY,
    )
    run_writer(storage, shop.workspace)
    walker = api.get("/profiles/find", kind="user_id", value="walker")["id"]
    everything = api.get(f"/profiles/{walker}/timeline")
    assert everything["next"] is None
    assert [one["message_id"] for one in everything["items"]] == [f"t-{n}" for n in range(107, 99, -1)]
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = api.get(f"/profiles/{walker}/timeline", limit=3, after=after)
        seen += [one["message_id"] for one in page["items"]]
        after = page["next"]
    assert seen == [one["message_id"] for one in everything["items"]]
    shown = covered.get(f"/profiles/{walker}/timeline")["items"][0]
    assert shown["properties"] == {"email": "w•••@x.example"}
    assert shown["context"] == {}


def test_a_timeline_is_asked_by_kind_and_an_attribute_for_its_history(
    storage: Storage, api: Api, covered: Api, shop: House, event_store_server: object
) -> None:
    whose = {"userId": "teller"}
    facts = [
        {"type": "identify", **whose, "messageId": "h-1", "traits": {"city": "Омск"}},
        {"type": "track", **whose, "messageId": "h-2", "event": "Looked"},
    ]
    send(storage, shop.workspace, *map(msgspec.json.encode, facts))
    run_writer(storage, shop.workspace)
    while seal_once(storage, shop.workspace, 1000):
        pass
    teller = api.get("/profiles/find", kind="user_id", value="teller")["id"]
    api.change("PATCH", f"/profiles/{teller}/attributes", {"attributes": {"city": "Тверь"}})
    api.change("POST", f"/profiles/{teller}/notes", {"text": "Просила позвонить Анне"})
    run_writer(storage, shop.workspace)
    path = f"/profiles/{teller}/timeline"
    assert [one["name"] for one in api.get(path, kind="Looked")["items"]] == ["Looked"]
    assert [one["type"] for one in api.get(path, kind=["$identify", "$edit"])["items"]] == [
        "edit",
        "identify",
    ]
    assert [one["properties"]["text"] for one in api.get(path, kind="$note")["items"]] == [
        "Просила позвонить Анне"
    ]
    assert covered.get(path, kind="$note")["items"][0]["properties"]["text"] == "П•••"
    said = api.get(f"/profiles/{teller}/attributes/city/history")["items"]
    assert [(one["value"], one["origin"], one["type"]) for one in said] == [
        ("Тверь", "confirmed", "edit"),
        ("Омск", "stated", "identify"),
    ]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/profiles/nonsense", None, 404),
        ("GET", "/profiles/find?kind=phone&value=1", None, 404),
        ("GET", "/profiles/{her}/timeline?after=x", None, 400),
        ("GET", "/refusals?kind=phone&value=1", None, 400),
        ("POST", "/profiles", {"identifiers": []}, 400),
        ("POST", "/profiles", {"identifiers": [{"kind": "phone", "value": "123"}]}, 422),
        ("POST", "/profiles", {"identifiers": [{"kind": "odd", "value": "123"}]}, 422),
        ("PATCH", "/profiles/{her}/attributes", {}, 422),
        ("PATCH", "/profiles/{her}/attributes", {"attributes": {"email": "no mail"}}, 422),
        ("PATCH", "/profiles/{her}/attributes", {"attributes": {"size": None}}, 422),
        ("PATCH", "/profiles/{her}/attributes", {"attributes": {"note": "x" * 40_000}}, 413),
        ("PATCH", "/profiles/{her}/attributes", {"attributes": {"size": 1}, "origin": "sworn"}, 400),
        ("POST", "/profiles/{her}/tags", {}, 422),
        ("POST", "/profiles/{her}/tags", {"add": [" "]}, 422),
        ("POST", "/profiles/{her}/consents", {"consents": []}, 400),
        ("POST", "/profiles/{her}/consents", {"consents": [{"state": "maybe"}]}, 400),
        (
            "POST",
            "/profiles/{her}/consents",
            {"consents": [{"state": "given", "contact": {"kind": "phone", "value": "1"}}]},
            422,
        ),
        ("POST", "/refusals", {"contact": {"kind": "phone", "value": "1"}}, 422),
    ],
)
def test_what_is_wrong_is_told_and_changes_nothing(
    shop: House, api: Api, method: str, path: str, body: Any, status: int
) -> None:
    her = anna(api)
    answer = api(method, path.replace("{her}", her["id"]), body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert anna(api) == her


def test_her_id_means_nobody_in_another_workspace(
    shop: House, web: httpx.Client, api: Api, other: Any
) -> None:
    her = anna(api)["id"]
    for rest in ("", "/timeline", "/consents"):
        answer = web.get(f"/api/{other.slug}/profiles/{her}{rest}", headers=bearer(shop.foreign_token))
        assert answer.status_code == 404, answer.text


class writing:  # noqa: N801  reads as a statement
    """A writer at work beside the test."""

    def __init__(self, storage: Storage, house: House) -> None:
        self.stop = Signal()
        self.thread = Thread(target=self.run, args=(storage, house))

    def run(self, storage: Storage, house: House) -> None:
        while not self.stop.wait(0.02):
            run_writer(storage, house.workspace)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()
