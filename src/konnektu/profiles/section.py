"""The sections of people: all profiles, those that name a person, those that name nobody, and consents.

In: profiles with their identifiers and tags. Out: rows; values that name a person are covered for who may not see
them.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import msgspec

from konnektu.core.attributes import STANDARD
from konnektu.core.ids import public_id
from konnektu.core.section import (
    MADE,
    Action,
    Choice,
    Column,
    ColumnType,
    Filter,
    Found,
    Row,
    Section,
    Wanted,
    filters_of,
)
from konnektu.identity import api as identity
from konnektu.profiles import adding, looking
from konnektu.profiles.conditions import conditions
from konnektu.profiles.consent_list import CONSENTS
from konnektu.profiles.event_list import EVENTS
from konnektu.profiles.masking import PERSONAL, covered, covered_identifier
from konnektu.profiles.model import ProfileRow
from konnektu.profiles.narrowing import (
    EVERYBODY,
    KNOWN,
    NAMES,
    UNKNOWN,
    asked,
    identifying,
    narrowed_count,
    narrowed_page,
)
from konnektu.storage.api import Asker, Listing, estimated

_TYPES: dict[str, ColumnType] = {"number": "number", "date": "date", "boolean": "boolean"}
_USUAL = frozenset(("first_name", "last_name", "phone", "email", "city"))
"""Attributes shown until somebody chooses others."""


def rows(listing: Listing, asker: Asker, wanted: Wanted) -> Found:
    """Profiles of a listing. A page may hold fewer than asked for (see `narrowing`)."""
    question = asked(asker, listing, wanted)
    with asker.db.read(snapshot=True) as conn:
        page, more = narrowed_page(conn, question)
        ids = [row.id for row in page]
        people = {person.id: person for person in identity.persons(conn, ids)}
        tags, added = looking.tags(conn, ids), adding.values(conn, ids, wanted.added, asker)
    shown = [_row(row, people.get(row.id), tags.get(row.id, ()), added[row.id], asker) for row in page]
    return Found(shown, more, question.at)


def count(listing: Listing, asker: Asker, wanted: Wanted) -> int:
    """How many profiles of a listing there are."""
    if "identifier" in wanted.filters:
        return len(rows(listing, asker, wanted).rows)
    question = asked(asker, listing, wanted)
    with asker.db.read(snapshot=True) as conn:
        return narrowed_count(conn, question)


def instant(listing: Listing, asker: Asker, wanted: Wanted) -> int | None:
    """When a count is true, where that is not the instant of asking."""
    return asked(asker, listing, wanted).at


def estimate(listing: Listing, asker: Asker, wanted: Wanted) -> int:
    """About how many profiles of a listing there are; 0 where its question is answered by a few."""
    if wanted.filters:
        return 0
    with asker.db.read() as conn:
        return estimated(conn, listing, wanted)


def _row(
    row: ProfileRow,
    person: identity.Person | None,
    tags: Sequence[str],
    added: Mapping[str, Any],
    asker: Asker,
) -> Row:
    basics, held = row.state.basics, row.state.attributes
    values = _identified(person, asker) | {name: _value(name, one.value, asker) for name, one in held.items()}
    key = public_id(row.born, row.id)
    shown = (
        key,
        basics.known,
        *(values.get(name) for name in NAMES),
        _identifiers(person, asker),
        ", ".join(tags),
        _others(values),
        None if asker.workspace.row_limit else basics.events,
        basics.first and basics.first[0],
        basics.last and basics.last[0],
    )
    return Row(key, shown, added)


def _identified(person: identity.Person | None, asker: Asker) -> dict[str, Any]:
    """Identifiers that have a column of their own, for whom no attribute states them."""
    return {atom.kind: _shown(atom, asker) for atom in identifying(person)}


def _value(name: str, value: Any, asker: Asker) -> Any:
    return value if asker.is_open else covered(name, value)


def _identifiers(person: identity.Person | None, asker: Asker) -> str:
    atoms = sorted(person.atoms.values(), key=lambda atom: atom.id) if person else []
    return ", ".join(f"{atom.kind}: {_shown(atom, asker)}" for atom in atoms)


def _shown(atom: identity.Atom, asker: Asker) -> str:
    return atom.value if asker.is_open else covered_identifier(atom.kind, atom.value)


def _others(values: Mapping[str, Any]) -> str:
    others = {name: value for name, value in values.items() if name not in NAMES}
    return msgspec.json.encode(others).decode() if others else ""


COLUMNS = (
    Column("id", "Profile", "Клиент", refers="profiles", width=240),
    Column("known", "Known", "Известен", "boolean", is_visible=False, width=110),
    *(
        Column(
            a.name, a.en, a.ru, _TYPES.get(a.type, "text"), is_personal=a.name in PERSONAL,
            is_visible=a.name in _USUAL,
        )
        for a in STANDARD
    ),
    Column("identifiers", "Identifiers", "Идентификаторы", is_personal=True, width=320),
    Column("tags", "Tags", "Метки", width=200),
    Column(
        "other_attributes", "Other attributes", "Другие атрибуты", is_personal=True, is_visible=False, width=320
    ),
    Column("events", "Events", "Событий", "number", width=110),
    Column("first_seen", "First seen", "Первое событие", "time"),
    Column("last_seen", "Last seen", "Последнее событие", "time"),
)  # fmt: skip
_FILTERS = (
    Filter(name="tag", en="Tag", ru="Метка", kind="text"),
    *(one.filter for one in conditions()),
    Filter(
        name="identifier", en="Phone, e-mail, ID", ru="Телефон, e-mail, ID",
        kind="text", is_personal=True,
    ),
    *filters_of(COLUMNS, "city", "last_name", "first_name", "email", "phone", "first_seen", "last_seen"),
    Filter(
        name="gender", en="Sex", ru="Пол", kind="choice", ways=("any", "empty"),
        choices=(Choice("f", "Female", "Женский"), Choice("m", "Male", "Мужской")),
    ),
    *filters_of(
        COLUMNS, "birth_date", "age", "region", "country", "company", "title", "language", "created_at", "patronymic",
        "postal_code", "address", "loyalty_card",
    ),
)  # fmt: skip
_ACTIONS = (
    Action(
        name="make", en="New person", ru="Новый клиент", right="profiles.write", on="none", operation="make_profile"
    ),
    Action(
        name="edit", en="Edit", ru="Изменить", right="profiles.write", on="one", operation="change_attributes"
    ),
    Action(name="tag", en="Tags", ru="Метки", right="profiles.write", on="many", operation="ask_list_tag"),
    Action(
        name="merge", en="Merge", ru="Объединить", right="identity.decide", on="many", operation="merge_people"
    ),
    Action(name="erase", en="Erase", ru="Удалить", right="privacy.erase", on="one", operation="erase_profile"),
)  # fmt: skip


def _section(name: str, en: str, ru: str, listing: Listing, about: tuple[str, str]) -> Section:
    return Section(
        name=name,
        en=en,
        ru=ru,
        about=about,
        right="profiles.read",
        columns=COLUMNS,
        rows=partial(rows, listing),
        count=partial(count, listing),
        instant=partial(instant, listing),
        estimate=partial(estimate, listing),
        orders=(f"-{MADE}", MADE),
        filters=_FILTERS,
        actions=_ACTIONS,
        is_within_rows=True,
        added=adding.columns,
    )


PROFILES = _section(
    "profiles",
    "Profiles",
    "Клиенты",
    EVERYBODY,
    (
        "Everybody whom an event named, known or not. They come with the first events of a source or an import.",
        "Все, о ком пришло событие, известные и нет. Появятся с первыми событиями источника или импортом.",
    ),
)
PEOPLE = _section(
    "people",
    "Known people",
    "Известные клиенты",
    KNOWN,
    (
        "People whom a phone, an e-mail or another identifier names. They come with an import, a form, an order.",
        "Люди, у которых известен телефон, e-mail или другой идентификатор. Появятся с импортом, формой, заказом.",
    ),
)
VISITORS = _section(
    "visitors",
    "Anonymous visitors",
    "Анонимные посетители",
    UNKNOWN,
    (
        "Those who came and have not said who they are. They come with the events of a site or an app.",
        "Те, кто пришёл и ещё не назвал себя. Появятся с событиями сайта или приложения.",
    ),
)

SECTIONS = (PROFILES, PEOPLE, VISITORS, CONSENTS, EVENTS)
