"""Orders for lists: pages of them with their people, and what their fields hold. In: a question. Out: values."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import structs

from konnektu.core.ids import internal_id, public_id
from konnektu.core.section import ColumnType, Wanted
from konnektu.identity import api as identity
from konnektu.orders.model import OrderRow
from konnektu.orders.store import rows_of
from konnektu.orders.words import OTHER
from konnektu.profiles import api as profiles
from konnektu.storage.api import Connection, Key, Listing, counted, estimated, listed

HELD: Mapping[str, ColumnType] = {"amount": "number", "quantity": "number", "time": "time"}
"""What a column holds, by what its field does; text where nothing is said."""
_LISTING = Listing(
    "SELECT number, atom, profile, status, stage, stage_at, currency, gross, returned, net, is_returned, ordered_at,"
    " position, state, store, region, brand FROM orders WHERE true",
    {"ordered_at": (Key("ordered_at", 11), Key("number", 0, is_text=True))},
    {
        "stage": "stage = %(stage)s",
        "store": "store = %(store)s",
        "profile": "profile = %(profile)s AND profile <> 0",
        "ordered_at": "ordered_at",
    },
    {
        "stage": "stage",
        "store": "store",
        "profile": "nullif(profile, 0)",
        "number": "number",
        "status": "status",
        "net": ("net", "currency"),
        "gross": ("gross", "currency"),
        "returned": ("returned", "currency"),
        "region": "region",
        "brand": "brand",
        "stage_at": "stage_at",
    },
)
_SELECTED = 14
"""Columns of the selected that an order is made of; what stands behind is asked for alone."""


def orders_and_people(db: Connection, wanted: Wanted) -> tuple[list[OrderRow], dict[int, str], str | None]:
    """A page of orders, the public ids of their people, and the cursor of the next."""
    found, more = listed(db, _LISTING, _numbered(db, wanted))
    page = rows_of(db, [row[:_SELECTED] for row in found])
    people = profiles.profiles(db, sorted({one.profile for one in page if one.profile}))
    return page, {one.id: public_id(one.born, one.id) for one in people.values()}, more


def order_count(db: Connection, wanted: Wanted) -> int:
    """How many orders there are, `wanted.limit` at most."""
    return counted(db, _LISTING, _numbered(db, wanted))


def order_estimate(db: Connection, wanted: Wanted) -> int:
    """About how many orders there are."""
    return estimated(db, _LISTING, _numbered(db, wanted))


def _numbered(db: Connection, wanted: Wanted) -> Wanted:
    """The same question with the present number of its person in place of the public id."""
    if not isinstance(public := wanted.filters.get("profile"), str):
        return wanted
    present = identity.current(db, internal_id(public))
    return structs.replace(wanted, filters={**wanted.filters, "profile": present or 0})


def value_of(value: Any, kind: ColumnType) -> Any:
    """What a field holds, as its column shows it."""
    if isinstance(value, list):
        return ", ".join(value)
    return Decimal(value) if kind == "number" and value is not None else value


def own_fields(held: Mapping[str, Any], *, is_open: bool) -> str:
    """A project's own fields as JSON; covered where they may name a person and the asker may not see it."""
    own = {name.removeprefix(OTHER): one for name, one in held.items() if name.startswith(OTHER)}
    shown = own if is_open else profiles.covered("", own)
    return msgspec.json.encode(shown).decode() if own else ""
