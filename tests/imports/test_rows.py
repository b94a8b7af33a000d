"""Cells, mappings and proposals: what a row of a real table becomes."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from konnektu.core.identifiers import DEFAULT_KINDS
from konnektu.imports.mapping import WrongMapping, check, read_mapping
from konnektu.imports.model import Column, ConsentOf, Mapping
from konnektu.imports.proposal import is_known, propose
from konnektu.imports.rows import converter
from konnektu.imports.values import WrongValue, as_text, instant, iso, number, value
from konnektu.reading.api import BadRow, Layout, Row

MOSCOW = ZoneInfo("Europe/Moscow")
AS_OF = 1_760_000_000_000


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2025-12-31T23:59:58", "2025-12-31T20:59:58.000Z"),
        ("2025-12-31 23:59", "2025-12-31T20:59:00.000Z"),
        ("2025-12-31T23:59:58.125+05:00", "2025-12-31T18:59:58.125Z"),
        ("2025-12-31", "2025-12-30T21:00:00.000Z"),
        ("31.12.2025", "2025-12-30T21:00:00.000Z"),
        ("31.12.25 7:05", "2025-12-31T04:05:00.000Z"),
        ("05/03/2024 10:00:01", "2024-03-05T07:00:01.000Z"),
        ("20251231", "2025-12-30T21:00:00.000Z"),
        ("1767225598", "2025-12-31T23:59:58.000Z"),
        ("1767225598125", "2025-12-31T23:59:58.125Z"),
        (1767225598, "2025-12-31T23:59:58.000Z"),
        (dt.datetime(2025, 12, 31, 23, 59, 58), "2025-12-31T20:59:58.000Z"),
        (dt.date(2025, 12, 31), "2025-12-30T21:00:00.000Z"),
        ("01.07.1985", "1985-06-30T20:00:00.000Z"),
    ],
)
def test_times(cell, expected):
    assert iso(instant(cell, "", MOSCOW)) == expected


@pytest.mark.parametrize(
    "cell", ["", "tomorrow", "31.13.2025", "2025-02-30", True, None, "99999999999999999999"]
)
def test_what_is_no_time(cell):
    with pytest.raises((WrongValue, OverflowError)):
        iso(instant(cell, "", MOSCOW))


def test_a_declared_form_of_time():
    assert iso(instant("12/31/25", "%m/%d/%y", MOSCOW)) == "2025-12-30T21:00:00.000Z"
    with pytest.raises(WrongValue, match="expected of the form"):
        instant("31/12/25", "%m/%d/%y", MOSCOW)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("12", 12),
        ("1 234,50", 1234.5),
        ("1\u00a0234.5 ₽", 1234.5),
        ("1,234.50", 1234.5),
        ("-3", -3),
        ("12 %", 12),
        (7, 7),
        (7.5, 7.5),
    ],
)
def test_numbers(cell, expected):
    found = number(cell)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize("cell", ["", "abc", "1.2.3", "12 шт", True])
def test_what_is_no_number(cell):
    with pytest.raises(WrongValue):
        number(cell)


@given(st.text() | st.integers() | st.floats() | st.booleans() | st.none() | st.dates() | st.datetimes())
def test_any_cell_is_a_value_or_wrong(cell):
    for declared in ("", "text", "number", "boolean", "date", "time", "list"):
        try:
            value(cell, declared, "", ",", MOSCOW)
        except (WrongValue, OverflowError):
            assert as_text(cell) or cell is not None


PEOPLE = Mapping(
    "people",
    (
        Column("ID", "identifier", "user_id"),
        Column("TG", "identifier", "telegram_id"),
        Column("ФИО", "attribute", "name"),
        Column("Телефон", "attribute", "Телефон"),
        Column("Бонусы", "attribute", "bonus", "number"),
        Column("Рассылка", "consent", consent=ConsentOf("email", category="news", text_version="v2")),
        Column("VIP", "tag", "vip"),
        Column("Теги", "tag"),
    ),
    constants={"segment": "old"},
    zone="Europe/Moscow",
)


def events_of(mapping: Mapping, cells: dict, number: int = 5, file: str = "digest") -> list[dict]:
    made = converter(mapping, file=file, as_of=AS_OF)(Row(number, cells))
    assert not isinstance(made, BadRow), made
    return [msgspec.json.decode(event) for event in made]


def test_a_person_with_consent_and_tags():
    cells = {
        "ID": 7,
        "TG": "@ivan",
        "ФИО": "Иванов Иван",
        "Телефон": 79031234567,
        "Бонусы": "1 500,5",
        "Рассылка": "Нет",
        "VIP": "нет",
        "Теги": "b2b, опт",
    }
    identify, consent, tag = events_of(PEOPLE, cells)
    who: dict[str, Any] = {
        "userId": "7",
        "context": {"externalIds": [{"type": "telegram_id", "id": "@ivan"}]},
    }
    assert identify == {
        "type": "identify", "messageId": identify["messageId"], "timestamp": "2025-10-09T08:53:20.000Z", **who,
        "traits": {"segment": "old", "name": "Иванов Иван", "phone": 79031234567, "bonus": 1500.5},
    }  # fmt: skip
    assert consent["properties"] == {
        "state": "withdrawn", "proof": consent["properties"]["proof"], "channel": "email", "category": "news", "text_version": "v2",
    }  # fmt: skip
    assert consent["context"] == {**who["context"], "traits": {"phone": 79031234567}}
    assert tag["properties"] == {"add": ["b2b", "опт"], "remove": ["vip"]}
    assert len({event["messageId"] for event in (identify, consent, tag)}) == 3


def test_empty_cells_say_nothing():
    (identify,) = events_of(
        PEOPLE, {"ID": "7", "ФИО": " ", "Телефон": "", "Бонусы": None, "Рассылка": "", "VIP": ""}
    )
    assert identify["traits"] == {"segment": "old"}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"Бонусы": "many"}, "wrong_value"),
        ({"Рассылка": "maybe"}, "wrong_value"),
        ({"VIP": "maybe"}, "wrong_value"),
    ],
)
def test_cells_that_cannot_be_read_reject_their_row(cells, reason):
    made = converter(PEOPLE, file="d", as_of=AS_OF)(Row(5, {"ID": "7", **cells}))
    assert isinstance(made, BadRow)
    assert (made.number, made.reason) == (5, reason)
    assert next(iter(cells)) in made.text


EVENTS = Mapping(
    "events",
    (
        Column("Заказ", "key", "order_id"),
        Column("Когда", "time"),
        Column("Что", "event"),
        Column("Почта", "attribute", "email"),
        Column("Сумма", "property", "total", "number"),
    ),
    event="Order Completed",
    zone="Europe/Moscow",
)


def test_an_event_with_its_own_key_is_the_same_in_every_file():
    cells = {"Заказ": "A-1", "Когда": "31.12.2025 23:00", "Что": "", "Почта": "i@ya.ru", "Сумма": "10,5"}
    (track,) = events_of(EVENTS, cells)
    assert track == {
        "type": "track", "messageId": "import-events-A-1", "timestamp": "2025-12-31T20:00:00.000Z", "event": "Order Completed",
        "context": {"traits": {"email": "i@ya.ru"}}, "properties": {"total": 10.5, "order_id": "A-1"},
    }  # fmt: skip
    assert events_of(EVENTS, cells, number=9, file="other") == [track]
    without = {**cells, "Заказ": ""}
    ids = {
        events_of(EVENTS, without, number, file)[0]["messageId"] for number in (1, 2) for file in ("a", "b")
    }
    assert len(ids) == 4


def test_another_mapping_of_the_same_file_makes_other_ids():
    plain = Mapping("people", (Column("ID", "identifier", "user_id"),))
    fuller = Mapping("people", (Column("ID", "identifier", "user_id"), Column("N", "attribute", "name")))
    assert events_of(plain, {"ID": "1"})[0]["messageId"] != events_of(fuller, {"ID": "1"})[0]["messageId"]


def test_rows_of_the_wire_go_as_they_stand():
    cells = {
        "type": "track",
        "event": "A",
        "userId": "1",
        "properties.total": 5,
        "context.ip": "1.2.3.4",
        "messageId": None,
    }
    (event,) = events_of(Mapping("wire"), cells)
    assert event["properties"] == {"total": 5}
    assert event["context"] == {"ip": "1.2.3.4"}
    assert event["messageId"].startswith("import-")
    assert event["timestamp"] == iso(AS_OF)
    (own,) = events_of(
        Mapping("wire"), {**cells, "messageId": "m1", "originalTimestamp": "2025-01-01T00:00:00Z"}
    )
    assert own["messageId"] == "m1"
    assert "timestamp" not in own


def proposed(columns: tuple[str, ...], values: dict | None = None) -> Mapping:
    return propose(Layout("csv", columns=columns), values or {}, "Europe/Moscow")


def test_people_are_proposed_from_russian_headings():
    found = proposed(
        (
            "ID клиента",
            "Фамилия",
            "Имя",
            "Моб. телефон",
            "E-mail",
            "День рождения",
            "Согласие на смс",
            "Теги",
            "Баллы",
        ),
        {"Баллы": ["1 000", "7"]},
    )
    assert found.target == "people"
    assert [(c.role, c.name) for c in found.columns] == [
        ("identifier", "user_id"), ("attribute", "last_name"), ("attribute", "first_name"), ("attribute", "phone"),
        ("attribute", "email"), ("attribute", "birth_date"), ("consent", ""), ("tag", ""), ("attribute", "баллы"),
    ]  # fmt: skip
    assert found.columns[6].consent == ConsentOf("sms")
    assert found.columns[8].type == "number"


def test_orders_are_proposed_as_events():
    found = proposed(
        ("Дата заказа", "Номер заказа", "Телефон", "Сумма", "Артикул"),
        {"Сумма": ["10,5"], "Артикул": ["007", "008"]},
    )
    assert (found.target, found.event) == ("events", "Order Completed")
    assert [(c.role, c.name, c.type) for c in found.columns] == [
        ("time", "", ""), ("key", "order_id", ""), ("attribute", "phone", ""), ("property", "total", "number"), ("property", "sku", ""),
    ]  # fmt: skip
    check(found, Layout("csv", columns=tuple(c.column for c in found.columns)), DEFAULT_KINDS)


def test_a_table_without_header_is_known_by_its_values():
    found = proposed(
        ("column 1", "column 2", "column 3"),
        {"column 1": ["a@ya.ru"], "column 2": ["+79031234567"], "column 3": ["x"]},
    )
    assert [(c.role, c.name) for c in found.columns] == [
        ("attribute", "email"),
        ("attribute", "phone"),
        ("ignore", ""),
    ]


def test_events_of_the_wire_are_recognised():
    assert propose(Layout("json_lines", columns=("type", "userId", "event")), {}, "UTC") == Mapping("wire")


def test_names_that_need_no_guess():
    assert is_known("Телефон")
    assert is_known("Согласие на рассылку")
    assert not is_known("красный")


@pytest.mark.parametrize(
    ("mapping", "complaint"),
    [
        (Mapping("people", (Column("Нет", "attribute", "x"),)), "no column 'Нет'"),
        (Mapping("people", (Column("A", "identifier", "passport"),)), "no kind of identifier 'passport'"),
        (Mapping("people", (Column("A", "attribute"),)), "needs the name"),
        (
            Mapping("people", (Column("A", "consent"), Column("B", "attribute", "x"))),
            "what it is a consent to",
        ),
        (Mapping("people", (Column("A", "tag"),)), "whose row it is"),
        (Mapping("events", (Column("A", "attribute", "phone"),)), "Events need a name"),
        (
            Mapping("people", (Column("A", "attribute", "phone"), Column("B", "property", "x"))),
            "belong to the target events",
        ),
        (Mapping("events", (Column("A", "time"), Column("B", "time")), event="X"), "Only one column"),
        (Mapping("people", (Column("A", "attribute", "phone"),), zone="Mars/Base"), "no time zone"),
    ],
)
def test_a_mapping_that_does_not_fit(mapping, complaint):
    with pytest.raises(WrongMapping, match=complaint):
        check(mapping, Layout("csv", columns=("A", "B")), DEFAULT_KINDS)


def test_a_mapping_is_read_from_json_and_toml(tmp_path):
    (tmp_path / "m.json").write_bytes(msgspec.json.encode(PEOPLE))
    assert read_mapping(tmp_path / "m.json") == PEOPLE
    (tmp_path / "m.toml").write_text(
        'target = "people"\n[[columns]]\ncolumn = "A"\nrole = "attribute"\nname = "phone"\n'
    )
    assert read_mapping(tmp_path / "m.toml") == Mapping("people", (Column("A", "attribute", "phone"),))
    (tmp_path / "bad.toml").write_text('target = "people"\nwrong = 1\n')
    with pytest.raises(WrongMapping, match="wrong"):
        read_mapping(tmp_path / "bad.toml")
