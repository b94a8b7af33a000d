"""The statements of profiles, one short function each. Everything takes a connection of the workspace's role.

In: a connection and records. Out: records. Invariant: a batch is a fixed number of statements, whatever its size.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import aiosql
import msgspec

from konnektu.core.text import clean
from konnektu.profiles.consents import refusals_of
from konnektu.profiles.logic import in_order
from konnektu.profiles.model import (
    Basics,
    Contact,
    Held,
    ProfileRow,
    ProfileState,
    Refusal,
    Statement,
    TagWord,
)
from konnektu.profiles.working import StatementId, Working
from konnektu.storage.api import Bigints, Booleans, Byteas, Connection, Texts

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")

_state = msgspec.msgpack.Decoder(Basics)
_attributes = msgspec.json.Decoder(dict[str, Held])
_words = msgspec.json.Decoder(list[tuple[int, str, bool, int, int]])
_statement = msgspec.msgpack.Decoder(Statement)
_pack = msgspec.msgpack.Encoder()
_json = msgspec.json.Encoder()


def load(db: Connection, profiles: Iterable[int]) -> dict[int, ProfileState]:
    """The states of these profiles by id; those without a row are missing."""
    rows = Q.load_profiles(db, ids=Bigints(profiles))
    return {row[0]: _profile_state(row[1], row[2]) for row in rows}


def save(db: Connection, working: Working) -> None:
    """Write what a batch changed, inside the caller's transaction: at most fourteen statements."""
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


def _save_merges(db: Connection, working: Working) -> None:
    if not working.merged:
        return
    losers = list(working.merged)
    winners = [working.current(loser) for loser in losers]
    gone = [loser for loser in losers if loser in working.stored]
    Q.remove_profiles(db, ids=Bigints(gone))
    Q.merge_tags(db, losers=Bigints(losers), winners=Bigints(winners))
    Q.merge_consents(db, losers=Bigints(losers), winners=Bigints(winners))
    working.stored -= set(gone)


def _save_states(db: Connection, working: Working) -> None:
    changed = sorted(working.touched & working.stored)
    made = sorted(working.touched - working.stored)
    if changed:
        stated = [_attributes_json(working, one) if one in working.restated else None for one in changed]
        Q.change_profiles(db, attributes=Texts(stated), **_columns(working, changed))
    if made:
        stated = [_attributes_json(working, one) for one in made]
        borns = Bigints(working.born[one] for one in made)
        Q.add_profiles(db, borns=borns, attributes=Texts(stated), **_columns(working, made))


def _columns(working: Working, profiles: Sequence[int]) -> dict[str, Any]:
    all_basics = [working.states[profile].basics for profile in profiles]
    return {
        "ids": Bigints(profiles),
        "knowns": Booleans(basics.known for basics in all_basics),
        "firsts": Bigints(basics.first and basics.first[0] for basics in all_basics),
        "lasts": Bigints(basics.last and basics.last[0] for basics in all_basics),
        "positions": Bigints(basics.position for basics in all_basics),
        "states": Byteas(_pack.encode(in_order(basics)) for basics in all_basics),
    }


def _attributes_json(working: Working, profile: int) -> bytes:
    return _json.encode(working.states[profile].attributes)


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
    refused = refusals_of(statement for statement in statements if statement.explicit)
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
    return [
        Refusal(
            contact=contact,
            entity=entity,
            channel=channel,
            category=category,
            purpose=purpose,
            reason=reason,
            time=time,
        )
        for entity, channel, category, purpose, reason, time in rows
    ]


def profiles(db: Connection, ids: Iterable[int]) -> dict[int, ProfileRow]:
    """These profiles by id; those without a row are missing."""
    return {row[0]: _row(row) for row in Q.profiles(db, ids=list(ids))}


def whole_profile(db: Connection, id: int) -> tuple[ProfileRow, list[TagWord], list[Statement]] | None:  # noqa: A002  the word of the domain
    """One profile with the words about its tags and its statements in order; None where it has no row."""
    row = Q.whole_profile(db, id=id)
    if row is None:
        return None
    words = [TagWord(*word) for word in _words.decode(row[4])] if row[4] else []
    return _row(row), words, [_statement.decode(body) for body in row[5]]


def profiles_after(db: Connection, after: int, limit: int) -> list[ProfileRow]:
    """A page of all profiles, in order of id."""
    return [_row(row) for row in Q.profiles_after(db, after=after, limit=limit)]


def known_after(db: Connection, after: int, limit: int) -> list[ProfileRow]:
    """A page of the profiles that name a person, in order of id."""
    return [_row(row) for row in Q.known_after(db, after=after, limit=limit)]


def bearers_after(db: Connection, tag: str, after: int, limit: int) -> list[ProfileRow]:
    """A page of the profiles that were given a tag; some of them may have lost it by a later word."""
    return [_row(row) for row in Q.bearers_after(db, tag=clean(tag), after=after, limit=limit)]


def counts(db: Connection) -> tuple[int, int]:
    """(profiles, known ones among them)."""
    everyone, known = Q.counts(db)
    return everyone, known


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


def empty(db: Connection) -> None:
    """Remove all profiles, tags and consents, for a rebuild."""
    Q.empty_profiles(db)


def _row(row: tuple[Any, ...]) -> ProfileRow:
    return ProfileRow(id=row[0], born=row[1], state=_profile_state(row[2], row[3]))


def _profile_state(attributes: str, state: bytes) -> ProfileState:
    return ProfileState(_state.decode(state), _attributes.decode(attributes))
