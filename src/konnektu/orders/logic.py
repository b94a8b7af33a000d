"""The fold of orders. In: a state and what one fact says. Out: the state of both; what follows from it.

Invariant: the state is the same whatever the order in which facts arrive and however often each comes.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from msgspec import structs

from konnektu.core.entities import CLIENT, Fields, Register, Version, state, values
from konnektu.core.money import LARGEST, minor, shortest
from konnektu.orders.model import Counted, Figures, Line, OrderState, Refund, Stage, Told
from konnektu.orders.words import MOST_OTHER, OTHER, own_rank, stage_of

DEFAULT_CURRENCY: Final = "RUB"
"""Of an order whose currency nobody names, where the workspace has stated no other."""
ASSUMED: Final = "assumed_currency"
"""The field that holds the other one: that in force when the order was first told of."""
_BELOW_ALL: Final = Version(CLIENT - 1, 0, 0)
OWNER: Final = "owner"
"""The field that holds the atom of whom the order is."""
SOURCE: Final = "source"
"""The field that holds the source that spoke last."""
LINES: Final = "lines"
MOST_STATUSES: Final = 200
MOST_LINES: Final = 1_000
"""Lines of one order that may be told one by one."""
MOST_REFUNDS: Final = 1_000

_ZERO: Final = Decimal(0)


def tell(
    order: OrderState, told: Told, rank: int, position: int, atom: int, currency: str = DEFAULT_CURRENCY
) -> list[str]:
    """Take what a fact says into a state, in place; return what was too much to take.

    `atom` is that of the person whom the fact names; 0 where it names nobody, which leaves the owner as it is.
    `currency` is that in force for orders that name none; an order keeps the one it began with.
    """
    version = Version(rank, told.time, position)
    if order.position < 0 and currency != DEFAULT_CURRENCY:
        state(order.fields, {ASSUMED: currency}, _BELOW_ALL)
    order.first = min(order.first, told.time) if order.first else told.time
    order.position = max(order.position, position)
    stated = {name: value for name, value in told.fields.items() if name != LINES}
    if atom:
        stated[OWNER] = atom
    stated[SOURCE] = told.source
    state(order.fields, stated, version)
    _bound_own(order.fields)
    if told.status:
        _enter(order.statuses, told.status, version)
    if LINES in told.fields:
        _replace_lines(order, told.fields[LINES], version)
    faults = []
    if told.line and not _change_line(order, *told.line, version):
        faults.append(f"The order has {MOST_LINES} lines already; this one was left out")
    if told.refund and not _give_back(order, structs.replace(told.refund, rank=rank), position):
        faults.append(f"The order has {MOST_REFUNDS} refunds already; this one was left out")
    return faults


def rank_of(order: OrderState) -> int:
    """The highest rank of those who told of an order."""
    held = order.fields.get(SOURCE)
    return held.version.rank if held else CLIENT


def refunds_of(order: OrderState) -> dict[int, Refund]:
    """The refunds that count, by position: where a system has told of the order, no browser gives money back."""
    rank = rank_of(order)
    return {position: one for position, one in order.refunds.items() if one.rank >= rank}


def _stated_returned(order: OrderState) -> Register | None:
    """The sum stated as given back, where it counts."""
    held = order.fields.get("returned")
    counts = held is not None and held.value is not None and held.version.rank >= rank_of(order)
    return held if counts else None


def owner_of(order: OrderState) -> int:
    """The atom of whom the order is; 0 while nobody is known."""
    held = order.fields.get(OWNER)
    return held.value if held else 0


def _bound_own(fields: Fields) -> None:
    """Keep the own fields of the lowest rank: one that falls out has enough before it for ever."""
    own = [name for name in fields if name.startswith(OTHER)]
    for name in sorted(own, key=own_rank)[MOST_OTHER:]:
        del fields[name]


def _enter(statuses: dict[tuple[str, int], Version], status: str, version: Version) -> None:
    """Keep the highest version of a status at a time, and of all of them the latest."""
    key = status, version.time
    if key not in statuses or statuses[key] < version:
        statuses[key] = version
    while len(statuses) > MOST_STATUSES:
        del statuses[min(statuses, key=lambda one: statuses[one])]


def _replace_lines(order: OrderState, lines: Any, version: Version) -> None:
    """A whole list replaces the one before it, and what was said of single lines before it."""
    if order.lines is not None and order.lines.version >= version:
        return
    order.lines = Register(version, lines)
    for id_, fields in list(order.singles.items()):
        for name in [name for name, held in fields.items() if held.version < version]:
            del fields[name]
        if not fields:
            del order.singles[id_]


def _change_line(order: OrderState, id_: str, fields: Mapping[str, Any], version: Version) -> bool:
    if order.lines is not None and order.lines.version > version:
        return True
    if id_ not in order.singles and len(order.singles) >= MOST_LINES:
        return False
    # The id itself is told too, so that a line of which nothing else is known exists.
    state(order.singles.setdefault(id_, {}), {"id": id_, **fields}, version)
    return True


def _give_back(order: OrderState, refund: Refund, position: int) -> bool:
    if position not in order.refunds and len(order.refunds) >= MOST_REFUNDS:
        return False
    order.refunds[position] = refund
    return True


def in_order(order: OrderState) -> OrderState:
    """The same state with every map in order of its keys, in place: equal states are then equal bytes."""
    order.fields = dict(sorted(order.fields.items()))
    order.statuses = dict(sorted(order.statuses.items()))
    order.singles = {id_: dict(sorted(fields.items())) for id_, fields in sorted(order.singles.items())}
    order.refunds = dict(sorted(order.refunds.items()))
    return order


def history(order: OrderState) -> list[tuple[str, Version]]:
    """Every status that was told of, from the lowest version to the highest: the last one is the order's."""
    return sorted(
        ((status, version) for (status, _), version in order.statuses.items()), key=lambda one: one[1]
    )


def figures(order: OrderState, stages: Mapping[str, Stage]) -> Figures:
    """What follows from a state under a mapping of statuses."""
    held = values(order.fields)
    said = max(order.statuses.items(), key=lambda one: one[1], default=None)
    status, since = (said[0][0], said[1].time) if said else ("", order.first)
    currency = held.get("currency") or held.get(ASSUMED, DEFAULT_CURRENCY)
    lines = merged_lines(order)
    gross = _gross(held, lines)
    returned, is_all = _returned(order, lines, gross)
    mapped = stage_of(status, stages)
    units, back = minor(gross, currency), min(minor(returned, currency), minor(gross, currency))
    is_returned = is_all or 0 < units <= back
    stage = standing(mapped, back, is_returned=is_returned)
    return Figures(
        status=status,
        shown=status if stage == mapped else stage,
        stage=stage,
        stage_at=max(since, _returned_at(order)) if back or is_returned else since,
        currency=currency,
        gross=units,
        returned=units if is_all else back,
        net=0 if stage in ("cancelled", "returned") else units - back,
        is_returned=is_returned,
        ordered_at=held.get("ordered_at", order.first),
    )


def counted(profile: int, found: Figures) -> Counted:
    """What an order of this profile counts for; the columns that the statement `put_figures` reads."""
    end: Stage = found.stage if found.stage in ("cancelled", "returned") else ""
    return Counted(profile, found.currency, found.gross, found.net, end, found.ordered_at)


def standing(mapped: Stage, returned: int, *, is_returned: bool) -> Stage:
    """Where an order stands: what was given back stands above every status but a cancellation."""
    if mapped in ("cancelled", "returned"):
        return mapped
    if is_returned:
        return "returned"
    return "partly_returned" if returned else mapped


def _returned_at(order: OrderState) -> int:
    held = _stated_returned(order)
    times = [refund.time for refund in refunds_of(order).values()] + ([held.version.time] if held else [])
    lines = [fields["returned"].version.time for fields in order.singles.values() if "returned" in fields]
    whole = [order.lines.version.time] if order.lines else []
    return max(times or lines or whole, default=order.first)


def merged_lines(order: OrderState) -> dict[str, dict[str, Any]]:
    """Fields of the lines by their ids: the whole list, with what single lines said after it.

    What a browser says was returned counts, like its refunds, only where no system has told of the order.
    """
    rank, whole = rank_of(order), order.lines
    lines = {id_: dict(fields) for id_, fields in whole.value} if whole else {}
    if whole and whole.version.rank < rank:
        for line in lines.values():
            line.pop("returned", None)
    for id_, fields in order.singles.items():
        line = lines.setdefault(id_, {})
        for name, held in fields.items():
            if name != "id" and (name != "returned" or held.version.rank >= rank):
                line[name] = held.value
    return {id_: {name: one for name, one in line.items() if one is not None} for id_, line in lines.items()}


def shown_lines(order: OrderState) -> list[Line]:
    """The lines as they stand, with what was given back of each."""
    lines = merged_lines(order)
    refunds = refunds_of(order).values()
    back = _back_by_line(refunds, lines)
    is_all = any(refund.is_whole for refund in refunds)
    return [
        Line(
            id=id_,
            fields=line,
            total=shortest(line_total(line)),
            returned=shortest(_line_returned(line, back.get(id_, _ZERO), is_all=is_all)),
        )
        for id_, line in lines.items()
    ]


def _line_returned(line: Mapping[str, Any], back: Decimal, *, is_all: bool) -> Decimal:
    if "returned" in line:
        return Decimal(line["returned"])
    return quantity_of(line) if is_all else min(back, quantity_of(line))


def quantity_of(line: Mapping[str, Any]) -> Decimal:
    """How many were bought: one where nobody says."""
    return Decimal(line.get("quantity", "1"))


def line_total(line: Mapping[str, Any]) -> Decimal:
    """What a line came to: stated, or its price for all of it less its discount."""
    if "total" in line:
        return Decimal(line["total"])
    return max(
        Decimal(line.get("price", "0")) * quantity_of(line) - Decimal(line.get("discount", "0")), _ZERO
    )


def _unit_price(line: Mapping[str, Any]) -> Decimal:
    """What was paid for one, its discount shared."""
    quantity = quantity_of(line)
    return line_total(line) / quantity if quantity else _ZERO


def _gross(held: Mapping[str, Any], lines: Mapping[str, Mapping[str, Any]]) -> Decimal:
    """What the order came to: its total, or else its revenue, or else its lines with shipping less the discount."""
    for name in ("total", "revenue"):
        if name in held:
            return Decimal(held[name])
    whole = sum((line_total(line) for line in lines.values()), _ZERO)
    return min(
        max(whole + Decimal(held.get("shipping", "0")) - Decimal(held.get("discount", "0")), _ZERO), LARGEST
    )


def _returned(
    order: OrderState, lines: Mapping[str, Mapping[str, Any]], gross: Decimal
) -> tuple[Decimal, bool]:
    """(money given back, whether it is all): as stated in sum, else as stated by line, else as refunds add up."""
    if stated := _stated_returned(order):
        return Decimal(stated.value), False
    by_line = [(Decimal(line["returned"]), line) for line in lines.values() if "returned" in line]
    if by_line:
        is_all = len(by_line) == len(lines) and all(back >= quantity_of(line) for back, line in by_line)
        return sum((back * _unit_price(line) for back, line in by_line), _ZERO), is_all
    refunds = refunds_of(order).values()
    if any(refund.is_whole for refund in refunds):
        return gross, True
    return min(sum((_worth(refund, lines) for refund in refunds), _ZERO), LARGEST), False


def _worth(refund: Refund, lines: Mapping[str, Mapping[str, Any]]) -> Decimal:
    """The money of one refund: stated, or what its lines were bought for."""
    if refund.amount is not None:
        return Decimal(refund.amount)
    worth = _ZERO
    for id_, (quantity, price) in refund.lines.items():
        of = lines.get(_matching(id_, lines))
        each = Decimal(price) if price is not None else _unit_price(of) if of else _ZERO
        worth += Decimal(quantity) * each
    return worth


def _back_by_line(refunds: Iterable[Refund], lines: Mapping[str, Mapping[str, Any]]) -> dict[str, Decimal]:
    back: dict[str, Decimal] = {}
    for refund in refunds:
        for id_, (quantity, _) in refund.lines.items():
            found = _matching(id_, lines)
            back[found] = back.get(found, _ZERO) + Decimal(quantity)
    return back


def _matching(id_: str, lines: Mapping[str, Mapping[str, Any]]) -> str:
    """The line that a refund means: of its id, else of this product or SKU."""
    if id_ in lines:
        return id_
    named = (one for one, line in lines.items() if id_ in (line.get("product_id"), line.get("sku")))
    return next(named, id_)
