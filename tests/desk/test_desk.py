"""An operator finds who calls, verifies them, and sees and changes what the call needs: nothing else."""

import re
from uuid import UUID

import httpx
import msgspec
import pytest

from konnektu.access.api import ROLES, Passwords, create_token, limit_token
from konnektu.core.clock import MINUTE, MovableClock
from konnektu.core.config import Config
from konnektu.desk.logic import proofs
from konnektu.desk.operator import FIND_LIMIT, PERSON_LIMIT
from konnektu.storage.api import Storage
from konnektu.web.app import make_app
from konnektu.web.openapi import operations, right_of
from konnektu.web.rows import DESK
from tests.belt.support import run_writer
from tests.desk.asking import CARD, PHONE, Operator
from tests.desk.conftest import signed
from tests.web.house import NOW, House, bearer

SECRETS = ("Петрова", "Анна", "anna@shop.example", "9031234567", CARD, "A-4025")


def audited(client: httpx.Client, shop: House) -> list[dict[str, object]]:
    items = client.get(shop.path("/audit?limit=20"), headers=bearer(shop.token)).json()["items"]
    return [one for one in items if str(one["what"]).startswith("desk.")]


class TestFinding:
    @pytest.mark.parametrize("text", [PHONE, "8 (903) 123-45-67", " A-4003 "])
    def test_a_phone_or_an_order_leads_to_a_covered_name(self, operator: Operator, text: str) -> None:
        answer = operator("POST", "/desk/find", {"text": text})
        assert not [one for one in SECRETS if one in answer.text]
        found = answer.json()
        assert (found["count"], [one["name"] for one in found["people"]]) == (1, ["П••• А•••"])

    def test_nobody_is_found_by_a_part_a_name_or_an_address(self, operator: Operator) -> None:
        for text in ("+7903", "Петрова", "anna@shop.example", "A-40", CARD):
            assert operator.find(text)["count"] == 0, text

    def test_what_was_asked_proves_nothing(self, operator: Operator) -> None:
        assert operator.find(PHONE)["people"][0]["proofs"] == ["loyalty_card", "order"]
        assert operator.find("A-4003")["people"][0]["proofs"] == ["loyalty_card", "phone", "user_id"]
        assert operator.find("+79037654321")["people"][0]["proofs"] == []
        assert operator.try_digits(PHONE, "user_id", "4567").status_code == 403
        assert operator.try_digits("A-4003", "order", "4025").status_code == 403

    def test_whoever_walks_through_numbers_waits(self, operator: Operator, storage: Storage) -> None:
        operator.find(PHONE)
        with storage.control.transaction() as conn:
            # As many as were heard of one operator in an hour, but one.
            conn.execute("UPDATE throttle SET failures = %s WHERE failures = 1", [FIND_LIMIT.failures - 1])
        statuses = [operator("POST", "/desk/find", {"text": PHONE}).status_code for _ in range(2)]
        assert statuses == [200, 429]


class TestVerifying:
    def test_right_digits_open_the_person_and_stand_in_the_audit_log(self, operator: Operator) -> None:
        answer = operator.try_digits(PHONE, "loyalty_card", CARD[-4:])
        person = answer.json()["person"]
        assert person["name"] == "Петрова Анна"
        assert [one["number"] for one in person["orders"]["items"]] == [
            f"A-{n}" for n in range(4025, 4005, -1)
        ]
        line = person["orders"]["items"][0]["lines"][0]
        assert (line["name"], line["quantity"], line["total"], line["returned"]) == ("Чай", "2", "300", "0")
        assert not [one for one in ("903", "shop.example", CARD) if one in answer.text.split('"person"')[1]]
        line = audited(operator.client, operator.shop)[0]
        assert (line["what"], line["detail"]) == ("desk.opened", {"by": "phone", "proof": "loyalty_card"})
        assert UUID(str(line["about"])).version is not None

    def test_wrong_digits_lock_the_person_out_for_every_operator(
        self, operator: Operator, clock: MovableClock, storage: Storage, passwords: Passwords
    ) -> None:
        for _ in range(PERSON_LIMIT.failures):
            assert operator.try_digits(PHONE, "loyalty_card", "0000").status_code == 403
        locked = operator.try_digits(PHONE, "loyalty_card", CARD[-4:])
        assert (locked.status_code, locked.headers["retry-after"]) == (429, "30")
        refused = [one["what"] for one in audited(operator.client, operator.shop)]
        assert refused.count("desk.refused") == PERSON_LIMIT.failures
        colleague = signed(operator.client, operator.shop, storage, passwords)
        assert colleague.try_digits(PHONE, "loyalty_card", CARD[-4:]).status_code == 429
        clock.advance(MINUTE)
        assert colleague.try_digits(PHONE, "loyalty_card", CARD[-4:]).status_code == 200

    def test_an_opening_is_its_callers_alone_and_is_over_in_time(
        self, operator: Operator, clock: MovableClock, storage: Storage, passwords: Passwords
    ) -> None:
        opening = operator.opening()
        key = operator.find(PHONE)["people"][0]["key"]
        assert operator("GET", "/desk/person", opening=opening).status_code == 200
        for forged in ("", "x", opening[:-8] + "AAAAAAA=", key):
            assert operator("GET", "/desk/person", opening=forged).status_code == 404
        colleague = signed(operator.client, operator.shop, storage, passwords)
        assert colleague("GET", "/desk/person", opening=opening).status_code == 404
        stolen = colleague("POST", "/desk/open", {"key": key, "kind": "loyalty_card", "digits": CARD[-4:]})
        assert stolen.status_code == 409
        own = colleague.opening()
        clock.advance(10 * MINUTE)
        assert colleague("GET", "/desk/person", opening=own).status_code == 404


class TestServing:
    def test_orders_are_read_page_by_page(self, operator: Operator) -> None:
        opening = operator.opening()
        first = operator("GET", "/desk/orders", opening=opening).json()
        rest = operator("GET", f"/desk/orders?after={first['next']}", opening=opening).json()
        assert ([one["number"] for one in rest["items"]], rest["next"]) == (
            [f"A-{n}" for n in range(4005, 4000, -1)],
            None,
        )

    def test_a_refusal_at_the_desk_is_a_fact_of_the_person(
        self, operator: Operator, storage: Storage
    ) -> None:
        opening = operator.opening()
        said = {"consents": [{"state": "withdrawn", "channel": "sms", "category": "news"}]}
        assert operator("POST", "/desk/consents", said).status_code == 404
        answer = operator("POST", "/desk/consents", said, opening=opening)
        assert answer.status_code == 202, answer.text
        run_writer(storage, operator.shop.workspace)
        held = operator("GET", "/desk/person", opening=opening).json()["consents"]
        assert ("withdrawn", "sms", "news") in [
            (one["state"], one["channel"], one["category"]) for one in held
        ]
        assert all(one["proof"] == {} for one in held)

    def test_who_sees_some_rows_alone_finds_those_people_alone(
        self, client: httpx.Client, shop: House, storage: Storage
    ) -> None:
        made = create_token(
            storage.control, shop.system, name=shop.fresh("desk"), scopes=["desk.use"], now=NOW
        )
        limit_token(storage.control, shop.system, made.token.id, {"store": ["elsewhere"]}, now=NOW)
        for text in (PHONE, "A-4003"):
            path = shop.path("/desk/find")
            answer = client.post(path, json={"text": text}, headers=bearer(made.secret))
            assert answer.json() == {"count": 0, "people": []}


def test_the_role_opens_nothing_of_people_beside_the_desk(
    operator: Operator, storage: Storage, clock: MovableClock, passwords: Passwords
) -> None:
    """Every operation of the product is tried by an operator: a right is lacking, or it tells of no person."""
    app = make_app(storage, Config(), clock, passwords)
    opened: set[str] = set()
    for handler, method, path in operations(app):
        right = right_of(handler)[1]
        if method == "OPTIONS" or right is None:
            continue
        address = re.sub(r"\{[^}]+\}", str(UUID(int=7)), path.removeprefix("/api/{workspace}"))
        if operator(method, address, {} if method != "GET" else None).status_code != 403:
            opened.add(handler.handler_name)
        assert (right in ROLES["operator"]) == (handler.handler_name in DESK), handler.handler_name
    assert opened == DESK
    for path in ("/desk/person", "/desk/orders"):
        assert operator("GET", path).status_code == 404
    hits = operator("GET", "/search?text=%2B79031234567").json()
    assert [hits[one] for one in ("people", "orders", "products")] == [None] * 3
    assert operator("GET", "/sections").json() == []
    assert operator("GET", "/sections/people/rows").status_code == 403
    home = operator("GET", "/home")
    assert not [one for one in SECRETS if one in home.text]
    menu = msgspec.json.decode(operator("GET", "/console/menu").content)
    assert [[one["name"] for one in group["items"]] for group in menu["groups"]] == [
        ["home"],
        ["desk"],
        ["me"],
    ]


def test_only_whole_numbers_verify() -> None:
    values = [
        ("phone", "79031234567"),
        ("loyalty_card", "12345"),
        ("user_id", "9f1c-22881"),
        ("email", "a771234@x.io"),
    ]
    assert proofs(values, ["A-40", "A-4025", "B-4025"], "0000") == {
        "phone": frozenset({"4567"}),
        "order": frozenset({"4025"}),
    }
