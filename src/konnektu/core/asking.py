"""Questions to sections. In: what somebody asks, as JSON. Out: a checked question.

Invariant: what a section does not declare is refused by naming what it does.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from konnektu.core.errors import BadRequest, Unprocessable
from konnektu.core.section import Filter, Range, Section, Value, Wanted

FARTHEST = 2**53
"""Numbers beyond it are not the same in every program that reads JSON."""
LONGEST = 1_000
"""Characters of the longest text that rows are asked for by."""


Day = Callable[[int], int]
"""The instant at which the day so many days before today begins, milliseconds UTC."""


DAYS_MOST = 3_660
"""Days of the longest period that moves with today."""


def wanted(
    section: Section, filters: Mapping[str, Any], order: str, after: str, limit: int, day: Day = lambda _: 0
) -> Wanted:
    """A question to a section, with its defaults. Raises `Unprocessable` for what it does not declare.

    `day` reads periods that move with today; a question that is checked alone needs none.
    """
    asked = {**section.defaults, **{name: _value(section, name, said, day) for name, said in filters.items()}}
    chosen = order or _usual_order(section, asked)
    if chosen not in section.orders:
        raise Unprocessable(
            f"{section.name} cannot be ordered by {order[:100]!r}; it can by {', '.join(section.orders)}."
        )
    for name in asked:
        _check_order(_filter(section, name), chosen)
    return Wanted(filters=asked, order=chosen, after=after, limit=limit)


def naming(section: Section, filters: Iterable[str]) -> list[str]:
    """Of these filters those that name a person."""
    personal = {one.name for one in section.filters if one.is_personal or one.refers == "profiles"}
    return sorted(personal.intersection(filters))


def _usual_order(section: Section, asked: Mapping[str, Value]) -> str:
    """The first order that everything asked for goes with; the section's first where there is none."""
    fitting = (one for one in section.orders if all(_fits(_filter(section, name), one) for name in asked))
    return next(fitting, section.orders[0])


def _fits(asked: Filter, order: str) -> bool:
    return not asked.orders or order.removeprefix("-") in asked.orders


def _check_order(asked: Filter, order: str) -> None:
    if not _fits(asked, order):
        raise Unprocessable(
            f"Rows asked for by {asked.name} cannot be ordered by {order}; they can by {', '.join(asked.orders)}."
        )


def _filter(section: Section, name: str) -> Filter:
    for one in section.filters:
        if one.name == name:
            return one
    known = ", ".join(one.name for one in section.filters) or "nothing"
    raise Unprocessable(f"{section.name} cannot be asked for by {name[:100]!r}; it can by {known}.")


def _value(section: Section, name: str, said: Any, day: Day) -> Value:
    asked = _filter(section, name)
    if asked.kind == "choice":
        known = [one.value for one in asked.choices]
        if said not in known:
            raise Unprocessable(f"{name} is one of {', '.join(known)}.")
        return str(said)
    if asked.kind == "boolean":
        if not isinstance(said, bool):
            raise Unprocessable(f"{name} is true or false.")
        return said
    if asked.kind == "period" and isinstance(said, dict) and "days" in said:
        return _moving(name, said, day)
    if asked.kind in {"number", "period"}:
        return _range(name, said)
    if not isinstance(said, str) or not said or len(said) > LONGEST or "\0" in said:
        raise Unprocessable(f"{name} is a text of 1 to {LONGEST} characters.")
    return said


def _moving(name: str, said: Mapping[str, Any], day: Day) -> Range:
    """So many days that end today, or `before` days earlier."""
    days, before = said["days"], said.get("before", 0)
    is_count = all(isinstance(one, int) and not isinstance(one, bool) for one in (days, before))
    if (
        said.keys() - {"days", "before"}
        or not is_count
        or not 1 <= days <= DAYS_MOST
        or not 0 <= before <= DAYS_MOST
    ):
        raise Unprocessable(f'{name} is an object of "days" from 1 to {DAYS_MOST}, and "before" from 0.')
    return Range(day(days + before - 1), day(before - 1) if before else None)


def _range(name: str, said: Any) -> Range:
    ends: dict[str, Any] = (
        said if isinstance(said, dict) and said and not said.keys() - {"from", "to"} else {"from": None}
    )
    for end in ends.values():
        if isinstance(end, bool) or not isinstance(end, int) or abs(end) > FARTHEST:
            raise Unprocessable(f'{name} is an object of whole numbers "from" and "to", or one of them.')
    return Range(ends.get("from"), ends.get("to"))


def cursor(values: Sequence[int | str]) -> str:
    """The place of a row in its order, as opaque text."""
    return base64.urlsafe_b64encode(msgspec.json.encode(values)).decode().rstrip("=")


def place(after: str, types: Sequence[type]) -> list[Any]:
    """The place that a cursor tells. Raises `BadRequest` for text that is no cursor of such an order."""
    try:
        values = msgspec.json.decode(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    except (msgspec.DecodeError, binascii.Error, ValueError):
        values = None
    if not isinstance(values, list) or [type(one) for one in values] != list(types) or _is_beyond(values):
        raise BadRequest("`after` is no place in this order. Give the `next` of the page before.")
    return values


def _is_beyond(values: Sequence[int | str]) -> bool:
    return any(abs(one) >= 2**63 if isinstance(one, int) else "\0" in one for one in values)
