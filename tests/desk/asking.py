"""What an operator does, as tests do it."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.web.house import House

PHONE, CARD = "+79031234567", "770011"
USER = "79031234567"
"""The shop calls Anna by her phone: it ends as what was asked, and proves nothing."""
ANNA = {
    "firstName": "Анна", "lastName": "Петрова", "phone": PHONE, "loyaltyCard": CARD, "email": "anna@shop.example",
}  # fmt: skip
BORIS = {"firstName": "Борис", "phone": "+79037654321"}


@dataclass(frozen=True)
class Operator:
    """Somebody with the role, who has signed in."""

    client: httpx.Client
    shop: House
    csrf: str

    def __call__(self, method: str, path: str, body: Any = None, opening: str = "") -> httpx.Response:
        headers = {"X-CSRF-Token": self.csrf, **({"X-Desk-Opening": opening} if opening else {})}
        return self.client.request(method, self.shop.path(path), json=body, headers=headers)

    def find(self, text: str) -> dict[str, Any]:
        answer = self("POST", "/desk/find", {"text": text})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def try_digits(self, text: str, kind: str, digits: str) -> httpx.Response:
        key = self.find(text)["people"][0]["key"]
        return self("POST", "/desk/open", {"key": key, "kind": kind, "digits": digits})

    def opening(self) -> str:
        answer = self.try_digits(PHONE, "loyalty_card", CARD[-4:])
        assert answer.status_code == 200, answer.text
        return str(answer.json()["opening"])
