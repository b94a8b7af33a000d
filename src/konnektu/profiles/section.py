"""The sections of people: all profiles, those that name a person, those that name nobody, and consents.

In: profiles with their identifiers and tags. Out: rows; values that name a person are covered for who may not see
them.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any, LiteralString

import msgspec
from msgspec import structs

from konnektu.core.attributes import STANDARD
from konnektu.core.fitting import fits
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
    Value,
    Wanted,
    filters_of,
)
from konnektu.core.text import clean
from konnektu.identity import api as identity
from konnektu.profiles import looking, store
from konnektu.profiles.consent_list import CONSENTS
from konnektu.profiles.event_list import EVENTS
from konnektu.profiles.masking import PERSONAL, covered, covered_identifier
from konnektu.profiles.model import ProfileRow
from konnektu.storage.api import Asker, Connection, Key, Listing, counted, estimated, listed

_TYPES: dict[str, ColumnType] = {"number": "number", "date": "date", "boolean": "boolean"}
_NAMES = tuple(attribute.name for attribute in STANDARD)
_USUAL = frozenset(("first_name", "last_name", "phone", "email", "city"))
"""Attributes shown until somebody chooses others."""
_TEXT: LiteralString = "(attributes::jsonb #>> '{{{},v}}')"
_NUMBER: LiteralString = (
    "CASE WHEN jsonb_typeof(attributes::jsonb #> '{{{0},v}}') = 'number'"
    " THEN (attributes::jsonb #>> '{{{0},v}}')::numeric END"
)
_HELD: defaultdict[str, LiteralString] = defaultdict(lambda: _TEXT, number=_NUMBER)
"""What is held of an attribute, by its type; `{}` is its name."""
_MADE = {MADE: (Key("id", 0),)}
"""Ids grow in the order of making."""

_IDENTIFIES: LiteralString = (
    "coalesce({held}, (SELECT i.value FROM identifier AS i WHERE i.profile = page.id AND i.kind = '{name}'"
    " AND i.status = 'active' ORDER BY i.atom LIMIT 1))"
)
"""Where no attribute states it, the oldest identifier of the kind, as the column shows it."""
_SEEN: dict[str, LiteralString] = {
    **{one.name: _HELD[one.type].format(one.name) for one in STANDARD},
    **{
        name: _IDENTIFIES.format(held=_TEXT.format(name), name=name)
        for name in ("phone", "email", "loyalty_card")
    },
    "first_seen": "first_seen",
    "last_seen": "last_seen",
}  # fmt: skip
_SELECT: LiteralString = "SELECT id, born, attributes::text, state, first_seen, last_seen FROM profile WHERE "
EVERYBODY = Listing(_SELECT + "true", _MADE, seen=_SEEN)
KNOWN = Listing(_SELECT + "known", _MADE, seen=_SEEN)
UNKNOWN = Listing(_SELECT + "NOT known", _MADE, seen=_SEEN)
_SELECTED = 4
"""Columns of the selected that a profile is made of; what stands behind is asked for alone."""
_BEARERS = Listing(
    "SELECT DISTINCT profile FROM tag WHERE tag = %(tag)s AND present", {MADE: (Key("profile", 0),)}
)
_BEARING: LiteralString = (
    "SELECT DISTINCT t.profile AS id, p.attributes::text, p.first_seen, p.last_seen"
    " FROM tag AS t JOIN profile AS p ON p.id = t.profile"
    " WHERE t.tag = %(tag)s AND t.present AND NOT EXISTS (SELECT FROM tag AS o WHERE o.profile = t.profile"
    " AND o.tag = t.tag AND (o.time, o.position) > (t.time, t.position) AND NOT o.present)"
)
"""Who bears a tag: the latest word about it is that it is present."""
_TAGGED = {
    EVERYBODY.select: Listing(_BEARING, {}, seen=_SEEN),
    KNOWN.select: Listing(_BEARING + " AND p.known", {}, seen=_SEEN),
    UNKNOWN.select: Listing(_BEARING + " AND NOT p.known", {}, seen=_SEEN),
}


def rows(listing: Listing, asker: Asker, wanted: Wanted) -> Found:
    """Profiles of a listing. A page may hold fewer than asked for where a tag was taken away again."""
    with asker.db.read(snapshot=True) as conn:
        page, more = _page(conn, listing, wanted)
        ids = [row.id for row in page]
        people = {person.id: person for person in identity.persons(conn, ids)}
        tags = looking.tags(conn, ids)
    tag, others = wanted.filters.get("tag"), _others_asked(wanted)
    shown = [
        row
        for row in page
        if (not tag or tag in tags.get(row.id, ())) and _has(row, people.get(row.id), others)
    ]
    return Found([_row(row, people.get(row.id), tags.get(row.id, ()), asker) for row in shown], more)


def count(listing: Listing, asker: Asker, wanted: Wanted) -> int:
    """How many profiles of a listing there are."""
    if "identifier" in wanted.filters:
        return len(rows(listing, asker, wanted).rows)
    with asker.db.read(snapshot=True) as conn:
        if "tag" not in wanted.filters:
            return counted(conn, listing, wanted)
        others = structs.replace(wanted, filters=_others_asked(wanted))
        return counted(conn, _TAGGED[listing.select], others, {"tag": clean(str(wanted.filters["tag"]))})


def estimate(listing: Listing, asker: Asker, wanted: Wanted) -> int:
    """About how many profiles of a listing there are; 0 where its question is answered by a few."""
    if wanted.filters:
        return 0
    with asker.db.read() as conn:
        return estimated(conn, listing, wanted)


def _page(db: Connection, listing: Listing, wanted: Wanted) -> tuple[list[ProfileRow], str | None]:
    if "identifier" in wanted.filters:
        return _found(db, listing, wanted, _holders(db, wanted.filters["identifier"])), None
    if "tag" in wanted.filters:
        bare = structs.replace(wanted, filters={})
        bearers, more = listed(db, _BEARERS, bare, {"tag": clean(str(wanted.filters["tag"]))})
        return _found(db, listing, wanted, [row[0] for row in bearers]), more
    found, more = listed(db, listing, wanted)
    return store.rows_of(row[:_SELECTED] for row in found), more


def _others_asked(wanted: Wanted) -> Mapping[str, Value]:
    """What is asked for beside tags and identifiers."""
    return {name: value for name, value in wanted.filters.items() if name in _SEEN}


def _has(row: ProfileRow, person: identity.Person | None, asked: Mapping[str, Value]) -> bool:
    """Whether somebody has what is asked for: who was found by a tag or an identifier is looked at here alone."""
    if not asked:
        return True
    basics = row.state.basics
    held: dict[str, Any] = {
        "first_seen": basics.first and basics.first[0],
        "last_seen": basics.last and basics.last[0],
    }
    held |= {atom.kind: atom.value for atom in _identifying(person)}
    held |= {name: one.value for name, one in row.state.attributes.items()}
    return all(fits(value, held.get(name)) for name, value in asked.items())


def _holders(db: Connection, said: Any) -> set[int]:
    """The profiles that a value identifies, whatever kind of identifier it is read as."""
    kinds = identity.rules(db).kinds
    return set(identity.find_many(db, [(kind.name, said) for kind in kinds]).values())


def _found(db: Connection, listing: Listing, wanted: Wanted, ids: Collection[int]) -> list[ProfileRow]:
    """These profiles in the wanted order, without those that the listing leaves out."""
    left_out = {id(KNOWN): False, id(UNKNOWN): True}.get(id(listing))
    found = sorted(
        store.profiles(db, ids).values(), key=lambda row: row.id, reverse=wanted.order.startswith("-")
    )
    return [row for row in found if row.state.basics.known is not left_out]


def _row(row: ProfileRow, person: identity.Person | None, tags: Sequence[str], asker: Asker) -> Row:
    basics, held = row.state.basics, row.state.attributes
    values = _identified(person, asker) | {name: _value(name, one.value, asker) for name, one in held.items()}
    key = public_id(row.born, row.id)
    shown = (
        key,
        basics.known,
        *(values.get(name) for name in _NAMES),
        _identifiers(person, asker),
        ", ".join(tags),
        _others(values),
        None if asker.workspace.row_limit else basics.events,
        basics.first and basics.first[0],
        basics.last and basics.last[0],
    )
    return Row(key, shown)


def _identified(person: identity.Person | None, asker: Asker) -> dict[str, Any]:
    """Identifiers that have a column of their own, for whom no attribute states them."""
    return {atom.kind: _shown(atom, asker) for atom in _identifying(person)}


def _identifying(person: identity.Person | None) -> list[identity.Atom]:
    """Active identifiers that have a column of their own; the oldest of a kind is the last."""
    atoms = sorted(person.atoms.values(), key=lambda atom: -atom.id) if person else []
    return [atom for atom in atoms if atom.kind in _NAMES and atom.status == "active"]


def _value(name: str, value: Any, asker: Asker) -> Any:
    return value if asker.is_open else covered(name, value)


def _identifiers(person: identity.Person | None, asker: Asker) -> str:
    atoms = sorted(person.atoms.values(), key=lambda atom: atom.id) if person else []
    return ", ".join(f"{atom.kind}: {_shown(atom, asker)}" for atom in atoms)


def _shown(atom: identity.Atom, asker: Asker) -> str:
    return atom.value if asker.is_open else covered_identifier(atom.kind, atom.value)


def _others(values: Mapping[str, Any]) -> str:
    others = {name: value for name, value in values.items() if name not in _NAMES}
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
    Filter(
        name="identifier", en="Phone, e-mail or another identifier", ru="Телефон, e-mail или другой идентификатор",
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


def _section(name: str, en: str, ru: str, listing: Listing) -> Section:
    return Section(
        name=name,
        en=en,
        ru=ru,
        right="profiles.read",
        columns=COLUMNS,
        rows=partial(rows, listing),
        count=partial(count, listing),
        estimate=partial(estimate, listing),
        orders=(f"-{MADE}", MADE),
        filters=_FILTERS,
        actions=_ACTIONS,
        is_within_rows=True,
    )


PROFILES = _section("profiles", "Profiles", "Клиенты", EVERYBODY)
PEOPLE = _section("people", "Known people", "Известные клиенты", KNOWN)
VISITORS = _section("visitors", "Anonymous visitors", "Анонимные посетители", UNKNOWN)

SECTIONS = (PROFILES, PEOPLE, VISITORS, CONSENTS, EVENTS)
