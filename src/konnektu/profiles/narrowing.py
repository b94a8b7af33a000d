"""Which people of a listing are asked for: by what identifies them, a tag, conditions of other slices, what is held.

In: a listing, a question. Out: rows of a page, counts. One of several conditions leads to the page, the others are
held against its rows, so that a page may hold fewer than asked for and never costs more.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, LiteralString

from msgspec import Struct, structs
from psycopg.sql import SQL

from konnektu.core.attributes import STANDARD
from konnektu.core.fitting import fits
from konnektu.core.section import MADE, Value, Wanted
from konnektu.core.text import clean
from konnektu.identity import api as identity
from konnektu.profiles import looking, store
from konnektu.profiles.conditions import Asking, Inside, conditions
from konnektu.profiles.model import ProfileRow
from konnektu.storage.api import Asker, Bigints, Connection, Key, Listing, counted, listed

_TEXT: LiteralString = "(attributes::jsonb #>> '{{{},v}}')"
_NUMBER: LiteralString = (
    "CASE WHEN jsonb_typeof(attributes::jsonb #> '{{{0},v}}') = 'number'"
    " THEN (attributes::jsonb #>> '{{{0},v}}')::numeric END"
)
NAMES = tuple(attribute.name for attribute in STANDARD)
_HELD: defaultdict[str, LiteralString] = defaultdict(lambda: _TEXT, number=_NUMBER)
"""What is held of an attribute, by its type; `{}` is its name."""
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
_MADE = {MADE: (Key("id", 0),)}
"""Ids grow in the order of making."""
_SELECT: LiteralString = "SELECT id, born, attributes::text, state, first_seen, last_seen FROM profile WHERE "
_SELECTED = 4
"""Columns of the selected that a profile is made of; what stands behind is asked for alone."""
EVERYBODY = Listing(_SELECT + "true", _MADE, seen=_SEEN)
KNOWN = Listing(_SELECT + "known", _MADE, seen=_SEEN)
UNKNOWN = Listing(_SELECT + "NOT known", _MADE, seen=_SEEN)

_APART = "~"
"""Between what a condition gives to the next page and the place of a row; no cursor has it."""
_INSIDE: LiteralString = (
    "SELECT m.profile AS id, p.attributes::text, p.first_seen, p.last_seen"
    " FROM ({}) AS m JOIN profile AS p ON p.id = m.profile WHERE true"
)
_AMONG: LiteralString = "SELECT profile FROM ({}) AS m WHERE profile = ANY(%(ids)s::bigint[])"
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
_OF = {EVERYBODY.select: "", KNOWN.select: " AND p.known", UNKNOWN.select: " AND NOT p.known"}


class Question(Struct, frozen=True):
    """What is asked of a listing, with the people inside each condition of other slices."""

    listing: Listing
    wanted: Wanted
    insides: tuple[Inside, ...] = ()

    @property
    def at(self) -> int | None:
        """When the answer is true, where that is not the instant of reading."""
        return min((one.at for one in self.insides if one.at is not None), default=None)

    @property
    def given(self) -> dict[str, Any]:
        """The parameters of the conditions."""
        return {name: value for one in self.insides for name, value in one.given.items()}


def asked(asker: Asker, listing: Listing, wanted: Wanted) -> Question:
    """A question, ready to be answered. Raises what a condition raises that cannot be asked."""
    token, _, place = wanted.after.rpartition(_APART)
    insides = tuple(
        one.inside(Asking(asker, wanted.filters[one.filter.name], is_known=listing is KNOWN, token=token))
        for one in conditions()
        if one.filter.name in wanted.filters
    )
    return Question(listing, structs.replace(wanted, after=place), insides)


def narrowed_page(db: Connection, question: Question) -> tuple[list[ProfileRow], str | None]:
    """A page of the people asked for, and the cursor of the next."""
    wanted, insides = question.wanted, question.insides
    filters, bare = wanted.filters, structs.replace(wanted, filters={})
    if "identifier" in filters:
        return _fitting(db, question, _holders(db, filters["identifier"]), insides), None
    if insides:
        leading = Listing(insides[0].select, {MADE: (Key("profile", 0),)})
        people, more = listed(db, leading, bare, insides[0].given)
        token = next((one.token for one in insides if one.token), "")
        found = _fitting(db, question, [row[0] for row in people], insides[1:])
        return found, f"{token}{_APART}{more}" if token and more else more
    if "tag" in filters:
        bearers, more = listed(db, _BEARERS, bare, {"tag": clean(str(filters["tag"]))})
        return _fitting(db, question, [row[0] for row in bearers], ()), more
    rows, more = listed(db, question.listing, wanted)
    return store.rows_of(row[:_SELECTED] for row in rows), more


def narrowed_count(db: Connection, question: Question) -> int:
    """How many people are asked for, other than by what identifies them; `wanted.limit` at most."""
    listing, wanted, insides = question.listing, question.wanted, question.insides
    if "tag" not in wanted.filters and not insides:
        return counted(db, listing, wanted)
    is_alone = len(insides) == len(wanted.filters) == 1 and listing is not UNKNOWN
    if is_alone and (people := insides[0].people) is not None:
        return min(people, wanted.limit)
    others = structs.replace(wanted, filters=_held_asked(wanted))
    given = {**question.given, "tag": clean(str(wanted.filters.get("tag", "")))}
    if "tag" in wanted.filters:
        select = _BEARING + _OF[listing.select] + _also(insides)
    else:
        select = _INSIDE.format(insides[0].select) + _OF[listing.select] + _also(insides[1:])
    return counted(db, Listing(select, {}, seen=_SEEN), others, given)


def _also(insides: Sequence[Inside]) -> LiteralString:
    """That a person is inside other conditions, too."""
    also: LiteralString = ""
    for one in insides:
        also += " AND p.id IN (" + one.select + ")"
    return also


def identifying(person: identity.Person | None) -> list[identity.Atom]:
    """Active identifiers that have a column of their own; the oldest of a kind is the last."""
    atoms = sorted(person.atoms.values(), key=lambda atom: -atom.id) if person else []
    return [atom for atom in atoms if atom.kind in NAMES and atom.status == "active"]


def _holders(db: Connection, said: Any) -> set[int]:
    """The profiles that a value identifies, whatever kind of identifier it is read as."""
    kinds = identity.rules(db).kinds
    return set(identity.find_many(db, [(kind.name, said) for kind in kinds]).values())


def _fitting(
    db: Connection, question: Question, ids: Collection[int], insides: Sequence[Inside]
) -> list[ProfileRow]:
    """Those of these profiles that everything asked for holds of, in the wanted order."""
    listing, wanted = question.listing, question.wanted
    for one in insides:
        among = SQL(_AMONG.format(one.select))
        ids = [row[0] for row in db.execute(among, {**one.given, "ids": Bigints(ids)})]
    if "tag" in wanted.filters:
        tags, tag = looking.tags(db, list(ids)), clean(str(wanted.filters["tag"]))
        ids = [one for one in ids if tag in tags.get(one, ())]
    left_out = {id(KNOWN): False, id(UNKNOWN): True}.get(id(listing))
    found = sorted(
        store.profiles(db, ids).values(), key=lambda row: row.id, reverse=wanted.order.startswith("-")
    )
    return _having(db, [row for row in found if row.state.basics.known is not left_out], _held_asked(wanted))


def _held_asked(wanted: Wanted) -> Mapping[str, Value]:
    """What is asked of what is held of people."""
    return {name: value for name, value in wanted.filters.items() if name in _SEEN}


def _having(db: Connection, rows: Sequence[ProfileRow], asked: Mapping[str, Value]) -> list[ProfileRow]:
    """Those who have what is asked for: who was found by another condition is looked at here alone."""
    if not asked:
        return list(rows)
    people = {person.id: person for person in identity.persons(db, [row.id for row in rows])}
    return [row for row in rows if _has(row, people.get(row.id), asked)]


def _has(row: ProfileRow, person: identity.Person | None, asked: Mapping[str, Value]) -> bool:
    basics = row.state.basics
    held: dict[str, Any] = {
        "first_seen": basics.first and basics.first[0],
        "last_seen": basics.last and basics.last[0],
    }
    held |= {atom.kind: atom.value for atom in identifying(person)}
    held |= {name: one.value for name, one in row.state.attributes.items()}
    return all(fits(value, held.get(name)) for name, value in asked.items())
