"""Steps: what they make of cells, what they refuse, what they never let out."""

import hashlib
from functools import partial
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from konnektu.imports import api
from konnektu.imports.model import Column, Mapping
from konnektu.imports.stepping import columns_after, secret_columns, stepped
from konnektu.imports.steps import (
    Case,
    Constant,
    Dates,
    Drop,
    Hash,
    Join,
    Rename,
    Split,
    Step,
    Translate,
    Trim,
)
from konnektu.reading.api import BadRow, Row
from tests.imports.support import Place

KEY = b"a key of hashes"
CITIES = {"мск": "Москва", " СПб": "Санкт-Петербург"}


def after(cells: dict[str, Any], *steps: Step) -> Any:
    (row,) = stepped([Row(7, cells)], steps, "Europe/Moscow", KEY)
    return row.cells if isinstance(row, Row) else (row.reason, row.detail, row.text)


@pytest.mark.parametrize(
    ("steps", "cells", "wanted"),
    [
        ([Rename("a", "b")], {"a": 1, "c": 2}, {"b": 1, "c": 2}),
        ([Join(("a", "b"), "c")], {"a": "x", "b": "y"}, {"a": "x", "b": "y", "c": "x y"}),
        ([Join(("a", "b"), "a", "-")], {"a": "x", "b": ""}, {"a": "x", "b": ""}),
        ([Split("a", ("b", "c"))], {"a": "Иван Петров Сидоров"}, {"a": "Иван Петров Сидоров", "b": "Иван", "c": "Петров Сидоров"}),
        ([Split("a", ("b", "c"), ",")], {"a": "x"}, {"a": "x", "b": "x", "c": ""}),
        ([Translate("a", CITIES)], {"a": " МСК "}, {"a": "Москва"}),
        ([Translate("a", CITIES)], {"a": "Омск"}, {"a": "Омск"}),
        ([Translate("a", CITIES, "empty")], {"a": "Омск"}, {"a": ""}),
        ([Translate("a", CITIES, "reject")], {"a": "СПБ"}, {"a": "Санкт-Петербург"}),
        ([Translate("a", CITIES, "reject")], {"a": ""}, {"a": ""}),
        ([Constant("a", "1")], {"b": 2}, {"b": 2, "a": "1"}),
        ([Trim()], {"a": "  x \u00a0 y ", "b": 3}, {"a": "x y", "b": 3}),
        ([Trim(("a",)), Case(("a",), "upper")], {"a": " и", "b": " "}, {"a": "И", "b": " "}),
        ([Case(("a", "b"), "title")], {"a": "иван ПЕТРОВ", "b": None}, {"a": "Иван Петров", "b": None}),
        ([Dates("a")], {"a": "31.12.2025"}, {"a": "2025-12-31"}),
        ([Dates("a", "%m/%d/%y", "%d.%m.%Y %H:%M")], {"a": "12/31/25"}, {"a": "31.12.2025 00:00"}),
        ([Dates("a")], {"a": ""}, {"a": ""}),
        ([Drop(("a",))], {"a": 1, "b": 2}, {"b": 2}),
        ([Hash("a")], {"a": "i@shop.ru"}, {"a": hashlib.sha256(b"i@shop.ru").hexdigest()}),
        ([Hash("a", "md5")], {"a": "i@shop.ru"}, {"a": hashlib.md5(b"i@shop.ru").hexdigest()}),
        ([Hash("a")], {"a": ""}, {"a": ""}),
    ],
)  # fmt: skip
def test_a_step_makes_of_cells_what_it_says(
    steps: list[Step], cells: dict[str, Any], wanted: dict[str, Any]
) -> None:
    assert after(dict(cells), *steps) == wanted


def test_steps_see_what_the_ones_before_left() -> None:
    steps = (Split("ФИО", ("last_name", "first_name")), Drop(("ФИО",)), Case(("last_name",), "title"))
    assert after({"ФИО": "ПЕТРОВ Иван"}, *steps) == {"last_name": "Петров", "first_name": "Иван"}
    assert columns_after(["ФИО"], steps) == (["last_name", "first_name"], "")
    assert columns_after(["x"], steps) == (["x"], "The step split finds no column 'ФИО'.")
    assert columns_after(["a"], [Drop(("a",)), Hash("a")])[1] == "The step hash finds no column 'a'."


def test_a_cell_that_cannot_be_changed_rejects_its_row_alone() -> None:
    rows: list[Row | BadRow] = [
        Row(1, {"d": "31.12.2025"}),
        Row(2, {"d": "soon", "n": "x"}),
        BadRow(3, "ragged", "r", "text"),
    ]
    good, bad, raw = stepped(rows, [Dates("d")], "UTC", KEY)
    assert isinstance(good, Row)
    assert isinstance(bad, BadRow)
    assert (bad.number, bad.reason, bad.text) == (2, "wrong_value", '{"d":"soon","n":"x"}')
    assert "d: 'soon' is no time" in bad.detail
    assert raw == rows[2]
    assert (
        after({"c": "Омск"}, Translate("c", CITIES, "reject"))[1] == "c: the dictionary does not know 'Омск'."
    )


def test_what_is_dropped_or_hashed_stands_in_no_bad_row() -> None:
    steps = (Rename("Паспорт", "p"), Trim(), Dates("d"), Hash("p", "keyed"), Drop(("inn",)))
    assert secret_columns(steps) == {"Паспорт", "p", "inn"}
    reason, detail, text = after({"Паспорт": "4510 123456", "inn": "7701", "d": "soon", "n": "x"}, *steps)
    assert (reason, text) == ("wrong_value", '{"d":"soon","n":"x"}')
    assert "soon" not in detail
    (raw,) = stepped([BadRow(1, "ragged", "The row has 2 cells.", "4510 123456;x")], steps, "UTC", KEY)
    assert raw == BadRow(1, "ragged", "The row has 2 cells.", "")


@given(st.text(min_size=1).filter(str.strip), st.binary(min_size=1, max_size=40))
def test_keyed_hashes_differ_by_key_and_not_by_time(text: str, key: bytes) -> None:
    def hashed(by: bytes) -> str:
        (row,) = stepped([Row(1, {"a": text})], [Hash("a", "keyed")], "UTC", by)
        assert isinstance(row, Row)
        return str(row.cells["a"])

    assert hashed(key) == hashed(key) != hashed(key + b"x")
    assert len(hashed(key)) == 64


def test_rows_without_steps_are_the_same_rows() -> None:
    rows: list[Row | BadRow] = [Row(1, {"a": 1}), BadRow(2, "ragged", "", "text")]
    assert [one is two for one, two in zip(stepped(rows, (), "UTC", KEY), rows, strict=True)] == [True, True]


FILE = "ФИО;Почта;Паспорт;Город\nПетров Иван;A@shop.ru;4510;мск\nСидоров;b@shop.ru;4511;омск\nОрлова Анна;c@shop.ru;4512;спб\n"
STEPPED = Mapping(
    target="people",
    columns=(
        Column("last_name", "attribute", "last_name"), Column("first_name", "attribute", "first_name"),
        Column("Почта", "attribute", "email"), Column("passport", "attribute", "passport_hash"),
        Column("Город", "attribute", "city"), Column("origin", "attribute", "origin"),
    ),
    steps=(
        Split("ФИО", ("last_name", "first_name")), Rename("Паспорт", "passport"), Hash("passport", "keyed"),
        Translate("Город", CITIES, "reject"), Constant("origin", "CRM"), Case(("Почта",), "lower"),
    ),
)  # fmt: skip


def with_steps(inspection: api.Inspection) -> api.Inspection:
    return msgspec.structs.replace(inspection, mapping=STEPPED)


def test_an_upload_is_imported_through_its_steps(place: Place) -> None:
    job = place.upload(FILE, change=with_steps)
    place.start(job)
    done = place.run(job)
    assert (done.state, done.counts.accepted, done.counts.rejected) == ("done", 2, 1)
    first, _ = [msgspec.json.decode(event)["traits"] for event in place.events()]
    assert len(first.pop("passport_hash")) == 64
    assert first == {
        "last_name": "Петров", "first_name": "Иван", "email": "a@shop.ru", "city": "Москва", "origin": "CRM",
    }  # fmt: skip
    (bad,) = api.bad_rows(place.folder, done)
    assert bad.reason == "wrong_value"
    assert "4511" not in bad.text + bad.detail
    assert "b@shop.ru" in bad.text


def test_steps_are_part_of_what_a_repeated_import_is_known_by(place: Place) -> None:
    def ids(change: Any) -> set[str]:
        before = len(place.events())
        job = place.upload(FILE, change=change)
        place.start(job)
        place.run(job, runner=f"r{job.id}")
        return {msgspec.json.decode(event)["messageId"] for event in place.events()[before:]}

    assert ids(with_steps) == ids(with_steps)
    assert not ids(with_steps) & ids(lambda one: msgspec.structs.replace(
        one, mapping=msgspec.structs.replace(STEPPED, steps=(*STEPPED.steps, Trim()))
    ))  # fmt: skip


def test_a_mapping_is_held_to_the_columns_its_steps_leave(place: Place) -> None:
    for steps in ((), (Rename("нет", "x"),), (*STEPPED.steps, Drop(("origin",)))):
        wrong = msgspec.structs.replace(STEPPED, steps=steps)
        with pytest.raises(api.WrongMapping, match=r"no column|finds no column"):
            place.upload(FILE, change=partial(msgspec.structs.replace, mapping=wrong))


def test_a_trial_shows_the_last_hundred_rows_before_and_after(place: Place) -> None:
    lines = "".join(f"Петров Иван{n};{n}@shop.ru;45{n};{'мск' if n % 10 else 'омск'}\n" for n in range(250))
    job = place.upload("ФИО;Почта;Паспорт;Город\n" + lines, change=with_steps)
    found = api.try_mapping(place.work(), job)
    assert (len(found.rows), found.passed, found.is_whole) == (100, 250, True)
    assert [row.number for row in found.rows] == list(range(152, 252))
    refused, taken = found.rows[0], found.rows[1]
    assert (refused.reason, refused.after, refused.events) == ("wrong_value", {}, [])
    assert (taken.before["Паспорт"], taken.reason) == ("45151", "")
    assert (taken.after["Город"], len(taken.after["passport"])) == ("Москва", 64)
    assert taken.events[0]["traits"]["email"] == "151@shop.ru"
    assert sum(bool(row.reason) for row in found.rows) == 10
    assert place.events() == []


def test_a_trial_tells_what_the_log_would_refuse(place: Place) -> None:
    job = place.upload("Имя;Почта\nИван;i@shop.ru\nАнна;no mail\n")
    reasons = [row.reason for row in api.try_mapping(place.work(), job).rows]
    assert reasons == ["", "no_identifier"]


@given(st.lists(st.sampled_from([Trim(), Case(("a",), "lower"), Translate("a", {"x": "y"}), Constant("b", "1")]), max_size=5),
       st.dictionaries(st.sampled_from("abc"), st.text(max_size=5), min_size=1))  # fmt: skip
def test_steps_one_by_one_and_together_are_the_same(steps: list[Step], cells: dict[str, Any]) -> None:
    cells.setdefault("a", "")
    together = after(dict(cells), *steps)
    for step in steps:
        cells = after(cells, step)
    assert together == cells
