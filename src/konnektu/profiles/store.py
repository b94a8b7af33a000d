"""The statements of profiles, one short function each. Everything takes a connection of the workspace's role.

In: a connection and records. Out: records. Invariant: a batch is a fixed number of statements, whatever its size.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import aiosql
import msgspec

from konnektu.core.text import clean
from konnektu.profiles.consents import refusals_of
from konnektu.profiles.kept import Kept
from konnektu.profiles.model import (
    Contact,
    ProfileRow,
    Refusal,
    Statement,
    TagWord,
)
from konnektu.profiles.packing import Row, opened
from konnektu.profiles.working import Closed, StatementId, Touched, Working
from konnektu.storage.api import Bigints, Booleans, Byteas, Connection, Texts

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")

_words = msgspec.json.Decoder(list[tuple[int, str, bool, int, int]])
_statement = msgspec.msgpack.Decoder(Statement)
_pack = msgspec.msgpack.Encoder()


def load(db: Connection, working: Working, found: Touched, kept: Kept | None = None) -> None:
    """Fetch the profiles that have a row and are not kept; attributes of those alone that need them."""
    if kept:
        working.stored |= kept.find(found.facts.keys() - found.stated)
    unknown = found.facts.keys() - working.stored.keys()
    rows = Q.load_profiles(db, ids=Bigints(unknown), stated=Bigints(found.stated)) if unknown else ()
    for profile, state, attributes in rows:
        working.stored[profile] = state
        if attributes is not None:
            working.attributes[profile] = attributes


def save(db: Connection, working: Working) -> None:
    """Write what a batch changed, inside the caller's transaction: at most fifteen statements."""
    _save_merges(db, working)
    if working.erased:
        erase(db, sorted(working.erased))
    if working.moved:
        atoms, profiles = Bigints(working.moved), Bigints(working.moved.values())
        Q.move_tags(db, atoms=atoms, profiles=profiles)
        Q.move_consents(db, atoms=atoms, profiles=profiles)
    _save_states(db, working)
    if working.tags:
        put_tags(db, [(working.current(profile), word) for profile, word in working.tags.values()])
    if working.statements:
        put_statements(
            db, [(key, working.current(profile), said) for key, (profile, said) in working.statements.items()]
        )
    add_refusals(db, working.refused)


def _save_merges(db: Connection, working: Working) -> None:
    if not working.merged:
        return
    losers = list(working.merged)
    winners = [working.current(loser) for loser in losers]
    gone = [one for one in losers if working.stored.pop(one, None) is not None or one in working.saved]
    Q.remove_profiles(db, ids=Bigints(gone))
    Q.merge_tags(db, losers=Bigints(losers), winners=Bigints(winners))
    Q.merge_consents(db, losers=Bigints(losers), winners=Bigints(winners))


def _save_states(db: Connection, working: Working) -> None:
    working.pack_all()
    save_closed(db, working.take_closed())


def save_closed(db: Connection, closed: Closed) -> None:
    """Write states of a batch, those that no fact of it touches any more; the rest of it may still be folded."""
    if closed.changed:
        Q.change_profiles(db, **_columns(closed.changed, [closed.rows[one] for one in closed.changed]))
    if closed.made:
        columns = _columns(closed.made, [closed.rows[one] for one in closed.made])
        Q.add_profiles(db, borns=Bigints(closed.borns), **columns)


def _columns(profiles: Sequence[int], rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "ids": Bigints(profiles),
        "knowns": Booleans(row.known for row in rows),
        "firsts": Bigints(row.first_seen for row in rows),
        "lasts": Bigints(row.last_seen for row in rows),
        "positions": Bigints(row.position for row in rows),
        "attributes": Texts(row.attributes for row in rows),
        "states": Byteas(row.state for row in rows),
    }


def put_tags(db: Connection, words: Sequence[tuple[int, TagWord]]) -> None:
    """Keep the last words about tags, given as (profile, word)."""
    Q.put_tags(
        db,
        atoms=[word.atom for _, word in words],
        tags=[word.tag for _, word in words],
        profiles=[profile for profile, _ in words],
        presents=[word.present for _, word in words],
        times=[word.time for _, word in words],
        positions=[word.position for _, word in words],
    )


def put_statements(db: Connection, said: Sequence[tuple[StatementId, int, Statement]]) -> None:
    """Keep statements, given as (id, profile, statement), and the refusals among them."""
    statements = [statement for _, _, statement in said]
    Q.put_statements(
        db,
        atoms=[key[0] for key, _, _ in said],
        facts=[key[1] for key, _, _ in said],
        numbers=[key[2] for key, _, _ in said],
        profiles=[profile for _, profile, _ in said],
        entities=[statement.entity for statement in statements],
        kinds=[statement.contact.kind for statement in statements],
        contacts=[statement.contact.value for statement in statements],
        channels=[statement.channel for statement in statements],
        categories=[statement.category for statement in statements],
        purposes=[statement.purpose for statement in statements],
        states=[statement.state for statement in statements],
        times=[statement.time for statement in statements],
        positions=[statement.position for statement in statements],
        bodies=[_pack.encode(statement) for statement in statements],
    )
    add_refusals(db, refusals_of(statement for statement in statements if statement.explicit))


def add_refusals(db: Connection, refused: Sequence[Refusal]) -> None:
    """Keep refusals that came as facts; those that the API has recorded already stay one."""
    if refused:
        Q.add_refusals(db, **_refusal_columns(list(dict.fromkeys(refused))))


def _refusal_columns(refused: Sequence[Refusal]) -> dict[str, list[Any]]:
    return {
        "kinds": [one.contact.kind for one in refused],
        "contacts": [one.contact.value for one in refused],
        "entities": [one.entity for one in refused],
        "channels": [one.channel for one in refused],
        "categories": [one.category for one in refused],
        "purposes": [one.purpose for one in refused],
        "reasons": [one.reason for one in refused],
        "times": [one.time for one in refused],
    }


def refusals(db: Connection, contact: Contact, blinded: str = "") -> list[Refusal]:
    """Every refusal recorded for a contact, or under its keyed hash after an erasure, in order of recording."""
    rows = Q.refusals(db, kind=contact.kind, contacts=[contact.value, blinded or contact.value])
    return [_refusal(contact, row) for row in rows]


def _refusal(contact: Contact, row: Sequence[Any]) -> Refusal:
    entity, channel, category, purpose, reason, time = row
    return Refusal(
        contact=contact,
        entity=entity,
        channel=channel,
        category=category,
        purpose=purpose,
        reason=reason,
        time=time,
    )


def refusals_of_many(db: Connection, contacts: Collection[Contact]) -> dict[Contact, list[Refusal]]:
    """Every refusal recorded for each of these contacts; those without any are missing."""
    found: dict[Contact, list[Refusal]] = {}
    kinds, values = [one.kind for one in contacts], [one.value for one in contacts]
    for kind, value, *said in Q.refusals_of(db, kinds=Texts(kinds), contacts=Texts(values)):
        contact = Contact(kind, value)
        found.setdefault(contact, []).append(_refusal(contact, said))
    return found


def profiles(db: Connection, ids: Iterable[int]) -> dict[int, ProfileRow]:
    """These profiles by id; those without a row are missing."""
    return {row[0]: _row(row) for row in Q.profiles(db, ids=list(ids))}


def whole_profile(db: Connection, id: int) -> tuple[ProfileRow, list[TagWord], list[Statement]] | None:  # noqa: A002  the word of the domain
    """One profile with the words about its tags and its statements in order; None where it has no row."""
    row = Q.whole_profile(db, id=id)
    return None if row is None else opened_whole(row)


WHOLE: Final[str] = Q.whole_profile.sql
"""The statement that reads one profile with its words about tags and its statements: what `opened_whole` opens."""


def opened_whole(row: Sequence[Any]) -> tuple[ProfileRow, list[TagWord], list[Statement]]:
    """One profile with the words about its tags and its statements in order, of a row of `WHOLE`."""
    words = [TagWord(*word) for word in _words.decode(row[4])] if row[4] else []
    return _row(tuple(row)), words, [_statement.decode(body) for body in row[5]]


def profiles_after(db: Connection, after: int, limit: int) -> list[ProfileRow]:
    """A page of all profiles, in order of id."""
    return [_row(row) for row in Q.profiles_after(db, after=after, limit=limit)]


def standing_after(
    db: Connection, names: Sequence[str], after: int, limit: int
) -> list[tuple[int, bool, list[str | None]]]:
    """A page of all profiles, in order of id: whether a person is named, and the JSON of these attributes' values."""
    return list(Q.standing_after(db, names=list(names), after=after, limit=limit))


def consenting_after(db: Connection, after: int, limit: int) -> list[int]:
    """A page of the profiles that have ever consented to anything, in order of id."""
    return [row[0] for row in Q.consenting_after(db, after=after, limit=limit)]


def are_consenting_more(db: Connection, than: int) -> bool:
    """Whether more than so many profiles have ever consented to anything."""
    return bool(Q.are_consenting_more(db, than=than))


def known_after(db: Connection, after: int, limit: int) -> list[ProfileRow]:
    """A page of the profiles that name a person, in order of id."""
    return [_row(row) for row in Q.known_after(db, after=after, limit=limit)]


def bearers_after(db: Connection, tag: str, after: int, limit: int) -> list[ProfileRow]:
    """A page of the profiles that were given a tag; some of them may have lost it by a later word."""
    return [_row(row) for row in Q.bearers_after(db, tag=clean(tag), after=after, limit=limit)]


def named(db: Connection, low: str, high: str, rest: Sequence[str], limit: int) -> list[int]:
    """Ids of profiles whose name, from either end, stands between two texts and has words that begin so."""
    return [row[0] for row in Q.named(db, low=low, high=high, rest=Texts(rest), limit=limit)]


def rows_of(found: Iterable[Sequence[Any]]) -> list[ProfileRow]:
    """Profiles as rows of the columns that `profiles_after` selects."""
    return [_row(tuple(row)) for row in found]


def counts(db: Connection) -> tuple[int, int]:
    """(profiles, known ones among them)."""
    everyone, known = Q.counts(db)
    return everyone, known


def about(db: Connection) -> tuple[int, int]:
    """About (profiles, known ones among them), at no cost; zeros where the server has not looked yet."""
    everyone, known = Q.about(db)
    return everyone, known


def newcomers(db: Connection, since: int, most: int) -> tuple[int, int]:
    """(profiles made since an instant, those of them that name a person), looking at so many of the latest."""
    everyone, known = Q.newcomers(db, since=since, most=most)
    return everyone, known


def newcomers_by_span(db: Connection, starts: Sequence[int], most: int) -> list[tuple[int, int]]:
    """(profiles made, those of them that name a person) for each span that begins at ascending instants.

    Looks at so many of the latest; spans before theirs are left out, and the first of theirs may have had more.
    """
    found = {
        span: (made, known) for span, made, known in Q.newcomers_by_span(db, starts=list(starts), most=most)
    }
    is_whole = sum(made for made, _ in found.values()) < most
    first = 1 if is_whole else min(found)
    return [found.get(span, (0, 0)) for span in range(first, len(starts) + 1)]


def tags_of(db: Connection, ids: Iterable[int]) -> dict[int, list[TagWord]]:
    """The words about tags of these profiles, by profile."""
    words: dict[int, list[TagWord]] = {}
    for profile, *word in Q.tags_of(db, profiles=list(ids)):
        words.setdefault(profile, []).append(TagWord(*word))
    return words


def statements_of(db: Connection, ids: Iterable[int]) -> dict[int, list[Statement]]:
    """The statements of these profiles in order, by profile."""
    statements: dict[int, list[Statement]] = {}
    for profile, body in Q.statements_of(db, profiles=list(ids)):
        statements.setdefault(profile, []).append(_statement.decode(body))
    return statements


def statements_about(db: Connection, contact: Contact) -> list[Statement]:
    """The statements about a contact in order, whosever they are."""
    rows = Q.statements_about(db, kind=contact.kind, contact=contact.value)
    return [_statement.decode(body) for (body,) in rows]


def erase(db: Connection, ids: Sequence[int]) -> dict[str, int]:
    """Remove the rows, tags and consents of erased people; how many rows of each were removed."""
    return {
        "tag": Q.erase_tags(db, profiles=list(ids)),
        "consent": Q.erase_consents(db, profiles=list(ids)),
        "profile": Q.erase_profiles(db, profiles=list(ids)),
    }


def blind_refusals(db: Connection, blinded: Mapping[Contact, str]) -> None:
    """Put a keyed hash in place of an erased person's contact: the refusal is still obeyed, and names nobody."""
    Q.blind_refusals(
        db,
        kinds=[contact.kind for contact in blinded],
        contacts=[contact.value for contact in blinded],
        hashes=list(blinded.values()),
    )


def attribute_counts(db: Connection, most: int) -> dict[str, int]:
    """How many profiles have which attribute, the most frequent; looks at every profile."""
    db.execute("SET LOCAL statement_timeout = 0")
    return dict(Q.attribute_counts(db, most=most))


def set_borns(db: Connection, borns: Mapping[int, int]) -> None:
    """Say when these profiles were made."""
    Q.set_borns(db, ids=Bigints(borns), borns=Bigints(borns.values()))


def forget_statements(db: Connection, atoms: Iterable[int], facts: Iterable[int]) -> None:
    """Keep of the explicit statements of these atoms those of facts at these positions."""
    Q.forget_statements(db, atoms=Bigints(atoms), facts=Bigints(facts))


def standing_passive(db: Connection, atoms: Iterable[int]) -> set[int]:
    """Positions of the facts whose passive statements are the newest of these atoms: no other fact says them."""
    return {position for (position,) in Q.standing_passive(db, atoms=Bigints(atoms))}


def empty(db: Connection) -> None:
    """Remove all profiles, tags and consents, for a rebuild."""
    Q.empty_profiles(db)


def _row(row: tuple[Any, ...]) -> ProfileRow:
    return ProfileRow(id=row[0], born=row[1], state=opened(row[3], row[2]))
