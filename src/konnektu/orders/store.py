"""The statements of orders, one short function each. Everything takes a connection of the workspace's role.

In: a connection and records. Out: records. Invariant: a batch is a fixed number of statements, whatever its size.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import aiosql
import msgspec

from konnektu.core.entities import values
from konnektu.core.records import OrderFigures
from konnektu.core.text import HIGHEST
from konnektu.orders.logic import SOURCE, in_order, owner_of
from konnektu.orders.model import Figures, OrderRow, OrderState, Stage
from konnektu.orders.words import stage_of
from konnektu.storage.api import Bigints, Booleans, Byteas, Connection, Texts, is_limited

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")

LATEST = (2**62, "")
"""After every order there can be, in the order of lists."""
_EVERYTHING: Any = {"stages": [], "stores": [], "currency": "", "since": -LATEST[0], "until": LATEST[0]}

_state = msgspec.msgpack.Decoder(OrderState)
_pack = msgspec.msgpack.Encoder()
_stages = msgspec.json.Decoder(dict[str, Stage])


def load(db: Connection, numbers: Collection[str], stages: Mapping[str, Stage]) -> dict[str, OrderRow]:
    """The orders of these numbers; those that are not known are missing."""
    return {row[0]: _row(row, stages) for row in Q.load_orders(db, numbers=Texts(sorted(numbers)))}


def put(db: Connection, rows: Sequence[OrderRow]) -> None:
    """Write orders as a batch leaves them."""
    held = [values(row.state.fields) for row in rows]
    found = [row.figures for row in rows]
    Q.put_orders(
        db,
        numbers=Texts(row.number for row in rows),
        atoms=Bigints(owner_of(row.state) for row in rows),
        profiles=Bigints(row.profile for row in rows),
        sources=Bigints(one.get(SOURCE, 0) for one in held),
        statuses=Texts(one.status for one in found),
        stages=Texts(one.stage for one in found),
        stage_ats=Bigints(one.stage_at for one in found),
        currencies=Texts(one.currency for one in found),
        gross=Bigints(one.gross for one in found),
        returned=Bigints(one.returned for one in found),
        net=Bigints(one.net for one in found),
        whole=Booleans(one.is_returned for one in found),
        ordered=Bigints(one.ordered_at for one in found),
        positions=Bigints(row.position for row in rows),
        stores=Texts(one.get("store", "") for one in held),
        regions=Texts(one.get("region", "") for one in held),
        brands=Texts(one.get("brand", "") for one in held),
        states=Byteas(_pack.encode(in_order(row.state)) for row in rows),
    )


def merge(db: Connection, merged: Mapping[int, int]) -> set[int]:
    """Give the orders of losers to their winners; the profiles whose orders changed."""
    rows = Q.merge_orders(db, losers=Bigints(merged), winners=Bigints(merged.values()))
    return {profile for row in rows for profile in row}


def part(db: Connection, leaving: int, staying: int, moved: Iterable[int]) -> None:
    """Give the orders of these atoms to who leaves, the others of both to who stays."""
    Q.part_orders(db, leaving=leaving, staying=staying, moved=Bigints(moved))


def put_figures(db: Connection, profiles: Iterable[int]) -> None:
    """Compute the figures of these people anew from their orders."""
    Q.put_figures(db, profiles=Bigints(sorted(profiles)))


def stages(db: Connection) -> dict[str, Stage]:
    """The mapping of statuses in force, by `words.status_key`."""
    found = Q.stages(db)
    return _stages.decode(found) if found else {}


def terms(db: Connection) -> tuple[dict[str, Stage], str]:
    """The mapping of statuses in force, and the currency of orders that name none; empty where none was stated."""
    found, currency = Q.terms(db)
    return _stages.decode(found) if found else {}, currency or ""


def put_currency(db: Connection, position: int, currency: str) -> None:
    """Another currency of orders that name none."""
    Q.put_currency(db, position=position, currency=currency)


def put_currencies(db: Connection, stated: Sequence[tuple[int, str]]) -> None:
    """From which positions on which currencies hold."""
    Q.put_currencies(
        db,
        positions=Bigints(position for position, _ in stated),
        currencies=Texts([one for _, one in stated]),
    )


def currencies(db: Connection) -> list[tuple[int, str]]:
    """From which positions on which currencies held, in order."""
    return [(position, currency) for position, currency in Q.currencies(db)]


def map_anew(db: Connection, position: int, mapping: Mapping[str, Stage]) -> set[int]:
    """Put a mapping in force for every order there is; the profiles whose orders stand elsewhere now."""
    # However many orders there are, they are mapped at once or not at all.
    db.execute("SET LOCAL statement_timeout = 0")
    Q.put_stages(db, position=position, stages=msgspec.json.encode(dict(sorted(mapping.items()))).decode())
    found = [row[0] for row in Q.statuses(db)]
    new = [stage_of(status, mapping) for status in found]
    return {row[0] for row in Q.map_orders(db, statuses=Texts(found), stages=Texts(new))}


def erase(db: Connection, profiles: Sequence[int]) -> list[str]:
    """Remove the orders and figures of erased people; the orders' numbers."""
    Q.erase_figures(db, profiles=Bigints(profiles))
    return sorted(row[0] for row in Q.erase_orders(db, profiles=Bigints(profiles)))


def bury(db: Connection, hashes: Sequence[bytes], position: int) -> None:
    """Remember these keyed hashes of numbers as erased at a position."""
    Q.bury(db, hashes=Byteas(hashes), position=position)


def buried(db: Connection, hashes: Sequence[bytes]) -> dict[bytes, int]:
    """The position at which each of these numbers was last erased, by keyed hash."""
    return {bytes(found): position for found, position in Q.buried(db, hashes=Byteas(hashes))}


def one(db: Connection, number: str) -> OrderRow | None:
    """One order, or None."""
    row = Q.order_of(db, number=number)
    return _row(row, stages(db)) if row else None


def listed(db: Connection, profile: int | None, **asked: Any) -> list[OrderRow]:
    """A page of orders, the latest first: of everybody, or of one person."""
    rows = (
        Q.orders_before(db, **asked) if profile is None else Q.orders_of_before(db, profile=profile, **asked)
    )
    return rows_of(db, list(rows))


def rows_of(db: Connection, found: Sequence[Sequence[Any]]) -> list[OrderRow]:
    """Orders as rows of the columns that `orders_before` selects."""
    mapping = stages(db) if found else {}
    return [_row(row, mapping) for row in found]


def beginning(db: Connection, text: str, limit: int) -> list[OrderRow]:
    """Orders whose number begins so, in the order of numbers."""
    return rows_of(db, list(Q.beginning(db, low=text, high=text + HIGHEST, limit=limit)))


def of_people(db: Connection, profiles: Sequence[int]) -> list[OrderRow]:
    """Every order of these people."""
    return rows_of(db, list(Q.orders_of_people(db, profiles=Bigints(profiles))))


def latest_of(db: Connection, profile: int, limit: int, before: tuple[int, str] = LATEST) -> list[OrderRow]:
    """The orders of one person before (when it was ordered, number), the latest first."""
    return listed(db, profile, **_EVERYTHING, time=before[0], number=before[1], limit=limit)


def figures_of(db: Connection, profiles: Sequence[int]) -> dict[int, list[OrderFigures]]:
    """The figures of these people by currency; those without orders are missing.

    A limited role is told of the orders that it may see.
    """
    ask = Q.figures_within if is_limited(db) else Q.figures_of
    return figures_in(ask(db, profiles=Bigints(profiles)))


def worth_after(db: Connection, after: tuple[int, str], limit: int) -> list[tuple[int, str, int, int]]:
    """A page of (person, currency, purchases, net in minor units) of everybody, after a person's currency."""
    rows = Q.worth_after(db, profile=after[0], currency=after[1], limit=limit)
    return [(profile, currency, purchases, int(net)) for profile, currency, purchases, net in rows]


FIGURES: Final[str] = Q.figures_of.sql
"""The statement of `figures_of`."""


def figures_in(rows: Iterable[Sequence[Any]]) -> dict[int, list[OrderFigures]]:
    """What rows of `FIGURES` say, by profile."""
    found: dict[int, list[OrderFigures]] = {}
    for profile, currency, orders, purchases, *money, largest, first, last in rows:
        gross, cancelled, returned, net, average = map(int, money)
        found.setdefault(profile, []).append(
            OrderFigures(
                currency=currency,
                orders=orders,
                purchases=purchases,
                gross=gross,
                cancelled=cancelled,
                returned=returned,
                net=net,
                average=average,
                largest=largest,
                first_at=first,
                last_at=last,
            )
        )
    return found


def existing(db: Connection, numbers: Collection[str]) -> set[str]:
    """Which of these orders there are."""
    return {row[0] for row in Q.existing(db, numbers=Texts(sorted(numbers)))}


def unmapped(db: Connection) -> list[tuple[str, int]]:
    """(status, orders) of statuses that are mapped to no stage, the most frequent first."""
    return list(Q.unmapped(db))


def _row(row: Sequence[Any], mapping: Mapping[str, Stage]) -> OrderRow:
    (
        number,
        atom,
        profile,
        status,
        stage,
        at,
        currency,
        gross,
        returned,
        net,
        whole,
        ordered,
        position,
        state,
    ) = row
    return OrderRow(
        number=number,
        atom=atom,
        profile=profile,
        figures=Figures(
            status=status,
            shown=status if stage == stage_of(status, mapping) else stage,
            stage=stage,
            stage_at=at,
            currency=currency,
            gross=gross,
            returned=returned,
            net=net,
            is_returned=whole,
            ordered_at=ordered,
        ),
        position=position,
        state=_state.decode(state),
    )
