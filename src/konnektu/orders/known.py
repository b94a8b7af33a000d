"""Orders in the words of rules, and which meet conditions. In: states and figures. Out: records of rules. Pure."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from konnektu.core.entities import values
from konnektu.core.money import minor
from konnektu.core.section import Tree
from konnektu.orders.logic import shown_lines
from konnektu.orders.model import Figures, Line, OrderRow, OrderState
from konnektu.orders.words import FIELDS, LINE_FIELDS, OTHER
from konnektu.rules.checking import where_of
from konnektu.rules.known import Instant, Known, KnownLine, KnownOrder, Money, Value
from konnektu.rules.memory import Asked, meets, order_fields
from konnektu.rules.subjects import LINES

_HOLDS: Final = {one.name: one.holds for one in FIELDS}
_LINE_HOLDS: Final = {one.name: one.holds for one in LINE_FIELDS}


def known(state: OrderState, figures: Figures, number: str) -> KnownOrder:
    """An order by its state and the figures that follow from it."""
    currency = figures.currency
    fields: dict[str, Value] = {
        name: value
        for name, told in values(state.fields).items()
        if (value := _value(_HOLDS.get(name, "text"), told, currency)) is not None
        and (name in _HOLDS or name.startswith(OTHER))
    }
    stated: dict[str, Value] = {
        "status": figures.shown,
        "currency": currency,
        "gross": Money(figures.gross, currency),
        "returned": Money(figures.returned, currency),
        "net": Money(figures.net, currency),
    }
    fields.pop("ordered_at", None)
    return KnownOrder(
        number=number,
        stage=figures.stage,
        ordered_at=figures.ordered_at,
        stage_at=figures.stage_at,
        fields=fields | {name: value for name, value in stated.items() if value != ""},
        lines=tuple(_line(one, currency) for one in shown_lines(state)),
    )


def _line(line: Line, currency: str) -> KnownLine:
    fields: dict[str, Value] = {}
    for name, told in line.fields.items():
        value = _value(_LINE_HOLDS.get(name, "text"), told, currency)
        if value is not None and name in _LINE_HOLDS:
            fields[name] = value
    fields["total"] = Money(minor(Decimal(line.total), currency), currency)
    fields["returned"] = Decimal(line.returned)
    fields.setdefault("quantity", Decimal(1))
    return KnownLine(line.id, fields)


def _value(holds: str, told: Any, currency: str) -> Value | None:
    """A field as rules read it."""
    if told is None or told == "":
        return None
    if holds == "amount":
        return Money(minor(Decimal(told), currency), currency)
    if holds == "quantity":
        return Decimal(told)
    if holds == "time":
        return Instant(told)
    if holds == "words":
        return tuple(told)
    return str(told)


def meeting(tree: Tree, zone: str, now: int) -> Callable[[OrderRow], bool]:
    """Whether an order meets conditions (`profiles.where_filter`) at an instant, in the workspace's zone."""
    where, asked = where_of(tree.text, "order"), Asked(Known(workspace_zone=zone), now)

    def fits(order: OrderRow) -> bool:
        one = known(order.state, order.figures, order.number)
        lines = [{**line.fields, "id": line.id} for line in one.lines]
        return meets(where, {**order_fields(one), LINES: lines}, asked)

    return fits
