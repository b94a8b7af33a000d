"""Vetoes. In: what is known of two people. Out: why they cannot be one, or nothing.

A veto needs evidence on both sides: where one side says nothing, or any two statements fit, there is none.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from konnektu.core.names import (
    birth_dates_conflict,
    compatible_first_names,
    compatible_patronymics,
    split_full_name,
)
from konnektu.core.text import fold, within_one_edit
from konnektu.identity.model import Claim, Person

_LONGEST: Final = 100
"""Characters of a name that are kept."""


def _same(left: str, right: str) -> bool:
    return left == right


def _dates_fit(left: str, right: str) -> bool:
    return not birth_dates_conflict(left, right)


def _fathers_fit(left: str, right: str) -> bool:
    """One father, or one slip of the fingers anywhere in the word: the key of a father misses slips in the ending."""
    return compatible_patronymics(left, right) or within_one_edit(fold(left), fold(right))


_FITS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "first_name": compatible_first_names,
    "patronymic": _fathers_fit,
    "birth_date": _dates_fit,
    "sex": _same,
}


def claims_of(traits: Mapping[str, Any], vetoes: Iterable[str]) -> tuple[Claim, ...]:
    """What an event's attributes (standard names) say of its person, as far as these vetoes read it."""
    if not traits:
        return ()
    full = traits.get("name")
    parts = split_full_name(full) if type(full) is str else None
    found = []
    for veto in vetoes:
        value = traits.get(veto)
        if value is None and parts is not None:
            value = (
                parts.first if veto == "first_name" else parts.patronymic if veto == "patronymic" else None
            )
        if type(value) is str and value:
            found.append((veto, _kept(value[:_LONGEST])))
    return tuple(found)


@lru_cache(maxsize=1 << 14)
def _kept(value: str) -> str:
    return " ".join(value.split())


def claims_of_person(person: Person) -> tuple[Claim, ...]:
    """Everything the person's atoms keep for vetoes."""
    return tuple(claim for atom in person.atoms.values() for claim in atom.claims)


def veto(
    left: Iterable[Claim], right: Iterable[Claim], vetoes: Iterable[str]
) -> tuple[str, dict[str, Any]] | None:
    """The first veto that forbids one person to have said both, with the statements compared."""
    ours, theirs = _by_veto(left), _by_veto(right)
    for name in vetoes:
        a, b = ours.get(name), theirs.get(name)
        if a and b and not _any_fit(_FITS[name], a, b):
            return name, {"left": a, "right": b}
    return None


def _any_fit(fits: Callable[[str, str], bool], left: Iterable[str], right: Iterable[str]) -> bool:
    return any(fits(a, b) for a in left for b in right)


def _by_veto(claims: Iterable[Claim]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in claims:
        values = grouped.setdefault(name, [])
        if value not in values:
            values.append(value)
    return grouped
