"""People put on a list from outside. In: a file, a wish. Out: facts on the log, and what became of each row."""

from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

from konnektu.access.api import Author
from konnektu.core.errors import Conflict, Forbidden, Unprocessable
from konnektu.core.identifiers import Kind
from konnektu.core.ids import uuid7
from konnektu.core.records import Identifier, Parcel
from konnektu.core.text import clean
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.profiles import api as profiles
from konnektu.segments.live import listed
from konnektu.segments.logic import one
from konnektu.segments.naming import append, listings, pieces
from konnektu.segments.uploading import ANYTHING, PROFILE, Line, Named, lines, who
from konnektu.segments.views import ListedView
from konnektu.segments.writing import standing
from konnektu.storage.api import Connection, Db

Mode = Literal["add", "replace", "remove"]
"""add: who is named comes on the list; replace: only who is named is on it; remove: who is named is on it no more."""
MADE_AT_ONCE: Final = 1_000
MADE_SECONDS: Final = 60.0
"""How long the writer may take to make people."""


class Upload(Struct, frozen=True, kw_only=True):
    """A file of people and what is to become of them."""

    body: bytes
    mode: Mode
    kind: str = ""
    """What the first column holds; empty where its name says so."""
    makes: bool = False
    """Whether people are made for rows that lead to nobody."""
    note: str = ""
    """Why, for the history of edits."""


class _Change(Struct, frozen=True):
    add: tuple[int, ...]
    remove: tuple[int, ...]


def put_people(author: Author, key: str, asked: Upload) -> ListedView:
    """Put the people of a file on a list, or take them off. Raises `NotFound`, `Conflict` for a segment with rules.

    Raises `Unprocessable` and `TooLarge` for the file, `Forbidden` for who may not see people, or make them.
    """
    _check(author, asked)
    known = one(standing(author), key)
    if known.stated.kind != "list":
        raise Conflict(f"{known.stated.name} is no list: people are not put into it by hand.")
    db = author.db
    with db.read(snapshot=True) as own:
        kinds = identity.rules(own).kinds
        said, unreadable = lines(asked.body, kinds, asked.kind)
        found = who(own, said, kinds)
    made = _make(author, db, found, kinds) if asked.makes else 0
    for number in unreadable:
        found.leads_nowhere(number, "", "unreadable")
    for line in found.missing:
        found.leads_nowhere(line.row, line.text, "not_found")
    with db.read(snapshot=True) as own:
        change = _change(own, known.id, found.people, asked.mode)
    applied = _append(author, key, change, asked, found.rows + len(unreadable))
    return ListedView(
        rows=found.rows + len(unreadable),
        found=found.found,
        people=len(found.people),
        made=made,
        not_found=len(found.missing),
        ambiguous=found.ambiguous,
        unreadable=len(unreadable),
        added=len(change.add),
        removed=len(change.remove),
        lines=sorted(found.lines, key=lambda each: each.row),
        applied=applied,
    )


def _check(author: Author, asked: Upload) -> None:
    for right in ("profiles.read", *(("profiles.write",) if asked.makes else ())):
        if not author.caller.may(right):
            raise Forbidden(f"This needs the right {right}. Ask an administrator of your workspace for it.")
    if asked.makes and asked.mode == "remove":
        raise Unprocessable("Nobody is made to be taken off a list.")


def _change(db: Connection, segment: int, people: set[int], mode: Mode) -> _Change:
    """Who comes on the list and who leaves it."""
    atoms = listed.on_list(db, segment)
    homes = identity.current_many(db, atoms) if atoms else {}
    there = set(homes.values())
    if mode == "remove":
        return _Change((), tuple(atom for atom in atoms if homes.get(atom) in people))
    leaves = tuple(atom for atom in atoms if homes.get(atom) not in people) if mode == "replace" else ()
    return _Change(tuple(sorted(people - there)), leaves)


def _append(author: Author, key: str, change: _Change, asked: Upload, rows: int) -> bool:
    """Append what changes; whether it was applied in time."""
    detail = {"mode": asked.mode, "rows": rows, "added": len(change.add), "removed": len(change.remove)}
    author.record("segment.listed", key, detail)
    note = f"+{len(change.add)} −{len(change.remove)} {clean(asked.note)}".strip()
    told = list(listings(key, change.add, change.remove, note))
    workspace = author.caller.workspace.id
    block = append(author.storage, workspace, told, by=author.caller.login, now=author.now)
    return not block or author.is_applied(block)


def _make(author: Author, db: Db, found: Named, kinds: Sequence[Kind]) -> int:
    """Make people for rows that lead to nobody and say by which kind of identifier; how many rows found them then."""
    makable = [line for line in found.missing if _identifiers(line, kinds)]
    if not makable:
        return 0
    block = 0
    for some in pieces(makable, MADE_AT_ONCE):
        bodies = [
            profiles.edit(
                profiles.Change(
                    message_id=uuid7(author.now), by=author.caller.login, identifiers=_identifiers(line, kinds)
                ),
                {}, (), "stated",
            )
            for line in some
        ]  # fmt: skip
        parcel = Parcel(0, "api", author.now, bodies)
        block = log.append(author.storage.inbox, author.caller.workspace.id, [parcel])
    log.wait_applied(db, block, MADE_SECONDS)
    tried = {line.row for line in makable}
    with db.read(snapshot=True) as own:
        again = who(own, makable, kinds)
    found.found += again.found
    found.people |= again.people
    found.ambiguous += again.ambiguous
    found.lines += again.lines
    found.missing = [line for line in found.missing if line.row not in tried] + again.missing
    return again.found


def _identifiers(line: Line, kinds: Sequence[Kind]) -> tuple[Identifier, ...]:
    """What a row says that somebody can be made by, in normal form; nothing where a value is unusable."""
    stated = [pair for pair in line.pairs if pair[0] not in {PROFILE, ANYTHING}]
    try:
        return profiles.checked_identifiers(kinds, stated)
    except Unprocessable:
        return ()
