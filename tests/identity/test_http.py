"""Identity over HTTP: people decide, the writer carries it out, and every decision can be read."""

import httpx
import msgspec
import pytest

from konnektu.access.api import create_token
from konnektu.core.ids import internal_id
from konnektu.core.records import Parcel
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.storage.api import Storage
from tests.belt.support import run_writer
from tests.web.house import NOW, House, bearer


class Api:
    """The API as one caller sees it; every change is applied before the next request."""

    def __init__(self, client: httpx.Client, house: House, token: str) -> None:
        self.client, self.house, self.token = client, house, token

    def get(self, path: str, **params):
        answer = self.client.get(self.house.path(path), params=params, headers=bearer(self.token))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body, status: int = 202, method: str = "POST"):
        answer = self.client.request(method, self.house.path(path), json=body, headers=bearer(self.token))
        assert answer.status_code == status, answer.text
        run_writer(self.house.storage, self.house.workspace)
        return answer.json()

    def profile(self, user: str) -> str:
        return str(self.get("/profiles/find", kind="user_id", value=user)["id"])

    def tell(self, *facts) -> None:
        bodies = [msgspec.json.encode({"messageId": self.house.fresh("m"), **fact}) for fact in facts]
        log.append(self.house.storage.inbox, self.house.workspace.id, [Parcel(0, "wire", NOW, bodies)])
        run_writer(self.house.storage, self.house.workspace)


@pytest.fixture
def api(client: httpx.Client, house: House) -> Api:
    return Api(client, house, house.token)


def user(name):
    return {"kind": "user_id", "value": name}


def test_a_merge_by_hand_can_be_asked_to_be_cut(api: Api, house: House, storage: Storage):
    one, other = house.fresh("one"), house.fresh("other")
    api.tell({"type": "identify", "userId": one}, {"type": "identify", "userId": other})
    before = api.profile(one), api.profile(other)
    api.post("/identity/merges", {"people": [{"profile": before[0]}, user(other)]})
    assert api.profile(one) == api.profile(other) == before[0]
    merge = api.get(f"/profiles/{before[1]}/decisions")["items"][0]
    assert (merge["kind"], merge["reason"], merge["can_be_cut"]) == ("merge", "asked", True)
    named = (merge["position"], merge["ordinal"])
    api.post("/identity/cuts", {"decision": named})
    assert api.get("/identity/decisions", kind="cut_requested", limit=1)["items"][0]["detail"][
        "decision"
    ] == [*named]
    with storage.workspace(house.workspace).read() as db:
        assert identity.requested_cuts(db) == [named]
    assert api.profile(other) == before[0]


def test_separated_people_are_merged_only_once_that_is_permitted(api: Api, house: House):
    one, other = house.fresh("one"), house.fresh("other")
    api.tell({"type": "identify", "userId": one}, {"type": "identify", "userId": other})
    before = api.profile(one), api.profile(other)
    people = {"people": [user(one), user(other)]}
    api.post("/identity/separations", people)
    api.post("/identity/merges", people)
    assert (api.profile(one), api.profile(other)) == before
    assert api.get("/identity/decisions", kind="refuse", limit=1)["items"][0]["reason"] == "never"
    api.post("/identity/permissions", people)
    api.post("/identity/merges", people)
    assert api.profile(other) == before[0]


@pytest.mark.usefixtures("event_store_server")
def test_a_cut_and_a_merge_say_before_what_they_come_to(api: Api, house: House):
    one, other = house.fresh("one"), house.fresh("other")
    traits = {"firstName": "Анна"}, {"firstName": "Олег"}
    api.tell(
        {"type": "identify", "userId": one, "traits": traits[0]},
        {"type": "track", "event": "x", "userId": one},
    )
    api.tell({"type": "identify", "userId": other, "traits": traits[1]})
    people = {"people": [user(one), user(other)]}
    keeps = api.profile(one)
    foreseen = api.post("/identity/merges/preview", people, 200)
    assert internal_id(foreseen["keeps"]) == internal_id(keeps)
    assert (foreseen["people"], foreseen["identifiers"]) == (2, 2)
    assert [doubt["reason"] for doubt in foreseen["doubts"]] == ["unique", "first_name"]
    assert not foreseen["is_forbidden"]
    api.post("/identity/merges", people)
    assert api.post("/identity/merges/preview", people, 200)["people"] == 1
    merge = api.get(f"/profiles/{keeps}/decisions")["items"][0]
    sides = api.get("/identity/cuts/preview", position=merge["position"], ordinal=merge["ordinal"])
    told = [(side["identifiers"][0]["value"], side["events"]) for side in (sides["stays"], sides["leaves"])]
    assert told == [(one, 2), (other, 1)]
    assert internal_id(sides["stays"]["profile"]) == internal_id(keeps)


@pytest.mark.usefixtures("event_store_server")
def test_every_version_of_the_rules_is_kept_with_who_stated_it(api: Api):
    before = api.get("/identity/rules")
    api.post("/identity/rules", {"rules": before["rules"] | {"largest_merge": 60}}, method="PUT")
    latest = api.get("/identity/rules/history")[0]
    assert latest["version"] == before["version"] + 1
    assert latest["rules"]["largest_merge"] == 60
    assert latest["by"]
    assert latest["at"] == NOW


def test_pages_of_decisions_follow_each_other(api: Api, house: House):
    name = house.fresh("many")
    api.tell(
        *({"type": "track", "event": "x", "userId": name, "anonymousId": f"{name}-{n}"} for n in range(5))
    )
    path = f"/profiles/{api.profile(name)}/decisions"
    whole = api.get(path)["items"]
    first = api.get(path, limit=2)
    rest = api.get(path, limit=100, after=first["next"])
    assert first["items"] + rest["items"] == whole
    assert len(whole) == 6
    assert rest["next"] is None


def test_values_are_for_those_who_may_see_them(api: Api, house: House, client: httpx.Client):
    name = house.fresh("hidden")
    api.tell({"type": "identify", "userId": name, "traits": {"email": f"{name}@shop.example"}})
    made = create_token(house.storage.control, house.system, name="reader", scopes={"identity.read"}, now=NOW)
    path = f"/profiles/{api.profile(name)}/decisions"
    assert name in str(api.get(path))
    assert name not in str(Api(client, house, made.secret).get(path))


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"kinds": [{"name": "user_id"}]}, "rank"),
        ({"kinds": [{"name": "a", "rank": 1}, {"name": "a", "rank": 2}]}, "one name"),
        ({"kinds": [{"name": "a", "rank": 9}, {"name": "b", "rank": 2, "level": "device"}]}, "stronger"),
        ({"kinds": [{"name": "a", "rank": 1, "blocked": ["("]}]}, "patterns"),
        ({"vetoes": ["mood"]}, "vetoes"),
        ({"unheard": 1}, "unheard"),
    ],
)
def test_rules_that_cannot_hold_are_refused_with_the_reason(api: Api, rules, says):
    assert says in api.post("/identity/rules", {"rules": rules}, 422, "PUT")["detail"]


def test_rules_in_force_can_be_stated_again(api: Api):
    before = api.get("/identity/rules")
    api.post("/identity/rules", {"rules": before["rules"] | {"largest_merge": 50}}, method="PUT")
    after = api.get("/identity/rules")
    assert after["version"] == before["version"] + 1
    assert after["rules"] == before["rules"] | {"largest_merge": 50}


@pytest.mark.parametrize("body", [{}, {"decision": [1, 1], "between": [user("a"), user("b")]}])
def test_a_cut_names_one_join(api: Api, body):
    assert "decision" in api.post("/identity/cuts", body, 400)["detail"]


def test_one_person_alone_is_no_merge(api: Api):
    api.post("/identity/merges", {"people": [user("a")]}, 422)


@pytest.mark.parametrize("named", [[1, 1 << 40], [1 << 62, 1], [-1, -1], [1, (1 << 63) - 1]])
def test_a_decision_that_cannot_be_is_refused_and_the_writer_goes_on(api: Api, named):
    api.post("/identity/cuts", {"decision": named})
    assert api.get("/identity/decisions", kind="refuse", limit=1)["items"][0]["reason"] == "not_found"
