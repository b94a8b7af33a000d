"""Attributes: one spelling, checked values."""

from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from konnektu.core.attributes import STANDARD, attribute_type, coerce, number, read_traits, standard, storable
from konnektu.core.invalid import Invalid


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("firstName", "first_name"), ("first_name", "first_name"), ("First Name", "first_name"), ("FIRST-NAME", "first_name"),
        ("Имя", "first_name"), (" имя ", "first_name"), ("Фамилия", "last_name"), ("lastName", "last_name"), ("Отчество", "patronymic"),
        ("Телефон", "phone"), ("phoneNumber", "phone"), ("Номер телефона:", "phone"), ("E-mail", "email"), ("Почта", "email"),
        ("Дата рождения", "birth_date"), ("birthday", "birth_date"), ("dob", "birth_date"), ("Пол", "gender"), ("ФИО", "name"),
        ("Населённый пункт", "city"), ("postalCode", "postal_code"), ("createdAt", "created_at"), ("Код клиента", "user_id"),
        ("favourite colour", "favourite colour"), ("favouriteColour", "favouriteColour"), ("", ""), ("plan\x00", "plan\ufffd"),
    ],
)  # fmt: skip
def test_one_spelling_for_standard_names_and_ones_own_for_others(spelling: str, name: str) -> None:
    assert standard(spelling) == name


def test_standard_names_are_their_own_spelling() -> None:
    assert [standard(attribute.name) for attribute in STANDARD] == [attribute.name for attribute in STANDARD]
    assert attribute_type("phone") == "phone"
    assert attribute_type("plan") is None


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("phone", "8 903 123-45-67", "+79031234567"), ("phone", 79031234567, "+79031234567"), ("phone", "abc", Invalid("not_a_number")),
        ("email", "Anna@Mail.ru", "Anna@mail.ru"), ("email", "no@no", Invalid("not_an_address")),
        ("birth_date", "12.03.1985", "1985-03-12"), ("birth_date", "вчера", Invalid("not_a_date")), ("birth_date", "2030-01-01", Invalid("not_a_date")),
        ("gender", "Женский", "f"), ("gender", "unknown", Invalid("not_a_sex")), ("age", "42", 42), ("age", "сорок", Invalid("not_a_number")),
        ("first_name", "  Анна \n", "Анна"), ("first_name", 5, "5"), ("postal_code", 101000.0, "101000"), ("first_name", ["a"], Invalid("not_text")),
        ("city", None, None), ("plan", "и\u0306", "й"), ("plan", True, True), ("plan", 10**40, str(10**40)), ("plan", 0.1 + 0.2, 0.3),
        ("plan", {"a": [1, "\x00"]}, {"a": [1, "\ufffd"]}), ("plan", 1e300, "1e+300"), ("created_at", " 2024-01-01 ", "2024-01-01"),
        ("plan", "\ud800", "\ufffd"), ("city", True, "true"),
    ],
)  # fmt: skip
def test_values_take_the_type_of_the_attribute(name: str, raw: Any, value: Any) -> None:
    assert coerce(name, raw, date(2026, 11, 21)) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1 234,50", 1234.5), ("1,234.50", 1234.5), ("1\u00a0000", 1000), ("12", 12), ("-0,5", -0.5), ("1e3", 1000), (7, 7),
        ("9" * 30, "9" * 30), ("1e999999", "1e999999"), ("NaN", Invalid("not_a_number")), ("inf", Invalid("not_a_number")), (True, Invalid("not_a_number")),
        (float("inf"), Invalid("not_a_number")), ("", Invalid("not_a_number")), ([], Invalid("not_a_number")), ("1" * 300, Invalid("not_a_number")),
    ],
)  # fmt: skip
def test_numbers_are_decimal_38_9_or_text(raw: Any, value: Any) -> None:
    assert number(raw) == value


def test_traits_are_read_as_a_whole() -> None:
    kept, refused = read_traits(
        {
            "name": "Иванова Анна Петровна",
            "Phone": "123",
            "address": {"city": "Тверь", "postalCode": 170000, "flat": "5"},
            "company": "Ромашка",
        }
    )
    assert kept == {
        "name": "Иванова Анна Петровна", "last_name": "Иванова", "first_name": "Анна", "patronymic": "Петровна",
        "city": "Тверь", "postal_code": "170000", "address_flat": "5", "company": "Ромашка",
    }  # fmt: skip
    assert refused == {"phone": Invalid("short")}


def test_a_usable_spelling_outlives_an_unusable_one() -> None:
    kept, refused = read_traits(
        {"phone": "+79031234567", "Телефон": "нет", "firstName": "Анна", "name": "Петрова Ольга"}
    )
    assert kept == {"phone": "+79031234567", "first_name": "Анна", "name": "Петрова Ольга"}
    assert refused == {}


def test_what_is_too_deep_is_refused() -> None:
    deep: object = 1
    for _ in range(40):
        deep = [deep]
    assert storable(deep) == Invalid("too_deep")
    assert storable({"a": deep}) == Invalid("too_deep")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(), max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.sampled_from([attribute.name for attribute in STANDARD] + ["plan", "\ud800"]), json_values)
@example("phone", "\ud800")
@example("plan", "x" * 1_000_000)
@example("first_name", 10**5000)
@example("age", 10**5000)
def test_any_value_is_stored_as_it_stays_or_refused(name: str, raw: Any) -> None:
    value = coerce(name, raw)
    if not isinstance(value, Invalid):
        again = coerce(name, value)
        assert again == value or isinstance(again, Invalid)
        msgspec.msgpack.encode(value)
    assert standard(standard(name)) == standard(name)
