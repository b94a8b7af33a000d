"""The stage: states of the people of a batch, in memory between load and save, and what facts make of them.

In: facts in order of position, each after the stages before have taken it. Out: states, entries and exits, written
once. Invariant: verdicts are taken after every fact and at every due instant before it, so that entries and exits do
not depend on where a batch ends.
"""

from collections.abc import Iterable, Sequence

from konnektu.core.records import Event, Resolved
from konnektu.profiles import api as profiles
from konnektu.rules.known import Arrival, Membership, Ranked
from konnektu.rules.live import (
    Change,
    Flip,
    State,
    advance,
    fold,
    is_idle,
    joined,
    settle_joined,
)
from konnektu.segments.live import known, store
from konnektu.segments.live.hand import Noted, Working, load
from konnektu.segments.live.noting import note, put
from konnektu.segments.live.standing import in_order
from konnektu.segments.live.told import of_merged, of_person
from konnektu.storage.api import Connection


def begin(one: Resolved, people: profiles.Working) -> None:
    """Before profiles fold a fact: keep the states of whom it speaks open until `tell` has looked at them."""
    for profile in _spoken_of(one):
        people.ahead[profile] = people.ahead.get(profile, 0) + 1


def _spoken_of(one: Resolved) -> list[int]:
    """The person whom a fact is of, and whoever it joins others to."""
    if not one.decisions:
        return [one.profile] if one.profile else []
    joined = {each.profile for each in one.decisions if each.kind == "merge"}
    joined -= {each.other for each in one.decisions if each.kind == "merge"}
    return sorted(({one.profile} | joined) - {0})


def tell(working: Working, one: Resolved, people: profiles.Working) -> None:
    """After profiles have folded a fact: what it makes of the memberships of whoever it speaks of.

    Whom it parts from each other is told nothing: their states are built from history.
    """
    event, cause = one.event, "fact"
    for decision in one.decisions:
        if decision.kind == "merge":
            cause = "merge"
            _merge(working, decision.profile, decision.other, event)
    told: dict[int, list[Change]] = {}
    for profile in _spoken_of(one):
        changes = of_merged(working, profile, event, people) if cause == "merge" else []
        told[profile] = changes + (of_person(working, one, people) if profile == one.profile else [])
        people.note_folded(profile)
    for profile, change in working.noted.identified.get(event.position, ()):
        told.setdefault(working.person(profile), []).append(change)
    for atom, change in working.noted.changes.get(event.position, ()):
        if owner := working.person(working.homes.get(atom, 0)):
            told.setdefault(owner, []).append(change)
    for profile in parted(one) & told.keys():
        del told[profile]
    for profile, several in told.items():
        _fold(working, profile, several, event, cause)


def parted(one: Resolved) -> set[int]:
    """Whom a fact parts from each other."""
    if not one.decisions:
        return set()
    return {side for each in one.decisions if each.kind == "cut" for side in (each.profile, each.other)}


def _state(working: Working, profile: int) -> State | None:
    """The state of a person; a new one of a newcomer, none of somebody who is to be built from history."""
    state = working.states.get(profile)
    if state is None and profile in working.newcomers:
        state = working.states[profile] = State()
        working.built[profile] = working.force.version
    return state


def _fold(working: Working, profile: int, changes: Sequence[Change], event: Event, cause: str) -> None:
    state = _state(working, profile)
    if state is None:
        return
    force, at = working.force, event.instant
    before = working.undecided.pop(profile, None)
    if before is None and is_idle(force.ready, state, changes, at):
        return
    working.touched.add(profile)
    if before is None:
        note(force, working.turns, profile, advance(force.ready, state, at), 0, "time")
        flips = fold(force.ready, state, changes, at)
    else:
        flips = settle_joined(force.ready, state, changes, at, before)
    note(force, working.turns, profile, flips, event.position, cause)


def _merge(working: Working, winner: int, loser: int, event: Event) -> None:
    """The states of both become one, not decided yet; the loser leaves whatever they were in."""
    working.current[loser] = winner
    working.words.setdefault(winner, {}).update(working.words.pop(loser, {}))
    working.lists.setdefault(winner, {}).update(working.lists.pop(loser, {}))
    mine, theirs = _state(working, winner), working.states.pop(loser, None)
    working.touched.discard(loser)
    if loser not in working.newcomers:
        working.gone.add(loser)
    if theirs is not None:
        _leave(working, loser, theirs, event)
    built = working.built.pop(loser, working.force.version)
    if mine is None or theirs is None:
        if theirs is None and loser not in working.newcomers and mine is not None:
            working.built[winner] = 0
        elif mine is None:
            working.gone.add(winner)
        return
    _join(working, winner, (mine, theirs), event)
    working.built[winner] = min(working.built[winner], built)


def _join(working: Working, winner: int, states: tuple[State, State], event: Event) -> None:
    mine, theirs = states
    force = working.force
    if winner not in working.undecided:
        note(force, working.turns, winner, advance(force.ready, mine, event.instant), 0, "time")
        working.undecided[winner] = mine.inside
    said = known.newest([*mine.picture.statements, *theirs.picture.statements])
    came = _brought([*mine.picture.arrivals, *theirs.picture.arrivals])
    both = joined(force.ready, mine, theirs)
    both.picture.statements, both.picture.arrivals = said, came
    both.picture.memberships = _stays([*mine.picture.memberships, *theirs.picture.memberships])
    both.picture.ranks = _tops([*mine.picture.ranks, *theirs.picture.ranks])
    working.states[winner] = both
    working.touched.add(winner)


def _leave(working: Working, loser: int, state: State, event: Event) -> None:
    """Whoever is merged into another leaves whatever they were in."""
    force = working.force
    before = working.undecided.pop(loser, None)
    if before is None:
        note(force, working.turns, loser, advance(force.ready, state, event.instant), 0, "time")
        before = state.inside
    names = sorted(one.name for one in force.ready.segments if before & one.bit)
    left = [Flip(name, event.instant, entered=False) for name in names]
    note(force, working.turns, loser, left, event.position, "merge")


def _brought(arrivals: Iterable[Arrival]) -> tuple[Arrival, ...]:
    found: dict[tuple[str, str], Arrival] = {}
    for one in arrivals:
        was = found.get((one.side, one.key), one)
        found[one.side, one.key] = Arrival(
            one.side, one.key, min(was.first, one.first), max(was.last, one.last)
        )
    return in_order(list(found.values()))


def _stays(memberships: Iterable[Membership]) -> tuple[Membership, ...]:
    """Stays on lists, on each since the first."""
    found: dict[str, Membership] = {}
    for one in memberships:
        was = found.get(one.segment, one)
        found[one.segment] = one if one.entered < was.entered else was
    return tuple(found[name] for name in sorted(found))


def _tops(ranks: Iterable[Ranked]) -> tuple[Ranked, ...]:
    """Ranks at whose top somebody is, of each the first computation that says so."""
    found: dict[str, Ranked] = {}
    for one in ranks:
        was = found.get(one.key, one)
        found[one.key] = one if one.at < was.at else was
    return tuple(found[key] for key in sorted(found))


def forget(working: Working, profiles_gone: Iterable[int]) -> None:
    """People who are erased: nothing is written of them."""
    for profile in profiles_gone:
        working.states.pop(profile, None)
        working.touched.discard(profile)
        working.turns[:] = [one for one in working.turns if one.profile != profile]


def save(db: Connection, working: Working) -> None:
    """Write what a batch changed: at most ten statements, none where nothing did."""
    store.put_turns(db, working.turns)
    if working.gone:
        store.drop_people(db, sorted(working.gone))
    stood = {profile: due for profile, due in working.dues.items() if profile not in working.gone}
    touched = {one: working.states[one] for one in sorted(working.touched)}
    put(db, working.force, touched, working.built, stood)


__all__ = ["Noted", "Working", "begin", "forget", "load", "parted", "save", "tell"]
