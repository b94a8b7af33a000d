"""What orders come to, by plain loops over all that was said: slow, and obviously right."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from konnektu.orders.model import Told


class Said(NamedTuple):
    """A fact about one order, as the fold is given it."""

    told: Told
    rank: int
    position: int
    atom: int

    @property
    def version(self) -> tuple[int, int, int]:
        return self.rank, self.told.time, self.position


class Truth(NamedTuple):
    fields: dict[str, Any]
    owner: int
    statuses: list[tuple[str, int]]
    """(status, time) from the lowest version to the highest."""
    lines: dict[str, dict[str, Any]]
    first: int
    position: int
    stage: str
    gross: int
    returned: int
    net: int


def truth(said: Sequence[Said]) -> Truth:
    """The one truth about an order."""
    facts = sorted({one.position: one for one in said}.values(), key=lambda one: one.version)
    fields: dict[str, Any] = {}
    owner = 0
    history: dict[tuple[str, int], int] = {}
    lines: dict[str, dict[str, Any]] = {}
    top = max(one.rank for one in facts)
    for place, one in enumerate(facts):
        for name, value in one.told.fields.items():
            if name == "lines":
                lines = {id_: _believed(line, one.rank == top) for id_, line in value}
            else:
                fields[name] = value
        if one.told.line:
            id_, line = one.told.line
            lines[id_] = {**lines.get(id_, {}), **_believed(line, one.rank == top)}
        owner = one.atom or owner
        if one.told.status:
            history[one.told.status, one.told.time] = place
    fields = {name: value for name, value in fields.items() if value is not None}
    lines = {id_: {name: one for name, one in line.items() if one is not None} for id_, line in lines.items()}
    statuses = sorted(history, key=lambda key: history[key])
    stage, gross, returned, net = _money(facts, fields, lines, statuses)
    first, position = min(one.told.time for one in facts), max(one.position for one in facts)
    return Truth(fields, owner, statuses, lines, first, position, stage, gross, returned, net)


def _believed(line: dict[str, Any], is_top: bool) -> dict[str, Any]:
    """What is told of a line; what was returned only by those who are believed most."""
    return {name: one for name, one in line.items() if is_top or name != "returned"}


def _money(
    facts: Sequence[Said],
    fields: dict[str, Any],
    lines: dict[str, dict[str, Any]],
    statuses: list[tuple[str, int]],
) -> tuple[str, int, int, int]:
    gross = _gross(fields, lines)
    top = max(one.rank for one in facts)
    refunds = [one.told.refund for one in facts if one.told.refund and one.rank == top]
    said = [one.rank for one in facts if "returned" in one.told.fields]
    is_all = False
    if "returned" in fields and said[-1] == top:
        back = Decimal(fields["returned"])
    elif any("returned" in line for line in lines.values()):
        back = sum((Decimal(line.get("returned", 0)) * _each(line) for line in lines.values()), Decimal(0))
        is_all = all(
            "returned" in line and Decimal(line["returned"]) >= _quantity(line) for line in lines.values()
        )
    elif any(one.amount is None and not one.lines for one in refunds):
        back, is_all = gross, True
    else:
        back = sum((_worth(one.amount, one.lines, lines) for one in refunds), Decimal(0))
    units = _kopecks(gross)
    given = units if is_all else min(_kopecks(back), units)
    stage = statuses[-1][0] if statuses else "created"
    if stage in ("cancelled", "returned"):
        return stage, units, given, 0
    if is_all or (units and given == units):
        return "returned", units, given, 0
    return ("partly_returned" if given else stage), units, given, units - given


def _gross(fields: dict[str, Any], lines: dict[str, dict[str, Any]]) -> Decimal:
    if "total" in fields:
        return Decimal(fields["total"])
    if "revenue" in fields:
        return Decimal(fields["revenue"])
    whole = sum((_total(line) for line in lines.values()), Decimal(0))
    return max(whole + Decimal(fields.get("shipping", 0)) - Decimal(fields.get("discount", 0)), Decimal(0))


def _quantity(line: dict[str, Any]) -> Decimal:
    return Decimal(line.get("quantity", 1))


def _total(line: dict[str, Any]) -> Decimal:
    if "total" in line:
        return Decimal(line["total"])
    return max(Decimal(line.get("price", 0)) * _quantity(line) - Decimal(line.get("discount", 0)), Decimal(0))


def _each(line: dict[str, Any]) -> Decimal:
    return _total(line) / _quantity(line) if _quantity(line) else Decimal(0)


def _worth(
    amount: str | None, back: dict[str, tuple[str, str | None]], lines: dict[str, dict[str, Any]]
) -> Decimal:
    if amount is not None:
        return Decimal(amount)
    worth = Decimal(0)
    for id_, (quantity, price) in back.items():
        each = Decimal(price) if price else _each(lines[id_]) if id_ in lines else Decimal(0)
        worth += Decimal(quantity) * each
    return worth


def _kopecks(amount: Decimal) -> int:
    return int((amount * 100).to_integral_value(rounding=ROUND_HALF_UP))
