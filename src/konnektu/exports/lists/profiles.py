"""People with their attributes, tags and basic figures."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from konnektu.core.attributes import STANDARD
from konnektu.core.ids import public_id
from konnektu.exports.declared import Asker, List
from konnektu.exports.lists.paging import PAGE
from konnektu.exports.model import Column, ColumnType
from konnektu.identity import api as identity
from konnektu.profiles import api as profiles
from konnektu.storage.api import Connection

_TYPES: dict[str, ColumnType] = {"number": "number", "date": "date", "boolean": "boolean"}
_NAMES = tuple(attribute.name for attribute in STANDARD)

COLUMNS = (
    Column("id", "Profile", "Клиент"),
    Column("known", "Known", "Известен", "boolean"),
    *(
        Column(a.name, a.en, a.ru, _TYPES.get(a.type, "text"), is_personal=a.name in profiles.PERSONAL)
        for a in STANDARD
    ),
    Column("identifiers", "Identifiers", "Идентификаторы", is_personal=True),
    Column("tags", "Tags", "Метки"),
    Column("other_attributes", "Other attributes", "Другие атрибуты", is_personal=True),
    Column("events", "Events", "Событий", "number"),
    Column("first_seen", "First seen", "Первое событие", "time"),
    Column("last_seen", "Last seen", "Последнее событие", "time"),
)


def rows(asker: Asker) -> Iterator[Sequence[Any]]:
    """Every profile in the order of making."""
    db, after = asker.storage.workspace(asker.workspace), 0
    while True:
        with db.read(snapshot=True) as conn:
            page = profiles.profiles_after(conn, after, PAGE)
            shown = list(_page(conn, page, asker))
        if not page:
            return
        yield from shown
        after = page[-1].id


def _page(db: Connection, page: Sequence[profiles.ProfileRow], asker: Asker) -> Iterator[Sequence[Any]]:
    ids = [row.id for row in page]
    people = {person.id: person for person in identity.persons(db, ids)}
    tags = profiles.tags(db, ids)
    for row in page:
        yield _row(row, people.get(row.id), tags.get(row.id, ()), asker)


def _row(
    row: profiles.ProfileRow, person: identity.Person | None, tags: Sequence[str], asker: Asker
) -> Sequence[Any]:
    basics, held = row.state.basics, row.state.attributes
    values = _identified(person, asker) | {name: _value(name, one.value, asker) for name, one in held.items()}
    return (
        public_id(row.born, row.id),
        basics.known,
        *(values.get(name) for name in _NAMES),
        _identifiers(person, asker),
        ", ".join(tags),
        _others(values),
        basics.events,
        basics.first and basics.first[0],
        basics.last and basics.last[0],
    )


def _identified(person: identity.Person | None, asker: Asker) -> dict[str, Any]:
    """Identifiers that have a column of their own, for whom no attribute states them; the oldest of a kind."""
    atoms = sorted(person.atoms.values(), key=lambda atom: -atom.id) if person else []
    return {
        atom.kind: _shown(atom, asker) for atom in atoms if atom.kind in _NAMES and atom.status == "active"
    }


def _value(name: str, value: Any, asker: Asker) -> Any:
    return value if asker.is_open else profiles.covered(name, value)


def _identifiers(person: identity.Person | None, asker: Asker) -> str:
    atoms = sorted(person.atoms.values(), key=lambda atom: atom.id) if person else []
    return ", ".join(f"{atom.kind}: {_shown(atom, asker)}" for atom in atoms)


def _shown(atom: identity.Atom, asker: Asker) -> str:
    return atom.value if asker.is_open else profiles.covered_identifier(atom.kind, atom.value)


def _others(values: Mapping[str, Any]) -> str:
    others = {name: value for name, value in values.items() if name not in _NAMES}
    return msgspec.json.encode(others).decode() if others else ""


LIST = List("profiles", "Profiles", "Клиенты", "profiles.read", COLUMNS, rows)
