"""Columns, menus and cards as people and roles arrange them. In: a person. Out: what holds for them.

Invariant: one's own arrangement holds before one's role's, that before everybody's, and that before the product's.
"""

from typing import TypeVar

import msgspec

from konnektu.access.api import record, roles
from konnektu.console import logic, store
from konnektu.console.asking import Person
from konnektu.console.menu import BLOCKS, GROUPS
from konnektu.console.model import Card, ColumnPlace, From, Menu, MenuGroup, Subject
from konnektu.console.store import Whose
from konnektu.core.errors import NotFound
from konnektu.storage.api import Connection

EVERYBODY = "everybody"
"""In place of a role's name: whoever has no arrangement of their role's."""
_DECLARED = tuple(MenuGroup(one.name, one.items) for one in GROUPS)
_BLOCKS = tuple(one.name for one in BLOCKS)
Body = TypeVar("Body")


def columns(person: Person, section: str) -> tuple[From, tuple[ColumnPlace, ...]]:
    """The columns of a section as they hold for a person, and whose arrangement that is."""
    declared = person.section(section).columns_of(person.asker)
    whose, placed = _holding(person, person.whose, "columns", section, tuple[ColumnPlace, ...])
    return whose, logic.columns(declared, placed or ())


def put_columns(person: Person, section: str, placed: tuple[ColumnPlace, ...]) -> None:
    """Arrange the columns of a section for oneself. Raises `Nobody`, `Unprocessable`."""
    checked = _checked(person, section, placed)
    with person.control.transaction() as db:
        store.put_arrangement(
            db, person.own, "columns", section, checked, now=person.now, by=person.caller.login
        )


def reset_columns(person: Person, section: str) -> None:
    """Forget one's own arrangement of a section's columns. Raises `Nobody`."""
    person.section(section)
    with person.control.transaction() as db:
        store.drop_arrangement(db, person.own, "columns", section)


def put_columns_of_role(person: Person, section: str, role: str, placed: tuple[ColumnPlace, ...]) -> None:
    """Arrange the columns of a section for a role, or for everybody."""
    checked = _checked(person, section, placed)
    _put(person, role, "columns", section, checked)


def reset_columns_of_role(person: Person, section: str, role: str) -> None:
    """Forget what was arranged for a role, or for everybody."""
    _drop(person, role, "columns", section)


def menu(person: Person) -> tuple[From, list[MenuGroup]]:
    """The main menu as it holds for a person: what they may open, and whose arrangement that is."""
    whose, arranged = _holding(person, person.whose, "menu", "", Menu)
    return whose, logic.arranged_menu(_DECLARED, arranged, person.opens())


def menu_of_role(person: Person, role: str) -> tuple[From, Menu]:
    """The menu as it was arranged for a role or for everybody, whatever they may open; else the product's."""
    whose, arranged = _holding(person, _role(person, role), "menu", "", Menu)
    return whose, arranged or Menu(_DECLARED)


def put_menu(person: Person, role: str, stated: Menu) -> None:
    """Arrange the main menu for a role, or for everybody."""
    _put(person, role, "menu", "", logic.checked_menu(_DECLARED, stated))


def reset_menu(person: Person, role: str) -> None:
    """Forget it."""
    _drop(person, role, "menu", "")


def card(person: Person) -> tuple[From, list[str]]:
    """The blocks of a client's card as they hold for a person, and whose arrangement that is."""
    whose, arranged = _holding(person, person.whose, "card", "", Card)
    allowed = [one.name for one in BLOCKS if person.caller.may(one.right)]
    return whose, logic.arranged_blocks(_BLOCKS, arranged, allowed)


def card_of_role(person: Person, role: str) -> tuple[From, Card]:
    """The card as it was arranged for a role or for everybody; else the product's."""
    whose, arranged = _holding(person, _role(person, role), "card", "", Card)
    return whose, arranged or Card(_BLOCKS)


def put_card(person: Person, role: str, stated: Card) -> None:
    """Arrange the blocks of a client's card for a role, or for everybody."""
    _put(person, role, "card", "", logic.checked_card(_BLOCKS, stated))


def reset_card(person: Person, role: str) -> None:
    """Forget it."""
    _drop(person, role, "card", "")


def _checked(person: Person, name: str, placed: tuple[ColumnPlace, ...]) -> tuple[ColumnPlace, ...]:
    section = person.section(name)
    return logic.checked_columns(section, section.columns_of(person.asker), placed)


def _holding(
    person: Person, whose: Whose, subject: Subject, section: str, of: type[Body]
) -> tuple[From, Body | None]:
    with person.control.read() as db:
        found = store.arrangement(db, whose, subject, section)
    return (found[0], msgspec.json.decode(found[1], type=of)) if found else ("declared", None)


def _role(person: Person, role: str) -> Whose:
    """A role of the workspace, or everybody. Raises `NotFound`."""
    workspace = person.caller.workspace.id
    if role == EVERYBODY:
        return Whose(workspace, None)
    if role not in {one.name for one in roles(person.control, workspace)}:
        raise NotFound("There is no such role in this workspace.")
    return Whose(workspace, None, role)


def _put(person: Person, role: str, subject: Subject, section: str, body: object) -> None:
    whose = _role(person, role)
    with person.control.transaction() as db:
        store.put_arrangement(db, whose, subject, section, body, now=person.now, by=person.caller.login)
        _note(db, person, "arranged", role, subject, section)


def _drop(person: Person, role: str, subject: Subject, section: str) -> None:
    whose = _role(person, role)
    with person.control.transaction() as db:
        if store.drop_arrangement(db, whose, subject, section):
            _note(db, person, "reset", role, subject, section)


def _note(db: Connection, person: Person, done: str, role: str, subject: Subject, section: str) -> None:
    detail = {"section": section} if section else {}
    record(db, person.caller, f"{subject}.{done}", role, detail, now=person.now)
