"""What other rules would make of the whole base, and the facts that would make it so.

In: every fact in order with its present stamp, the rules to try, the present people. Out: a comparison of
the two partitions; from it, the explicit cuts and merges that carry one into the other. Memory grows with
atoms, not with events. Decisions of people (merge, cut, never, allow) hold under any rules; facts that carried
earlier rules backwards do not: the trial decides that anew.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, structs

from konnektu.core.identifiers import PREVIOUS_ID, extract, normal
from konnektu.core.ids import public_id
from konnektu.core.records import Event, Identifier
from konnektu.identity.facts import BY_RULES, FACTS, MOST_NAMED, named_decision, profile_named
from konnektu.identity.forest import latest_between
from konnektu.identity.known import Known
from konnektu.identity.logic import resolve
from konnektu.identity.model import Edge, Parting, Person, Rules

MOST_SAMPLES = 20
LARGEST_SHOWN = 10

Partings = Mapping[tuple[int, int], Parting]
"""What each effective cut of a person has put apart, by the decision it undid."""
Separations = Mapping[int, Sequence[tuple[int, int]]]
"""The present atoms that a `never` fact keeps apart, by its position; not those it was refused for."""
NOTHING_SEPARATED: Separations = {}


class Sample(Struct, frozen=True):
    """Two present profiles that would be one, or one that would be two, with the decision between them."""

    profiles: tuple[int, int]
    """Present profiles; the same twice where one comes apart."""
    evidence: tuple[Identifier, Identifier]
    """The two values between which the decision stands."""


class Cluster(Struct, frozen=True):
    """One of the largest people under the rules tried."""

    atoms: int
    present: tuple[int, ...]
    """Present profiles that it would be made of."""
    values: tuple[Identifier, ...]
    """Some of its identifiers."""


class Preview(Struct, frozen=True):
    """How people under the rules tried differ from the present ones."""

    events: int
    people_before: int
    people_after: int
    merges: int
    """Present profiles that would end in another."""
    splits: int
    """People who would come out of a present profile beside it."""
    nobody_before: int
    """Events that belong to nobody, as it is."""
    nobody_after: int
    refusals: dict[str, int]
    """Refusals by reason under the rules tried."""
    largest: tuple[Cluster, ...]
    merged: tuple[Sample, ...]
    parted: tuple[Sample, ...]


class Trial:
    """The base decided again in memory under other rules."""

    def __init__(self, rules: Rules, cuts: Partings, separations: Separations) -> None:
        """Take the rules to try, what people have cut, and whom they keep apart."""
        self.known = Known(rules)
        self.stamps: dict[int, set[int]] = defaultdict(set)
        """Present atom to atoms of the trial that carry the same facts; 0 for nobody, on either side."""
        self.events = 0
        self.nobody_before = self.nobody_after = 0
        self.refusals: Counter[str] = Counter()
        self._cuts = cuts
        self._separations = separations

    def take(self, event: Event, atom: int) -> None:
        """Decide one fact again; `atom` is its present stamp."""
        self.events += 1
        stamp = 0
        for one in self._facts(event):
            (resolved,) = resolve(self.known, [one])
            stamp = resolved.atom
            if event.type not in FACTS:
                self.refusals.update(made.reason for made in resolved.decisions if made.kind == "refuse")
        _forget_changes(self.known)
        if event.identifiers:
            self.nobody_before += not atom
            self.nobody_after += not stamp
        if atom and stamp:
            self.stamps[atom].add(stamp)

    def _facts(self, event: Event) -> Iterator[Event]:
        """The fact as the trial meets it: rules do not change in it, and a cut names values, not old decisions."""
        if event.type in {"rules", "cut"} or (event.type == "merge" and BY_RULES in event.properties):
            return
        if event.type == "never" and event.position in self._separations:
            for pair in self._separations[event.position]:
                apart = [self._meant({"profile": public_id(0, atom)}) for atom in pair]
                yield from _parting(self.known, event, apart, allow=False)
        elif event.type != "cut_ready":
            yield _again(self._readdressed(event), self.known.rules)
        elif (named := named_decision(event)) and (parting := self._cuts.get(named)):
            ends = [{"kind": each.kind, "value": each.value} for each in (parting.one, parting.other)]
            yield from _parting(self.known, event, ends, allow=parting.allow)

    def _readdressed(self, event: Event) -> Event:
        """The fact with the trial's atoms in place of the present ones by whose ids it names profiles."""
        if event.origin == "wire":
            return event
        named = {name: event.properties[name] for name in ("people", "between") if name in event.properties}
        changed: dict[str, Any] = {
            name: [self._meant(each) for each in people]
            for name, people in named.items()
            if isinstance(people, list)
        }
        if "profile" in event.properties:
            changed |= self._meant({"profile": event.properties["profile"]})
        return structs.replace(event, properties={**event.properties, **changed}) if changed else event

    def _meant(self, reference: Any) -> Any:
        stamps = self.stamps.get(profile_named(reference))
        return {**reference, "profile": public_id(0, min(stamps))} if stamps else reference


def decide_again(
    facts: Iterable[tuple[Event, int]],
    rules: Rules,
    cuts: Partings,
    separations: Separations = NOTHING_SEPARATED,
) -> Trial:
    """The trial of these rules on all facts (event, present stamp), in the order of positions."""
    trial = Trial(rules, cuts, separations)
    for event, atom in facts:
        trial.take(event, atom)
    return trial


def compare(trial: Trial, homes: Mapping[int, int], present: Mapping[int, Person]) -> Preview:
    """The trial's people beside the present ones; `homes` leads from present atoms to profiles.

    `present` holds the people wanted in samples of partings; the others are only counted.
    """
    made_of, parts = _overlap(trial, homes)
    return Preview(
        events=trial.events,
        people_before=len(set(homes.values())),
        people_after=len(trial.known.persons),
        merges=sum(len(profiles) - 1 for profiles in made_of.values()),
        splits=sum(len(others) - 1 for others in parts.values()),
        nobody_before=trial.nobody_before,
        nobody_after=trial.nobody_after,
        refusals=dict(trial.refusals),
        largest=tuple(_largest(trial, made_of)),
        merged=tuple(_merged(trial, homes, made_of)),
        parted=tuple(_parted(trial, parts, present)),
    )


def splitting(trial: Trial, homes: Mapping[int, int]) -> list[int]:
    """Present profiles that would come apart."""
    return sorted(profile for profile, others in _overlap(trial, homes)[1].items() if len(others) > 1)


def backwards_cuts(trial: Trial, present: Iterable[Person]) -> list[dict[str, Any]]:
    """`cut` facts for every present join that the trial did not make; effective before the merges are appended."""
    by = {BY_RULES: trial.known.rules.version}
    return [
        {"type": "cut", "properties": {"decision": [edge.position, edge.ordinal], "allow": True, **by}}
        for person in present
        for edge in _wrong_edges(trial, person)
    ]


def backwards_merges(trial: Trial, present: Iterable[Person]) -> list[dict[str, Any]]:
    """`merge` facts that unite what the trial has united; `present` are all people as they are once the cuts hold."""
    groups: dict[int, list[int]] = defaultdict(list)
    for person in present:
        if profile := _majority(_trial_homes(trial, person).values()):
            groups[profile].append(person.id)
    by = {BY_RULES: trial.known.rules.version}
    return [
        {"type": "merge", "properties": {"people": [{"profile": public_id(0, each)} for each in part], **by}}
        for _, group in sorted(groups.items())
        for part in _named_at_once(sorted(group))
    ]


def _named_at_once(group: list[int]) -> Iterator[list[int]]:
    """People to unite, as many as one fact may name; each fact names the first of all again."""
    for start in range(1, len(group), MOST_NAMED - 1):
        yield [group[0], *group[start : start + MOST_NAMED - 1]]


def _again(event: Event, rules: Rules) -> Event:
    """The event with the identifiers that these rules' kinds find in it; what came by no attribute stays.

    What stays takes the normal form of these rules, and is gone where they block it.
    """
    fresh = extract(rules.kinds, user_id=None, anonymous_id=None, traits=event.traits, context=event.context)
    kept = [again for each in event.identifiers if (again := _in_form(each, rules)).value]
    ranks = {name: kind.rank for name, kind in rules.by_name.items()}
    every = sorted({*kept, *fresh}, key=lambda each: (ranks.get(each.kind, 1 << 30), each))
    return structs.replace(event, identifiers=tuple(every))


def _in_form(identifier: Identifier, rules: Rules) -> Identifier:
    if identifier.kind == PREVIOUS_ID:
        return identifier
    kind = rules.by_name.get(identifier.kind)
    return Identifier(identifier.kind, normal(kind, identifier.value) if kind else "")


def _parting(known: Known, event: Event, pair: Sequence[Any], *, allow: bool) -> Iterator[Event]:
    """Facts that put two people named by references apart in the trial, by cutting the latest join between them."""
    references = list(pair)
    known.cuts.clear()
    yield structs.replace(event, type="cut", properties={"between": references, "allow": True})
    for position, ordinal in [named for named, is_awaited in known.cuts.items() if is_awaited]:
        yield structs.replace(event, type="cut_ready", properties={"position": position, "ordinal": ordinal})
    if not allow:
        yield structs.replace(event, type="never", properties={"people": references})


def _forget_changes(known: Known) -> None:
    """Nothing of a trial is saved."""
    for changes in (known.decisions, known.touched, known.removed, known.born, known.moved):
        changes.clear()


def _overlap(trial: Trial, homes: Mapping[int, int]) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """Trial's profile to present ones, and present profile to the trial's, wherever they share a fact."""
    made_of: dict[int, set[int]] = defaultdict(set)
    parts: dict[int, set[int]] = defaultdict(set)
    for atom, stamps in trial.stamps.items():
        for stamp in stamps:
            if (profile := homes.get(atom)) and (tried := trial.known.homes.get(stamp)):
                made_of[tried].add(profile)
                parts[profile].add(tried)
    return made_of, parts


def _largest(trial: Trial, made_of: Mapping[int, set[int]]) -> Iterator[Cluster]:
    by_size = sorted(trial.known.persons.values(), key=lambda person: (-len(person.atoms), person.id))
    for person in by_size[:LARGEST_SHOWN]:
        values = tuple(atom.identifier for atom in list(person.atoms.values())[:MOST_SAMPLES])
        yield Cluster(len(person.atoms), tuple(sorted(made_of.get(person.id, ()))), values)


def _merged(trial: Trial, homes: Mapping[int, int], made_of: Mapping[int, set[int]]) -> Iterator[Sample]:
    wanted = [(tried, sorted(group)) for tried, group in sorted(made_of.items()) if len(group) > 1][
        :MOST_SAMPLES
    ]
    stamp_of = {homes.get(atom): min(stamps) for atom, stamps in trial.stamps.items()}
    for tried, group in wanted:
        person = trial.known.persons[tried]
        one, other = stamp_of[group[0]], stamp_of[group[1]]
        if {one, other} <= person.atoms.keys():
            edge = latest_between(person, one, other)
            same = person.atoms[one].identifier
            yield Sample((group[0], group[1]), _values(person, edge) if edge else (same, same))


def _parted(trial: Trial, parts: Mapping[int, set[int]], present: Mapping[int, Person]) -> Iterator[Sample]:
    wanted = [profile for profile, others in sorted(parts.items()) if len(others) > 1 and profile in present]
    for profile in wanted[:MOST_SAMPLES]:
        for edge in _wrong_edges(trial, present[profile])[:1]:
            yield Sample((profile, profile), _values(present[profile], edge))


def _values(person: Person, edge: Edge) -> tuple[Identifier, Identifier]:
    return person.atoms[edge.atom].identifier, person.atoms[edge.other_atom].identifier


def _wrong_edges(trial: Trial, person: Person) -> list[Edge]:
    """Joins of a present person whose two ends are two people in the trial."""
    tried = _trial_homes(trial, person)
    return [edge for edge in person.edges if tried[edge.atom] != tried[edge.other_atom]]


def _trial_homes(trial: Trial, person: Person) -> dict[int, int]:
    """The trial's profile of each atom: where its facts are; without facts, where its value or a neighbour is.

    An atom whose facts the trial would share out cannot be divided: it goes where its first ones are.
    """
    living = {
        atom: [each for each in trial.stamps.get(atom, ()) if each in trial.known.homes]
        for atom in person.atoms
    }
    found = {atom: trial.known.homes[min(stamps)] for atom, stamps in living.items() if stamps}
    parts = {trial.known.homes[each] for stamps in living.values() for each in stamps}
    for atom in sorted(person.atoms.keys() - found.keys()):
        found[atom] = _near(trial, person, atom, found, parts)
    return found


def _near(trial: Trial, person: Person, atom: int, found: Mapping[int, int], parts: set[int]) -> int:
    """Where an atom without facts goes: to the part that carries its value in the trial, a neighbour's first."""
    carriers = trial.known.carriers.get(person.atoms[atom].identifier, ())
    able = {trial.known.homes[each] for each in carriers} & parts
    ends = [(edge.atom, edge.other_atom) for edge in person.edges if atom in {edge.atom, edge.other_atom}]
    near = [found[end] for pair in ends for end in pair if end != atom and end in found]
    able_near = [home for home in near if home in able]
    return next(iter(able_near or sorted(able) or near), _majority(found.values()))


def _majority(homes: Iterable[int]) -> int:
    """The most frequent one, the smallest of several; 0 of none."""
    counts = Counter(homes)
    return min(counts, key=lambda home: (-counts[home], home), default=0)


__all__ = [
    "Cluster",
    "Preview",
    "Sample",
    "Trial",
    "backwards_cuts",
    "backwards_merges",
    "compare",
    "decide_again",
    "splitting",
]
