"""Files of people and of their orders. In: how many, and whose. Out: CSV files, as shops export them."""

import csv
from pathlib import Path
from random import Random

from konnektu.bench.base.story import BEFORE_NOON, REGIONS, STORES, iso
from konnektu.core.clock import DAY

ROWS_AN_ORDER = 2
"""A row of a file of orders is one line of an order."""


def new_phone(person: int) -> str:
    """The phone of a person whom the base does not know yet."""
    return f"+7901{person:07d}"


def write_people(file: Path, people: int) -> None:
    """People whom the base does not know."""
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, delimiter=";")
        writer.writerow(["Имя", "Фамилия", "Телефон", "Почта", "Город", "Дата рождения"])
        writer.writerows(
            (f"Имя{person % 50}", f"Фамилия{person % 900}", new_phone(person), f"n{person}@shop.example",
             REGIONS[person % len(REGIONS)], f"{1 + person % 28:02d}.{1 + person % 12:02d}.{1950 + person % 50}")
            for person in range(people)
        )  # fmt: skip


def write_orders(file: Path, phones: list[str], today: int, products: int) -> None:
    """An order for each of the phones."""
    drawn = Random(5)  # noqa: S311 - a load, not a secret
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, delimiter=";")
        writer.writerow(
            ["Номер заказа", "Статус", "Дата", "Телефон", "Артикул", "Количество", "Цена", "Магазин"]
        )
        for number, phone in enumerate(phones):
            time = iso(today - drawn.randrange(1, 30) * DAY + drawn.randrange(BEFORE_NOON))
            status, store = (
                drawn.choice(("paid", "shipped", "received")),
                f"m{drawn.randrange(1, STORES + 1)}",
            )
            for _ in range(ROWS_AN_ORDER):
                sku, price = f"AB-{drawn.randrange(products):07d}", f"{drawn.randrange(100, 9_000)},50"
                writer.writerow(
                    [f"F-{number}", status, time, phone, sku, drawn.choice((1, 1, 2)), price, store]
                )
