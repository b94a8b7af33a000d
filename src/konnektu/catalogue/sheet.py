"""Tables of products, stores, stock, categories. In: a file that `reading` knows, a mapping. Out: what it tells.

Columns are known by name in Russian and English unless a mapping says what they mean.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from konnektu.catalogue import logic
from konnektu.catalogue.model import (
    Category,
    Fault,
    Placed,
    Product,
    Store,
    Subject,
    Told,
)
from konnektu.catalogue.model import Mapping as Columns
from konnektu.catalogue.prices import currency_of
from konnektu.core.errors import Unprocessable
from konnektu.core.invalid import is_valid
from konnektu.core.text import fold, squeeze
from konnektu.reading.api import BadRow, inspect, read

FIELDS: dict[Subject, dict[str, str]] = {
    "products": {
        "id": "id offer_id product_id код идентификатор",
        "name": "name title название наименование товар",
        "group": "group group_id item_group_id группа",
        "category": "category category_id categoryid категория",
        "brand": "brand vendor бренд производитель марка",
        "price": "price цена",
        "old_price": "old_price oldprice старая_цена цена_без_скидки",
        "currency": "currency currencyid валюта",
        "pictures": "picture pictures image image_link фото картинка изображение",
        "link": "link url ссылка",
        "barcodes": "barcode barcodes ean gtin штрихкод штрих-код",
        "sku": "sku article vendorcode vendor_code артикул",
        "available": "available availability в_наличии наличие доступен",
        "description": "description описание",
        "stock": "stock quantity count остаток количество",
    },
    "stores": {
        "code": "code id store_id код идентификатор",
        "name": "name название наименование магазин",
        "address": "address адрес",
        "zone": "zone timezone часовой_пояс",
        "region": "region регион город",
        "latitude": "latitude lat широта",
        "longitude": "longitude lon lng долгота",
        "opening_hours": "opening_hours hours часы_работы режим_работы",
    },
    "stock": {
        "product": "product id product_id sku товар код_товара",
        "quantity": "quantity stock count остаток количество",
        "store": "store store_id outlet магазин склад код_магазина",
        "region": "region регион",
    },
    "categories": {
        "id": "id category_id код",
        "name": "name название наименование",
        "parent": "parent parent_id parentid родитель",
    },
}
"""Subject → field → names of columns that are taken for it, blanks as underscores."""
NEEDED: dict[Subject, tuple[str, ...]] = {
    "products": ("id", "name"),
    "stores": ("code",),
    "stock": ("product", "quantity"),
    "categories": ("id", "name"),
}
LISTS = ("pictures", "barcodes")
SEPARATORS = "|,;"

Row = Mapping[str, str]


class UnknownColumns(Unprocessable):
    """The table lacks a column that is needed. Say in the mapping which column it is."""


def told(path: Path, mapping: Columns) -> Iterator[Placed]:
    """What each row says, in the order of the file. Raises `UnknownColumns`."""
    layout = inspect(path, lambda name: _spelling(name) in KNOWN)
    places = columns_of(layout.columns, mapping)
    lacking = [field for field in NEEDED[mapping.subject] if field not in places.values()]
    if lacking:
        raise UnknownColumns(f"{UnknownColumns.__doc__} Lacking: {', '.join(lacking)}.")
    one = READERS[mapping.subject]
    for row in read(path, layout):
        if isinstance(row, BadRow):
            yield Placed(row.number, Fault(row.number, "", row.reason, row.detail, text=row.text[:500]))
            continue
        cells, params = _by_field(row.cells, places)
        yield from (Placed(row.number, each) for each in one(cells, params, row.number, mapping))


def check_mapping(mapping: Columns) -> None:
    """Raise `UnknownColumns` where the mapping names a field that its subject has not."""
    known = {*FIELDS[mapping.subject], *(("param",) if mapping.subject == "products" else ())}
    wrong = sorted({each.field for each in mapping.fields} - known)
    if wrong:
        raise UnknownColumns(
            f"No field of {mapping.subject}: {', '.join(wrong)}. Fields: {', '.join(sorted(known))}."
        )
    if mapping.currency and not is_valid(currency_of(mapping.currency)):
        raise UnknownColumns(f"There is no currency {mapping.currency}.")


def columns_of(columns: tuple[str, ...], mapping: Columns) -> dict[str, str]:
    """Column → field: as the mapping says, else by the columns' names."""
    if mapping.fields:
        check_mapping(mapping)
        return {each.column: each.field for each in mapping.fields if each.column in columns}
    names = {name: field for field, words in FIELDS[mapping.subject].items() for name in words.split()}
    found: dict[str, str] = {}
    for column in columns:
        field = names.get(_spelling(column))
        if field and field not in found.values():
            found[column] = field
    return found


def _spelling(name: str) -> str:
    return fold(squeeze(name)).replace(" ", "_")


KNOWN = frozenset(
    name for fields in FIELDS.values() for words in fields.values() for name in map(_spelling, words.split())
)


def _by_field(cells: Mapping[str, Any], places: Mapping[str, str]) -> tuple[Row, Row]:
    found: dict[str, str] = {}
    params: dict[str, str] = {}
    for column, field in places.items():
        text = "" if cells.get(column) is None else str(cells[column])
        if field == "param":
            params[column] = text
        else:
            found[field] = text
    return found, params


def _product(cells: Row, params: Row, number: int, mapping: Columns) -> Iterator[Told]:
    simple = {name: text for name, text in cells.items() if name not in (*LISTS, "stock")}
    lists = {name: _split(cells.get(name, "")) for name in LISTS}
    raw = logic.Raw(**simple, pictures=lists["pictures"], barcodes=lists["barcodes"], params=params)
    for each in logic.product_of(raw, number, mapping.currency or logic.DEFAULT_CURRENCY):
        yield each
        if isinstance(each, Product) and cells.get("stock", "").strip():
            yield logic.stock_of(number, each.id, cells["stock"])


def _store(cells: Row, _params: Row, number: int, _mapping: Columns) -> Iterator[Told]:
    places = [_degrees(cells.get(name, "")) for name in ("latitude", "longitude")]
    yield from logic.store_of(
        Store(
            code=cells.get("code", ""),
            name=cells.get("name", ""),
            address=cells.get("address", ""),
            zone=cells.get("zone", ""),
            region=cells.get("region", ""),
            latitude=places[0],
            longitude=places[1],
            opening_hours=cells.get("opening_hours", ""),
        ),
        number,
    )


def _stock(cells: Row, _params: Row, number: int, _mapping: Columns) -> Iterator[Told]:
    yield logic.stock_of(
        number, cells["product"], cells["quantity"], cells.get("store", ""), cells.get("region", "")
    )


def _category(cells: Row, _params: Row, number: int, _mapping: Columns) -> Iterator[Told]:
    yield logic.category_of(
        Category(id=cells["id"], name=cells["name"], parent=cells.get("parent", "")), number
    )


READERS: dict[Subject, Callable[[Row, Row, int, Columns], Iterator[Told]]] = {
    "products": _product,
    "stores": _store,
    "stock": _stock,
    "categories": _category,
}


def _split(text: str) -> list[str]:
    mark = next((each for each in SEPARATORS if each in text), None)
    return [part.strip() for part in text.split(mark)] if mark and text.strip() else [text]


def _degrees(text: str) -> float | None:
    """Degrees as a table writes them; NaN where it is no number, which no place has."""
    if not text.strip():
        return None
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return float("nan")
