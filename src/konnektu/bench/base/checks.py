"""Whether the base is what the product would have made: people read back through its doors, and people who go on.

In: a base. Out: nothing; raises `AssertionError` that says who differs. Two comparisons:
what is kept of a copy against its original, and figures against the orders that they come of;
the same again after the writer has taken further orders of both.
"""

from collections.abc import Sequence
from random import Random
from typing import Any

import msgspec

from konnektu.belt.writer import Writer
from konnektu.bench.base.seeding import Base, profiles_of
from konnektu.bench.base.story import iso, named, number_of, phone
from konnektu.bench.world import World
from konnektu.bench.writer import append, drain, epoch
from konnektu.core.clock import DAY, SystemClock
from konnektu.core.records import OrderFigures, Parcel
from konnektu.orders import api as orders
from konnektu.product_lists import api as product_lists
from konnektu.profiles import api as profiles

SAMPLE = 50
MOST_ORDERS = 10_000


def check(here: World, base: Base) -> int:
    """Compare a sample of copies with their originals, as seeded and after further orders; how many people."""
    drawn = Random(3)  # noqa: S311 - the same sample each time
    copies = [drawn.choice(base.numbers[base.originals :]) for _ in range(SAMPLE) if base.copies > 1]
    people = sorted({*copies, *(base.original_of(one) for one in copies)})
    if not people:
        return 0
    _compare(here, base, copies, people)
    writer = Writer(here.storage, here.workspace, epoch(here))
    for one in people:
        append(
            here,
            [Parcel(base.sources[1], "import", SystemClock().now_ms(), _further(base, one), history=True)],
        )
    drain(here, writer, here.config.belt_block_events)
    _compare(here, base, copies, people)
    return len(people)


def _further(base: Base, person: int) -> list[bytes]:
    """The first order cancelled, the last given back, and one more."""
    last = base.setting.orders - 1
    at = base.setting.today - 5 * DAY + base.later(person)
    lines = [{"product_id": "1", "quantity": 2, "price": 450}, {"product_id": "2", "price": 120.5}]
    said: list[tuple[str, dict[str, Any]]] = [
        ("order", {"number": number_of(person, 0), "status": "cancelled", "updated_at": iso(at)}),
        ("track", {"order_id": number_of(person, last)}),
        ("order", {"number": number_of(person, last + 1), "status": "paid", "lines": lines}),
    ]
    return [
        msgspec.json.encode(
            {
                "type": kind,
                **({"event": "Order Refunded"} if kind == "track" else {}),
                "messageId": f"{named(person)}-further-{number}",
                "timestamp": iso(at + number),
                "userId": named(person),
                "properties": properties,
            }
        )
        for number, (kind, properties) in enumerate(said)
    ]


def _compare(here: World, base: Base, copies: Sequence[int], people: Sequence[int]) -> None:
    found = dict(zip(people, profiles_of(here, map(phone, people)), strict=True))
    told = {one: _told(here, base, one, profile) for one, profile in found.items()}
    for one in copies:
        assert told[one] == told[base.original_of(one)], f"{named(one)} is no copy of its original."  # noqa: S101 - as said


def _told(here: World, base: Base, person: int, profile: int) -> list[Any]:
    """What the doors tell of a person, but for what is the person's own: number, ids and by how much it is later."""
    later, own = base.later(person), named(person)
    with here.storage.workspace(here.workspace).read() as db:
        row = profiles.profiles(db, [profile])[profile]
        several = orders.latest_of(db, profile, MOST_ORDERS)
        figures = orders.figures_of(db, [profile])[profile]
        lists = product_lists.figures_of(db, [profile])[profile]
        consents = profiles.consents(db, [profile], base.setting.today)
    _check_figures(several, figures)
    basics = row.state.basics
    return [
        (basics.events, basics.known, basics.first and basics.first[0] - later, len(basics.by_name)),
        {
            name: str(held.value).replace(own, "")
            for name, held in row.state.attributes.items()
            if name != "phone"
        },
        sorted((one.number.removeprefix(own), *_order(one, later)) for one in several),
        [(one.currency, one.orders, one.net, one.first_at and one.first_at - later) for one in figures],
        [(one.name, one.products, one.sums) for one in lists],
        [one.statement.state for several in consents.values() for one in several],
    ]


def _order(one: orders.OrderRow, later: int) -> tuple[Any, ...]:
    figures = one.figures
    sums = figures.gross, figures.returned, figures.net
    lines = [(line.id, line.total, line.returned) for line in orders.shown_lines(one.state)]
    return figures.stage, *sums, figures.ordered_at - later, figures.stage_at - later, lines


def _check_figures(several: Sequence[orders.OrderRow], figures: Sequence[OrderFigures]) -> None:
    """The figures of a person come of the orders and of nothing else."""
    kept = [one.figures for one in several]
    bought = [one for one in kept if one.stage not in ("cancelled", "returned")]
    for one in figures:
        assert (one.orders, one.purchases) == (len(kept), len(bought)), several[0].number  # noqa: S101 - as said
        assert one.gross == sum(each.gross for each in kept), several[0].number  # noqa: S101 - as said
        assert one.net == sum(each.net for each in kept), several[0].number  # noqa: S101 - as said
