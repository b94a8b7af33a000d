"""What people do to people through the API stands in the audit log: who, what, about whom, and nothing personal."""

from typing import Any

import httpx
import msgspec
import pytest

from konnektu.core.ids import internal_id
from konnektu.core.records import Parcel
from konnektu.log import api as log
from konnektu.privacy import api as privacy
from tests.belt.support import run_writer
from tests.web.happy_profiles import found, person_of, user_of_event
from tests.web.house import NOW, House, bearer

SECRET = "tajna"
"""Part of every value that these tests state."""


def last_line(client: httpx.Client, house: House) -> dict[str, Any]:
    answer = client.get(house.path("/audit?limit=1"), headers=bearer(house.token))
    return dict(answer.json()["items"][0])


def done(client: httpx.Client, house: House, method: str, path: str, body: Any) -> dict[str, Any]:
    """The line of the audit log that this request leaves."""
    answer = client.request(method, house.path(path), json=body, headers=bearer(house.token))
    assert answer.status_code == 202, answer.text
    line = last_line(client, house)
    assert (line["actor_kind"], line["actor"]) == ("token", "test")
    assert SECRET not in msgspec.json.encode(line).decode()
    return line


@pytest.mark.parametrize(
    ("method", "rest", "body", "what", "detail"),
    [
        pytest.param(
            "PATCH", "/attributes", {"attributes": {"city": SECRET}, "clear": ["size"]}, "profile.edited",
            {"attributes": ["city"], "cleared": ["size"]}, id="edit",
        ),
        pytest.param(
            "POST", "/tags", {"add": [SECRET]}, "profile.tagged", {"added": 1, "removed": 0}, id="tags"
        ),
        pytest.param(
            "POST", "/consents",
            {"consents": [{"state": "withdrawn", "channel": "email",
                           "contact": {"kind": "email", "value": f"{SECRET}@mail.example"}}]},
            "consents.stated",
            {"consents": [{"state": "withdrawn", "contact_kind": "email", "channel": "email"}]}, id="consents",
        ),
        pytest.param(
            "POST", "/erase", {"reason": "request 17"}, "person.erased", {"reason": "request 17"}, id="erase"
        ),
    ],
)  # fmt: skip
def test_a_change_of_a_person_is_audited(
    client: httpx.Client, house: House, method: str, rest: str, body: Any, what: str, detail: Any
) -> None:
    person = person_of(client, house)
    line = done(client, house, method, f"/profiles/{person}{rest}", body)
    assert (line["what"], line["about"], line["detail"]) == (what, person, detail)


def test_a_profile_made_and_a_refusal_of_nobody_known_are_audited(client: httpx.Client, house: House) -> None:
    new = {"identifiers": [{"kind": "user_id", "value": house.fresh(SECRET)}], "attributes": {"city": SECRET}}
    line = done(client, house, "POST", "/profiles", new)
    assert (line["what"], line["about"]) == ("profile.made", "")
    assert line["detail"] == {"identifiers": ["user_id"], "attributes": ["city"]}
    refused = {"contact": {"kind": "email", "value": f"{house.fresh(SECRET)}@mail.example"}}
    line = done(client, house, "POST", "/refusals", refused)
    assert (line["what"], line["about"]) == ("refusal.recorded", "")
    assert line["detail"]["contact_kind"] == "email"


@pytest.mark.parametrize(
    ("path", "what"),
    [("merges", "people.merged"), ("separations", "people.separated"), ("permissions", "people.permitted")],
)
def test_a_decision_about_people_is_audited(client: httpx.Client, house: House, path: str, what: str) -> None:
    one = person_of(client, house)
    user = user_of_event(house)
    other = str(found(client, house, user).json()["id"])
    people = [{"profile": one}, {"kind": "user_id", "value": user}, {"kind": "user_id", "value": SECRET}]
    line = done(client, house, "POST", f"/identity/{path}", {"people": people})
    first, second, third = line["about"].split(", ")
    assert line["what"] == what
    assert [internal_id(one), internal_id(other)] == [internal_id(first), internal_id(second)]
    assert third == "nobody known"


def test_a_cut_is_audited_with_the_person_whose_join_it_undoes(client: httpx.Client, house: House) -> None:
    user, mail = house.fresh(SECRET), f"{house.fresh(SECRET)}@mail.example"
    event = {"type": "identify", "userId": user, "messageId": user, "traits": {"email": mail}}
    log.append(
        house.storage.inbox, house.workspace.id, [Parcel(0, "wire", NOW, [msgspec.json.encode(event)])]
    )
    run_writer(house.storage, house.workspace)
    person = str(found(client, house, user).json()["id"])
    path = house.path(f"/profiles/{person}/decisions")
    joins = client.get(path, headers=bearer(house.token)).json()["items"]
    (join,) = [one for one in joins if one["can_be_cut"]]
    decision = [join["position"], join["ordinal"]]
    line = done(client, house, "POST", "/identity/cuts", {"decision": decision})
    assert (line["what"], internal_id(line["about"])) == ("person.cut", internal_id(person))
    assert line["detail"] == {"decision": decision, "allow": False}
    between = [{"kind": "user_id", "value": user}, {"kind": "email", "value": mail}]
    line = done(client, house, "POST", "/identity/cuts", {"between": between})
    assert internal_id(line["about"]) == internal_id(person)


def test_a_person_erased_over_the_api_is_gone_and_the_erasure_can_be_followed(
    client: httpx.Client, house: House
) -> None:
    user = user_of_event(house)
    person = str(found(client, house, user).json()["id"])
    line = done(client, house, "POST", f"/profiles/{person}/erase", {"reason": "request 18"})
    assert line["about"] == person
    run_writer(house.storage, house.workspace)
    assert found(client, house, user).status_code == 404
    shown = client.get(house.path("/erasures?limit=1"), headers=bearer(house.token)).json()["items"][0]
    assert (shown["state"], internal_id(shown["profile"])) == ("open", internal_id(person))
    assert shown["removed"]["identifier"] == 1
    with house.storage.workspace(house.workspace).read() as db:
        assert privacy.erasures(db, privacy.LATEST, 1)[0].profile == internal_id(person)
    again = client.post(
        house.path(f"/profiles/{person}/erase"), json={"reason": "again"}, headers=bearer(house.token)
    )
    assert again.status_code == 404


def test_an_erasure_needs_a_reason(client: httpx.Client, house: House) -> None:
    path = house.path(f"/profiles/{person_of(client, house)}/erase")
    for body in ({}, {"reason": ""}):
        assert client.post(path, json=body, headers=bearer(house.token)).status_code == 400
