"""Values of fields. In: a value as a system sends it. Out: the value as it is kept, or why it cannot be. Pure.

A number is kept as the one text of its decimal, money in minor units, a date as ISO text, a choice as its option.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

import msgspec

from konnektu.core.attributes import boolean
from konnektu.core.invalid import Invalid
from konnektu.core.money import decimal_of, major, minor, shortest
from konnektu.core.text import fold, squeeze
from konnektu.related.model import Field, FieldType

LONGEST_TEXT: Final = 1_000
MOST_TEXTS: Final = 50

_DAY_FIRST: Final = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")
_ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")


class UnreadableError(ValueError):
    """A value does not hold what its field says."""


def read(field: Field, value: Any) -> Any:
    """A value as it is kept; None of an empty one. Raises `UnreadableError`."""
    if value is None or value == "":
        return None
    return _READERS[field.type](field, value)


def json_of(field: Field, value: Any) -> Any:
    """A kept value as it stands in a row of the database: numbers as numbers, so that they compare."""
    return msgspec.Raw(value.encode()) if field.type == "number" else value


def shown(field: Field, value: Any) -> Any:
    """A kept value as the API says it: money as decimal text, a number as a number."""
    if field.type == "money":
        return major(value, field.currency)
    if field.type != "number":
        return value
    number = Decimal(value)
    # Amounts end far below 2^53, so that a whole number is the same in every system that reads JSON.
    return int(number) if number == number.to_integral_value() else float(number)


def _text(_: Field, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise UnreadableError("is no text")
    text = squeeze(str(int(value)) if isinstance(value, float) and value.is_integer() else str(value))
    if len(text) > LONGEST_TEXT:
        raise UnreadableError(f"has more than {LONGEST_TEXT} characters")
    return text


def _decimal(value: Any) -> Decimal:
    number = decimal_of(value)
    if number is None:
        raise UnreadableError("is no number")
    return number


def _number(_: Field, value: Any) -> str:
    return shortest(_decimal(value))


def _money(field: Field, value: Any) -> int:
    """Of a number, or of an amount with its currency, which must be the field's."""
    if isinstance(value, dict):
        currency = value.get("currency", field.currency)
        if str(currency).strip().upper() != field.currency:
            raise UnreadableError(f"is not in {field.currency}")
        value = value.get("amount")
    return minor(_decimal(value), field.currency)


def _date(_: Field, value: Any) -> str:
    text = value.strip() if isinstance(value, str) else ""
    found = _ISO.fullmatch(text)
    parts = found.groups() if found else tuple(reversed(_day_first(text)))
    try:
        return date(*map(int, parts)).isoformat()
    except (TypeError, ValueError):
        raise UnreadableError("is no date; write 2025-12-31 or 31.12.2025") from None


def _day_first(text: str) -> tuple[str, ...]:
    found = _DAY_FIRST.fullmatch(text)
    return found.groups() if found else ()


def _boolean(_: Field, value: Any) -> bool:
    found = boolean(value)
    if isinstance(found, Invalid):
        raise UnreadableError("is neither yes nor no")
    return found


def _choice(field: Field, value: Any) -> str:
    key = fold(_text(field, value))
    for option in field.options:
        if fold(option.value) == key:
            return option.value
    raise UnreadableError("is none of the options")


def _texts(field: Field, value: Any) -> list[str]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list) or len(parts) > MOST_TEXTS:
        raise UnreadableError(f"is no list of at most {MOST_TEXTS} texts")
    return list(dict.fromkeys(text for part in parts if (text := _text(field, part))))


_READERS: Final[Mapping[FieldType, Callable[[Field, Any], Any]]] = {
    "text": _text,
    "number": _number,
    "money": _money,
    "date": _date,
    "boolean": _boolean,
    "choice": _choice,
    "texts": _texts,
}
