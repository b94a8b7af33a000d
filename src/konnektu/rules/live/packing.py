"""Values of every type as MessagePack, and back. In: what states hold. Out: bytes. Pure.

Records are written as the list of their fields under the number of their type: a number is never given to another.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.msgpack import Ext

from konnektu.core.records import Derived, Identifier
from konnektu.rules import known
from konnektu.rules.live.keeping import Keep
from konnektu.rules.live.picture import Picture
from konnektu.rules.reading import Amount

_SMALL: Final = 2**63
_PLAIN: Final = frozenset((str, bool, float, bytes, type(None)))


def packed(value: Any) -> bytes:
    """Bytes of a value."""
    return msgspec.msgpack.encode(_plain(value))


def unpacked(written: bytes) -> Any:
    """The value of bytes."""
    return msgspec.msgpack.decode(written, ext_hook=_typed)


def packed_entries(held: Any) -> bytes:
    """Bytes of what a stream keeps."""
    if isinstance(held, dict):
        return msgspec.msgpack.encode([(_plain(value), _plain(kept)) for value, kept in held.items()])
    return msgspec.msgpack.encode([_entry(one) for one in held])


def _entry(kept: Any) -> Any:
    if type(kept) is tuple:
        time, position, value = kept
        return time, position, value if type(value) in _PLAIN else _plain(value)
    return _plain(kept)


def entries(written: bytes, keep: Keep) -> Any:
    """What a stream keeps, of bytes."""
    found: Any = msgspec.msgpack.decode(written, type=keep.kept, ext_hook=_typed)
    return dict(found) if isinstance(keep.empty(), dict) else found


def _plain(value: Any) -> Any:
    """A value of types that MessagePack knows."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is int:
        return value if -_SMALL <= value < _SMALL else Ext(_LARGE, str(value).encode())
    if kind is list:
        return [_plain(one) for one in value]
    if kind is dict:
        if all(type(one) is str for one in value):
            return {name: _plain(one) for name, one in value.items()}
        return Ext(_PAIRS, packed([[*one] for one in value.items()]))
    number, parts = _NUMBERS[kind], _PARTS.get(kind, list)
    return Ext(number, packed(parts(value)))


def _typed(number: int, written: memoryview) -> Any:
    if number == _LARGE:
        return int(bytes(written))
    return _MAKERS[number](unpacked(bytes(written)))


def _fields(value: Struct) -> list[Any]:
    return [getattr(value, name) for name in value.__struct_fields__]


def _said(picture: Picture) -> list[Any]:
    """What a picture says beside an empty one: place of the field, value, in turns."""
    return [
        part
        for place, name in enumerate(_PICTURED)
        if (value := getattr(picture, name)) != _SILENT[place]
        for part in (place, value)
    ]


def _picture(parts: list[Any]) -> Picture:
    return Picture(**{_PICTURED[place]: value for place, value in zip(parts[::2], parts[1::2], strict=True)})


def _maker(kind: type[Struct]) -> Callable[[list[Any]], Any]:
    names = kind.__struct_fields__
    return lambda parts: kind(**dict(zip(names, parts, strict=False)))


_LARGE, _PAIRS, _TUPLE, _SET, _DECIMAL, _DATE, _FRACTION, _AMOUNT, _MOMENT, _IDENTIFIER = range(10)
_STRUCTS: Final[Mapping[int, type[Struct]]] = {
    10: known.Money,
    11: known.Instant,
    12: known.KnownEvent,
    13: known.KnownLine,
    14: known.KnownOrder,
    15: known.KnownItem,
    16: known.KnownRecord,
    17: known.KnownStatement,
    18: known.Arrival,
    19: known.Membership,
    20: known.Ranked,
    21: Derived,
    22: Picture,
}
"""Pictures are read under this number, and written under `_SAID`."""
_SAID: Final = 23
_PICTURED: Final = Picture.__struct_fields__
_SILENT: Final = tuple(getattr(Picture(), name) for name in _PICTURED)
_NUMBERS: Final[Mapping[type, int]] = {
    tuple: _TUPLE,
    frozenset: _SET,
    Decimal: _DECIMAL,
    date: _DATE,
    Fraction: _FRACTION,
    Amount: _AMOUNT,
    known.Moment: _MOMENT,
    Identifier: _IDENTIFIER,
    **{kind: number for number, kind in _STRUCTS.items()},
    Picture: _SAID,
}
_PARTS: Final[Mapping[type, Callable[[Any], list[Any]]]] = {
    frozenset: sorted,
    Decimal: lambda value: [str(value)],
    date: lambda value: [value.isoformat()],
    Fraction: lambda value: [value.numerator, value.denominator],
    **dict.fromkeys(_STRUCTS.values(), _fields),
    Picture: _said,
}
_MAKERS: Final[Mapping[int, Callable[[list[Any]], Any]]] = {
    _PAIRS: dict,
    _TUPLE: tuple,
    _SET: frozenset,
    _DECIMAL: lambda parts: Decimal(parts[0]),
    _DATE: lambda parts: date.fromisoformat(parts[0]),
    _FRACTION: lambda parts: Fraction(*parts),
    _AMOUNT: lambda parts: Amount(*parts),
    _MOMENT: lambda parts: known.Moment(*parts),
    _IDENTIFIER: lambda parts: Identifier(*parts),
    **{number: _maker(kind) for number, kind in _STRUCTS.items()},
    _SAID: _picture,
}
