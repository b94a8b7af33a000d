"""What an event says of an order. In: an event. Out: `Told`, or None where it speaks of no order. Pure.

Two kinds speak: track events of the Segment e-commerce specification, and the fact `order` of the API, the
console and imports. Both are read by the same names. Invariant: what cannot be read costs itself alone.
Source of the events: https://segment.com/docs/connections/spec/ecommerce/v2/
"""

from collections.abc import Callable, Container, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from konnektu.collect.api import is_believable, milliseconds
from konnektu.core.money import LARGEST, PLACES, decimal_of, is_currency, shortest
from konnektu.core.records import Event
from konnektu.core.text import clean, squeeze
from konnektu.orders.model import Refund, Told
from konnektu.orders.words import (
    EVENTS,
    FIELDS,
    LINE_FIELDS,
    LINE_ID_NAMES,
    LINES_NAMES,
    MOST_OTHER,
    NUMBER_NAMES,
    OTHER,
    Field,
    Holds,
    own_rank,
    snake,
)

FACT: Final = "order"
"""Type of the fact that states something of an order."""
LONGEST_NUMBER: Final = 200
"""Characters of an order's number, a line's id and a status."""
LONGEST_NAME: Final = 100
LONGEST_TEXT: Final = 1_000
MOST_WORDS: Final = 50
MOST_OTHER_OF_LINE: Final = 20
CREATED, CANCELLED = "created", "cancelled"

_TAKEN: Final = frozenset(
    (*NUMBER_NAMES, *LINES_NAMES, "line", "status", "updated_at", "other", "profile", "by")
)
_BY_NAME: Final = {name: one for one in FIELDS for name in (one.name, *one.also)}
_LINE_BY_NAME: Final = {name: one for one in LINE_FIELDS for name in (one.name, *one.also)}
_PRODUCT: Final = frozenset(("product_id", "sku", "variant", "quantity", "price"))
_PRODUCT_BY_NAME: Final[Mapping[str, Field]] = {
    name: one for name, one in _LINE_BY_NAME.items() if one.name in _PRODUCT
}
PRODUCT_NAMES: Final = _PRODUCT_BY_NAME.keys()
"""Names by which `product_in` reads."""
_KNOWN: Final = _TAKEN | _BY_NAME.keys()
_KNOWN_OF_LINE: Final = frozenset((*_LINE_BY_NAME, *LINE_ID_NAMES, "other"))
_AMOUNT_OF_REFUND: Final = ("total", "amount", "refund", "revenue", "value")


_LARGEST: Final = int(LARGEST)


class _UnreadableError(ValueError):
    """A value does not hold what its field says."""


def speaks_of_order(event: Event) -> bool:
    """Whether an event may say something of an order."""
    return event.type == FACT or (event.type == "track" and event.name in EVENTS)


def told_of(event: Event) -> Told | None:
    """What an event says of an order; None where it names none. An `order` fact without a number is faulty."""
    if not speaks_of_order(event):
        return None
    stated = by_name(event.properties)
    faults: list[str] = []
    number = number_in(stated)
    if not number:
        nothing = Told(number="", time=event.time, faults=("The order has no usable number",))
        return nothing if event.type == FACT else None
    time = _time(stated, event, faults)
    kind = EVENTS[event.name] if event.type != FACT else ""
    if kind == "refunded":
        refund = _refund(stated, time, faults)
        return Told(number=number, source=event.source, time=time, refund=refund, faults=tuple(faults))
    return Told(
        number=number,
        source=event.source,
        time=time,
        status=_status(stated, kind, faults),
        fields=_fields(stated, faults, clears=event.type == FACT),
        line=_single(stated, faults),
        faults=tuple(dict.fromkeys(faults)),
    )


def number_of(event: Event) -> str:
    """The order's number that an event names; empty where it names none."""
    return number_in(by_name(event.properties)) if speaks_of_order(event) else ""


def number_named(event: Event) -> str:
    """The number of an order that an event names, of whatever it speaks; empty where it names none."""
    if speaks_of_order(event):
        return number_of(event)
    return _first_id(by_name(event.properties), ("order_id", "order_number"))


def number_in(stated: Mapping[str, Any]) -> str:
    """The number among properties by their names in this product's spelling."""
    return _first_id(stated, NUMBER_NAMES)


def _first_id(stated: Mapping[str, Any], names: Sequence[str]) -> str:
    for name in names:
        if name in stated and (text := _id(stated[name])):
            return text
    return ""


def stated_texts(properties: Mapping[str, Any], fields: Container[str]) -> list[tuple[str, str]]:
    """(Field, text) of those of these text fields that properties hold, by whichever of their names."""
    found = ((_BY_NAME[name].name, value) for name, value in by_name(properties, only=_BY_NAME).items())
    return [
        (name, squeeze(str(value))) for name, value in found if name in fields and value not in (None, "")
    ]


def by_name(properties: Mapping[str, Any], only: Container[str] | None = None) -> dict[str, Any]:
    """Properties by names in one spelling; the first of two spellings counts. `only` these names are wanted."""
    stated: dict[str, Any] = {}
    for name, value in properties.items():
        if len(name) <= LONGEST_NAME:
            plain = snake(name)
            if plain not in stated and (only is None or plain in only):
                stated[plain] = value
    return stated


def _id(value: Any) -> str:
    """An id as text; a whole float is that whole number. Empty where it is no id."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    text = _tidy(text)
    return text if len(text) <= LONGEST_NUMBER else ""


def _tidy(text: str) -> str:
    """`squeeze` of a text that decoding has cleaned; most have single blanks already."""
    return text.strip() if text.isprintable() and "  " not in text else squeeze(text)


def _time(stated: Mapping[str, Any], event: Event, faults: list[str]) -> int:
    value = stated.get("updated_at")
    if value in (None, ""):
        return event.time
    time = (
        milliseconds(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    )
    if time is None or not is_believable(time, event.received_at):
        faults.append(f"updated_at {str(value)[:64]!r} is no time, or is more than a day ahead")
        return event.time
    return time


def _status(stated: Mapping[str, Any], kind: str, faults: list[str]) -> str:
    if kind == "cancelled":
        return CANCELLED
    value = stated.get("status")
    if value in (None, ""):
        return CREATED if kind == "completed" else ""
    status = _id(value)
    if not status:
        faults.append(f"status is no text of at most {LONGEST_NUMBER} characters")
    return status


def _fields(stated: Mapping[str, Any], faults: list[str], *, clears: bool) -> dict[str, Any]:
    found = _declared(_BY_NAME, stated, faults, "", clears=clears)
    name = next((name for name in LINES_NAMES if name in stated), "")
    if name and stated[name] is not None:
        lines = _lines(stated[name], name, faults)
        if lines is not None:
            found["lines"] = lines
    own = stated.get("other")
    if isinstance(own, dict):
        own = {key: value for key, value in own.items() if len(key) <= LONGEST_NAME}
    elif own is not None:
        faults.append("other is no object")
        own = {}
    beside = {} if clears else {key: value for key, value in stated.items() if key not in _KNOWN}
    return found | _own({**beside, **(own or {})}, MOST_OTHER, clears=clears)


def _declared(
    declared: Mapping[str, Field], stated: Mapping[str, Any], faults: list[str], where: str, *, clears: bool
) -> dict[str, Any]:
    """Values of the declared fields; null clears where `clears`, and says nothing elsewhere.

    A field's own name counts before its other names.
    """
    found: dict[str, Any] = {}
    for name, value in stated.items():
        one = declared.get(name)
        if one is None or (found and one.name in found and name != one.name):
            continue
        if value is None or value == "":
            if clears and value is None:
                found[one.name] = None
            continue
        try:
            found[one.name] = _READERS[one.holds](value)
        except _UnreadableError as error:
            faults.append(f"{where}{name} {str(value)[:64]!r} {error}")
    return found


def _own(stated: Mapping[str, Any], most: int, *, clears: bool) -> dict[str, Any]:
    """A project's own fields: plain values alone, the first `most` by a rank that favours no name."""
    if not stated:
        return {}
    found: dict[str, Any] = {}
    for name, value in stated.items():
        plain = _plain(value)
        if plain is not None or (clears and value is None):
            found[OTHER + clean(name)] = plain
    return {name: found[name] for name in sorted(found, key=own_rank)[:most]}


def _plain(value: Any) -> Any:
    """A value of a project's own field; None for what is too long or no plain value."""
    if isinstance(value, str):
        return value if 0 < len(value) <= LONGEST_TEXT else None
    return value if isinstance(value, bool | int | float) else None


def _lines(value: Any, name: str, faults: list[str]) -> list[list[Any]] | None:
    """A whole list of lines as [line id, fields], each id once."""
    if not isinstance(value, list):
        faults.append(f"{name} is no list")
        return None
    lines: dict[str, dict[str, Any]] = {}
    for place, one in enumerate(value, 1):
        if not isinstance(one, dict):
            faults.append(f"{name} {place} is no object")
            continue
        stated = by_name(one)
        fields = _line(stated, f"{name} {place}: ", faults, clears=False)
        lines[_unused(line_id(stated, fields) or str(place), lines)] = fields
    return [[id_, fields] for id_, fields in lines.items()]


def _unused(id_: str, lines: Mapping[str, Any]) -> str:
    """The id, or where a line before has it, the id with a number behind it."""
    again, found = 1, id_
    while found in lines:
        again += 1
        found = f"{id_}#{again}"
    return found


def _line(stated: Mapping[str, Any], where: str, faults: list[str], *, clears: bool) -> dict[str, Any]:
    fields = _declared(_LINE_BY_NAME, stated, faults, where, clears=clears)
    own = stated.get("other")
    beside = {key: value for key, value in stated.items() if key not in _KNOWN_OF_LINE}
    return fields | _own(
        {**beside, **(own if isinstance(own, dict) else {})}, MOST_OTHER_OF_LINE, clears=clears
    )


def line_id(stated: Mapping[str, Any], fields: Mapping[str, Any]) -> str:
    """By what a line is known: its own id, or else its product and variant."""
    own = _first_id(stated, LINE_ID_NAMES)
    product = fields.get("product_id") or fields.get("sku") or fields.get("name") or ""
    variant = fields.get("variant") or ""
    return own or (f"{product}/{variant}" if product and variant else product)[:LONGEST_NUMBER]


def product_in(stated: Mapping[str, Any], where: str, faults: list[str]) -> dict[str, Any]:
    """Which product is named, how much of it and at what price, by the names that a line of an order has."""
    return _declared(_PRODUCT_BY_NAME, stated, faults, where, clears=False)


def _single(stated: Mapping[str, Any], faults: list[str]) -> tuple[str, dict[str, Any]] | None:
    value = stated.get("line")
    if value is None:
        return None
    if not isinstance(value, dict):
        faults.append("line is no object")
        return None
    named = by_name(value)
    fields = _line(named, "line: ", faults, clears=True)
    found = line_id(named, fields)
    if not found:
        faults.append("line names neither its id nor its product")
        return None
    return found, fields


def _refund(stated: Mapping[str, Any], time: int, faults: list[str]) -> Refund | None:
    """What a refund gave back; None where that cannot be read: it must not become all there was."""
    before = len(faults)
    amount = _amount_of_refund(stated, faults)
    lines = _lines_of_refund(stated, faults)
    if amount is None and not lines and len(faults) > before:
        return None
    return Refund(time, amount, lines)


def _amount_of_refund(stated: Mapping[str, Any], faults: list[str]) -> str | None:
    for name in _AMOUNT_OF_REFUND:
        value = stated.get(name)
        if value in (None, ""):
            continue
        number = decimal_of(value)
        if number is not None:
            return shortest(abs(number))
        faults.append(f"{name} {str(value)[:64]!r} is no amount")
    return None


def _lines_of_refund(stated: Mapping[str, Any], faults: list[str]) -> dict[str, tuple[str, str | None]]:
    name = next((name for name in LINES_NAMES if stated.get(name)), "")
    found: dict[str, tuple[str, str | None]] = {}
    for id_, fields in (_lines(stated[name], name, faults) or []) if name else []:
        found[id_] = fields.get("quantity", "1"), fields.get("price")
    return found


def _text(value: Any) -> str:
    if type(value) is str:
        text = _tidy(value)
    elif isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _UnreadableError("is no text")
    else:
        text = _tidy(str(int(value)) if isinstance(value, float) and value.is_integer() else str(value))
    if len(text) > LONGEST_TEXT:
        raise _UnreadableError(f"has more than {LONGEST_TEXT} characters")
    return text


def _amount(value: Any) -> str:
    if (text := _plain_amount(value)) is not None:
        return text
    number = _number(value)
    if number < 0:
        raise _UnreadableError("is below zero")
    return shortest(number)


def _plain_amount(value: Any) -> str | None:
    """An amount that needs no arithmetic to be exact; None where it may."""
    if type(value) is int:
        return str(value) if 0 <= value < _LARGEST else None
    if type(value) is not float or not 0 <= value < _LARGEST:
        return None
    text = repr(value)
    whole, _, part = text.partition(".")
    if len(part) > PLACES or not (whole.isdecimal() and part.isdecimal()):
        return None
    return whole if part == "0" else text


def _number(value: Any) -> Decimal:
    number = decimal_of(value)
    if number is None:
        raise _UnreadableError("is no number")
    return number


def _currency(value: Any) -> str:
    code = value.strip().upper() if isinstance(value, str) else ""
    if len(code) != 3 or not is_currency(code):
        raise _UnreadableError("is no currency of ISO 4217")
    return code


def _moment(value: Any) -> int:
    time = (
        milliseconds(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    )
    if time is None or not 0 < time < 2**53:
        raise _UnreadableError("is no time")
    return time


def _words(value: Any) -> list[str]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list) or len(parts) > MOST_WORDS:
        raise _UnreadableError(f"is no list of at most {MOST_WORDS} texts")
    return list(dict.fromkeys(text for part in parts if (text := _text(part))))


_READERS: Final[Mapping[Holds, Callable[[Any], Any]]] = {
    "text": _text,
    "amount": _amount,
    "quantity": _amount,
    "time": _moment,
    "currency": _currency,
    "words": _words,
}
