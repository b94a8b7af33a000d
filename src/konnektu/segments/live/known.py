"""What slices keep of people, in the words of rules. In: rows, states, events. Out: records of `rules.known`. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from konnektu.core.money import minor
from konnektu.core.records import Event, type_names
from konnektu.log import api as log
from konnektu.product_lists import api as product_lists
from konnektu.profiles import api as profiles
from konnektu.related import api as related
from konnektu.rules.known import (
    Fields,
    KnownEvent,
    KnownItem,
    KnownRecord,
    KnownStatement,
    Money,
    Value,
)

_WIRE: Final = frozenset(type_names)


def event(one: Event) -> KnownEvent | None:
    """An event of the wire; None of a fact of the platform."""
    return outlined(one, one.properties)


def outlined(one: Event | log.Outline, properties: Mapping[str, Any]) -> KnownEvent | None:
    """The same by what the event store tells of it."""
    if one.type not in _WIRE:
        return None
    return KnownEvent(
        position=one.position,
        instant=one.instant,
        time=one.time,
        type=one.type,
        name=one.name,
        source=one.source,
        origin=one.origin,
        properties=properties,
        derived=one.derived,
        marks=one.marks,
    )


def record(key: related.Key, state: Any, kinds: Mapping[str, related.Kind]) -> KnownRecord | None:
    """A related record; None of one that was removed."""
    if related.is_removed(state):
        return None
    return KnownRecord(key.kind, key.id, _typed(kinds[key.kind], related.held(state)))


def _typed(kind: related.Kind, held: Mapping[str, Any]) -> dict[str, Value]:
    """The fields of a record as rules read them."""
    fields = kind.by_name()
    return {name: _of_field(fields[name], told) for name, told in held.items() if name in fields}


def _of_field(field: related.Field, told: Any) -> Value:
    if field.type == "number":
        return Decimal(told)
    if field.type == "money":
        return Money(told, field.currency)
    if field.type == "date":
        return date.fromisoformat(told)
    found: Value = tuple(told) if field.type == "texts" else told
    return found


def item(name: str, one: product_lists.Item) -> KnownItem:
    """A product on a list."""
    fields: dict[str, Value] = {"quantity": Decimal(one.quantity)}
    if one.price:
        fields["price"] = Money(minor(Decimal(one.price), one.currency), one.currency)
    return KnownItem(
        list=name, product=one.product, variant=one.variant, first=one.first, last=one.last, fields=fields
    )


def statement(said: profiles.Statement) -> KnownStatement:
    """A consent or refusal."""
    return KnownStatement(
        state=said.state,
        time=said.time,
        position=said.position,
        number=said.number,
        atom=said.atom,
        entity=said.entity,
        contact=(said.contact.kind, said.contact.value),
        channel=said.channel,
        category=said.category,
        purpose=said.purpose,
        explicit=said.explicit,
        proven=profiles.has_proof(said),
        valid_until=said.valid_until,
    )


def newest(statements: Iterable[KnownStatement]) -> tuple[KnownStatement, ...]:
    """Statements in order; of the passive ones the newest of each atom about each key."""
    found: dict[Any, KnownStatement] = {}
    for one in statements:
        about = (one.entity, one.contact, one.channel, one.category, one.purpose)
        key: Any = (one.atom, one.position, one.number) if one.explicit else (one.atom, about)
        before = found.get(key)
        if before is None or _moment(one) > _moment(before):
            found[key] = one
    return tuple(sorted(found.values(), key=_moment))


def _moment(one: KnownStatement) -> tuple[int, int, int]:
    return one.time, one.position, one.number


__all__ = ["Fields", "event", "item", "newest", "record", "statement"]
