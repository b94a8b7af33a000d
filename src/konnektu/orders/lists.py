"""Orders for lists: pages of them with their people, and what their fields hold. In: a question. Out: values."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import structs

from konnektu.core.asking import cursor
from konnektu.core.errors import Retry
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


Fits = Callable[[OrderRow], bool]
_AT_ONCE = 500
"""Orders that are held against conditions at once."""
_LOOKED = 2_000
"""Orders that a page holds against conditions, at most: each of them is read whole."""
_COUNTED = 20_000
"""Orders that a count holds against conditions, at most."""


def orders_and_people(
    db: Connection, wanted: Wanted, fits: Fits | None = None
) -> tuple[list[OrderRow], dict[int, str], str | None]:
    """A page of orders, of those that fit, the public ids of their people, and the cursor of the next."""
    question = _numbered(db, wanted)
    page, more = _read(db, question) if fits is None else _fitting(db, question, fits)
    people = profiles.profiles(db, sorted({one.profile for one in page if one.profile}))
    return page, {one.id: public_id(one.born, one.id) for one in people.values()}, more


def _read(db: Connection, question: Wanted) -> tuple[list[OrderRow], str | None]:
    found, more = listed(db, _LISTING, question)
    return rows_of(db, [row[:_SELECTED] for row in found]), more


def _fitting(db: Connection, question: Wanted, fits: Fits) -> tuple[list[OrderRow], str | None]:
    """Those that fit of the orders that a page looks through, at most, and the cursor of the next."""
    found: list[OrderRow] = []
    more: str | None = None
    for part, more in _parts(db, question, _LOOKED):
        for place, one in enumerate(part, 1):
            if not fits(one):
                continue
            found.append(one)
            if len(found) == question.limit:
                is_last = place == len(part)
                return found, more if is_last else cursor([one.figures.ordered_at, one.number])
    return found, more


def _parts(db: Connection, question: Wanted, most: int) -> Iterator[tuple[list[OrderRow], str | None]]:
    """Orders part by part, each with the cursor behind it, until so many have been looked through."""
    after: str | None = question.after
    for _ in range(0, most, _AT_ONCE):
        if after is None:
            return
        part, after = _read(db, structs.replace(question, after=after, limit=_AT_ONCE))
        yield part, after


def order_count(db: Connection, wanted: Wanted, fits: Fits | None = None) -> int:
    """How many orders there are, of those that fit, `wanted.limit` at most. Raises `Retry` where it takes too long."""
    question = _numbered(db, wanted)
    if fits is None:
        return counted(db, _LISTING, question)
    found, left = 0, None
    for part, behind in _parts(db, structs.replace(question, after=""), _COUNTED):
        found, left = found + sum(map(fits, part)), behind
        if found >= wanted.limit:
            return wanted.limit
    if left is not None:
        raise Retry(f"These conditions are counted among {_COUNTED:,} orders at most. Narrow the period.")
    return found


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
