"""What callers without the right to personal data see of values that senders put in unusual places."""

from typing import Any

import pytest

from konnektu.core.identifiers import DEFAULT_KINDS
from konnektu.profiles.masking import OPEN_KINDS, covered


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("telegram_id", "ivan_petrov", "petrov"),
        ("vk_id", "ivan_petrov", "petrov"),
        ("contact", "anna@shop.example", "anna"),
        ("contact", 79031234567, "7903"),
        ("contact", 79031234567.0, "7903"),
        ("url", "https://shop.example/unsubscribe?email=anna%40shop.example", "anna"),
        ("by_person", {"anna@shop.example": 1}, "anna"),
        ("by_person", {"list": [{"+7 903 123-45-67": True}]}, "123"),
    ],
)
def test_a_contact_is_covered_wherever_it_stands(name: str, value: Any, secret: str) -> None:
    assert secret not in str(covered(name, value))


@pytest.mark.parametrize("kind", [kind.name for kind in DEFAULT_KINDS if kind.name not in OPEN_KINDS])
def test_what_identifies_a_person_is_covered_as_an_attribute_too(kind: str) -> None:
    assert "petrov" not in str(covered(kind, "ivan_petrov"))


@pytest.mark.parametrize(
    "value", [{"revenue": 1_000_000}, {"at": 1_760_000_000_000}, {"sku": "A-12"}, {"is": True}]
)
def test_what_names_nobody_stays(value: Any) -> None:
    assert covered("", value) == value
