"""What the API says of orders. In: records. Out: views; money as decimal text, times as milliseconds UTC."""

from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import Meta, Struct

from konnektu.core.entities import SYSTEM, values
from konnektu.core.money import major
from konnektu.orders.logic import ASSUMED, LINES, OWNER, SOURCE, history, refunds_of, shown_lines
from konnektu.orders.model import Line, OrderRow, Stage
from konnektu.orders.words import OTHER, stage_of
from konnektu.profiles import api as profiles

MOST_STATED = 1_000


class OrderView(Struct, frozen=True, kw_only=True):
    """One order."""

    number: str
    profile: str | None
    """Whose it is; null while nobody is known."""
    status: str
    """As it was told last, or the stage where refunds have overtaken it."""
    stage: Stage
    """The standard stage; empty where the status is mapped to none."""
    stage_at: int
    currency: str
    gross: str
    """As ordered, whatever came of it."""
    returned: str
    net: str
    """What is left after cancellation and returns."""
    ordered_at: int
    store: str
    region: str
    brand: str
    position: int
    """Place on the log of the newest fact about it."""


class LineView(Struct, frozen=True, kw_only=True):
    """One line of an order."""

    id: str
    total: str
    returned: str
    """Quantity given back."""
    fields: dict[str, Any]
    """What is known of it: product_id, sku, variant, name, quantity, price, discount, category, brand."""
    other: dict[str, Any]
    """A project's own fields."""


class StatusView(Struct, frozen=True):
    """One status that was told of an order."""

    status: str
    stage: Stage
    time: int
    is_system: bool
    """Whether one of the company's own systems said so, not a browser or an app."""
    position: int


class RefundView(Struct, frozen=True):
    """One refund; without an amount and lines it gave everything back."""

    time: int
    amount: str | None
    lines: dict[str, str]
    """Quantity by line."""
    position: int


class OrderDetail(Struct, frozen=True, kw_only=True):
    """One order with all that is known of it."""

    summary: OrderView
    fields: dict[str, Any]
    """Other fields that were told: total, revenue, shipping, tax, discount, delivery_method, promo_codes…"""
    other: dict[str, Any]
    """A project's own fields."""
    lines: list[LineView]
    history: list[StatusView]
    """Every status that was told; the last one decides."""
    refunds: list[RefundView]


class PersonOrders(Struct, frozen=True, kw_only=True):
    """The orders of a person."""

    figures: list[profiles.OrdersView]
    """By currency."""
    items: list[OrderView]
    next: str | None


class OrdersStated(Struct, frozen=True):
    """Statements about orders, each with the fields it knows."""

    orders: Annotated[
        list[dict[str, Any]],
        Meta(
            min_length=1,
            max_length=MOST_STATED,
            description="Each names its `number` and any of: status, lines (all of them) or line (one), total, revenue,"
            " shipping, tax, discount, returned, currency, store, region, brand, delivery_method, payment_method,"
            " promo_codes, coupon, affiliation, ordered_at, updated_at, other; whose it is by `identifiers`"
            " [{kind, value}] or `profile`; and a `message_id` by which a repetition is known. null clears a field.",
        ),
    ]


class ProblemView(Struct, frozen=True):
    """One statement that was not taken."""

    index: int
    """Its place in the request, from 0."""
    number: str
    detail: str


class OrdersAccepted(Struct, frozen=True):
    """Statements that are on disk, and those that were not taken."""

    block: str | None
    """Null where none was taken."""
    applied: bool
    """Whether the writer has applied them within the time asked for."""
    accepted: int
    problems: list[ProblemView]


class StageView(Struct, frozen=True):
    """A standard stage."""

    name: Stage
    en: str
    ru: str


class UnmappedView(Struct, frozen=True):
    """A status that is mapped to no stage."""

    status: str
    orders: int
    """How many orders stand at it."""


class StatusesView(Struct, frozen=True):
    """How a project's statuses are mapped to stages."""

    stages: list[StageView]
    mapping: dict[str, Stage]
    unmapped: list[UnmappedView]
    """The most frequent first, 200 at most."""


class Currency(Struct, frozen=True, forbid_unknown_fields=True):
    """The currency of orders that name none."""

    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$", description="ISO 4217.")]


class StatusesChange(Struct, frozen=True):
    """The whole mapping: what it does not name is mapped no more. Names of stages always mean themselves."""

    mapping: Annotated[dict[Annotated[str, Meta(min_length=1, max_length=200)], Stage], Meta(max_length=500)]


class StatusesAccepted(Struct, frozen=True):
    """A mapping that is on disk."""

    block: str
    applied: bool


def of_order(row: OrderRow, profile: str | None) -> OrderView:
    """An order as the lists show it."""
    found, held = row.figures, values(row.state.fields)
    return OrderView(
        number=row.number,
        profile=profile,
        status=found.shown or found.stage,
        stage=found.stage,
        stage_at=found.stage_at,
        currency=found.currency,
        gross=major(found.gross, found.currency),
        returned=major(found.returned, found.currency),
        net=major(found.net, found.currency),
        ordered_at=found.ordered_at,
        store=held.get("store", ""),
        region=held.get("region", ""),
        brand=held.get("brand", ""),
        position=row.position,
    )


def of_detail(
    row: OrderRow, profile: str | None, mapping: Mapping[str, Stage], *, is_open: bool
) -> OrderDetail:
    """An order with all that is known of it; `is_open` shows what may name a person in a project's own fields."""
    held = values(row.state.fields)
    hidden = {OWNER, SOURCE, ASSUMED, LINES, "store", "region", "brand", "currency"}
    fields = {name: one for name, one in held.items() if name not in hidden and not name.startswith(OTHER)}
    return OrderDetail(
        summary=of_order(row, profile),
        fields=fields,
        other=_other(held, is_open=is_open),
        lines=[_line(one, is_open=is_open) for one in shown_lines(row.state)],
        history=[
            StatusView(status, stage_of(status, mapping), at.time, at.rank == SYSTEM, at.position)
            for status, at in history(row.state)
        ],
        refunds=[
            RefundView(
                one.time, one.amount, {id_: quantity for id_, (quantity, _) in one.lines.items()}, position
            )
            for position, one in sorted(refunds_of(row.state).items())
        ],
    )


def _line(line: Line, *, is_open: bool) -> LineView:
    fields = {name: one for name, one in line.fields.items() if not name.startswith(OTHER)}
    return LineView(
        id=line.id,
        total=line.total,
        returned=line.returned,
        fields=fields,
        other=_other(line.fields, is_open=is_open),
    )


def _other(held: Mapping[str, Any], *, is_open: bool) -> dict[str, Any]:
    own = {name.removeprefix(OTHER): one for name, one in held.items() if name.startswith(OTHER)}
    return own if is_open else profiles.covered("", own)
