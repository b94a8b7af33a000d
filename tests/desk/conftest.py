"""A shop with callers, an operator with the role alone, and a clock that tests move."""

from collections.abc import Iterator

import httpx
import msgspec
import pytest

from konnektu.access.api import Passwords, create_user
from konnektu.core.clock import MovableClock
from konnektu.core.config import Config
from konnektu.storage.api import Storage
from konnektu.web.app import make_app
from konnektu.web.headers import Headers
from tests.belt.support import run_writer, send
from tests.desk.asking import ANNA, BORIS, USER, Operator
from tests.web.conftest import data, house, other, passwords
from tests.web.house import NOW, PASSWORD, House, client_of

__all__ = ["data", "house", "other", "passwords"]


@pytest.fixture(scope="module")
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture(scope="module")
def shop(storage: Storage, house: House) -> House:
    """Anna has a card and orders, Boris a phone and nothing else."""
    order = {
        "currency": "RUB",
        "products": [{"product_id": "tea", "name": "Чай", "price": 150, "quantity": 2}],
    }
    bodies = [
        {"type": "identify", "userId": USER, "messageId": "a", "traits": ANNA},
        {"type": "identify", "userId": "boris", "messageId": "b", "traits": BORIS},
        *(
            {
                "type": "track", "event": "Order Completed", "userId": USER, "messageId": f"o{number}",
                "properties": {**order, "order_id": f"A-{number}", "total": 300},
            }
            for number in range(4001, 4026)
        ),
    ]  # fmt: skip
    send(storage, house.workspace, *map(msgspec.json.encode, bodies), at=NOW)
    run_writer(storage, house.workspace)
    return house


@pytest.fixture
def client(storage: Storage, clock: MovableClock, passwords: Passwords) -> Iterator[httpx.Client]:
    with storage.control.transaction() as conn:
        # No test waits for the failures of another.
        conn.execute("DELETE FROM throttle")
    app = make_app(storage, Config(), clock, passwords)
    with client_of(Headers(app, is_encrypted=False)) as web:  # type: ignore[arg-type]
        yield web


@pytest.fixture
def operator(client: httpx.Client, shop: House, storage: Storage, passwords: Passwords) -> Operator:
    """A new operator who has signed in."""
    return signed(client, shop, storage, passwords)


def signed(client: httpx.Client, shop: House, storage: Storage, passwords: Passwords) -> Operator:
    """Whoever serves in this client from here on."""
    login = shop.fresh("operator")
    create_user(
        storage.control, passwords, shop.system, login=login, password=PASSWORD, role="operator", now=NOW
    )
    answer = client.post(shop.path("/sign-in"), json={"login": login, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return Operator(client, shop, answer.json()["csrf"])
