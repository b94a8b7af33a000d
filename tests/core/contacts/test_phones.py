"""Phone numbers as people, forms and tables write them."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from konnektu.core.contacts import Invalid, Phone, phone


@pytest.mark.parametrize(
    "raw",
    [
        "+79031234567", "89031234567", "79031234567", "9031234567", "8 (903) 123-45-67", "+7 903 123 45 67",
        "8-903-123-45-67", "+7\u00a0903\u00a0123\u201145\u201167", "  +7(903)1234567\n", "+89031234567", "8.903.123.45.67",
        79031234567, 89031234567.0, "тел. 8 903 123-45-67",
    ],
)  # fmt: skip
def test_spellings_of_one_russian_mobile_are_one(raw: Any) -> None:
    assert phone(raw) == Phone("+79031234567", "mobile", "RU")


@pytest.mark.parametrize(
    ("raw", "value", "type_", "region"),
    [
        ("+7 495 739-70-00", "+74957397000", "landline", "RU"),
        ("8 (812) 702-61-21", "+78127026121", "landline", "RU"),
        ("+7 701 234 56 87", "+77012345687", "mobile", "KZ"),
        ("+375 29 612-34-51", "+375296123451", "mobile", "BY"),
        ("+44 7400 123456", "+447400123456", "mobile", "GB"),
        ("00 7 916 123-45-10", "+79161234510", "mobile", "RU"),
        ("0044 7400 123456", "+447400123456", "mobile", "GB"),
        ("8 800 555-35-35", "+78005553535", "toll_free", "RU"),
        ("+7 930 101-23-45", "+79301012345", "mobile", "RU"),
    ],
)
def test_other_numbers_have_their_type_and_country(raw: Any, value: str, type_: Any, region: str) -> None:
    assert phone(raw) == Phone(value, type_, region)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "empty"), ("  - ", "empty"), ("123-45-67", "short"), ("79", "short"), ("нет", "not_a_number"),
        ("+7 903 ***-**-67", "masked"), ("8903XXX4567", "masked"), ("89031234567, 89161112233", "several"),
        ("+7 (999) 999-99-99", "placeholder"), ("0000000000", "placeholder"), ("+7 900 000-00-00", "placeholder"),
        ("1234567890", "placeholder"), ("+79123456789", "placeholder"), ("9876543210", "placeholder"),
        ("9" * 65, "too_long"), (None, "not_text"), (True, "not_text"), ([], "not_text"), (1.5, "not_text"),
        (float("nan"), "not_text"), (-5, "not_text"), (10**400, "not_text"), ("+999 123 456", "not_a_number"),
    ],
)  # fmt: skip
def test_what_is_no_number_has_a_reason(raw: Any, reason: str) -> None:
    assert phone(raw) == Invalid(reason)


def test_only_mobiles_are_personal_and_free_numbers_identify_nobody() -> None:
    mobile, landline, free = phone("+79031234567"), phone("+74957397000"), phone("88005553535")
    office = phone("+7 495 739-70-00 доб. 123")
    assert isinstance(mobile, Phone)
    assert isinstance(landline, Phone)
    assert isinstance(free, Phone)
    assert isinstance(office, Phone)
    assert (mobile.is_personal, mobile.is_identifier) == (True, True)
    assert (landline.is_personal, landline.is_identifier) == (False, True)
    assert (free.is_personal, free.is_identifier) == (False, False)
    assert (office.extension, office.is_identifier) == ("123", False)


def test_beautiful_numbers_are_not_placeholders() -> None:
    assert isinstance(phone("+7 903 111-11-11"), Phone)
    assert isinstance(phone("+7 916 777-77-77"), Phone)


@pytest.mark.parametrize("block", [f"9{n:02}" for n in range(100)])
def test_the_short_way_agrees_with_the_library(block: str) -> None:
    import phonenumbers

    number = f"+7{block}2345687"
    found = phone(number)
    is_valid = phonenumbers.is_valid_number(phonenumbers.parse(number))
    assert isinstance(found, Phone) == is_valid
    if isinstance(found, Phone):
        assert found.type == "mobile"
        assert found.value == number


@given(st.text(st.characters(), max_size=80) | st.from_regex(r"[+78 ()\-0-9]{5,20}"))
@example("\x00")
@example("\ud800")
@example("٩٠٣١٢٣٤٥٦٧")
@example("x" * 1_000_000)
def test_any_text_gives_a_number_that_stays_or_a_reason(raw: Any) -> None:
    found = phone(raw)
    if isinstance(found, Phone) and not found.extension:
        assert phone(found.value) == found
