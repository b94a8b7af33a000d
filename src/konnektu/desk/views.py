"""What the desk says. In: records. Out: views; money as decimal text, times as milliseconds UTC.

Invariant: no view names a profile's id, and contacts are covered.
"""

from typing import Annotated

from msgspec import Meta, Struct

from konnektu.core.money import major
from konnektu.desk.model import By
from konnektu.orders import api as orders
from konnektu.profiles import api as profiles


class Sought(Struct, frozen=True):
    """Who calls, as they say."""

    text: Annotated[str, Meta(min_length=1, max_length=200, description="A phone or the number of an order.")]


class CandidateView(Struct, frozen=True, kw_only=True):
    """Somebody who was found."""

    key: str
    """What POST /desk/open takes; over after a quarter of an hour."""
    name: str
    """Its first letters alone; empty where no name is known."""
    by: By
    proofs: list[str]
    """Kinds of values whose last four digits verify them; `order` is the number of a recent order. May be empty."""


class FoundView(Struct, frozen=True):
    """How many people were found, and who may be verified."""

    count: int
    people: list[CandidateView]


class Verifying(Struct, frozen=True):
    """What the customer said."""

    key: Annotated[str, Meta(max_length=1000)]
    kind: Annotated[str, Meta(max_length=100, description="One of `proofs`.")]
    digits: Annotated[str, Meta(pattern=r"^\d{4}$", description="The last four digits of that value.")]


class LineView(Struct, frozen=True, kw_only=True):
    """One line of an order."""

    id: str
    name: str
    """Name of the product, or its number where no name was told."""
    quantity: str
    total: str
    returned: str
    """Quantity given back."""


class DeskOrder(Struct, frozen=True, kw_only=True):
    """One order of the customer."""

    number: str
    status: str
    stage: str
    """The standard stage; empty where the status is mapped to none."""
    stage_at: int
    ordered_at: int
    currency: str
    gross: str
    net: str
    """What is left after cancellation and returns."""
    store: str
    lines: list[LineView]


class DeskOrders(Struct, frozen=True):
    """Orders of the customer, the latest first."""

    items: list[DeskOrder]
    next: str | None


class DeskPerson(Struct, frozen=True, kw_only=True):
    """The customer who was verified."""

    name: str
    until: int
    """When this opening is over."""
    orders: DeskOrders
    consents: list[profiles.ConsentView]
    """The statement that decides about each use; contacts are covered."""


class OpenedView(Struct, frozen=True):
    """The customer, and what opens them again until `person.until`."""

    opening: str
    """What the header `X-Desk-Opening` takes, of this caller in this session alone."""
    person: DeskPerson


class ConsentTaken(Struct, frozen=True):
    """A change that is on disk."""

    applied: bool
    """Whether the writer has applied it within the time asked for."""


def of_order(row: orders.OrderRow) -> DeskOrder:
    """An order as the desk shows it."""
    figures = row.figures
    return DeskOrder(
        number=row.number,
        status=figures.shown,
        stage=figures.stage,
        stage_at=figures.stage_at,
        ordered_at=figures.ordered_at,
        currency=figures.currency,
        gross=major(figures.gross, figures.currency),
        net=major(figures.net, figures.currency),
        store=orders.fields(row).get("store", ""),
        lines=[_line(one) for one in orders.shown_lines(row.state)],
    )


def _line(line: orders.Line) -> LineView:
    held = line.fields
    name = next((str(held[one]) for one in ("name", "product_id", "sku") if held.get(one)), line.id)
    quantity = str(held.get("quantity", "1"))
    return LineView(id=line.id, name=name, quantity=quantity, total=line.total, returned=line.returned)
