"""CDNOW: 69,659 purchases of 23,570 people who first bought in early 1997, a classic of customer analysis.

In: the file inside the installed `lifetimes` distribution, which is opened and never imported.
Out: purchases in the order of the file, and a CSV for the import. Invariant: no purchase is added, joined or left out.
"""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from konnektu.core.errors import Fatal

PURCHASES: Final = 69_659
PEOPLE: Final = 23_570

COLUMNS: Final = ("order_id", "customer_id", "date", "quantity", "revenue", "currency")

MAPPING: Final[dict[str, Any]] = {
    "target": "events",
    "event": "Order Completed",
    "columns": [
        {"column": "order_id", "role": "key", "name": "order_id"},
        {"column": "customer_id", "role": "identifier", "name": "user_id"},
        {"column": "date", "role": "time"},
        {"column": "quantity", "role": "property", "name": "quantity", "type": "number"},
        {"column": "revenue", "role": "property", "name": "revenue", "type": "number"},
        {"column": "currency", "role": "property", "name": "currency"},
    ],
}
"""How an import reads the CSV: each row an order of the customer on that day (UTC)."""

_DATA: Final = "lifetimes/datasets/CDNOW_master.txt"


class NoPurchases(Fatal):
    """The CDNOW purchases are not installed. Install the extra `demo`: pip install 'konnektu[demo]'."""


class Purchase(Struct, frozen=True):
    """One line of the file."""

    customer: str
    """Five digits."""
    day: date
    quantity: int
    """CDs bought."""
    cents: int
    """Paid, in cents of a US dollar."""


def purchases() -> Iterator[Purchase]:
    """All purchases. Raises `NoPurchases` where the distribution is absent."""
    try:
        path = Path(str(distribution("lifetimes").locate_file(_DATA)))
        lines = path.read_text(encoding="ascii").splitlines()
    except (PackageNotFoundError, FileNotFoundError) as error:
        raise NoPurchases from error
    return (_purchase(line) for line in lines[1:] if line.strip())


def _purchase(line: str) -> Purchase:
    customer, day, quantity, dollars = line.split()
    return Purchase(customer, date.fromisoformat(day), int(quantity), int(Decimal(dollars) * 100))


def write_csv(path: Path) -> int:
    """Write the purchases as CSV with a header (UTF-8, comma) and return their number."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        count = 0
        for count, purchase in enumerate(purchases(), 1):
            table.writerow(_row(count, purchase))
    return count


def _row(number: int, purchase: Purchase) -> tuple[str, ...]:
    """A customer may buy twice on one day, so the line's number is the order's id.

    Bare numbers such as 12345 are what careless senders write for "nobody", so a customer's id says whose it is.
    """
    return (
        f"cdnow-{number:05}",
        f"cdnow-{purchase.customer}",
        purchase.day.isoformat(),
        str(purchase.quantity),
        f"{purchase.cents // 100}.{purchase.cents % 100:02}",
        "USD",
    )
