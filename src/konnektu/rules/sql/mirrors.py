"""Mirrors: what stands of a person, as versioned rows. In: what was and what is known. Out: the rows that say so. Pure.

A row says that from a position on one thing of a profile stands as `body` tells; an empty body, that it is gone.
Values whose type is known are objects of one key: {"$number": "1.5"}, {"$units": 100, "$currency": "RUB"},
{"$day": 20000}, {"$instant": 1750000000000}; texts, yes and no and lists of texts are themselves. The body of a person
is one word, known, anonymous or excluded, and that of a zone its name: of these there is one for everybody.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from konnektu.rules.known import Fields, Instant, Known, KnownStatement, Membership, Money, Value

Key = tuple[str, str, str]
"""(kind, name, id)."""
_EPOCH_DAY = 719_163


class MirrorRow(NamedTuple):
    """One row of `mirror`."""

    profile: int
    kind: str
    name: str
    id: str
    position: int
    instant: int
    body: str


def mirrored(profile: int, was: Known | None, known: Known, position: int, instant: int) -> list[MirrorRow]:
    """The rows of what a fact changed for a person; `was` is None for their first fact."""
    before = {} if was is None else {**standing(was), **stated(was)}
    after = {**standing(known), **stated(known)}
    changed = {key: body for key, body in after.items() if before.get(key) != body}
    gone = {key: "" for key in before if key not in after}
    return [MirrorRow(profile, *key, position, instant, body) for key, body in {**changed, **gone}.items()]


def standing(known: Known) -> dict[Key, str]:
    """Everything that stands of a person, but for events."""
    is_known = "known" if known.is_known else "anonymous"
    return {
        ("person", "", ""): "excluded" if known.excluded else is_known,
        **({("zone", "", ""): known.zone} if known.zone else {}),
        **{("attribute", name, ""): _json({"v": value}) for name, value in known.attributes.items()},
        **{("tag", name, ""): "{}" for name in known.tags},
        **{("identifier", one.kind, one.value): "{}" for one in known.identifiers},
        **{("record", one.kind, one.id): _json({"fields": typed(one.fields)}) for one in known.records},
        **_orders(known),
        **_items(known),
    }


def stated(known: Known) -> dict[Key, str]:
    """What versions hold beside that, and copies do not: statements, arrivals, stays in segments and lists, ranks."""
    return {
        **{("statement", "", str(place)): _statement(one) for place, one in enumerate(known.statements)},
        **{
            ("arrival", one.side, one.key): _json({"first": one.first, "last": one.last})
            for one in known.arrivals
        },
        **{("stay", one.segment, f"{one.entered} {one.left}"): stay(one) for one in known.memberships},
        **{
            ("rank", one.key, str(one.at)): _json({"at": one.at, "inside": one.inside}) for one in known.ranks
        },
    }


def stay(told: Membership) -> str:
    """The body of a stay."""
    return _json({"entered": told.entered, "left": told.left})


def _statement(said: KnownStatement) -> str:
    contact = "" if said.contact == ("", "") else _json(said.contact)
    return _json({**msgspec.structs.asdict(said), "contact": contact})


def _orders(known: Known) -> dict[Key, str]:
    found: dict[Key, str] = {}
    for one in known.orders:
        times = {"ordered_at": Instant(one.ordered_at), "stage_at": Instant(one.stage_at)}
        stated: Fields = {**({"stage": one.stage} if one.stage else {}), **times, "number": one.number}
        found["order", "", one.number] = _json(
            {
                "stage": one.stage,
                "ordered_at": one.ordered_at,
                "stage_at": one.stage_at,
                "fields": typed({**one.fields, **stated}),
                "lines": [typed({**line.fields, "id": line.id}) for line in one.lines],
            }
        )
    return found


def _items(known: Known) -> dict[Key, str]:
    found: dict[Key, str] = {}
    for one in known.items:
        variant: Fields = {"variant": one.variant} if one.variant else {}
        times: Fields = {"first": Instant(one.first), "last": Instant(one.last), "product": one.product}
        told = {"first": one.first, "last": one.last, "product": one.product, "variant": one.variant}
        key = "item", one.list, _json([one.product, one.variant])
        found[key] = _json({**told, "fields": typed({**one.fields, **variant, **times})})
    return found


def typed(fields: Fields) -> Mapping[str, Any]:
    """Fields with their types."""
    return {name: _typed(value) for name, value in fields.items()}


def _typed(value: Value) -> Any:
    if isinstance(value, Decimal):
        return {"$number": format(value, "f")}
    if isinstance(value, Money):
        return {"$units": value.units, "$currency": value.currency}
    if isinstance(value, Instant):
        return {"$instant": value.ms}
    return {"$day": value.toordinal() - _EPOCH_DAY} if isinstance(value, date) else value


def _json(value: Any) -> str:
    return msgspec.json.encode(value, order="deterministic").decode()
