"""Questions to sections. In: what somebody asks, as JSON. Out: a checked question.

Invariant: what a section does not declare is refused by naming what it does.
"""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol, get_args

import msgspec

from konnektu.core.errors import BadRequest, Forbidden, Unprocessable
from konnektu.core.money import decimal_of, is_currency, minor
from konnektu.core.section import (
    Amounts,
    Closed,
    Filter,
    FilterKind,
    Likeness,
    Missing,
    OneOf,
    Plain,
    Range,
    Section,
    Tree,
    Value,
    Wanted,
    Way,
)

FARTHEST = 2**53
"""Numbers beyond it are not the same in every program that reads JSON."""
LONGEST = 1_000
"""Characters of the longest text that rows are asked for by."""


class Asking(Protocol):
    """What of whoever asks a question depends on."""

    @property
    def may_seek(self) -> bool:
        """Whether they may ask by what personal values begin with or contain."""

    def may_ask(self, right: str) -> bool:
        """Whether they may ask by what needs a right of its own."""

    def day(self, ago: int) -> int:
        """The instant at which the day so many days before today begins, milliseconds UTC."""

    def iso_day(self, ago: int) -> str:
        """That day itself, as ISO has it."""


class Nobody:
    """Where a question is checked alone."""

    may_seek = True

    def may_ask(self, right: str) -> bool:
        """Any right."""
        return bool(right)

    def day(self, ago: int) -> int:
        """No instant."""
        return 0

    def iso_day(self, ago: int) -> str:
        """No day."""
        return ""


NOBODY = Nobody()
ANY_MOST = 100
"""Values of which one may be asked for."""
DAYS_MOST = 3_660
"""Days of the longest period that moves with asking."""


def wanted(
    section: Section, filters: Mapping[str, Any], order: str, after: str, limit: int, asking: Asking = NOBODY
) -> Wanted:
    """A question to a section, with its defaults. Raises `Unprocessable` for what it does not declare.

    `asking` reads periods that move with today, and says by what may be asked; a question that is checked alone needs
    none. Raises `Forbidden` where it may not.
    """
    asked = {
        **section.defaults,
        **{name: value_of(_filter(section, name), said, asking) for name, said in filters.items()},
    }
    _check_rights(section, asked, asking)
    chosen = order or _usual_order(section, asked)
    if chosen not in section.orders:
        raise Unprocessable(
            f"{section.name} cannot be ordered by {order[:100]!r}; it can by {', '.join(section.orders)}."
        )
    for name, value in asked.items():
        if isinstance(value, Plain):
            _check_order(_filter(section, name), chosen)
    return Wanted(filters=asked, order=chosen, after=after, limit=limit)


def _check_rights(section: Section, asked: Mapping[str, Value], asking: Asking) -> None:
    for name, value in asked.items():
        one = _filter(section, name)
        if one.right and not asking.may_ask(one.right):
            raise Forbidden(
                f"Asking by {name} needs the right {one.right} and sight of all rows."
                " Ask an administrator of your workspace."
            )
        # What a tree asks for that was said by its key alone is judged where it is read.
        is_personal_tree = isinstance(value, Tree) and bool(value.text) and value.is_personal
        if (one.is_guarded or is_personal_tree) and not asking.may_seek:
            raise Forbidden(
                f"Asking by {name} needs the right profiles.personal. Ask an administrator of your workspace."
            )


def naming(section: Section, filters: Mapping[str, Any]) -> list[str]:
    """Of these filters, as they were said, those that name a person; a tree that cannot be read counts as one."""
    return sorted(
        one.name for one in section.filters if one.name in filters and _names(one, filters[one.name])
    )


def _names(one: Filter, said: Any) -> bool:
    if one.kind != "tree":
        return one.is_personal or one.refers == "profiles"
    try:
        value = _tree(one, said)
    except Unprocessable:
        return True
    return value.is_personal


def _usual_order(section: Section, asked: Mapping[str, Value]) -> str:
    """The first order that everything asked for goes with; the section's first where there is none."""
    plain = [_filter(section, name) for name, value in asked.items() if isinstance(value, Plain)]
    fitting = (one for one in section.orders if all(_fits(each, one) for each in plain))
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


def value_of(asked: Filter, said: Any, asking: Asking = NOBODY) -> Value:
    """What a filter is asked for, from JSON. Raises `Unprocessable` that says what it takes."""
    if isinstance(said, dict) and len(said) == 1 and (way := next(iter(said))) in WAYS:
        return _by_way(asked, way, said[way])
    if asked.kind in {"period", "date"} and isinstance(said, dict) and "days" in said:
        return _moving(asked, said, asking)
    return _PLAIN[asked.kind](asked, said)


WAYS: frozenset[str] = frozenset(get_args(Way))


def _by_way(asked: Filter, way: str, said: Any) -> Value:
    if way not in asked.ways:
        raise Unprocessable(
            f"{asked.name} cannot be asked for by {way!r}; it can by {', '.join(asked.ways) or 'its value alone'}."
        )
    if way == "empty":
        if not isinstance(said, bool):
            raise Unprocessable(f'{asked.name}: "empty" is true or false.')
        return Missing(said)
    if way == "any":
        if not isinstance(said, list) or not 1 <= len(said) <= ANY_MOST:
            raise Unprocessable(f'{asked.name}: "any" is a list of 1 to {ANY_MOST} values.')
        read = _choice if asked.kind == "choice" else _text
        return OneOf(tuple(dict.fromkeys(read(asked, each) for each in said)))
    return Likeness("begins" if way == "begins" else "contains", _text(asked, said))


def _boolean(asked: Filter, said: Any) -> bool:
    if not isinstance(said, bool):
        raise Unprocessable(f"{asked.name} is true or false.")
    return said


def _choice(asked: Filter, said: Any) -> str:
    known = [one.value for one in asked.choices]
    if said not in known:
        raise Unprocessable(f"{asked.name} is one of {', '.join(known)}.")
    return str(said)


def _text(asked: Filter, said: Any) -> str:
    if not isinstance(said, str) or not said or len(said) > LONGEST or "\0" in said:
        raise Unprocessable(f"{asked.name} is a text of 1 to {LONGEST} characters.")
    return said


def _moving(asked: Filter, said: Mapping[str, Any], asking: Asking) -> Value:
    """So many days that end today, or `before` days earlier."""
    days, before = said["days"], said.get("before", 0)
    is_count = all(isinstance(one, int) and not isinstance(one, bool) for one in (days, before))
    if (
        said.keys() - {"days", "before"}
        or not is_count
        or not 1 <= days <= DAYS_MOST
        or not 0 <= before <= DAYS_MOST
    ):
        raise Unprocessable(
            f'{asked.name} is an object of "days" from 1 to {DAYS_MOST}, and "before" from 0.'
        )
    if asked.kind == "date":
        return Closed(asking.iso_day(days + before - 1), asking.iso_day(before))
    return Range(asking.day(days + before - 1), asking.day(before - 1) if before else None)


def _ends(said: Any, beside: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The ends of a range; one that cannot be read where it is none."""
    is_range = isinstance(said, dict) and said and not said.keys() - {"from", "to"} - beside
    return {end: said[end] for end in ("from", "to") if end in said} if is_range else {"from": None}


def _range(asked: Filter, said: Any) -> Value:
    ends = _ends(said)
    for end in ends.values():
        if isinstance(end, bool) or not isinstance(end, int) or abs(end) > FARTHEST:
            raise Unprocessable(
                f'{asked.name} is an object of whole numbers "from" and "to", or one of them.'
            )
    if asked.kind == "number":
        return Closed(ends.get("from"), ends.get("to"))
    return Range(ends.get("from"), ends.get("to"))


def _dates(asked: Filter, said: Any) -> Closed:
    ends = _ends(said)
    for end in ends.values():
        if not isinstance(end, str) or not _is_date(end):
            raise Unprocessable(
                f'{asked.name} is an object of dates "from" and "to" as 2026-12-31, or one of them.'
            )
    return Closed(ends.get("from"), ends.get("to"))


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _amounts(asked: Filter, said: Any) -> Amounts:
    ends = _ends(said, frozenset(("currency",)))
    currency = said.get("currency") if isinstance(said, dict) else None
    amounts = {end: decimal_of(one) for end, one in ends.items()}
    if not isinstance(currency, str) or not is_currency(currency) or None in amounts.values():
        raise Unprocessable(
            f'{asked.name} is an object of "currency", a code of ISO 4217, and amounts "from" and "to", or one of them.'
        )
    first, last = (None if one is None else minor(one, currency) for one in map(amounts.get, ("from", "to")))
    return Amounts(currency, first, last)


def _tree(asked: Filter, said: Any) -> Tree:
    if asked.tree is None:
        message = f"The filter {asked.name} says of no tree how it is read."
        raise ValueError(message)
    return asked.tree(said)


_PLAIN: Mapping[FilterKind, Callable[[Filter, Any], Value]] = {
    "choice": _choice,
    "text": _text,
    "number": _range,
    "money": _amounts,
    "period": _range,
    "date": _dates,
    "boolean": _boolean,
    "reference": _text,
    "tree": _tree,
}
"""How the plain way of each kind is read."""


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
