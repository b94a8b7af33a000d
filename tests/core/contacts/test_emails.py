"""E-mail addresses: the key to match by and the address to send to."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from konnektu.core.contacts import Email, Invalid, email


@pytest.mark.parametrize(
    ("raw", "key", "address"),
    [
        ("Anna.Petrova@Example.com", "anna.petrova@example.com", "Anna.Petrova@example.com"),
        ("  anna@mail.ru; ", "anna@mail.ru", "anna@mail.ru"),
        ("mailto:anna@mail.ru", "anna@mail.ru", "anna@mail.ru"),
        ("Анна <anna@mail.ru>", "anna@mail.ru", "anna@mail.ru"),
        ("Ivan.Petrov+shop@gmail.com", "ivanpetrov@gmail.com", "Ivan.Petrov+shop@gmail.com"),
        ("ivanpetrov@googlemail.com", "ivanpetrov@gmail.com", "ivanpetrov@googlemail.com"),
        ("ivan.petrov@ya.ru", "ivan-petrov@yandex.ru", "ivan.petrov@ya.ru"),
        ("ivan-petrov+x@yandex.com", "ivan-petrov@yandex.ru", "ivan-petrov+x@yandex.com"),
        ("ivan.petrov@bk.ru", "ivan.petrov@bk.ru", "ivan.petrov@bk.ru"),
        ("o'hara+x@outlook.com", "o'hara@outlook.com", "o'hara+x@outlook.com"),
        ("ivan@почта.рф", "ivan@xn--80a1acny.xn--p1ai", "ivan@xn--80a1acny.xn--p1ai"),
        ("иван@почта.рф", "иван@xn--80a1acny.xn--p1ai", "иван@xn--80a1acny.xn--p1ai"),
        ("ivanov@ivanov.ru", "ivanov@ivanov.ru", "ivanov@ivanov.ru"),
    ],
)
def test_a_mailbox_has_one_key_and_keeps_its_address(raw: Any, key: str, address: str) -> None:
    assert email(raw) == Email(key, address)


@pytest.mark.parametrize("raw", ["info@shop.ru", "zakaz@shop.ru", "Buh+1@firma.ru", "mail@firma.ru"])
def test_office_mailboxes_identify_nobody(raw: Any) -> None:
    found = email(raw)
    assert isinstance(found, Email)
    assert not found.is_identifier


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "empty"), (" . ", "empty"), ("anna", "not_an_address"), ("anna@", "not_an_address"),
        ("a@b@c.ru", "not_an_address"), ("anna@mail", "not_an_address"), ("an na@mail.ru", "not_an_address"),
        ("anna@-mail.ru", "not_an_address"), ("x" * 65 + "@mail.ru", "not_an_address"), ("anna@mail..ru", "not_an_address"),
        ("no@mail.ru", "placeholder"), ("noreply@shop.ru", "placeholder"), ("test@test.ru", "placeholder"),
        ("mail@mail.ru", "placeholder"), ("a@a.ru", "placeholder"), ("none", "placeholder"), ("x@localhost.local", "placeholder"),
        ("x" * 400, "too_long"), (None, "not_text"), (5, "not_text"),
    ],
)  # fmt: skip
def test_what_is_no_mailbox_has_a_reason(raw: Any, reason: str) -> None:
    assert email(raw) == Invalid(reason)


addresses = st.from_regex(
    r"[A-Za-z0-9.+_\-]{1,12}@(gmail\.com|ya\.ru|mail\.ru|почта\.рф|b\.co)", fullmatch=True
)


@given(st.text(st.characters(), max_size=60) | addresses | st.emails())
@example("\x00@mail.ru")
@example("\ud800@mail.ru")
@example("a@" + "b" * 1_000_000)
@example("a@xn--.ru")
def test_any_text_gives_a_key_that_stays_or_a_reason(raw: Any) -> None:
    found = email(raw)
    if isinstance(found, Email):
        again = email(found.value)
        assert isinstance(again, Invalid) or again.value == found.value
        assert email(found.address) == found
        found.value.encode()
