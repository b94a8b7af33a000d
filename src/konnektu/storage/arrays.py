"""Columns of a batch as PostgreSQL arrays in binary form.

In: whole numbers, truth values, texts or bytes, None among them. Out: a parameter for `unnest(:name::bigint[])`.
The driver's own way writes each element as quoted text: ten times the work, and the larger part of a save.
Source of the layout: PostgreSQL, src/backend/utils/adt/arrayfuncs.c, array_send.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from struct import Struct as Layout
from typing import Any, ClassVar

import psycopg
from psycopg.abc import AdaptContext
from psycopg.adapt import Dumper
from psycopg.pq import Format

_HEADER = Layout("!iiIii")
"""Dimensions, whether there are nulls, the elements' type, length, lower bound."""
_LENGTH = Layout("!i")
_NULL = _LENGTH.pack(-1)


class Array(ABC):
    """One column. Its class says the type of the elements."""

    oid: ClassVar[int]
    """Of the array's type."""
    element: ClassVar[int]
    """Of the elements' type."""
    __slots__ = ("values",)

    def __init__(self, values: Iterable[Any]) -> None:
        """Take the elements in order."""
        self.values = list(values)

    @abstractmethod
    def parts(self) -> list[bytes]:
        """Each element with its length before it."""

    def encoded(self) -> bytes:
        """The array as it travels."""
        values = self.values
        if not values:
            return Layout("!iiI").pack(0, 0, self.element)
        head = _HEADER.pack(1, int(None in values), self.element, len(values), 1)
        return head + b"".join(self.parts())


class Bigints(Array):
    """A bigint[] of whole numbers."""

    oid, element = 1016, 20
    _whole = Layout("!iq")

    def parts(self) -> list[bytes]:
        """Each number as eight bytes."""
        pack = self._whole.pack
        return [_NULL if value is None else pack(8, value) for value in self.values]


class Booleans(Array):
    """A boolean[] of truth values."""

    oid, element = 1000, 16
    _true, _false = _LENGTH.pack(1) + b"\x01", _LENGTH.pack(1) + b"\x00"

    def parts(self) -> list[bytes]:
        """Each truth value as one byte."""
        return [_NULL if value is None else self._true if value else self._false for value in self.values]


class Byteas(Array):
    """A bytea[] of bytes."""

    oid, element = 1001, 17

    def parts(self) -> list[bytes]:
        """The bytes themselves."""
        pack = _LENGTH.pack
        return [_NULL if value is None else pack(len(value)) + value for value in self.values]


class Texts(Array):
    """A text[] of texts, given as text or as its UTF-8 bytes."""

    oid, element = 1009, 25

    def parts(self) -> list[bytes]:
        """Each text in UTF-8."""
        pack = _LENGTH.pack
        encoded = (value.encode() if isinstance(value, str) else value for value in self.values)
        return [_NULL if value is None else pack(len(value)) + value for value in encoded]


class _ArrayDumper(Dumper):
    format = Format.BINARY

    def __init__(self, cls: type[Array], context: AdaptContext | None = None) -> None:
        super().__init__(cls, context)
        self.oid = cls.oid

    def dump(self, obj: Array) -> bytes:
        """Return the array as it travels."""
        return obj.encoded()


for _kind in (Bigints, Booleans, Byteas, Texts):
    psycopg.adapters.register_dumper(_kind, _ArrayDumper)
