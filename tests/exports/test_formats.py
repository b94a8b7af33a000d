"""Files that open where they are needed: read back, nothing is lost, nothing is a formula."""

import csv
import datetime as dt
import io
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from konnektu.core.csv_text import BOM, FORMULA, csv_lines, defused
from konnektu.exports.formats import workbook as xlsx
from konnektu.exports.formats.delimited import delimited
from konnektu.exports.formats.jsonl import json_lines
from konnektu.exports.model import Column

MOSCOW = ZoneInfo("Europe/Moscow")
COLUMNS = (
    Column("phone", "Phone", "Телефон"),
    Column("sum", "Sum", "Сумма", "number"),
    Column("at", "At", "Когда", "time"),
    Column("born", "Born", "Дата рождения", "date"),
    Column("known", "Known", "Известен", "boolean"),
)
TITLES = [column.ru for column in COLUMNS]
AT = 1_767_225_598_125
ROWS = [
    ("+79031234567", 1234.5, AT, "1990-05-17", True),
    ("=HYPERLINK(1)", None, None, None, False),
    ('00123; «х»\n"y"', 10**18 + 1, AT, "1850-01-01", None),
]


def cells(text: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_csv_opens_in_russian_excel():
    text = b"".join(delimited(COLUMNS, TITLES, ROWS, MOSCOW))
    assert text.startswith(BOM)
    assert b"\r\n" in text
    assert cells(text) == [
        TITLES,
        ["+79031234567", "1234,5", "01.01.2026 02:59:58", "17.05.1990", "true"],
        ["'=HYPERLINK(1)", "", "", "", "false"],
        ['00123; «х»\n"y"', "1000000000000000001", "01.01.2026 02:59:58", "01.01.1850", ""],
    ]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+SUM(A1)", "-2+3", "@cmd", "\t=1", "\r=1", " =1", "\n=1", "+7903x", "-", "=", "+79031234567+1"],
)
def test_formulas_are_defused(text):
    assert defused(text) == "'" + text


@pytest.mark.parametrize(
    "text", ["+79031234567", "+7 (903) 123-45-67", "-5", "-5,5", "a=b", "i@ya.ru", "'quoted", "", "Иван - да"]
)
def test_phones_numbers_and_plain_text_stay_readable(text):
    assert defused(text) == text


@given(
    st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2), max_size=8)
)
def test_any_text_reads_back(rows):
    found = cells(b"".join(csv_lines(("a", "b"), rows)))[1:]
    assert found == [[defused(cell) for cell in row] for row in rows]
    assert not any(FORMULA.match(c) and c.lstrip("+-0123456789 ().,") for row in found for c in row)


def test_a_workbook_holds_text_numbers_and_dates(tmp_path):
    path = tmp_path / "out.xlsx"
    assert xlsx.workbook(path, "Клиенты", COLUMNS, TITLES, ROWS, MOSCOW) == 3
    with CalamineWorkbook.from_path(str(path)) as book:
        assert book.sheet_names == ["Клиенты"]
        found = book.get_sheet_by_index(0).to_python()
    assert found[0] == TITLES
    assert found[1] == [
        "+79031234567",
        1234.5,
        dt.datetime(2026, 1, 1, 2, 59, 58, 125_000),
        dt.date(1990, 5, 17),
        True,
    ]
    assert found[2] == ["=HYPERLINK(1)", "", "", "", False]
    assert found[3] == [
        '00123; «х»\n"y"',
        "1000000000000000001",
        dt.datetime(2026, 1, 1, 2, 59, 58, 125_000),
        "1850-01-01",
        "",
    ]


def test_a_full_sheet_is_followed_by_another(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "SHEET_ROWS", 11)
    path = tmp_path / "out.xlsx"
    rows = [(f"{i}", i, AT, None, None) for i in range(25)]
    xlsx.workbook(path, "Очень длинное название списка клиентов", COLUMNS, TITLES, rows, MOSCOW)
    with CalamineWorkbook.from_path(str(path)) as book:
        sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    assert [len(sheet) for sheet in sheets] == [11, 11, 6]
    assert all(sheet[0] == TITLES for sheet in sheets)
    assert [row[0] for sheet in sheets for row in sheet[1:]] == [f"{i}" for i in range(25)]


def test_json_lines_keep_types():
    text = b"".join(json_lines(COLUMNS, ROWS))
    assert msgspec.json.decode(text.splitlines()[0]) == {
        "phone": "+79031234567", "sum": 1234.5, "at": "2025-12-31T23:59:58.125Z", "born": "1990-05-17", "known": True,
    }  # fmt: skip
    assert text.count(b"\n") == 3
