"""What a person sees of what was arranged. In: declarations and an arrangement. Out: what stands, in order.

Invariant: what is declared stands exactly once, shown or hidden; names that are not declared any more are left out.
"""

from collections.abc import Iterable, Mapping, Sequence

from konnektu.console.model import Card, ColumnPlace, Menu, MenuGroup
from konnektu.core.asking import wanted
from konnektu.core.errors import Unprocessable
from konnektu.core.section import Column, Section, sections


def columns(declared: Sequence[Column], placed: Iterable[ColumnPlace]) -> tuple[ColumnPlace, ...]:
    """Every declared column once: the placed ones in their order, then those that came since."""
    known = {one.name: one for one in declared}
    kept = {one.name: one for one in placed if one.name in known}
    stand = [_sized(one, known[one.name]) for one in kept.values()]
    since = (one for one in declared if one.name not in kept)
    return (*stand, *(ColumnPlace(one.name, one.width, is_hidden=not one.is_visible) for one in since))


def _sized(place: ColumnPlace, column: Column) -> ColumnPlace:
    width = place.width or column.width
    return ColumnPlace(place.name, width, is_pinned=place.is_pinned, is_hidden=place.is_hidden)


def checked_columns(
    section: Section, declared: Sequence[Column], placed: Sequence[ColumnPlace]
) -> tuple[ColumnPlace, ...]:
    """The same columns, without added ones that are gone since whoever asks has seen them.

    Raises `Unprocessable` for one that the section lacks, for doubles, and for none in sight.
    """
    known = {one.name for one in declared}
    kept = tuple(one for one in placed if one.name in known or not section.might_add(one.name))
    _check_names("column", [one.name for one in kept], known)
    if placed and all(one.is_hidden for one in columns(declared, kept)):
        raise Unprocessable("A list without columns shows nothing. Leave one in sight.")
    return kept


def fault_of(section_name: str, filters: Mapping[str, object], order: str) -> str:
    """Why a folder asks what cannot be asked any more; empty where it can."""
    section = sections().get(section_name)
    if section is None:
        return f"There is no section {section_name} any more."
    try:
        wanted(section, filters, order, "", 1)
    except Unprocessable as error:
        return error.message
    return ""


def arranged_menu(
    declared: Sequence[MenuGroup], arranged: Menu | None, allowed: Iterable[str]
) -> list[MenuGroup]:
    """The menu of somebody who may open what is `allowed`; groups without anything in them are left out."""
    allowed = frozenset(allowed)
    if arranged is None:
        return _filled(declared, allowed)
    names = {one.name for one in declared}
    chosen = [one for one in arranged.groups if one.name in names]
    known = {item for group in declared for item in group.items}
    placed = {item for group in chosen for item in group.items} | set(arranged.hidden)
    items = {one.name: [item for item in one.items if item in known] for one in chosen}
    for group in declared:
        items.setdefault(group.name, []).extend(item for item in group.items if item not in placed)
    return _filled([MenuGroup(name, tuple(found)) for name, found in items.items()], allowed)


def _filled(groups: Iterable[MenuGroup], allowed: frozenset[str]) -> list[MenuGroup]:
    kept = (MenuGroup(one.name, tuple(item for item in one.items if item in allowed)) for one in groups)
    return [one for one in kept if one.items]


def checked_menu(declared: Sequence[MenuGroup], stated: Menu) -> Menu:
    """The same menu. Raises `Unprocessable` for groups and items that there are not, and for doubles."""
    _check_names("group", [one.name for one in stated.groups], {one.name for one in declared})
    items = [item for group in stated.groups for item in group.items] + list(stated.hidden)
    _check_names("item", items, {item for group in declared for item in group.items})
    return stated


def arranged_blocks(declared: Sequence[str], arranged: Card | None, allowed: Iterable[str]) -> list[str]:
    """The blocks of a card for somebody who may see what is `allowed`."""
    allowed = frozenset(allowed)
    chosen = arranged or Card()
    placed = {*chosen.blocks, *chosen.hidden}
    every = [*chosen.blocks, *(one for one in declared if one not in placed)]
    return [one for one in every if one in allowed and one in declared]


def checked_card(declared: Sequence[str], stated: Card) -> Card:
    """The same card. Raises `Unprocessable` for blocks that there are not, and for doubles."""
    _check_names("block", [*stated.blocks, *stated.hidden], set(declared))
    return stated


def _check_names(word: str, stated: Sequence[str], known: set[str]) -> None:
    unknown = sorted(set(stated) - known)
    if unknown:
        raise Unprocessable(f"There is no {word} {unknown[0]!r}. There are: {', '.join(sorted(known))}.")
    if len(set(stated)) < len(stated):
        raise Unprocessable(f"Each {word} can stand once only.")
