"""Which people of a listing are asked for: by what identifies them, a tag, a segment, and what is held of them.

In: a listing, a question. Out: rows of a page, counts. One of several conditions leads to the page, the others are
held against its rows, so that a page may hold fewer than asked for and never costs more.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, LiteralString

from msgspec import structs

from konnektu.core.attributes import STANDARD
from konnektu.core.fitting import fits
from konnektu.core.section import MADE, Value, Wanted
from konnektu.core.text import clean
from konnektu.identity import api as identity
from konnektu.profiles import looking, store
from konnektu.profiles.model import ProfileRow
from konnektu.storage.api import Bigints, Connection, Key, Listing, counted, listed

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
_SEGMENT = "SELECT id FROM segment WHERE key = %s AND NOT is_deleted"
_MEMBERS = Listing("SELECT profile FROM member WHERE segment = %(segment)s", {MADE: (Key("profile", 0),)})
"""Who is in a segment; the slice of segments keeps it up to date."""
_INSIDE: LiteralString = (
    "SELECT m.profile AS id, p.attributes::text, p.first_seen, p.last_seen"
    " FROM member AS m JOIN profile AS p ON p.id = m.profile WHERE m.segment = %(segment)s"
)
_BOTH = " AND EXISTS (SELECT FROM member AS m WHERE m.segment = %(segment)s AND m.profile = t.profile)"
_OF = {EVERYBODY.select: "", KNOWN.select: " AND p.known", UNKNOWN.select: " AND NOT p.known"}
_LEADING = frozenset(("identifier", "segment", "tag"))
"""Conditions that lead to a page; what is held of people is looked for in whatever they lead to."""
_AMONG = "SELECT profile FROM member WHERE segment = %s AND profile = ANY(%s::bigint[])"


def narrowed_page(db: Connection, listing: Listing, wanted: Wanted) -> tuple[list[ProfileRow], str | None]:
    """A page of the people asked for, and the cursor of the next."""
    asked, bare = wanted.filters, structs.replace(wanted, filters={})
    if not _LEADING.intersection(asked):
        found, more = listed(db, listing, wanted)
        return store.rows_of(row[:_SELECTED] for row in found), more
    if "identifier" in asked:
        return _fitting(db, listing, wanted, _holders(db, asked["identifier"])), None
    if "segment" in asked:
        members, more = listed(db, _MEMBERS, bare, {"segment": _number(db, asked["segment"])})
        return _fitting(db, listing, wanted, [row[0] for row in members], is_inside=True), more
    bearers, more = listed(db, _BEARERS, bare, {"tag": clean(str(asked["tag"]))})
    return _fitting(db, listing, wanted, [row[0] for row in bearers]), more


def narrowed_count(db: Connection, listing: Listing, wanted: Wanted) -> int:
    """How many people are asked for, other than by what identifies them; `wanted.limit` at most."""
    asked = wanted.filters
    if not _LEADING.intersection(asked):
        return counted(db, listing, wanted)
    given = {"tag": clean(str(asked.get("tag", ""))), "segment": _number(db, asked.get("segment"))}
    others = structs.replace(wanted, filters=_held_asked(wanted))
    if "tag" not in asked:
        return counted(db, Listing(_INSIDE + _OF[listing.select], {}, seen=_SEEN), others, given)
    both = _BOTH if "segment" in asked else ""
    return counted(db, Listing(_BEARING + _OF[listing.select] + both, {}, seen=_SEEN), others, given)


def identifying(person: identity.Person | None) -> list[identity.Atom]:
    """Active identifiers that have a column of their own; the oldest of a kind is the last."""
    atoms = sorted(person.atoms.values(), key=lambda atom: -atom.id) if person else []
    return [atom for atom in atoms if atom.kind in NAMES and atom.status == "active"]


def _holders(db: Connection, said: Any) -> set[int]:
    """The profiles that a value identifies, whatever kind of identifier it is read as."""
    kinds = identity.rules(db).kinds
    return set(identity.find_many(db, [(kind.name, said) for kind in kinds]).values())


def _fitting(
    db: Connection, listing: Listing, wanted: Wanted, ids: Collection[int], *, is_inside: bool = False
) -> list[ProfileRow]:
    """Those of these profiles that everything asked for holds of, in the wanted order."""
    asked = wanted.filters
    if "segment" in asked and not is_inside:
        among = [_number(db, asked["segment"]), Bigints(ids)]
        ids = [row[0] for row in db.execute(_AMONG, among)]
    if "tag" in asked:
        tags, tag = looking.tags(db, list(ids)), clean(str(asked["tag"]))
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


def _number(db: Connection, key: Any) -> int:
    """The number of a segment, read apart so that questions are planned for it; 0 where there is none."""
    row = db.execute(_SEGMENT, [key]).fetchone() if key else None
    return row[0] if row else 0
