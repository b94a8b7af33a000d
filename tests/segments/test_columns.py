"""Computed attributes as columns of lists of people: declared by the workspace, read with a page, exported typed."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from python_calamine import CalamineWorkbook

from konnektu.console import api as console
from konnektu.console import views
from konnektu.console.api import ColumnPlace, Question
from konnektu.core.asking import wanted
from konnektu.core.clock import HOUR
from konnektu.core.errors import Unprocessable
from konnektu.core.section import Column, sections
from konnektu.exports import api as exports
from konnektu.storage.api import Asker, Storage, WorkspaceRecord
from tests.belt.support import NOW, identify, run_writer, send, track
from tests.console.people import later, user, within, without
from tests.segments.facts import computed, told_computed
from tests.segments.test_computed import HABIT, LABELS, LTV, SINCE, VISITS, bring, ordered

PEOPLE = ("people", "profiles", "visitors")
FORMULAS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "ltv": (LTV, {"title": "LTV"}),
    "days": (SINCE, {"title": "Без покупок", "unit": "дн."}),
    "visits": (VISITS, {"title": "Визиты"}),
    "who": ({**LABELS, "labels": LABELS["labels"][:2]}, {"title": "Кто это"}),
    "mail": ({**HABIT, "of": ["properties", "email"]}, {"title": "Почта"}),
    "first": ({"is": "figure", "figure": SINCE["figure"]}, {"title": "Когда"}),
}  # fmt: skip
KEYS = [f"computed:{key}" for key in FORMULAS]


@dataclass(frozen=True)
class Told:
    storage: Storage
    workspace: WorkspaceRecord

    @property
    def asker(self) -> Asker:
        return Asker(
            self.storage, self.workspace, NOW + HOUR, is_open=True, rights=frozenset({"segments.read"})
        )

    def rows(self, asker: Asker | None = None, added: Sequence[str] = KEYS) -> dict[str, Mapping[str, Any]]:
        """Added values by cities."""
        asker, section = asker or self.asker, sections()["people"]
        asked = wanted(section, {}, "", "", 10, asker)
        found = section.rows(asker, msgspec.structs.replace(asked, added=added)).rows
        place = [one.name for one in section.columns].index("city")
        return {row.values[place]: row.added for row in found}

    def columns(self, asker: Asker | None = None) -> dict[str, Column]:
        asker = asker or self.asker
        found = [
            section.columns_of(asker)[len(section.columns) :]
            for section in map(sections().get, PEOPLE)
            if section
        ]
        assert found[0] == found[1] == found[2]
        return {one.name: one for one in found[0]}


@pytest.fixture
def told(storage: Storage, workspace: WorkspaceRecord, event_store_server: object) -> Told:
    send(
        storage, workspace, identify("anna", 1, city="Тула"), identify("boris", 2, city="Самара"),
        ordered(3, "anna", 1250.5), track("visit", 4, user="boris", email="boris@example.com"),
    )  # fmt: skip
    run_writer(storage, workspace)
    for number, (key, (formula, stated)) in enumerate(FORMULAS.items()):
        send(storage, workspace, computed(number, key, formula, **stated), at=NOW, origin="system")
    run_writer(storage, workspace)
    return Told(storage, workspace)


def test_each_computed_attribute_is_a_column_with_its_values(told: Told) -> None:
    shown = told.columns()
    assert [one.en for one in shown.values()] == ["LTV", "Без покупок", "Визиты", "Когда", "Кто это", "Почта"]
    assert {one.name: (one.type, one.unit, one.currency) for one in shown.values()} == {
        "computed:ltv": ("number", "", "RUB"),
        "computed:days": ("number", "дн.", ""),
        "computed:visits": ("number", "", ""),
        "computed:who": ("text", "", ""),
        "computed:mail": ("text", "", ""),
        "computed:first": ("time", "", ""),
    }
    assert [one.name for one in shown.values() if one.is_personal] == ["computed:mail"]
    assert (shown["computed:ltv"].asked_as, shown["computed:mail"].asked_as) == ("money", "")
    assert not any(one.is_visible for one in shown.values())
    assert told.rows() == {"Тула": {}, "Самара": {}}, "nobody's history was read yet"

    bring(told.storage, told.workspace)
    found = told.rows()
    at = found["Тула"]["computed:first"]
    assert NOW - HOUR < at < NOW + HOUR
    assert found["Тула"] == {
        "computed:ltv": Decimal("1250.50"), "computed:days": 0, "computed:visits": 0, "computed:who": "Rich",
        "computed:mail": None, "computed:first": at,
    }  # fmt: skip
    assert found["Самара"]["computed:mail"] == "boris@example.com"
    assert found["Самара"]["computed:who"] == "Visitor"
    assert told.rows(added=["computed:days", "computed:gone"])["Тула"] == {"computed:days": 0}
    assert told.rows(added=())["Тула"] == {}


def test_who_may_not_see_values_gets_neither_columns_nor_values(told: Told) -> None:
    bring(told.storage, told.workspace)
    change = msgspec.structs.replace
    covered = told.rows(change(told.asker, is_open=False))["Самара"]
    assert covered["computed:mail"] == "b•••@example.com"
    assert covered["computed:visits"] == 1
    limited = change(told.workspace, row_limit='{"store":["m-1"]}')
    for asker in (change(told.asker, rights=frozenset()), change(told.asker, workspace=limited)):
        assert told.columns(asker) == {}
        assert not any(told.rows(asker).values())


def test_a_folder_keeps_the_column_until_its_attribute_is_deleted(told: Told) -> None:
    storage, workspace = told.storage, told.workspace
    anna, admin = user(storage, workspace, "anna"), user(storage, workspace, "boss", "owner")
    chosen = (ColumnPlace("city"), ColumnPlace("computed:days", 90, is_pinned=True))
    console.put_columns_of_role(admin, "people", console.EVERYBODY, chosen)
    console.make(anna, "people", "Дорогие", "mine", Question(columns=chosen))

    def seen(person: console.Person) -> list[list[ColumnPlace]]:
        (folder,) = [one for one in console.folders(person, "people") if one.owner == "mine"]
        kept = views.of_folder(folder, console.ShownColumns(person).of(folder)).columns
        return [list(console.columns(person, "people")[1][:2]), kept[:2]]

    assert seen(anna) == [[ColumnPlace("city", 160), chosen[1]]] * 2
    for person in (without(anna, "segments.read"), within(anna, '{"store":["m-1"]}')):
        assert not [one for held in seen(person) for one in held if one.name == "computed:days"]
    send(storage, workspace, told_computed(90, key="days", act="deleted"), at=NOW, origin="system")
    run_writer(storage, workspace)
    assert not [one for held in seen(anna) for one in held if one.name == "computed:days"]
    console.put_columns(later(anna, 1), "people", chosen)
    assert [one.name for one in console.columns(anna, "people")[1][:2]] == ["city", "id"]
    with pytest.raises(Unprocessable, match="computed:days"):
        console.put_columns(anna, "orders", chosen[1:])


def test_a_file_has_the_values_as_what_they_are(told: Told, tmp_path: Path) -> None:
    early = exported(told.asker, "csv", tmp_path).decode("utf-8-sig").splitlines()
    assert early[0].endswith(";LTV, RUB;Без покупок, дн.;Визиты;Когда;Кто это;Почта")
    assert all(line.endswith(";…;…;…;…;…;…") for line in early[1:])
    assert b"computed:" not in exported(told.asker, "jsonl", tmp_path)

    bring(told.storage, told.workspace)
    lines = [msgspec.json.decode(line) for line in exported(told.asker, "jsonl", tmp_path).splitlines()]
    anna = next(one for one in lines if one["city"] == "Тула")
    assert (anna["computed:ltv"], anna["computed:days"], anna["computed:who"]) == ("1250.50", 0, "Rich")
    assert ";1250,50;0;0;" in exported(told.asker, "csv", tmp_path).decode()
    titles, *rows = workbook(told.asker, tmp_path)
    cells = dict(zip(titles, next(one for one in rows if "Тула" in one), strict=True))
    assert (cells["LTV, RUB"], cells["Без покупок, дн."], cells["Кто это"]) == (1250.5, 0, "Rich")
    assert isinstance(cells["Когда"], datetime)
    assert b"computed:" not in exported(
        msgspec.structs.replace(told.asker, rights=frozenset()), "jsonl", tmp_path
    )


def exported(asker: Asker, form: Any, scratch: Path) -> bytes:
    return b"".join(exports.export(asker, exports.find_list("profiles"), form, scratch))


def workbook(asker: Asker, scratch: Path) -> list[list[Any]]:
    file = io.BytesIO(exported(asker, "xlsx", scratch))
    return CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()
