"""Which people of a listing are asked for: by what identifies them, by a tag, by a segment.

In: a listing, a question. Out: rows of a page, counts. One of several conditions leads to the page, the others are
held against its rows, so that a page may hold fewer than asked for and never costs more.
"""

from collections.abc import Collection
from typing import Any

from msgspec import structs

from konnektu.core.section import MADE, Wanted
from konnektu.core.text import clean
from konnektu.identity import api as identity
from konnektu.profiles import looking, store
from konnektu.profiles.model import ProfileRow
from konnektu.storage.api import Bigints, Connection, Key, Listing, counted, listed

EVERYBODY = Listing(
    "SELECT id, born, attributes::text, state FROM profile WHERE true", {MADE: (Key("id", 0),)}
)
KNOWN = Listing("SELECT id, born, attributes::text, state FROM profile WHERE known", EVERYBODY.orders)
UNKNOWN = Listing("SELECT id, born, attributes::text, state FROM profile WHERE NOT known", EVERYBODY.orders)
"""Ids grow in the order of making."""

_BEARERS = Listing(
    "SELECT DISTINCT profile FROM tag WHERE tag = %(tag)s AND present", {MADE: (Key("profile", 0),)}
)
_BEARING = (
    "SELECT DISTINCT t.profile FROM tag AS t JOIN profile AS p ON p.id = t.profile"
    " WHERE t.tag = %(tag)s AND t.present AND NOT EXISTS (SELECT FROM tag AS o WHERE o.profile = t.profile"
    " AND o.tag = t.tag AND (o.time, o.position) > (t.time, t.position) AND NOT o.present)"
)
"""Who bears a tag: the latest word about it is that it is present."""
_NUMBER = "SELECT id FROM segment WHERE key = %s AND NOT is_deleted"
_MEMBERS = Listing("SELECT profile FROM member WHERE segment = %(segment)s", {MADE: (Key("profile", 0),)})
"""Who is in a segment; the slice of segments keeps it up to date."""
_INSIDE = (
    "SELECT m.profile FROM member AS m JOIN profile AS p ON p.id = m.profile WHERE m.segment = %(segment)s"
)
_BOTH = " AND EXISTS (SELECT FROM member AS m WHERE m.segment = %(segment)s AND m.profile = t.profile)"
_OF = {EVERYBODY.select: "", KNOWN.select: " AND p.known", UNKNOWN.select: " AND NOT p.known"}
_AMONG = "SELECT profile FROM member WHERE segment = %s AND profile = ANY(%s::bigint[])"


def narrowed_page(db: Connection, listing: Listing, wanted: Wanted) -> tuple[list[ProfileRow], str | None]:
    """A page of the people asked for, and the cursor of the next."""
    asked, bare = wanted.filters, structs.replace(wanted, filters={})
    if not asked:
        found, more = listed(db, listing, wanted)
        return store.rows_of(found), more
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
    if not asked:
        return counted(db, listing, wanted)
    given = {"tag": clean(str(asked.get("tag", ""))), "segment": _number(db, asked.get("segment"))}
    bare = structs.replace(wanted, filters={})
    if "tag" not in asked:
        return counted(db, Listing(_INSIDE + _OF[listing.select], {}), bare, given)
    both = _BOTH if "segment" in asked else ""
    return counted(db, Listing(_BEARING + _OF[listing.select] + both, {}), bare, given)


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
    return [row for row in found if row.state.basics.known is not left_out]


def _number(db: Connection, key: Any) -> int:
    """The number of a segment, read apart so that questions are planned for it; 0 where there is none."""
    row = db.execute(_NUMBER, [key]).fetchone() if key else None
    return row[0] if row else 0
