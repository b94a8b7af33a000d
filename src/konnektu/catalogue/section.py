"""The sections of the catalogue: products and stores. In: the catalogue. Out: rows; money in major units."""

from decimal import Decimal
from functools import partial
from typing import Any

from konnektu.catalogue.feeds import latest_loads, list_feeds
from konnektu.catalogue.looking import product_of, store_of
from konnektu.catalogue.model import Feed, Load, Product, Store
from konnektu.catalogue.views import feed_id
from konnektu.core.money import major
from konnektu.core.section import (
    MADE,
    Action,
    Choice,
    Column,
    Filter,
    Folder,
    Found,
    Row,
    Section,
    Wanted,
    filter_of,
    filters_of,
)
from konnektu.storage.api import Asker, Key, Listing, counted, few, listed

STATES = (Choice("active", "Stands", "Есть"), Choice("gone", "Gone", "Убран"))
_STATE = Filter(name="state", en="State", ru="Состояние", kind="choice", choices=STATES, default="active")
_PRODUCTS = Listing(
    "SELECT number, id, name, group_id, category, brand, price, old_price, currency, pictures, link, barcodes, sku,"
    " available, description, params FROM product WHERE true",
    {MADE: (Key("number", 0),), "name": (Key("name", 2, is_text=True), Key("number", 0))},
    {
        "state": "state = %(state)s",
        "category": "category = %(category)s",
        "brand": "brand = %(brand)s",
        "group": "group_id = %(group)s AND group_id <> ''",
    },
    {
        "category": "category",
        "brand": "brand",
        "group": "group_id",
        "id": "id",
        "name": "name",
        "sku": "sku",
        "price": ("price", "currency"),
        "old_price": ("old_price", "currency"),
        "available": "available",
        "barcodes": "array_to_string(barcodes, ', ')",
        "picture": "pictures[1]",
    },
)
_STORES = Listing(
    "SELECT number, id, name, address, zone, region, latitude, longitude, opening_hours FROM store WHERE true",
    {MADE: (Key("number", 0),)},
    {"state": "state = %(state)s", "region": "region = %(region)s"},
    {name: name for name in ("id", "name", "address", "region", "zone")} | {"code": "id"},
)


def count(listing: Listing, asker: Asker, wanted: Wanted) -> int:
    """How many of a listing there are."""
    with asker.db.read() as conn:
        return counted(conn, listing, wanted)


def product_rows(asker: Asker, wanted: Wanted) -> Found:
    """Products."""
    with asker.db.read() as conn:
        found, more = listed(conn, _PRODUCTS, wanted)
    return Found([_product(product_of(one)) for one in found], more)


def _product(one: Product) -> Row:
    shown = (
        one.id, one.name, one.group, one.category, one.brand, one.sku, _amount(one.price, one.currency),
        _amount(one.old_price, one.currency), one.currency, one.available, ", ".join(one.barcodes), one.link,
        one.pictures[0] if one.pictures else "",
    )  # fmt: skip
    return Row(one.id, shown)


def _amount(minor: int | None, currency: str) -> Any:
    return None if minor is None else Decimal(major(minor, currency))


def store_rows(asker: Asker, wanted: Wanted) -> Found:
    """Stores."""
    with asker.db.read() as conn:
        found, more = listed(conn, _STORES, wanted)
    return Found([_store(store_of(one)) for one in found], more)


def _store(one: Store) -> Row:
    shown = (
        one.code, one.name, one.address, one.region, one.zone, one.latitude, one.longitude, one.opening_hours,
    )  # fmt: skip
    return Row(one.code, shown)


def feed_rows(asker: Asker, wanted: Wanted) -> Found:
    """Price lists that are fetched again and again, with what became of each the last time."""
    with asker.db.read() as conn:
        feeds = list_feeds(conn)
        latest = {load.feed: load for load in latest_loads(conn)}
    return few(
        feeds,
        wanted,
        lambda one: (one.name, one.id),
        lambda one: _feed(one, latest.get(one.id)),
        _FEED_COLUMNS,
    )


def feed_count(asker: Asker, wanted: Wanted) -> int:
    """How many feeds there are."""
    return len(feed_rows(asker, wanted).rows)


def _feed(one: Feed, latest: Load | None) -> Row:
    ended = (latest.state, latest.finished_at, latest.reason) if latest else ("", None, "")
    shown = (
        one.name, one.address, one.kind, one.scope, one.schedule, one.is_active, one.late_hours, *ended,
        one.created_at, one.created_by,
    )  # fmt: skip
    return Row(feed_id(one), shown)


_PRODUCT_COLUMNS = (
    Column("id", "Id", "Идентификатор"),
    Column("name", "Name", "Название", width=320),
    Column("group", "Group", "Группа вариантов", is_visible=False),
    Column("category", "Category", "Категория"),
    Column("brand", "Brand", "Бренд"),
    Column("sku", "Article", "Артикул"),
    Column("price", "Price", "Цена", "number", width=120),
    Column("old_price", "Old price", "Старая цена", "number", width=120),
    Column("currency", "Currency", "Валюта", width=90),
    Column("available", "Available", "В наличии", "boolean", width=110),
    Column("barcodes", "Barcodes", "Штрихкоды", is_visible=False),
    Column("link", "Link", "Ссылка", is_visible=False),
    Column("picture", "Picture", "Картинка", is_visible=False),
)  # fmt: skip
PRODUCTS = Section(
    name="products",
    en="Products",
    ru="Товары",
    about=("The catalogue. It is loaded from a product feed by schedule, by the API or from a file.",
           "Каталог. Загружается из товарного фида по расписанию, по API или из файла."),
    right="catalogue.read",
    columns=_PRODUCT_COLUMNS,
    rows=product_rows,
    count=partial(count, _PRODUCTS),
    orders=(MADE, f"-{MADE}", "name", "-name"),
    filters=(
        _STATE,
        filter_of(_PRODUCT_COLUMNS[3], orders=(MADE,)),
        filter_of(_PRODUCT_COLUMNS[4], orders=(MADE,)),
        *filters_of(_PRODUCT_COLUMNS, "name"),
        Filter(name="price", en="Price", ru="Цена", kind="money", ways=("empty",)),
        *filters_of(_PRODUCT_COLUMNS, "available", always=True),
        *filters_of(_PRODUCT_COLUMNS, "sku", "barcodes"),
        filter_of(_PRODUCT_COLUMNS[2], orders=(MADE,)),
        *filters_of(_PRODUCT_COLUMNS, "id", always=True),
        Filter(name="old_price", en="Old price", ru="Старая цена", kind="money", ways=("empty",)),
        Filter(name="picture", en="Picture", ru="Картинка", kind="text", ways=("empty",)),
    ),
    actions=(
        Action(
            name="remove", en="Take away", ru="Убрать", right="catalogue.write", on="one", operation="delete_product"
        ),
    ),
    is_within_rows=True,
    folders=(
        Folder(name="gone", en="Gone", ru="Выбыли", filters={"state": "gone"}, is_pinned=False),
    ),
)  # fmt: skip
_STORE_COLUMNS = (
    Column("code", "Code", "Код", width=120),
    Column("name", "Name", "Название", width=240),
    Column("address", "Address", "Адрес", width=320),
    Column("region", "Region", "Регион"),
    Column("zone", "Time zone", "Часовой пояс"),
    Column("latitude", "Latitude", "Широта", "number", is_visible=False),
    Column("longitude", "Longitude", "Долгота", "number", is_visible=False),
    Column("opening_hours", "Opening hours", "Часы работы"),
)  # fmt: skip
STORES = Section(
    name="stores",
    en="Stores",
    ru="Магазины",
    about=("Shops and points of delivery. They come with a feed, by the API or from a file.",
           "Магазины и пункты выдачи. Приходят с фидом, по API или из файла."),
    right="catalogue.read",
    columns=_STORE_COLUMNS,
    rows=store_rows,
    count=partial(count, _STORES),
    orders=(MADE, f"-{MADE}"),
    filters=(
        _STATE,
        *filters_of(_STORE_COLUMNS, "region", "name", "address"),
        *filters_of(_STORE_COLUMNS, "code", always=True),
        *filters_of(_STORE_COLUMNS, "zone"),
    ),
    actions=(
        Action(
            name="remove", en="Take away", ru="Убрать", right="catalogue.write", on="one", operation="delete_store"
        ),
    ),
    is_within_rows=True,
)  # fmt: skip

_FEED_COLUMNS = (
    Column("name", "Name", "Название", width=220),
    Column("address", "Address", "Адрес", width=320),
    Column("kind", "Format", "Формат", width=90),
    Column("scope", "Scope", "Охват", is_visible=False, width=120),
    Column("schedule", "Schedule", "Расписание", width=140),
    Column("active", "Active", "Действует", "boolean", width=110),
    Column("late_hours", "Late after hours", "Опаздывает через, ч", "number", is_visible=False, width=120),
    Column("state", "Last load", "Последняя загрузка", width=160),
    Column("finished_at", "Ended", "Завершена", "time"),
    Column("reason", "What is wrong", "Что не так", width=320),
    Column("created_at", "Made", "Создан", "time", is_visible=False),
    Column("created_by", "By", "Кем", is_visible=False),
)  # fmt: skip
FEEDS = Section(
    name="feeds",
    en="Product feeds",
    ru="Товарные фиды",
    about=("Price lists that are fetched again and again by their address.",
           "Прайс-листы, которые регулярно загружаются по адресу."),
    right="catalogue.read",
    columns=_FEED_COLUMNS,
    rows=feed_rows,
    count=feed_count,
    orders=("name", "-name"),
    filters=(
        *filters_of(_FEED_COLUMNS, "name", "active", always=True),
        *filters_of(_FEED_COLUMNS, "state", "finished_at", "reason"),
        *filters_of(_FEED_COLUMNS, "address", always=True),
    ),
    actions=(
        Action(
            name="create", en="New feed", ru="Новый фид", right="catalogue.write", on="none", operation="create_feed"
        ),
        Action(
            name="change", en="Change", ru="Изменить", right="catalogue.write", on="one", operation="change_feed"
        ),
        Action(
            name="load", en="Load now", ru="Загрузить сейчас", right="catalogue.write", on="one",
            operation="load_feed",
        ),
    ),
)  # fmt: skip

SECTIONS = (PRODUCTS, STORES, FEEDS)
