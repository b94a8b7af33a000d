"""A mapping from outside: read from JSON or TOML, checked against the file before a row is taken.

In: text that a person or the console wrote, a layout. Out: a `Mapping`, or a refusal that says what is wrong.
"""

from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from konnektu.core.errors import Unprocessable
from konnektu.core.identifiers import Kind
from konnektu.imports.model import Column, Mapping
from konnektu.imports.rows import RECORD_ID
from konnektu.imports.stepping import columns_after
from konnektu.orders import api as orders
from konnektu.reading.api import Layout

OTHER = orders.OTHER
ORDER_NAMES = ("number", "status", "updated_at", *(field.name for field in orders.FIELDS))
LINE_NAMES = ("line_id", *(field.name for field in orders.LINE_FIELDS))
LINE_KEYS = frozenset(("line_id", "product_id", "sku", "name"))
_SINGLE = ("time", "event", "key")


class WrongMapping(Unprocessable):
    """The mapping does not fit. Correct it; `inspect` shows a proposal."""


def read_mapping(path: Path) -> Mapping:
    """The mapping in a .json or .toml file. Raises `WrongMapping`, naming the field."""
    decode = msgspec.toml.decode if path.suffix.lower() == ".toml" else msgspec.json.decode
    try:
        return decode(path.read_bytes(), type=Mapping)
    except OSError as error:
        raise WrongMapping(f"{path.name} cannot be read: {error.strerror}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise WrongMapping(f"{path.name} is no mapping: {error}") from error


def check(mapping: Mapping, layout: Layout, kinds: tuple[Kind, ...]) -> None:
    """Raise `WrongMapping` where rows of this file could not become facts by this mapping."""
    target = {"orders": _orders, "records": _records}.get(mapping.target, _target)
    for complaint in (
        _steps(mapping, layout),
        _zone(mapping),
        _columns(mapping, layout),
        _names(mapping, kinds),
        target(mapping),
    ):
        if complaint:
            raise WrongMapping(complaint)


def _orders(mapping: Mapping) -> str:
    roles = {column.role for column in mapping.columns}
    names = {column.name for column in mapping.columns if column.role == "order"}
    if "number" not in names:
        return "No column holds the order's number: give one the role order and the name number."
    if roles & {"key", "event", "property"}:
        return (
            "Orders are known by their number: keys, event names and properties belong to the target events."
        )
    if "line" in roles and not {c.name for c in mapping.columns if c.role == "line"} & LINE_KEYS:
        return f"The lines need a column that tells them apart: one of {', '.join(sorted(LINE_KEYS))}."
    return ""


def _records(mapping: Mapping) -> str:
    roles = {column.role for column in mapping.columns}
    if not mapping.kind:
        return "Related records need the name of their kind: set `kind`."
    if RECORD_ID not in {column.name for column in mapping.columns if column.role == "record"}:
        return f"No column holds the record's id: give one the role record and the name {RECORD_ID}."
    if roles & {"key", "event", "property", "order", "line"}:
        return (
            "Related records are known by their id: their fields have the role record, and keys, event names,"
            " properties and fields of orders belong to other targets."
        )
    return ""


def _zone(mapping: Mapping) -> str:
    try:
        ZoneInfo(mapping.zone)
    except (ZoneInfoNotFoundError, ValueError):
        return f"There is no time zone {mapping.zone!r}. Write one like Europe/Moscow."
    return ""


def _steps(mapping: Mapping, layout: Layout) -> str:
    if mapping.target == "wire" and mapping.steps:
        return "Rows of the wire format are taken as they stand: steps belong to the other targets."
    _, complaint = columns_after(layout.columns, mapping.steps)
    return complaint if layout.format in ("csv", "xlsx") else ""


def _columns(mapping: Mapping, layout: Layout) -> str:
    """JSON may have columns that the first rows lack, so only tables are held to their header."""
    known, _ = columns_after(layout.columns, mapping.steps)
    missing = [c.column for c in mapping.columns if c.column not in known]
    if missing and layout.format in ("csv", "xlsx"):
        return f"The file has no column {missing[0]!r}. Its columns: {', '.join(known)}."
    twice = [
        role for role, n in Counter(c.role for c in mapping.columns).items() if n > 1 and role in _SINGLE
    ]
    return f"Only one column can be the {twice[0]}." if twice else ""


def _names(mapping: Mapping, kinds: tuple[Kind, ...]) -> str:
    known = {kind.name for kind in kinds}
    for column in mapping.columns:
        if column.role == "identifier" and column.name not in known:
            return f"There is no kind of identifier {column.name!r}. Known: {', '.join(sorted(known))}."
        if column.role in ("order", "line") and (complaint := _order_field(column)):
            return complaint
        if column.role in ("attribute", "property", "record") and not column.name:
            return f"Column {column.column!r} needs the name of its {column.role}."
        if column.role == "consent" and column.consent is None:
            return f"Column {column.column!r} must say what it is a consent to."
    return ""


def _order_field(column: Column) -> str:
    known = ORDER_NAMES if column.role == "order" else LINE_NAMES
    if column.name in known or (column.name.startswith(OTHER) and column.name != OTHER):
        return ""
    return (
        f"Column {column.column!r}: there is no field {column.name!r} of an {column.role}. Known: {', '.join(known)},"
        f" and a project's own as {OTHER}name."
    ).replace("an line", "a line")


def _target(mapping: Mapping) -> str:
    roles = {column.role for column in mapping.columns}
    if mapping.target == "wire":
        return ""
    if roles & {"order", "line", "record"}:
        return "Fields of orders and lines belong to the target orders, those of related records to records."
    if not roles & {"identifier", "attribute"}:
        return "No column tells whose row it is: map an identifier, a phone or an e-mail."
    if mapping.target == "events" and not (mapping.event or "event" in roles):
        return "Events need a name: set `event`, or map the column that holds it."
    if mapping.target == "people" and roles & {"property", "event"}:
        return "People have attributes; properties and event names belong to the target events."
    return ""
