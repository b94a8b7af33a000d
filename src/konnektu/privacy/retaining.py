"""A run of retention: what the rules say is too old goes, and of whom it told is told anew.

In: a workspace with rules. Out: a `retention` fact with its cuts; stores without what is older; a `remainder` fact for
some people at a time, at which the writer, and a rebuild in its turn, tell of them by what is left. So the state is a
function of the facts that are there, and a run of any length holds up the writer for one small part at a time.

Every step may be repeated: a run that was killed anywhere goes on where it stopped.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import msgspec
from msgspec import Struct

from konnektu.core.errors import Conflict, Retry
from konnektu.core.ids import uuid7
from konnektu.core.logging import Action, get
from konnektu.core.records import Event, Parcel
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.privacy import aging_store
from konnektu.privacy.aging import LATEST, collect_old, take_out
from konnektu.privacy.aging_noted import note_run
from konnektu.privacy.model import Cut, Run
from konnektu.privacy.rules import cuts_at, sound
from konnektu.privacy.where import Where
from konnektu.profiles import api as profiles
from konnektu.storage.api import Connection

RETENTION = "retention"
"""Type of the fact with which a run begins."""
ATOMS_AT_ONCE = 200
"""Atoms whose people one `remainder` fact tells of, about: the writer reads all that is left of them at once."""
MOST_TOLD = 400
"""Atoms that one fact can name: a fact has 32 KB."""

_log = get("privacy")
_cuts = msgspec.json.Decoder(tuple[Cut, ...]).decode


class NothingToKeep(Conflict):
    """This workspace has no rules of retention. State some first: PUT /api/{workspace}/retention."""


class HistoryHeld(Retry):
    """A backup reads the event store. The run goes on when it has ended."""


def begin_run(db: Connection, event: Event) -> None:
    """Keep the run that a `retention` fact begins, inside the writer's transaction."""
    if event.origin == "system":
        stated = _cuts(msgspec.json.encode(event.properties.get("cuts", [])))
        aging_store.begin_run(db, event.position, event.instant, stated)


def told_borns(event: Event) -> dict[int, int]:
    """When the profiles were made that a `remainder` fact names."""
    named, borns = event.properties.get("profiles", ()), event.properties.get("borns", ())
    return dict(zip(named, borns, strict=True))


def due(where: Where) -> tuple[Cut, ...]:
    """What the rules in force say is too old at this moment. What identity's own rules forbid is left out."""
    with where.db.read() as own:
        by = identity.rules(own)
        held = [one for one in (sound(rule, by) for rule in aging_store.rules(own)) if one]
    return cuts_at(held, where.now())


def retain(where: Where, cuts: Sequence[Cut] | None = None, *, at_once: int = ATOMS_AT_ONCE) -> Run:
    """Carry a run out to its end: what is under way, or one with these cuts, those of the rules unless given.

    Raises `NothingToKeep` where there are none, `Retry` where writer or event store do not come along.
    """
    ended = go_on(where, at_once=at_once)
    if ended is None:
        chosen = due(where) if cuts is None else tuple(cuts)
        if not chosen:
            raise NothingToKeep
        where.apply(_append(where, RETENTION, {"cuts": msgspec.to_builtins(chosen)}))
        ended = go_on(where, at_once=at_once)
    if ended is None:
        raise Retry("The run was appended and is not there. Repeat.")
    return ended


def go_on(where: Where, *, at_once: int = ATOMS_AT_ONCE) -> Run | None:
    """Carry out what is under way; the last run, None where there is none. Two are where one was not heard of."""
    ended = None
    while (run := _open_run(where)) is not None:
        if run.state == "open":
            _take_out(where, run)
        _tell_anew(where, run, at_once)
        with where.db.transaction() as own:
            aging_store.finish_run(own, run.position, where.now())
        log.forget_aged(where.storage.history(where.record))
        with where.db.read() as own:
            (ended,) = aging_store.runs(own, run.position + 1, 1)
        _log.info(
            Action.RETENTION_DONE, workspace=where.record.slug, position=run.position, people=ended.people
        )
    return ended


def _open_run(where: Where) -> Run | None:
    with where.db.read() as own:
        return aging_store.open_run(own)


def _append(where: Where, kind: str, properties: Mapping[str, object]) -> int:
    now = where.now()
    body = msgspec.json.encode({"type": kind, "messageId": uuid7(now), "properties": properties})
    return log.append(where.storage.inbox, where.record.id, [Parcel(0, "system", now, [body])])


def _take_out(where: Where, run: Run) -> None:
    """Find what grew old, note the run apart from the workspace, take it out. A backup holds this back."""
    where.seal(run.position)
    with log.history_free(where.db) as is_free:
        if not is_free:
            raise HistoryHeld
        note_run(where, run)
        collect_old(where, run)
        take_out(where, run, where.storage.history(where.record))
        with where.db.transaction() as own:
            aging_store.is_removed(own, run.position)


def _tell_anew(where: Where, run: Run, at_once: int) -> None:
    """Let the writer tell anew of everybody whose events are gone, some at a time."""
    with where.db.read() as own:
        total, partings = aging_store.count_told(own), identity.partings(own)
    left = total
    while left:
        where.check()
        where.progress(total - left, total)
        with where.db.read() as own:
            waiting = aging_store.told(own, at_once)
            people = _people(own, waiting, partings)
            borns = {one.id: one.born for one in profiles.profiles(own, [one.id for one in people]).values()}
        block = 0
        for part in _parts([one for one in people if one.id in borns]):
            block = _append(where, identity.REMAINDER, _told(part, borns))
        if block:
            where.apply(block)
        with where.db.transaction() as own:
            _forget(own, run, waiting, people)
            left = aging_store.count_told(own)


def _people(
    db: Connection, atoms: Sequence[int], partings: Sequence[tuple[int, int]]
) -> list[identity.Person]:
    """Whose these atoms are, and whoever was one person with them before a cut: their events told of each other."""
    ends = sorted({*atoms, *chain.from_iterable(partings)})
    homes = identity.current_many(db, ends)
    apart: dict[int, set[int]] = {}
    for one, other in partings:
        if one in homes and other in homes:
            apart.setdefault(homes[one], set()).add(homes[other])
            apart.setdefault(homes[other], set()).add(homes[one])
    found: set[int] = set()
    beyond = {homes[atom] for atom in atoms if atom in homes}
    while beyond:
        found |= beyond
        beyond = {other for one in beyond for other in apart.get(one, ())} - found
    return identity.persons(db, sorted(found))


class _Part(Struct, frozen=True):
    """What one fact says."""

    profiles: set[int]
    atoms: list[identity.Atom]


def _parts(people: Sequence[identity.Person]) -> Iterator[_Part]:
    """The people with their atoms, as many as a fact holds; of one with more atoms some in each of several facts."""
    part = _Part(set(), [])
    for person in people:
        for atom in person.atoms.values():
            if len(part.atoms) == MOST_TOLD:
                yield part
                part = _Part(set(), [])
            part.profiles.add(person.id)
            part.atoms.append(atom)
    if part.atoms:
        yield part


def _told(part: _Part, borns: Mapping[int, int]) -> dict[str, list[int]]:
    named = sorted(part.profiles)
    return {
        "atoms": [atom.id for atom in part.atoms],
        "firsts": [atom.first_day for atom in part.atoms],
        "lasts": [atom.last_day for atom in part.atoms],
        "profiles": named,
        "borns": [borns[one] for one in named],
    }


def _forget(db: Connection, run: Run, waiting: Sequence[int], people: Sequence[identity.Person]) -> None:
    """Of these people was told anew; who was joined or parted meanwhile is told of once more."""
    homes = identity.current_many(db, sorted({*waiting, *(atom for one in people for atom in one.atoms)}))
    done = {one.id for one in people if {homes.get(atom) for atom in one.atoms} == {one.id}}
    gone = [atom for atom in waiting if atom not in homes]
    atoms = [atom for one in people if one.id in done for atom in one.atoms]
    aging_store.forget_told(db, [*gone, *atoms], run.position, len(done))


def to_repeat(db: Connection, aged: Sequence[Cut]) -> list[Cut]:
    """Of the cuts of other runs those that this workspace, older than they, has not seen: the latest of each thing."""
    seen = aging_store.last_cuts(db, LATEST)
    latest: dict[tuple[str, str], Cut] = {}
    for cut in sorted(aged, key=lambda one: one.before):
        latest[cut.subject, cut.name] = cut
    return [cut for key, cut in sorted(latest.items()) if cut.before > seen.get(key, (0, 0))[0]]
