"""Lists of a table, page by page. In: how a table is listed, and a question. Out: rows, and the cursor of the next.

Invariant: the statement is made of fixed pieces, one for each filter and order, so that the server plans each
question for itself; values are parameters. A page follows the place of the last row seen.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, LiteralString, TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct
from psycopg import Connection
from psycopg.sql import SQL, Composed, Placeholder

from konnektu.core.asking import cursor, place
from konnektu.core.fitting import row_fits
from konnektu.core.section import Column, Found, Plain, Range, Row, Value, Wanted
from konnektu.storage.conditions import all_of
from konnektu.storage.databases import Storage
from konnektu.storage.model import WorkspaceRecord
from konnektu.storage.postgres import Db

Item = TypeVar("Item")
COUNT_MS = 300
"""How long a count may take; the caller is told to do without it rather than to wait."""


class Asker(Struct, frozen=True):
    """Who looks at a list, from where, and when."""

    storage: Storage
    workspace: WorkspaceRecord
    now: int
    is_open: bool
    """Whether personal columns are shown whole."""
    language: Literal["ru", "en"] = "ru"
    is_seeking: bool = False
    """May ask by personal values though they are covered."""
    rights: frozenset[str] = frozenset()
    """By which they may ask for more than a section's own right opens."""
    is_glancing: bool = False
    """Would rather do without an answer than wait for it."""

    @property
    def may_seek(self) -> bool:
        """Whether they may ask by what personal values begin with or contain."""
        return self.is_open or self.is_seeking

    def may_ask(self, right: str) -> bool:
        """Whether they may ask by what needs a right of its own; nobody may who sees some rows alone."""
        return right in self.rights and not self.workspace.row_limit

    @property
    def db(self) -> Db:
        """The caller's own door to the workspace."""
        return self.storage.workspace(self.workspace)

    def day(self, ago: int) -> int:
        """When the day so many days before today begins in the workspace's zone, milliseconds UTC."""
        zone = ZoneInfo(self.workspace.timezone)
        return int(datetime.combine(self._date(ago), time.min, zone).timestamp() * 1000)

    def iso_day(self, ago: int) -> str:
        """That day itself, as ISO has it."""
        return self._date(ago).isoformat()

    def _date(self, ago: int) -> date:
        today = datetime.fromtimestamp(self.now / 1000, ZoneInfo(self.workspace.timezone)).date()
        return today - timedelta(days=ago)


class Key(Struct, frozen=True):
    """One of the columns that give a row its place in an order."""

    column: LiteralString
    """Never null."""
    at: int
    """Its place in the selected row."""
    is_text: bool = False
    """Else a whole number."""


class Listing(Struct, frozen=True):
    """How a table is listed."""

    select: LiteralString
    """SELECT … FROM … WHERE …, with parameters of its own where it has them."""
    orders: Mapping[str, tuple[Key, ...]]
    """By the order's name; the last key makes the place unique."""
    filters: Mapping[str, LiteralString] = {}
    """By the filter's name: a condition with the parameter of this name, or the column of a range; an index serves
    it in every order that the filter goes with."""
    seen: Mapping[str, LiteralString | tuple[LiteralString, LiteralString]] = {}
    """By the filter's name: what no index serves, said of the selected columns; of money the amount and its currency.
    It is looked for among `SEEN_MOST` rows at a time."""


SEEN_MOST = 5_000
"""Rows that a page looks through, at most, for what no index serves; it may hold fewer than asked for, and the next
goes on behind them."""


def listed(
    db: Connection[Any], listing: Listing, wanted: Wanted, given: Mapping[str, Any] | None = None
) -> tuple[list[Sequence[Any]], str | None]:
    """A page of rows, and the cursor of the next. `given` are the parameters of the listing itself."""
    text, parameters = statement(listing, wanted)
    # Planned for these values each time: a plan for any value would read on and on for rare ones.
    rows = list(db.execute(text, {**parameters, **(given or {})}, prepare=False))
    keys = listing.orders[wanted.order.removeprefix("-")]
    if _seen(listing, wanted):
        return _fitting(rows, keys, wanted.limit)
    last = rows[wanted.limit - 1] if len(rows) > wanted.limit else None
    return rows[: wanted.limit], cursor([last[key.at] for key in keys]) if last else None


def _fitting(
    rows: list[Sequence[Any]], keys: Sequence[Key], limit: int
) -> tuple[list[Sequence[Any]], str | None]:
    """Of rows that end with whether they fit, and their place among those looked through, the ones that fit."""
    kept = rows[:limit]
    has_more = len(rows) > limit or (bool(kept) and kept[-1][-1] == SEEN_MOST)
    more = cursor([kept[-1][key.at] for key in keys]) if has_more else None
    return [row[:-2] for row in kept if row[-2]], more


def counted(
    db: Connection[Any], listing: Listing, wanted: Wanted, given: Mapping[str, Any] | None = None
) -> int:
    """How many rows there are, `wanted.limit` at most, whatever their order. `given` as in `listed`.

    The rest of the transaction has the time limit of a count; `Retry` leaves it where that is over.
    """
    parts, parameters = _narrowed(listing, wanted)
    text = SQL("").join([SQL("SELECT count(*) FROM ("), *parts, SQL(" LIMIT %(limit)s) AS found")])
    return counted_by(db, text, {**parameters, **(given or {}), "limit": wanted.limit})


def estimated(
    db: Connection[Any], listing: Listing, wanted: Wanted, given: Mapping[str, Any] | None = None
) -> int:
    """About how many rows there are, as the server's statistics say; nothing is read. `given` as in `listed`."""
    parts, parameters = _narrowed(listing, wanted)
    text = SQL("").join([SQL("EXPLAIN (FORMAT JSON) "), *parts])
    row = db.execute(text, {**parameters, **(given or {})}, prepare=False).fetchone()
    return int(row[0][0]["Plan"]["Plan Rows"]) if row else 0


def counted_by(
    db: Connection[Any], text: SQL | Composed, parameters: Mapping[str, Any], *, milliseconds: int = COUNT_MS
) -> int:
    """The number that a statement counts, within the time limit of a count."""
    db.execute("SELECT set_config('statement_timeout', %s, true)", [str(milliseconds)])
    row = db.execute(text, parameters, prepare=False).fetchone()
    return int(row[0]) if row else 0


def statement(listing: Listing, wanted: Wanted) -> tuple[Composed, dict[str, Any]]:
    """The statement of a question: one row more than its page holds."""
    keys = listing.orders[wanted.order.removeprefix("-")]
    way = SQL(" DESC") if wanted.order.startswith("-") else SQL("")
    parts, parameters = _asked(listing, wanted)
    parameters["limit"] = wanted.limit + 1
    if wanted.after:
        seen = place(wanted.after, [str if key.is_text else int for key in keys])
        parts.append(_behind(keys, is_falling=wanted.order.startswith("-")))
        parameters |= {f"after_{number}": one for number, one in enumerate(seen)}
    ordered = SQL(", ").join(SQL(key.column) + way for key in keys)
    if not (beside := _seen(listing, wanted)):
        return SQL("").join([*parts, SQL(" ORDER BY "), ordered, SQL(" LIMIT %(limit)s")]), parameters
    fits, values = all_of(beside, wanted.filters)
    inner = SQL("").join([*parts, SQL(" ORDER BY "), ordered, SQL(" LIMIT %(seen_most)s")])
    text = SQL(
        "SELECT * FROM (SELECT page.*, ({fits}) IS TRUE AS fits, row_number() OVER (ORDER BY {ordered}) AS place"
        " FROM ({inner}) AS page) AS seen WHERE fits OR place = %(seen_most)s ORDER BY {ordered} LIMIT %(limit)s"
    ).format(fits=fits, ordered=ordered, inner=inner)
    return text, {**parameters, **values, "seen_most": SEEN_MOST}


def _seen(listing: Listing, wanted: Wanted) -> dict[str, LiteralString | tuple[LiteralString, LiteralString]]:
    """The filters of a question that no index serves."""
    return {
        name: listing.seen[name]
        for name, value in wanted.filters.items()
        if name in listing.seen and not (isinstance(value, Plain) and name in listing.filters)
    }


def _narrowed(listing: Listing, wanted: Wanted) -> tuple[list[SQL | Composed], dict[str, Any]]:
    """What is selected by every filter, however it is served, and the parameters."""
    parts, parameters = _asked(listing, wanted)
    if not (seen := _seen(listing, wanted)):
        return parts, parameters
    fits, values = all_of(seen, wanted.filters)
    return [SQL("SELECT * FROM ("), *parts, SQL(") AS page WHERE "), fits], {**parameters, **values}


def _asked(listing: Listing, wanted: Wanted) -> tuple[list[SQL | Composed], dict[str, Any]]:
    """What is selected, with the conditions of the filters and their parameters."""
    parts: list[SQL | Composed] = [SQL(listing.select)]
    parameters: dict[str, Any] = {}
    beside = _seen(listing, wanted)
    for name, value in wanted.filters.items():
        if name in beside:
            continue
        conditions, values = _condition(name, listing.filters[name], value)
        parts += conditions
        parameters |= values
    return parts, parameters


def _condition(name: str, said: LiteralString, value: Value) -> tuple[list[SQL | Composed], dict[str, Any]]:
    if not isinstance(value, Range):
        return [SQL(" AND ") + SQL(said)], {name: value}
    ends: Iterable[tuple[str, LiteralString, int | None]] = (
        (f"{name}_from", ">=", value.first),
        (f"{name}_to", "<", value.last),
    )
    return (
        [
            SQL(" AND {} {} {}").format(SQL(said), SQL(sign), Placeholder(key))
            for key, sign, end in ends
            if end is not None
        ],
        {key: end for key, _, end in ends if end is not None},
    )


def _behind(keys: Sequence[Key], *, is_falling: bool) -> Composed:
    columns = SQL(", ").join(SQL(key.column) for key in keys)
    values = SQL(", ").join(Placeholder(f"after_{number}") for number in range(len(keys)))
    return SQL(" AND ({}) {} ({})").format(columns, SQL("<" if is_falling else ">"), values)


def few(
    items: Iterable[Item],
    wanted: Wanted,
    key: Callable[[Item], tuple[Any, ...]],
    row: Callable[[Item], Row],
    columns: Sequence[Column] = (),
) -> Found:
    """A page of a list so short that it is all in memory, in the order of its keys.

    Filters named as one of the `columns` are asked of what the rows show there.
    """
    ordered = sorted(_few(items, wanted, row, columns), key=key, reverse=wanted.order.startswith("-"))
    if wanted.after and ordered:
        seen = tuple(place(wanted.after, [type(one) for one in key(ordered[0])]))
        is_falling = wanted.order.startswith("-")
        ordered = [one for one in ordered if (key(one) < seen if is_falling else key(one) > seen)]
    kept = ordered[: wanted.limit]
    more = cursor(key(kept[-1])) if len(ordered) > wanted.limit else None
    return Found([row(one) for one in kept], more)


def few_count(
    items: Iterable[Item], wanted: Wanted, row: Callable[[Item], Row], columns: Sequence[Column] = ()
) -> int:
    """How many of a short list there are, `wanted.limit` at most."""
    return min(len(_few(items, wanted, row, columns)), wanted.limit)


def _few(
    items: Iterable[Item], wanted: Wanted, row: Callable[[Item], Row], columns: Sequence[Column]
) -> list[Item]:
    if wanted.filters.keys().isdisjoint(column.name for column in columns):
        return list(items)
    return [one for one in items if row_fits(row(one), columns, wanted.filters)]
