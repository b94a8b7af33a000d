"""The people for whom a tree holds. In: who asks a list of people by it. Out: these people, and when.

A tree that says what a segment in force says is answered by its members. Any other is decided in the event store by
the copy that counts are made by (`copying`), once; the people stand in a set that all pages of the list read.
"""

from functools import lru_cache
from threading import Lock
from typing import Final, LiteralString

from konnektu.core.clock import MINUTE
from konnektu.core.errors import NotFound, Retry, Unprocessable
from konnektu.core.section import Tree
from konnektu.log import api as log
from konnektu.profiles import api as profiles
from konnektu.rules import sql
from konnektu.rules.checking import rule_of
from konnektu.rules.model import Member, Rule
from konnektu.rules.model import Segment as Definition
from konnektu.rules.normal import key
from konnektu.segments import seeking
from konnektu.segments.copying import stands
from konnektu.segments.counting import Base, asked_of, checked
from konnektu.segments.live import store as live
from konnektu.segments.model import Defined
from konnektu.segments.store import decided, defined
from konnektu.segments.trees import store
from konnektu.segments.trees.store import Chosen
from konnektu.storage.api import Connection, Db

SERVES: Final = MINUTE
"""How long a set answers new questions, milliseconds; pages that were begun go on with theirs."""
MOST_LISTED: Final = 300_000
"""Profiles of which a set is made: every page reads its set, which takes seconds of a set of a million."""
GLANCED: Final = 20_000
"""Profiles of which nobody has to wait for a set who only glances at a count."""
_LOCKS: Final = tuple(Lock() for _ in range(64))
"""A set that several ask for at once is made by one of them."""
_MEMBERS: LiteralString = "SELECT profile FROM member WHERE segment = %(tree)s"
_CHOSEN: LiteralString = (
    "SELECT one.profile FROM people_set CROSS JOIN LATERAL unnest(people) AS one (profile)"
    " WHERE id = %(tree)s"
)


_DIGITS: Final = 18
"""Of the number of a set."""


class NoTree(NotFound):
    """The conditions of this link are not kept any more. Put them together anew."""


def inside(asking: profiles.Asking) -> profiles.Inside:
    """The people for whom a tree holds.

    Raises what counting it raises, `NoTree`, `Forbidden` where it asks for what is covered for the asker.
    """
    asker = asking.asker
    base = Base(asker.storage, asker.workspace, asker.now)
    tree, rule = _read(base.db, asking.value, asker.now)
    definition = Definition(rule, people="known" if asking.is_known else "all")
    with base.db.read(snapshot=True) as db:
        if not asker.may_seek:
            seeking.refuse_covered(db, [rule])
        if members := _members(db, rule, is_known=asking.is_known, now=asker.now):
            return members
    name = f"{tree}.{definition.people}"
    chosen = _begun(base, name, asking.token)
    if chosen is None:
        with _LOCKS[hash((asker.workspace.id, name)) % len(_LOCKS)]:
            chosen = _fresh(base, name) or _made(base, name, definition, is_glancing=asker.is_glancing)
    return profiles.Inside(
        _CHOSEN, {"tree": chosen.id}, at=chosen.at, token=str(chosen.id), people=chosen.people
    )


def _read(db: Db, value: object, now: int) -> tuple[str, Rule]:
    """(key, rule) of a tree that is said whole or is kept."""
    if not isinstance(value, Tree):
        message = f"{value!r} is no tree."
        raise TypeError(message)
    if value.text:
        return value.key, rule_of(value.text)
    text = kept(db, value.key, now)
    return value.key, rule_of(text)


def kept(db: Db, name: str, now: int) -> str:
    """The JSON of a kept tree. Raises `NoTree`."""
    with db.read() as own:
        found = store.kept(own, name)
    if found is None:
        raise NoTree
    text, used_at = found
    if used_at < now - SERVES:
        with db.transaction() as own:
            store.use_kept(own, name, now)
    return text


def _members(db: Connection, rule: Rule, *, is_known: bool, now: int) -> profiles.Inside | None:
    """The members of a segment in force that says the same, where they are all decided."""
    found = next((one for one in defined(db) if _says(one, rule, is_known=is_known)), None)
    if found is None or live.undecided(db, decided(db), 1):
        return None
    due = live.next_due(db)
    at = now if due is None else min(now, due - 1)
    # Whoever is due where the writer stands is decided by the next fact, or when time passes it.
    at = max(at, log.store.place(db).instant - 1)
    people = None if isinstance(rule, Member) else live.sizes(db).get(found.id, 0)
    return profiles.Inside(_MEMBERS, {"tree": found.id}, at=at, people=people)


def _says(one: Defined, rule: Rule, *, is_known: bool) -> bool:
    """Whether those who are in are those of whom a rule holds."""
    if one.is_building or isinstance(rule, Member):
        return not one.is_building and isinstance(rule, Member) and rule.segment == one.key
    said = one.definition
    is_of_all = one.kind == "live" and said.exit is None and (said.people == "known") == is_known
    return is_of_all and _key_of(said.entry) == key(rule)


_key_of = lru_cache(maxsize=4_096)(key)


def _begun(base: Base, name: str, token: str) -> Chosen | None:
    """The set whose pages were begun, while it is kept."""
    if not (token.isascii() and token.isdigit() and len(token) <= _DIGITS):
        return None
    with base.db.read() as db:
        found = store.numbered(db, int(token), name)
    if found is not None and found.used_at < base.now - SERVES:
        with base.db.transaction() as db:
            store.use(db, found.id, base.now)
    return found


def _fresh(base: Base, name: str) -> Chosen | None:
    with base.db.read() as db:
        return store.latest(db, name, base.now - SERVES)


def _made(base: Base, name: str, stated: Definition, *, is_glancing: bool) -> Chosen:
    """Decide everybody, and keep who is inside."""
    definition, segments = checked(base, stated, most=MOST_LISTED)
    if is_glancing:
        _check_glance(base)
    try:
        everybody = asked_of(base, definition, segments)
        statement = sql.people(definition, everybody)
    except sql.NotInSql as refused:
        raise Unprocessable(str(refused)) from refused
    found = base.history.rows(statement.sql, statement.parameters)[0][0]
    stands(base.history, everybody.copy)
    with base.db.transaction() as db:
        return store.add(db, name, everybody, sorted(found), base.now)


def _check_glance(base: Base) -> None:
    with base.db.read() as db:
        everyone, _ = profiles.about(db)
    if everyone > GLANCED:
        raise Retry("Counting these conditions takes longer than a glance. Open the list.")
