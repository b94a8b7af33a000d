"""Columns of a batch as PostgreSQL arrays in binary form.

In: whole numbers, truth values, texts or bytes, None among them. Out: a parameter for `unnest(:name::bigint[])`.
The driver's own way writes each element as quoted text: ten times the work, and the larger part of a save.
Source of the layout: PostgreSQL, src/backend/utils/adt/arrayfuncs.c, array_send.
"""

from abc import ABC, abstractmethod
from array import array
from collections.abc import Iterable
from struct import Struct as Layout
from typing import Any, ClassVar

import numpy as np
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
    def body(self) -> bytes:
        """Each element with its length before it."""

    def encoded(self) -> bytes:
        """The array as it travels."""
        values = self.values
        if not values:
            return Layout("!iiI").pack(0, 0, self.element)
        head = _HEADER.pack(1, int(None in values), self.element, len(values), 1)
        return head + self.body()


class Bigints(Array):
    """A bigint[] of whole numbers."""

    oid, element = 1016, 20
    _whole = Layout("!iq")
    _wholes = np.dtype([("length", ">i4"), ("value", ">i8")])

    def body(self) -> bytes:
        """Each number as eight bytes."""
        values = self.values
        if None in values:
            pack = self._whole.pack
            return b"".join([_NULL if value is None else pack(8, value) for value in values])
        parts = np.empty(len(values), self._wholes)
        parts["length"] = 8
        # The array refuses what is no whole number of 64 bits; numpy by itself would bend it.
        parts["value"] = np.frombuffer(array("q", values), np.int64)
        return parts.tobytes()


class Booleans(Array):
    """A boolean[] of truth values."""

    oid, element = 1000, 16
    _true, _false = _LENGTH.pack(1) + b"\x01", _LENGTH.pack(1) + b"\x00"

    def body(self) -> bytes:
        """Each truth value as one byte."""
        true, false = self._true, self._false
        return b"".join([_NULL if value is None else true if value else false for value in self.values])


class Byteas(Array):
    """A bytea[] of bytes."""

    oid, element = 1001, 17

    def body(self) -> bytes:
        """The bytes themselves."""
        return _with_lengths(self.values)


class Texts(Array):
    """A text[] of texts, given as text or as its UTF-8 bytes."""

    oid, element = 1009, 25

    def body(self) -> bytes:
        """Each text in UTF-8."""
        return _with_lengths([value.encode() if type(value) is str else value for value in self.values])


def _with_lengths(values: Iterable[bytes | None]) -> bytes:
    pack = _LENGTH.pack
    parts: list[bytes] = []
    for value in values:
        if value is None:
            parts.append(_NULL)
        else:
            parts += pack(len(value)), value
    return b"".join(parts)


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
