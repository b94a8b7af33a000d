"""Products as they stand."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from konnektu.catalogue import api as catalogue
from konnektu.core.money import major
from konnektu.exports.declared import Asker, List
from konnektu.exports.lists.paging import PAGE, all_rows
from konnektu.exports.model import Column

COLUMNS = (
    Column("id", "Id", "Идентификатор"),
    Column("name", "Name", "Название"),
    Column("group", "Group", "Группа вариантов"),
    Column("category", "Category", "Категория"),
    Column("brand", "Brand", "Бренд"),
    Column("sku", "Article", "Артикул"),
    Column("price", "Price", "Цена", "number"),
    Column("old_price", "Old price", "Старая цена", "number"),
    Column("currency", "Currency", "Валюта"),
    Column("available", "Available", "В наличии", "boolean"),
    Column("barcodes", "Barcodes", "Штрихкоды"),
    Column("link", "Link", "Ссылка"),
    Column("picture", "Picture", "Картинка"),
)


def rows(asker: Asker) -> Iterator[Sequence[Any]]:
    """Every product that is not gone, in the order of their making."""
    db = asker.storage.workspace(asker.workspace)

    def page(after: int) -> Sequence[catalogue.Standing]:
        with db.read() as conn:
            return catalogue.looking.products(conn, catalogue.Filters(), after, PAGE)

    return (_row(one.thing) for one in all_rows(0, page, lambda one: one.number))


def _row(one: Any) -> Sequence[Any]:
    return (
        one.id, one.name, one.group, one.category, one.brand, one.sku, _amount(one.price, one.currency),
        _amount(one.old_price, one.currency), one.currency, one.available, ", ".join(one.barcodes), one.link,
        one.pictures[0] if one.pictures else "",
    )  # fmt: skip


def _amount(minor: int | None, currency: str) -> Any:
    return None if minor is None else Decimal(major(minor, currency))


LIST = List("products", "Products", "Товары", "catalogue.read", COLUMNS, rows)
