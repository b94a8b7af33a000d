"""What a merge is foreseen to come to is what it comes to."""

import httpx
import msgspec

from konnektu.storage.api import Storage
from tests.belt.support import run_writer, send
from tests.web.house import NOW, House, bearer


def test_the_merged_card_is_foreseen_as_the_writer_makes_it(
    web: httpx.Client, house: House, storage: Storage
) -> None:
    def asked(method: str, path: str, body: object = None) -> httpx.Response:
        return web.request(method, house.path(path), json=body, headers=bearer(house.token))

    order = {"currency": "RUB", "products": [{"product_id": "tea", "price": 150, "quantity": 2}]}
    people = [
        ("meet-1", {"firstName": "Анна", "city": "Тверь", "phone": "89035550001"}, 1),
        ("meet-2", {"firstName": "Аня", "size": 42}, 2),
    ]
    for at, (user, traits, orders) in enumerate(people):
        bodies = [{"type": "identify", "userId": user, "messageId": user, "traits": traits}]
        bodies += [
            {
                "type": "track", "event": "Order Completed", "userId": user, "messageId": f"{user}-{number}",
                "properties": {**order, "order_id": f"{user}-{number}", "total": 300},
            }
            for number in range(orders)
        ]  # fmt: skip
        send(storage, house.workspace, *map(msgspec.json.encode, bodies), at=NOW + at)
    run_writer(storage, house.workspace)
    ids = [asked("GET", f"/profiles/find?kind=user_id&value={user}").json()["id"] for user, _, _ in people]
    for one in ids:
        asked("POST", f"/profiles/{one}/tags", {"add": [f"tag {one[-4:]}", "both"]})
    run_writer(storage, house.workspace)

    foreseen = asked("POST", "/profiles/merged", {"people": ids}).json()
    assert asked("GET", f"/profiles/{ids[0]}").json()["attributes"]["first_name"]["value"] == "Анна"
    asked("POST", "/identity/merges", {"people": [{"profile": one} for one in ids]})
    run_writer(storage, house.workspace)

    come = asked("GET", f"/profiles/{ids[1]}").json()
    assert foreseen["attributes"] == come["attributes"]
    assert foreseen["attributes"]["first_name"]["value"] == "Аня"
    named = [sorted((one["kind"], one["value"]) for one in seen["identifiers"]) for seen in (foreseen, come)]
    assert named[0] == named[1]
    assert foreseen["tags"] == come["tags"]
    assert (foreseen["events"], foreseen["visits"]) == (come["basics"]["events"], come["basics"]["visits"])
    assert foreseen["orders"] == [
        {name: one[name] for name in ("currency", "purchases", "net")} for one in come["orders"]
    ]
    assert foreseen["orders"][0]["net"] == "900.00"


def test_one_person_or_an_unknown_one_is_refused(web: httpx.Client, house: House) -> None:
    for people, status in ((["x"], 400), (["0190b5a0-0000-7000-8000-000000000000"] * 2, 404)):
        answer = web.post(
            house.path("/profiles/merged"), json={"people": people}, headers=bearer(house.token)
        )
        assert answer.status_code == status, answer.text
