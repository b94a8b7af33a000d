"""Identity, event by event. In: events in the order of positions and the working set. Out: events with their person.

Invariants: the outcome depends on the order of events alone, never on where a batch begins or ends; folding
the recorded decisions gives the same state as deciding did.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import structs

from konnektu.core.records import Decision, Event, Resolved
from konnektu.identity.decide import decide
from konnektu.identity.effects import MS_A_DAY, apply, day_of
from konnektu.identity.facts import FACTS, REMAINDER, named_profiles, rules_of, state, widen_days
from konnektu.identity.known import Known
from konnektu.identity.model import MOST_CLAIMS, Atom, Claim, Rules
from konnektu.identity.step import Step, carried, usable
from konnektu.identity.vetoes import claims_of


def resolve(known: Known, events: Iterable[Event]) -> list[Resolved]:
    """Decide whose each event is, in order; `known` must hold whatever the events can touch, and is changed."""
    return [_resolve(known, event) for event in events]


def each(known: Known, events: Iterable[Event]) -> Iterator[Resolved]:
    """`resolve`, one event at a time: what the caller does about one is seen by the next."""
    return (_resolve(known, event) for event in events)


def fold(known: Known, event: Event | None, atom: int, decisions: Sequence[Decision]) -> Resolved | None:
    """Repeat what was decided for this event: its stamp and its recorded decisions. Decides nothing.

    An event that is gone is None: its decisions are repeated, and there is nothing to fold further.
    """
    for decision in decisions:
        apply(known, decision, day_of(event) if event else None)
    if event is None:
        return None
    if event.type == REMAINDER:
        widen_days(known, event)
    if event.type == "rules" and (rules := rules_of(event, known.rules)):
        known.change_rules(rules, event.position)
    if event.type in FACTS:
        return Resolved(event, 0, 0, tuple(decisions))
    return _stamped(known, event, atom, tuple(decisions))


def reclaim(
    known: Known,
    atoms: Iterable[int],
    facts: Iterable[tuple[Event, int]],
    stated: Sequence[tuple[int, Rules]],
) -> None:
    """Let atoms claim what facts say, and nothing else. `facts` are all that are stamped with these atoms, in order.

    `stated` are the rules that were ever stated, with the positions from which they hold.
    """
    said: dict[int, tuple[Claim, ...]] = dict.fromkeys(atoms, ())
    for event, atom in facts:
        claims = claims_of(event.traits, _rules_at(stated, event.position).vetoes) if event.traits else ()
        said[atom] = _united_claims(said.get(atom, ()), claims)
    for atom, claims in said.items():
        if atom in known.homes and known.atom(atom).claims != claims:
            known.replace_atom(structs.replace(known.atom(atom), claims=claims))


def _rules_at(stated: Sequence[tuple[int, Rules]], position: int) -> Rules:
    held = [rules for since, rules in stated if since <= position]
    return held[-1] if held else Rules()


def adopt(known: Known, resolved: Resolved, atom: int) -> Resolved:
    """The event as this atom's: it names nobody, but something of theirs. The atom must be loaded."""
    return _stamped(known, resolved.event, atom, resolved.decisions)


def _resolve(known: Known, event: Event) -> Resolved:
    seat = known.seats.get(event.position)
    if seat is not None and seat[0] not in known.met:
        return Resolved(event, seat[1], seat[0])
    if event.type in FACTS:
        step = Step(known, event)
        state(step)
        return Resolved(event, 0, 0, tuple(step.decisions))
    settled = 0 if "profile" in event.properties else _settled(known, event)
    if settled:
        return Resolved(event, settled, known.homes[settled])
    return _decided(known, event)


def _settled(known: Known, event: Event) -> int:
    """The stamp of an event that changes nothing: all its values are one person's, seen today, saying nothing fresh.

    This is nearly all of the traffic; 0 sends the event the long way, which would come to the same.
    """
    carriers, homes, persons, kinds = known.carriers, known.homes, known.persons, known.rules.by_name
    day = event.time // MS_A_DAY
    stamp = profile = 0
    for identifier in event.identifiers:
        atoms = carriers.get(identifier)
        if atoms is None or len(atoms) != 1:
            return 0
        (held,) = atoms
        home = homes[held]
        if not stamp:
            stamp, profile = held, home
        elif home != profile:
            return 0
        atom = persons[home].atoms[held]
        if (
            atom.status != "active"
            or not atom.first_day <= day <= atom.last_day
            or identifier[0] not in kinds
        ):
            return 0
    if stamp and event.traits:
        said = known.persons[profile].atoms[stamp].claims
        return stamp if all(claim in said for claim in claims_of(event.traits, known.rules.vetoes)) else 0
    return stamp


def _decided(known: Known, event: Event) -> Resolved:
    step = Step(known, event)
    values = usable(known, event)
    if named := _named(known, event):
        step.profile, step.anchor = known.homes[named], named
    if values:
        decide(step, values)
    own = (carried(known, identifier, step.profile) for identifier, _ in values if step.profile)
    stamp = next((atom.id for atom in own if atom and atom.status != "shared"), named)
    return _stamped(known, event, stamp, tuple(step.decisions))


def _named(known: Known, event: Event) -> int:
    """The profile that an edit, a tag or a consent of the console names by its id, which is the id of an atom."""
    named = named_profiles(event) if event.origin != "wire" and "profile" in event.properties else []
    return named[0] if named and named[0] in known.homes else 0


def _stamped(known: Known, event: Event, stamp: int, decisions: tuple[Decision, ...]) -> Resolved:
    profile = known.homes.get(stamp, 0)
    if profile:
        _see(known, event, profile, stamp)
    return Resolved(event, stamp, profile, decisions)


def _see(known: Known, event: Event, profile: int, stamp: int) -> None:
    """Note the day on the values the event carried, and what it said on the atom it is stamped with."""
    day = day_of(event)
    for identifier, _ in usable(known, event):
        if (atom := carried(known, identifier, profile)) and not atom.first_day <= day <= atom.last_day:
            first, last = min(atom.first_day, day), max(atom.last_day, day)
            known.replace_atom(structs.replace(atom, first_day=first, last_day=last))
    claims = claims_of(event.traits, known.rules.vetoes)
    atom = known.atom(stamp)
    if kept := _with_claims(atom, claims):
        known.replace_atom(structs.replace(atom, claims=kept))


def _with_claims(atom: Atom, claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The atom's claims with these, or nothing where they add none."""
    united = _united_claims(atom.claims, claims)
    return united if len(united) > len(atom.claims) else ()


def _united_claims(known: tuple[Claim, ...], claims: Sequence[Claim]) -> tuple[Claim, ...]:
    fresh = tuple(
        claim
        for claim in claims
        if claim not in known and sum(veto == claim[0] for veto, _ in known) < MOST_CLAIMS
    )
    return known + fresh
