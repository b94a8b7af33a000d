"""First names used in Russia with their colloquial, Latin and fatherly forms, read once from russian_names.csv.

In: nothing. Out: tables by key (`keys.sound`). Invariant: every full name stands for itself among its canonicals.
"""

import csv
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from msgspec import Struct

from konnektu.core.names.keys import sound


class KnownName(Struct, frozen=True):
    """One full name: a row of the table."""

    name: str
    sex: Literal["m", "f"]
    patronymic: str
    """The man's patronymic where the rule does not make it."""
    forms: tuple[str, ...]


_HISSING: Final = "жшчщц"


@cache
def known_names() -> tuple[KnownName, ...]:
    """All rows of the table."""
    text = files("konnektu.core.names").joinpath("russian_names.csv").read_text(encoding="utf-8")
    return tuple(
        KnownName(
            row["name"], "f" if row["sex"] == "f" else "m", row["patronymic"], tuple(row["forms"].split())
        )
        for row in csv.DictReader(text.splitlines())
    )


@cache
def canonicals() -> dict[str, frozenset[str]]:
    """Key of any form → keys of the full names it may stand for."""
    table: dict[str, set[str]] = {}
    for known in known_names():
        for form in (known.name, *known.forms):
            table.setdefault(sound(form), set()).add(sound(known.name))
    return {form: frozenset(full) for form, full in table.items()}


@cache
def sexes() -> dict[str, frozenset[str]]:
    """Key of a full name → the sexes it is given to."""
    table: dict[str, set[str]] = {}
    for known in known_names():
        table.setdefault(sound(known.name), set()).add(known.sex)
    return {name: frozenset(sex) for name, sex in table.items()}


@cache
def fathers() -> dict[str, str]:
    """Key of a patronymic, male or female → key of the father's full name."""
    table: dict[str, str] = {}
    for known in known_names():
        if known.sex == "m":
            for patronymic in patronymics(known):
                table.setdefault(sound(patronymic), sound(known.name))
    return table


def patronymics(known: KnownName) -> list[str]:
    """Patronymics made of a man's name, his sons' and his daughters', the usual ones first."""
    sons = dict.fromkeys([*([known.patronymic] if known.patronymic else []), _son(known.name)])
    return [form for son in sons for form in (son, *_daughters(son))]


def _son(name: str) -> str:
    """Rules of the Russian grammar: Иван → Иванович, Сергей → Сергеевич, Юрий → Юрьевич, Игорь → Игоревич."""
    if name.endswith("ий"):
        return name[:-2] + "ьевич"
    if name.endswith(("й", "ь")):
        return name[:-1] + "евич"
    if name.endswith(("а", "я")):
        return name[:-1] + "ич"
    if name.endswith(("и", "у", "е", "о")):
        return name + "евич"
    return name + ("евич" if name[-1] in _HISSING else "ович")


def _daughters(son: str) -> list[str]:
    if son.endswith(("ович", "евич")):
        return [son[:-2] + "на"]
    return [son[:-2] + "ична", son[:-2] + "инична"]
