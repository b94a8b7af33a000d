"""The picture: all that is known of a person beside events, as told. In: changes. Out: what leaves look at.

Only what some leaf reads is kept of attributes and of the fields of things.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from msgspec import Struct, structs

from konnektu.core.records import Identifier
from konnektu.rules.known import (
    Arrival,
    Fields,
    KnownItem,
    KnownLine,
    KnownOrder,
    KnownRecord,
    KnownStatement,
    Membership,
    Ranked,
)
from konnektu.rules.live import changes as c


class Reads(Struct, frozen=True):
    """Names that leaves look at."""

    attributes: frozenset[str] = frozenset()
    orders: frozenset[str] = frozenset()
    lines: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    records: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    """Everything that leaves look at: `orders`, `tags`, …; what is not here is not kept at all."""


class Picture(Struct, kw_only=True):
    """What is known of a person beside events. Things are kept by id with their version, gone ones as None."""

    is_known: bool = False
    excluded: str = ""
    overflows: bool = False
    """More events than a stream may keep."""
    home: str = "UTC"
    zone: str = ""
    attributes: dict[str, Any] = {}
    orders: dict[tuple[str, ...], tuple[int, KnownOrder | None]] = {}
    items: dict[tuple[str, ...], tuple[int, KnownItem | None]] = {}
    records: dict[tuple[str, ...], tuple[int, KnownRecord | None]] = {}
    statements: tuple[KnownStatement, ...] = ()
    tags: frozenset[str] = frozenset()
    arrivals: tuple[Arrival, ...] = ()
    identifiers: frozenset[Identifier] = frozenset()
    memberships: tuple[Membership, ...] = ()
    ranks: tuple[Ranked, ...] = ()


Touched = Iterable[str]
"""Kinds of change that leaves are found by: `attribute:name`, `orders`, …; `person` and `zones` for the person."""
THINGS: Final = ("orders", "items", "records")


def attribute_kind(name: str) -> str:
    """The kind of change of one attribute."""
    return f"attribute:{name}"


def tell(picture: Picture, change: Any, reads: Reads) -> Touched:
    """Takes a change in, and says what it touches."""
    return _TELLERS[type(change)](picture, change, reads)


def _person(picture: Picture, change: c.PersonStands, _reads: Reads) -> Touched:
    before = picture.home, picture.zone
    picture.is_known = change.is_known
    picture.excluded = change.excluded
    picture.home, picture.zone = change.workspace_zone, change.zone
    return ("person",) if before == (picture.home, picture.zone) else ("person", "zones")


def _attributes(picture: Picture, change: c.AttributesStand, reads: Reads) -> Touched:
    touched = []
    for name, value in change.values.items():
        if name in reads.attributes and picture.attributes.get(name, None) is not value:
            touched.append(attribute_kind(name))
            if value is None:
                picture.attributes.pop(name, None)
            else:
                picture.attributes[name] = value
    return touched


def _order(picture: Picture, change: c.OrderStands, reads: Reads) -> Touched:
    thing = None if change.order is None else _cut_order(change.order, reads)
    return _replaced(picture.orders, ("orders", (change.number,)), (change.version, thing), reads)


def _cut_order(order: KnownOrder, reads: Reads) -> KnownOrder:
    lines = (
        tuple(KnownLine(one.id, _cut(one.fields, reads.lines)) for one in order.lines) if reads.lines else ()
    )
    return structs.replace(order, fields=_cut(order.fields, reads.orders), lines=lines)


def _cut(fields: Fields, names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name in names}


def _item(picture: Picture, change: c.ItemStands, reads: Reads) -> Touched:
    key = change.list, change.product, change.variant
    thing = None
    if change.item is not None:
        thing = structs.replace(change.item, fields=_cut(change.item.fields, reads.items))
    return _replaced(picture.items, ("items", key), (change.version, thing), reads)


def _record(picture: Picture, change: c.RecordStands, reads: Reads) -> Touched:
    thing = None
    if change.record is not None:
        thing = structs.replace(change.record, fields=_cut(change.record.fields, reads.records))
    return _replaced(picture.records, ("records", (change.kind, change.id)), (change.version, thing), reads)


def _replaced(
    held: dict[tuple[str, ...], Any], named: tuple[str, tuple[str, ...]], told: tuple[int, Any], reads: Reads
) -> Touched:
    """A higher version takes the place of a lower one, and of itself."""
    kind, key = named
    if kind not in reads.kinds or (key in held and held[key][0] > told[0]):
        return ()
    held[key] = told
    return (kind,)


def _whole(name: str) -> Callable[[Picture, Any, Reads], Touched]:
    """What is told whole replaces what was."""

    def told(picture: Picture, change: Any, reads: Reads) -> Touched:
        if name not in reads.kinds or getattr(picture, name) == getattr(change, name):
            return ()
        setattr(picture, name, getattr(change, name))
        return (name,)

    return told


def united(left: Picture, right: Picture) -> Picture:
    """The things of both, by id the higher version; what has one value stands as on the left until it is told."""
    return structs.replace(
        left,
        is_known=left.is_known or right.is_known,
        overflows=left.overflows or right.overflows,
        tags=left.tags | right.tags,
        identifiers=left.identifiers | right.identifiers,
        **{name: _higher(getattr(left, name), getattr(right, name)) for name in THINGS},
    )


def _higher(left: Mapping[Any, Any], right: Mapping[Any, Any]) -> dict[Any, Any]:
    """Where one fact took a thing from the one and gave it to the other, it is there."""
    held = dict(left)
    for key, thing in right.items():
        before = held.get(key)
        if before is None or before[0] < thing[0] or (before[0] == thing[0] and before[1] is None):
            held[key] = thing
    return held


_TELLERS: Final[Mapping[type, Callable[[Picture, Any, Reads], Touched]]] = {
    c.PersonStands: _person,
    c.AttributesStand: _attributes,
    c.OrderStands: _order,
    c.RecordStands: _record,
    c.ItemStands: _item,
    c.StatementsStand: _whole("statements"),
    c.TagsStand: _whole("tags"),
    c.ArrivalsStand: _whole("arrivals"),
    c.IdentifiersStand: _whole("identifiers"),
    c.ListsStand: _whole("memberships"),
    c.RanksStand: _whole("ranks"),
}
