"""The CDNOW purchases, taken from the installed distribution."""

import csv
from datetime import date
from itertools import islice
from pathlib import Path

from konnektu.demo.cdnow import COLUMNS, MAPPING, PEOPLE, PURCHASES, Purchase, purchases, write_csv


def test_every_purchase_is_read() -> None:
    found = list(purchases())
    assert len(found) == PURCHASES
    assert len({purchase.customer for purchase in found}) == PEOPLE
    assert found[0] == Purchase("00001", date(1997, 1, 1), 1, 1177)
    assert sum(purchase.quantity for purchase in found) == 167_881


def test_the_csv_holds_them_all_with_orders_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "cdnow.csv"
    assert write_csv(path) == PURCHASES
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["order_id"] for row in rows}) == PURCHASES
    assert rows[1] == {
        "order_id": "cdnow-00002", "customer_id": "cdnow-00002", "date": "1997-01-12", "quantity": "1", "revenue": "12.00", "currency": "USD",
    }  # fmt: skip
    cents = sum(purchase.cents for purchase in purchases())
    assert sum(round(float(row["revenue"]) * 100) for row in rows) == cents


def test_the_mapping_speaks_of_the_columns_of_the_csv() -> None:
    assert {column["column"] for column in MAPPING["columns"]} == set(COLUMNS)


def test_reading_is_lazy_after_the_file_is_open() -> None:
    assert len(list(islice(purchases(), 3))) == 3
