"""What a decision does. In: the working set and one decision with its event. Out: the working set changed.

The same function serves the decider and the replay of recorded decisions, so that folding decisions
repeats exactly what deciding did.
"""

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import structs

from konnektu.core.records import Decision, Event, Identifier
from konnektu.identity.forest import cut, edge_of
from konnektu.identity.known import Known
from konnektu.identity.model import MOST_REFUSALS, Atom, CutRequest, Edge, Person, Refusal

MS_A_DAY: Final = 86_400_000
UNKNOWN_DAYS: Final = (1 << 40, -(1 << 40))
"""First and last day of an atom whose events are all gone: any day that is told makes them earlier and later."""


def apply(known: Known, decision: Decision, day: int | None) -> None:
    """Carry out a decision that an event of this day (since 1970) caused, and note it; None where the event is gone."""
    _EFFECTS[decision.kind](known, decision, day)
    known.decisions.append(decision)


def day_of(event: Event) -> int:
    """Days since 1970 of an event's own time."""
    return event.time // MS_A_DAY


def _make(known: Known, decision: Decision, day: int | None) -> None:
    known.add_atom(Person(decision.atom, {}), _fresh(decision, day))


def _link(known: Known, decision: Decision, day: int | None) -> None:
    person = known.persons[decision.profile]
    edge = Edge(decision.position, decision.ordinal, decision.atom, decision.other_atom)
    known.add_atom(structs.replace(person, edges=(*person.edges, edge)), _fresh(decision, day))
    known.decided[decision.position, decision.ordinal] = decision.atom


def _fresh(decision: Decision, day: int | None) -> Atom:
    kind, value = decision.identifier or Identifier("", "")
    first, last = UNKNOWN_DAYS if day is None else (day, day)
    return Atom(decision.atom, kind, value, "active", first, last)


def _merge(known: Known, decision: Decision, _: int | None) -> None:
    winner, loser = known.persons[decision.profile], known.persons[decision.other]
    edge = Edge(decision.position, decision.ordinal, decision.atom, decision.other_atom, loser.id)
    united = structs.replace(
        winner,
        atoms={**winner.atoms, **loser.atoms},
        edges=tuple(sorted((*winner.edges, *loser.edges, edge), key=_age)),
        never=tuple(sorted({*winner.never, *loser.never})),
        refusals=(*winner.refusals, *loser.refusals)[-MOST_REFUSALS:],
        cutting=tuple(sorted((*winner.cutting, *loser.cutting), key=_age)),
    )
    known.rehouse([loser.id], [united])
    known.decided[decision.position, decision.ordinal] = decision.atom


def _age(one: Edge | CutRequest) -> tuple[int, int]:
    return one.position, one.ordinal


def _switch(known: Known, decision: Decision, _: int | None) -> None:
    known.mark(decision.other_atom, "stale" if decision.reason == "stale" else "switched")
    if known.atom(decision.atom).status != "active":
        known.mark(decision.atom, "active")


def _refuse(known: Known, decision: Decision, _: int | None) -> None:
    person = known.persons.get(decision.profile)
    if person is None or not decision.atom or decision.identifier is None:
        return
    refusal = Refusal(decision.atom, decision.other_atom, decision.identifier.kind, decision.reason)
    known.put(structs.replace(person, refusals=(*person.refusals, refusal)[-MOST_REFUSALS:]))


def _share(known: Known, decision: Decision, _: int | None) -> None:
    for atom in decision.detail["atoms"]:
        known.mark(atom, "shared")


def _never(known: Known, decision: Decision, _: int | None) -> None:
    for own, other in ((decision.atom, decision.other_atom), (decision.other_atom, decision.atom)):
        person = known.persons[known.homes[own]]
        known.put(structs.replace(person, never=tuple(sorted({*person.never, (own, other)}))))


def _allow(known: Known, decision: Decision, _: int | None) -> None:
    people = known.persons[decision.profile], known.persons[decision.other]
    for person, other in (people, people[::-1]):
        kept = tuple(pair for pair in person.never if pair[1] not in other.atoms)
        known.put(structs.replace(person, never=kept))


def _request_cut(known: Known, decision: Decision, _: int | None) -> None:
    person = known.persons[decision.profile]
    position, ordinal = decision.detail["decision"]
    request = CutRequest(position, ordinal, decision.detail["allow"])
    known.put(structs.replace(person, cutting=tuple(sorted((*person.cutting, request), key=_age))))
    known.cuts[position, ordinal] = True


def _cut(known: Known, decision: Decision, _: int | None) -> None:
    position, ordinal = decision.detail["decision"]
    person = known.persons[known.homes[decision.atom]]
    edge = edge_of(person, position, ordinal)
    if edge is not None:
        known.rehouse([], cut(person, edge))
    known.cuts[position, ordinal] = False


def _erase(known: Known, decision: Decision, _: int | None) -> None:
    known.forget(known.persons[decision.profile])


_EFFECTS: Final[Mapping[str, Callable[[Known, Decision, int | None], None]]] = {
    "made": _make,
    "link": _link,
    "merge": _merge,
    "switch": _switch,
    "refuse": _refuse,
    "share": _share,
    "never": _never,
    "allow": _allow,
    "cut_requested": _request_cut,
    "cut": _cut,
    "erase": _erase,
}
