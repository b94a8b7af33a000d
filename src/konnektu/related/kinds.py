"""How kinds change. In: the kind in force and what is stated of it. Out: the kind that follows. Pure.

Invariant: nothing that was once defined is lost or changes its type, so that every value that was taken can be read.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import structs

from konnektu.core.money import is_currency
from konnektu.core.text import fold
from konnektu.related.model import MOST_FIELDS, MOST_KINDS, MOST_OPTIONS, Field, Kind, Option

CURRENCY: Final = "RUB"
"""Of a field of money that names none."""


def changed(kinds: Mapping[str, Kind], stated: Kind) -> tuple[Kind | None, list[str]]:
    """(the kind as it is from here on, what could not be taken); None where nothing of it could be.

    Fields that are not named stay as they are.
    """
    was = kinds.get(stated.name)
    if was is None and len(kinds) >= MOST_KINDS:
        return None, [f"There are {MOST_KINDS} kinds of records already"]
    faults: list[str] = []
    fields = was.by_name() if was else {}
    for one in stated.fields:
        if (taken := _field(fields.get(one.name), one, faults)) is None:
            continue
        if one.name not in fields and len(fields) >= MOST_FIELDS:
            faults.append(f"The kind has {MOST_FIELDS} fields already; {one.name} was left out")
            continue
        fields[one.name] = taken
    return structs.replace(stated, fields=tuple(fields.values())), faults


def _field(was: Field | None, stated: Field, faults: list[str]) -> Field | None:
    """A field as it is from here on; None where it cannot be."""
    stated = _complete(stated)
    if fault := _fault_of(was, stated):
        faults.append(f"{stated.name}: {fault}")
        return None
    if stated.type != "choice":
        return stated
    options = _options(was.options if was else (), stated.options)
    if not options or len(options) > MOST_OPTIONS:
        faults.append(f"{stated.name}: a choice has from 1 to {MOST_OPTIONS} options")
        return None
    return structs.replace(stated, options=options)


def _complete(stated: Field) -> Field:
    is_money = stated.type == "money"
    return structs.replace(stated, currency=CURRENCY) if is_money and not stated.currency else stated


def _fault_of(was: Field | None, stated: Field) -> str:
    if was is not None and was.type != stated.type:
        return f"its type is {was.type} and never changes"
    if was is not None and was.currency != stated.currency:
        return f"its currency is {was.currency} and never changes"
    if stated.type == "money" and not is_currency(stated.currency):
        return f"{stated.currency} is no currency of ISO 4217"
    if stated.type != "money" and stated.currency:
        return "only money has a currency"
    if stated.type != "choice" and stated.options:
        return "only a choice has options"
    return ""


def _options(was: tuple[Option, ...], stated: tuple[Option, ...]) -> tuple[Option, ...]:
    """Every option that was ever there, with the labels stated last."""
    found = {fold(one.value): one for one in was}
    for one in stated:
        before = found.get(fold(one.value))
        found[fold(one.value)] = structs.replace(one, value=before.value) if before else one
    return tuple(found.values())
