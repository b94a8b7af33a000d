"""Stores as they stand."""

from collections.abc import Iterator, Sequence
from typing import Any

from konnektu.catalogue import api as catalogue
from konnektu.exports.declared import Asker, List
from konnektu.exports.lists.paging import PAGE, all_rows
from konnektu.exports.model import Column

COLUMNS = (
    Column("code", "Code", "Код"),
    Column("name", "Name", "Название"),
    Column("address", "Address", "Адрес"),
    Column("region", "Region", "Регион"),
    Column("zone", "Time zone", "Часовой пояс"),
    Column("latitude", "Latitude", "Широта", "number"),
    Column("longitude", "Longitude", "Долгота", "number"),
    Column("opening_hours", "Opening hours", "Часы работы"),
)


def rows(asker: Asker) -> Iterator[Sequence[Any]]:
    """Every store that is not gone, in the order of their making."""
    db = asker.storage.workspace(asker.workspace)

    def page(after: int) -> Sequence[catalogue.Standing]:
        with db.read() as conn:
            return catalogue.looking.stores(conn, after, PAGE)

    return (_row(one.thing) for one in all_rows(0, page, lambda one: one.number))


def _row(one: Any) -> Sequence[Any]:
    return (
        one.code, one.name, one.address, one.region, one.zone, one.latitude, one.longitude, one.opening_hours,
    )  # fmt: skip


LIST = List("stores", "Stores", "Магазины", "catalogue.read", COLUMNS, rows)
