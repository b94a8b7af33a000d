"""Files of orders: a row an order or a line of it, tried, run, repeated, faulty."""

from pathlib import Path
from typing import Any

import pytest

from konnektu.core.errors import Unprocessable
from konnektu.imports import api
from konnektu.imports.api import Column, Mapping
from konnektu.orders import store
from konnektu.orders.logic import shown_lines
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import run_writer
from tests.imports.support import Place

TABLE = (
    "Номер заказа;Статус;Дата;Телефон;Артикул;Количество;Цена;Скидка;Упаковка\n"
    "A-1;paid;01.09.2025 10:00;+79031234567;s1;2;1 000,50;;первый\n"
    "A-1;paid;01.09.2025 10:00;+79031234567;s2;1;99;;\n"
    "A-2;Выдан;02.09.2025;;s1;1;10;5;\n"
    ";paid;02.09.2025;;s1;1;10;;\n"
    "A-3;paid;02.09.2025;;s1;много;10;;\n"
)


@pytest.fixture
def place(storage: Storage, workspace: WorkspaceRecord, tmp_path: Path) -> Place:
    return Place(storage, workspace, tmp_path)


def test_a_table_with_a_number_and_a_status_is_proposed_as_orders(place: Place) -> None:
    job = place.upload(TABLE)
    assert job.mapping.target == "orders"
    found = {column.column: (column.role, column.name) for column in job.mapping.columns}
    assert found == {
        "Номер заказа": ("order", "number"),
        "Статус": ("order", "status"),
        "Дата": ("order", "ordered_at"),
        "Телефон": ("attribute", "phone"),
        "Артикул": ("line", "sku"),
        "Количество": ("line", "quantity"),
        "Цена": ("line", "price"),
        "Скидка": ("order", "discount"),
        "Упаковка": ("order", "other.упаковка"),
    }


def test_several_rows_of_one_number_give_its_lines(place: Place) -> None:
    job = place.upload(TABLE)
    tried = api.dry_run(place.work(), job)
    assert (tried.orders_new, tried.orders_updated, tried.new, tried.updated, tried.nobody) == (2, 0, 1, 1, 1)
    assert tried.reasons == {"wrong_order": 2}
    place.start(job)
    done = place.run(job)
    assert (done.counts.accepted, done.counts.rejected) == (3, 2)
    run_writer(place.storage, place.workspace)
    with place.storage.workspace(place.workspace).read() as db:
        first, second = store.one(db, "A-1"), store.one(db, "A-2")
        assert first is not None
        assert second is not None
        assert [(line.id, line.total) for line in shown_lines(first.state)] == [("s1", "2001"), ("s2", "99")]
        assert (first.figures.gross, first.figures.stage, first.figures.ordered_at) == (
            210_000,
            "paid",
            1_756_710_000_000,
        )
        assert (second.figures.gross, second.figures.stage, second.profile) == (500, "", 0)
        assert first.profile
    again = place.upload(TABLE)
    tried = api.dry_run(place.work(), again)
    assert (tried.repeated, tried.orders_new) == (3, 0)
    other = place.upload(TABLE.replace("Выдан", "received"))
    assert api.dry_run(place.work(), other).orders_updated == 2


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ([("Статус", "order", "status")], "number"),
        ([("Номер", "order", "number"), ("Статус", "order", "colour")], "colour"),
        ([("Номер", "order", "number"), ("Статус", "key", "")], "number"),
        ([("Номер", "order", "number"), ("Статус", "line", "price")], "tells them apart"),
    ],
)
def test_a_mapping_that_gives_no_orders_is_refused(place: Place, columns: list[Any], said: str) -> None:
    made = Mapping(target="orders", columns=tuple(Column(*column) for column in columns))
    with pytest.raises(Unprocessable, match=said):
        place.upload("Номер;Статус\n1;paid\n", change=lambda one: type(one)(one.layout, made, one.samples))
