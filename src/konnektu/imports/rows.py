"""Rows become events of the wire format, by a mapping.

In: a row. Out: the JSON of its events, or a bad row. Pure: the same row of the same file under the same
mapping gives the same bytes and the same message ids, so that a repeated import adds nothing.
"""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from konnektu.core.attributes import standard
from konnektu.imports.model import Column, ConsentOf, Mapping, ValueType
from konnektu.imports.values import WrongValue, as_text, instant, iso, value
from konnektu.orders import api as orders
from konnektu.reading.api import BadRow, Row
from konnektu.related import api as related

CONTACTS = (
    "phone",
    "email",
    "login",
    "username",
    "loyalty_card",
    "telegram_id",
    "vk_id",
    "max_id",
    "whatsapp_id",
)
"""Attributes that say whose row it is; consents and tags of the row carry them too."""

MOMENTS: dict[str, ValueType] = {"ordered_at": "time", "updated_at": "time"}
"""Fields of orders that hold a time."""
RECORD_ID = "record_id"
"""Name of the column with the id of a related record; a kind may have a field of its own called id."""

_encode = msgspec.json.Encoder(enc_hook=str).encode
Converter = Callable[[Row], list[bytes] | BadRow]


def converter(mapping: Mapping, *, file: str, as_of: int) -> Converter:
    """The function from a row to its events.

    `file` is a digest of the file's content; `as_of` (ms UTC) is the time of rows that name none.
    """
    basis = blake2b(_encode(mapping) + file.encode(), digest_size=9).hexdigest()
    table = _Table(mapping, basis, as_of)
    make = {
        "people": table.person,
        "events": table.event,
        "orders": table.order,
        "records": table.record,
        "wire": table.wire,
    }[mapping.target]

    def convert(row: Row) -> list[bytes] | BadRow:
        try:
            return [_encode(event) for event in make(row)]
        except _BadCellError as error:
            return BadRow(row.number, error.reason, str(error), shown(row))
        except (ValueError, RecursionError) as error:
            return BadRow(row.number, "wrong_value", str(error)[:500], shown(row))

    return convert


def shown(row: Row) -> str:
    """The row for a file of errors: its cells as JSON."""
    return _encode({name: cell for name, cell in row.cells.items() if cell not in ("", None)}).decode()


class _BadCellError(Exception):
    """A cell does not hold what its column says."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class _Table:
    """A mapping made ready: columns by role, the zone looked up."""

    def __init__(self, mapping: Mapping, basis: str, as_of: int) -> None:
        by_role: dict[str, list[Column]] = {}
        for column in mapping.columns:
            by_role.setdefault(column.role, []).append(column)
        self.mapping = mapping
        self.basis = basis
        self.as_of = iso(as_of)
        self.zone = ZoneInfo(mapping.zone)
        self.by_role = by_role
        self.time, self.name, self.key = (self._only(role) for role in ("time", "event", "key"))
        # a file shows where a consent came from, but a list alone must not lift an earlier refusal;
        # a mapping that names the version of the text does
        self.file_proof = {"proof": {"import": basis}}

    def _only(self, role: str) -> Column | None:
        return next(iter(self.by_role.get(role, ())), None)

    def person(self, row: Row) -> list[dict[str, Any]]:
        """An identify, and what else the row says of the person: consents and tags."""
        attributes = self._named(row, "attribute")
        who = self._who(row)
        timestamp = self._timestamp(row)
        head = self._head(row, "identify", timestamp)
        events = [head | who | {"traits": self._with_constants(attributes)}]
        return events + self._said_beside(row, who, attributes, timestamp)

    def event(self, row: Row) -> list[dict[str, Any]]:
        """A track; standard attributes go along as the person's, consents and tags beside it."""
        attributes = self._named(row, "attribute")
        who = self._who(row)
        timestamp = self._timestamp(row)
        properties = self._named(row, "property")
        if self.key and self.key.name and (key := as_text(row.cells.get(self.key.column))):
            properties[self.key.name] = key
        track = self._head(row, "track", timestamp) | {"event": self._event_name(row)}
        track |= _with_traits(who, attributes) | {"properties": self._with_constants(properties)}
        return [track, *self._said_beside(row, who, attributes, timestamp)]

    def order(self, row: Row) -> list[dict[str, Any]]:
        """What the row says of an order and of one of its lines; consents and tags beside it."""
        attributes = self._named(row, "attribute")
        who = self._who(row)
        timestamp = self._timestamp(row)
        properties = self._with_constants(_with_own(self._fields(row, "order")))
        if line := _with_own(self._fields(row, "line")):
            properties = {**properties, "line": line}
        fact = self._head(row, orders.FACT, timestamp)
        fact |= _with_traits(who, attributes) | {"properties": properties}
        return [fact, *self._said_beside(row, who, attributes, timestamp)]

    def record(self, row: Row) -> list[dict[str, Any]]:
        """What the row says of a related record; consents and tags of the person beside it."""
        attributes = self._named(row, "attribute")
        who = self._who(row)
        timestamp = self._timestamp(row)
        fields = self._with_constants(self._named(row, "record"))
        said = {"kind": self.mapping.kind, "id": fields.pop(RECORD_ID, None), "fields": fields}
        fact = self._head(row, related.FACT, timestamp)
        fact |= _with_traits(who, attributes) | {"properties": said}
        return [fact, *self._said_beside(row, who, attributes, timestamp)]

    def wire(self, row: Row) -> list[dict[str, Any]]:
        """The row as it stands, with a message id and a time where it has none."""
        event = _unflattened(row.cells)
        head = {"messageId": self._message_id(row, ""), "timestamp": self.as_of}
        if event.get("originalTimestamp"):
            del head["timestamp"]
        return [head | {name: cell for name, cell in event.items() if cell is not None}]

    def _said_beside(
        self, row: Row, who: dict[str, Any], attributes: dict[str, Any], timestamp: str
    ) -> list[dict[str, Any]]:
        contacts = {name: attributes[name] for name in CONTACTS if name in attributes}
        whose = _with_traits(who, contacts)
        said = self._consents(row)
        events = [
            self._head(row, "consent", timestamp, f"c{number}") | whose | {"properties": properties}
            for number, properties in said
        ]
        if tags := self._tags(row):
            events.append(self._head(row, "tag", timestamp, "t") | whose | {"properties": tags})
        return events

    def _head(self, row: Row, kind: str, timestamp: str, suffix: str = "") -> dict[str, Any]:
        return {"type": kind, "messageId": self._message_id(row, suffix), "timestamp": timestamp}

    def _message_id(self, row: Row, suffix: str) -> str:
        """By the declared key, which other files may share; else by this file, this mapping and the row."""
        key = as_text(row.cells.get(self.key.column)) if self.key else ""
        stem = f"import-{self.mapping.target}-{key}" if key else f"import-{self.basis}-{row.number}"
        return f"{stem}-{suffix}" if suffix else stem

    def _timestamp(self, row: Row) -> str:
        cell = row.cells.get(self.time.column) if self.time else None
        if self.time is None or cell in ("", None):
            return self.as_of
        try:
            return iso(instant(cell, self.time.format, self.zone))
        except (WrongValue, OverflowError) as error:
            raise _BadCellError("wrong_time", f"{self.time.column}: {error}.") from error

    def _event_name(self, row: Row) -> str:
        name = as_text(row.cells.get(self.name.column)) if self.name else ""
        if not (name or self.mapping.event):
            raise _BadCellError("no_event_name", "The row names no event.")
        return name or self.mapping.event

    def _who(self, row: Row) -> dict[str, Any]:
        """Identifiers as the wire carries them: two kinds have fields of their own, the others go outside."""
        who: dict[str, Any] = {}
        others: list[dict[str, str]] = []
        for column in self.by_role.get("identifier", ()):
            text = as_text(row.cells.get(column.column))
            if not text:
                continue
            if column.name in ("user_id", "anonymous_id"):
                who["userId" if column.name == "user_id" else "anonymousId"] = text
            else:
                others.append({"type": column.name, "id": text})
        return who | ({"context": {"externalIds": others}} if others else {})

    def _named(self, row: Row, role: str) -> dict[str, Any]:
        """Values of the columns of a role, by their names; empty cells say nothing."""
        found: dict[str, Any] = {}
        for column in self.by_role.get(role, ()):
            read = self._value(row, column)
            if read is not None:
                found[standard(column.name) if role == "attribute" else column.name] = read
        return found

    def _fields(self, row: Row, role: str) -> dict[str, Any]:
        """Fields of an order or a line by their names; moments are read in the zone of the file."""
        found: dict[str, Any] = {}
        for column in self.by_role.get(role, ()):
            declared = column.type or MOMENTS.get(column.name, "")
            if (read := self._value(row, column, declared)) is not None:
                found[column.name] = read
        return found

    def _value(self, row: Row, column: Column, declared: ValueType = "") -> Any:
        try:
            kind = declared or column.type
            return value(row.cells.get(column.column), kind, column.format, column.separator, self.zone)
        except WrongValue as error:
            raise _BadCellError("wrong_value", f"{column.column}: {error}.") from error

    def _with_constants(self, found: dict[str, Any]) -> dict[str, Any]:
        return {**self.mapping.constants, **found} if self.mapping.constants else found

    def _consents(self, row: Row) -> list[tuple[int, dict[str, Any]]]:
        said = []
        for number, column in enumerate(self.by_role.get("consent", ())):
            word = as_text(row.cells.get(column.column)).casefold()
            if word and column.consent:
                said.append((number, self._consent(column.column, column.consent, word)))
        return said

    def _consent(self, column: str, consent: ConsentOf, word: str) -> dict[str, Any]:
        if word not in consent.given and word not in consent.withdrawn:
            raise _BadCellError("wrong_value", f"{column}: {word!r} is neither a consent nor a refusal.")
        said = {"state": "given" if word in consent.given else "withdrawn", **self.file_proof}
        fields = ("channel", "entity", "category", "purpose", "text_version")
        return said | {name: text for name in fields if (text := getattr(consent, name))}

    def _tags(self, row: Row) -> dict[str, list[str]]:
        """Tags to add and to remove: a column named by a tag says yes or no, an unnamed one lists tags."""
        add, remove = list(self.mapping.tags), list[str]()
        for column in self.by_role.get("tag", ()):
            cell = row.cells.get(column.column)
            if column.name:
                yes = value(cell, "boolean", "", "", self.zone)
                (add if yes else remove).extend([column.name] if yes is not None else [])
            else:
                add += value(cell, "list", "", column.separator, self.zone) or []
        return {name: tags for name, tags in (("add", add), ("remove", remove)) if tags}


def _with_own(fields: dict[str, Any]) -> dict[str, Any]:
    """A project's own fields together under `other`."""
    own = {
        name.removeprefix(orders.OTHER): one for name, one in fields.items() if name.startswith(orders.OTHER)
    }
    rest = {name: one for name, one in fields.items() if not name.startswith(orders.OTHER)}
    return {**rest, "other": own} if own else rest


def _with_traits(who: dict[str, Any], traits: dict[str, Any]) -> dict[str, Any]:
    if not traits:
        return who
    return {**who, "context": {**who.get("context", {}), "traits": traits}}


def _unflattened(cells: dict[str, Any]) -> dict[str, Any]:
    """Objects that reading spread one level over dotted columns, whole again."""
    event: dict[str, Any] = {}
    for name, cell in cells.items():
        outer, dot, inner = name.partition(".")
        if dot and outer in ("traits", "properties", "context", "integrations"):
            event.setdefault(outer, {})[inner] = cell
        else:
            event[name] = cell
    return event
