"""The statements of identity, one short function each, and loading and saving of the working set in a few of them.

Invariant: `load` fetches whatever its events can touch: the people who carry any of their identifiers, and
the people they name. Deciding joins, cuts and shares only these, and a person holds all its atoms.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, Final

import aiosql
import msgspec

from konnektu.core.records import Decision, Identifier
from konnektu.identity.kept import Kept
from konnektu.identity.known import Known
from konnektu.identity.model import Parting, Person, Rules
from konnektu.storage.api import Bigints, Byteas, Connection, Db, Texts

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")

LAST: Final = (1 << 62, 0)
"""Key of a page that begins with the latest decision."""
_PAGE: Final = 5_000
_ALL: Final = (1 << 31) - 1
_person = msgspec.msgpack.Decoder(Person)
_body = msgspec.msgpack.Encoder()
_rules = msgspec.json.Decoder(Rules)


def load(
    db: Connection,
    known: Known,
    identifiers: AbstractSet[Identifier],
    atoms: AbstractSet[int],
    kept: Kept | None = None,
) -> None:
    """Take whoever carries one of these identifiers or holds one of these atoms; the kept ones are not fetched."""
    found, unknown = kept.find(identifiers) if kept else ({}, identifiers)
    if unknown or atoms:
        known.packed |= people(db, unknown, atoms)
    known.asked |= identifiers
    known.fetched.update(unknown)
    known.add_loaded(map(_person.decode, (found | known.packed).values()))


def people(db: Connection, identifiers: Iterable[Identifier], atoms: Iterable[int]) -> dict[int, bytes]:
    """Whoever carries one of these identifiers or holds one of these atoms, packed, by profile."""
    asked = sorted(identifiers)
    rows = Q.people(
        db,
        kinds=Texts(each.kind for each in asked),
        values=Texts(each.value for each in asked),
        atoms=Bigints(sorted(atoms)),
    )
    return dict(rows)


def save(db: Connection, known: Known) -> None:
    """Write what has changed in the working set: at most one statement a table and kind of change."""
    _save_people(db, known)
    _save_identifiers(db, known)
    if known.decisions:
        Q.add_decisions(db, **_columns(known.decisions))
    if known.rules_made:
        _add_rules(db, known.rules_made)
    if known.cuts:
        _save_cuts(db, known.cuts)


def _save_people(db: Connection, known: Known) -> None:
    if known.touched:
        ids = sorted(known.touched)
        known.packed |= {each: _body.encode(known.persons[each]) for each in ids}
        Q.put_people(db, ids=Bigints(ids), bodies=Byteas(known.packed[each] for each in ids))
    if gone := sorted(known.removed - known.persons.keys()):
        Q.remove_people(db, ids=Bigints(gone))


def _save_identifiers(db: Connection, known: Known) -> None:
    if born := [known.atom(each) for each in sorted(known.born)]:
        Q.add_identifiers(
            db,
            kinds=Texts(atom.kind for atom in born),
            values=Texts(atom.value for atom in born),
            atoms=Bigints(atom.id for atom in born),
            profiles=Bigints(known.homes[atom.id] for atom in born),
            statuses=Texts(atom.status for atom in born),
        )
    if moved := sorted(known.moved - known.born):
        statuses = Texts(known.atom(each).status for each in moved)
        profiles = Bigints(known.homes[each] for each in moved)
        Q.move_identifiers(db, atoms=Bigints(moved), profiles=profiles, statuses=statuses)
    if gone := [atom for person in known.erased.values() for atom in person.atoms]:
        Q.remove_identifiers(db, atoms=sorted(gone))


def _columns(decisions: Sequence[Decision]) -> dict[str, Any]:
    nothing = Identifier("", "")
    values = [one.identifier or nothing for one in decisions]
    return {
        "positions": Bigints(one.position for one in decisions),
        "ordinals": Bigints(one.ordinal for one in decisions),
        "kinds": Texts(one.kind for one in decisions),
        "atoms": Bigints(one.atom for one in decisions),
        "profiles": Bigints(one.profile for one in decisions),
        "others": Bigints(one.other for one in decisions),
        "other_atoms": Bigints(one.other_atom for one in decisions),
        "moved": Texts("{" + ",".join(map(str, one.moved)) + "}" for one in decisions),
        "identifier_kinds": Texts(value.kind for value in values),
        "identifier_values": Texts(value.value for value in values),
        "reasons": Texts(one.reason for one in decisions),
        "rules": Bigints(one.rules for one in decisions),
        "details": Texts(msgspec.json.encode(one.detail) if one.detail else "{}" for one in decisions),
    }


def _decision(row: tuple[Any, ...]) -> Decision:
    position, ordinal, kind, atom, profile, other, other_atom, moved, name, value, reason, rules, detail = row
    return Decision(
        position=position,
        ordinal=ordinal,
        kind=kind,
        atom=atom,
        profile=profile,
        other=other,
        other_atom=other_atom,
        moved=tuple(moved),
        identifier=Identifier(name, value) if name else None,
        reason=reason,
        rules=rules,
        detail=msgspec.json.decode(detail),
    )


def _add_rules(db: Connection, made: Sequence[tuple[Rules, int]]) -> None:
    Q.add_rules(
        db,
        versions=[rules.version for rules, _ in made],
        positions=[position for _, position in made],
        bodies=[msgspec.json.encode(rules).decode() for rules, _ in made],
    )


def _save_cuts(db: Connection, cuts: Mapping[tuple[int, int], bool]) -> None:
    for is_awaited, change in ((True, Q.request_cuts), (False, Q.settle_cuts)):
        named = sorted(each for each, awaited in cuts.items() if awaited is is_awaited)
        if named:
            change(db, positions=[each[0] for each in named], ordinals=[each[1] for each in named])


def decided(db: Connection, named: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """An atom of each of these decisions, of those that exist."""
    asked = sorted(named)
    rows = Q.decided(db, positions=[each[0] for each in asked], ordinals=[each[1] for each in asked])
    return {(position, ordinal): atom for position, ordinal, atom in rows}


def decisions_between(db: Connection, after: int, upto: int) -> list[Decision]:
    """All decisions with positions in (after, upto], in order."""
    return [_decision(row) for row in Q.decisions_between(db, after=after, upto=upto)]


def recorded(db: Db, upto: int) -> Iterator[Decision]:
    """All decisions up to a position, in order, in constant memory."""
    last = (-1, 0)
    while True:
        with db.read() as own:
            rows = list(Q.decisions_after(own, position=last[0], ordinal=last[1], upto=upto, limit=_PAGE))
        yield from map(_decision, rows)
        if len(rows) < _PAGE:
            return
        last = rows[-1][0], rows[-1][1]


def decisions_about(
    db: Connection, atoms: Iterable[int], before: tuple[int, int] = LAST, limit: int = 100
) -> list[Decision]:
    """Decisions that concern one of these atoms, before (position, ordinal), latest first."""
    rows = Q.decisions_about(db, atoms=sorted(atoms), position=before[0], ordinal=before[1], limit=limit)
    return [_decision(row) for row in rows]


def latest_decisions(
    db: Connection, kinds: Iterable[str], before: tuple[int, int] = LAST, limit: int = 100
) -> list[Decision]:
    """Decisions of these kinds before (position, ordinal), latest first."""
    rows = Q.latest_decisions(db, kinds=sorted(kinds), position=before[0], ordinal=before[1], limit=limit)
    return [_decision(row) for row in rows]


def values_of(db: Connection, atoms: Iterable[int]) -> list[tuple[int, int, str, dict[str, Any]]]:
    """(position, ordinal, identifier's value, detail) of the decisions that concern one of these atoms."""
    rows = Q.values_of(db, atoms=sorted(atoms))
    return [
        (position, ordinal, value, msgspec.json.decode(detail)) for position, ordinal, value, detail in rows
    ]


def cover_values(db: Connection, covered: Sequence[tuple[int, int, str, dict[str, Any]]]) -> None:
    """Put other evidence in place of these decisions'."""
    Q.cover_values(
        db,
        positions=[row[0] for row in covered],
        ordinals=[row[1] for row in covered],
        identifier_values=[row[2] for row in covered],
        details=[msgspec.json.encode(row[3]).decode() for row in covered],
    )


def find(db: Connection, identifiers: Iterable[Identifier]) -> dict[Identifier, int]:
    """The profile of each identifier that identifies somebody."""
    asked = sorted(set(identifiers))
    rows = Q.find(db, kinds=[each.kind for each in asked], values=[each.value for each in asked])
    return {Identifier(kind, value): profile for kind, value, profile in rows}


def beginning(db: Connection, asked: Sequence[tuple[str, str, str]], limit: int) -> list[int]:
    """The profiles of identifiers of (kind, at least this value, below that one), a few of each."""
    rows = Q.beginning(
        db, kinds=Texts(kind for kind, _, _ in asked), lows=Texts(low for _, low, _ in asked),
        highs=Texts(high for _, _, high in asked), limit=limit,
    )  # fmt: skip
    return [row[0] for row in rows]


HOLDER: Final[str] = Q.holder.sql
"""The statement by which an identifier leads to its person: (version of the rules in force, id, packed person)."""


def opened(body: bytes) -> Person:
    """A person as `HOLDER` finds it."""
    return _person.decode(body)


def holder(db: Connection, identifier: Identifier) -> tuple[int | None, Person | None]:
    """The version of the rules in force, None where none were stated; whom the identifier identifies."""
    version, _, body = Q.holder(db, kind=identifier.kind, value=identifier.value)
    return version, None if body is None else opened(body)


def current(db: Connection, ids: Iterable[int]) -> dict[int, int]:
    """The present profile of each of these atoms or profile ids, former ones included."""
    return dict(Q.current(db, ids=sorted(ids)))


def homes(db: Connection) -> dict[int, int]:
    """The profile of every atom; of one instant where the connection reads a snapshot."""
    found: dict[int, int] = {}
    last = -1
    while True:
        rows = list(Q.homes(db, after=last, limit=_PAGE))
        found.update(rows)
        if len(rows) < _PAGE:
            return found
        last = rows[-1][0]


def effective_cuts(db: Connection) -> dict[tuple[int, int], Parting]:
    """What each effective cut that a person asked for has put apart, by the decision it undid."""
    return {
        (row[0], row[1]): Parting(Identifier(row[2], row[3]), Identifier(row[4], row[5]), row[6])
        for row in Q.effective_cuts(db)
    }


def separations(db: Connection) -> dict[int, list[tuple[int, int]]]:
    """The atoms that each accepted `never` keeps apart, by the position of its fact."""
    found: dict[int, list[tuple[int, int]]] = {}
    for made in latest_decisions(db, ["never"], limit=_ALL):
        found.setdefault(made.position, []).append((made.atom, made.other_atom))
    return found


def persons(db: Connection, ids: Iterable[int]) -> list[Person]:
    """The people with these profile ids, in the order of the ids."""
    return [_person.decode(body) for (body,) in Q.bodies(db, ids=sorted(ids))]


def rules(db: Connection) -> Rules | None:
    """The rules in force; None where none were ever stated."""
    row = Q.rules(db)
    return _rules.decode(row[0]) if row else None


def rules_history(db: Connection) -> list[tuple[int, Rules]]:
    """All rules stated, with the position from which each held."""
    return [(position, _rules.decode(body)) for position, body in Q.rules_history(db)]


def requested_cuts(db: Connection) -> list[tuple[int, int]]:
    """Decisions (position, ordinal) whose undoing was asked for and is not yet effective."""
    return [(position, ordinal) for position, ordinal in Q.requested_cuts(db)]
