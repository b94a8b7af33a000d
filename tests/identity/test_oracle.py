"""Identity against a naive sequential oracle, against union-find, and against itself replayed and cut into batches."""

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from konnektu.core.identifiers import DEFAULT_KINDS
from konnektu.identity.known import Known
from konnektu.identity.logic import fold, resolve
from konnektu.identity.model import Rules
from tests.identity.made import event, fact, phone, profile
from tests.identity.oracle import Oracle
from tests.identity.stories import COOKIES, DEVICES, EMAILS, PHONES, USERS, cut_into, stories, story

TIGHT = Rules(
    kinds=tuple(
        structs.replace(
            kind,
            limit=min(kind.limit, 2),
            max_people=min(kind.max_people, 2),
            window_days=kind.window_days and 30,
        )
        for kind in DEFAULT_KINDS
    ),
    largest_merge=5,
    most_atoms=7,
)
"""So tight that a short story meets every limit."""

OPEN = Rules(
    kinds=tuple(
        structs.replace(kind, level="person", limit=0, unique=False, max_people=0, life_days=0)
        for kind in DEFAULT_KINDS
        if kind.level != "household"
    ),
    vetoes=(),
    largest_merge=1 << 30,
    most_atoms=1 << 30,
)
"""No vetoes, limits, shared values and switching: identity is union-find."""


def shown(resolved):
    decisions = [(d.kind, d.atom, d.profile, d.other, d.other_atom, d.reason) for d in resolved.decisions]
    return resolved.atom, resolved.profile, decisions


def partition(known):
    return {number: set(person.atoms) for number, person in known.persons.items()}


def state(known):
    return known.persons, known.homes, {value: atoms for value, atoms in known.carriers.items() if atoms}


@pytest.mark.parametrize("rules", [Rules(), TIGHT], ids=["default", "tight"])
@settings(max_examples=150, deadline=None)
@given(story=stories())
def test_equal_to_the_naive_oracle(rules, story):
    known, oracle = Known(rules), Oracle(rules)
    for resolved in resolve(known, story):
        assert shown(resolved) == oracle.tell(resolved.event)
    assert partition(known) == oracle.partition()
    statuses = {atom.id: (atom.status, atom.first, atom.last, atom.said) for atom in oracle.atoms}
    ours = {
        a.id: (a.status, a.first_day, a.last_day, list(a.claims))
        for p in known.persons.values()
        for a in p.atoms.values()
    }
    assert ours == statuses


def union_find(events):
    parent = {}

    def root(value):
        while parent.setdefault(value, value) != value:
            value = parent[value]
        return value

    for one in events:
        for identifier in one.identifiers[1:]:
            parent[root(identifier)] = root(one.identifiers[0])
        for identifier in one.identifiers:
            root(identifier)
    groups = {}
    for value in parent:
        groups.setdefault(root(value), set()).add(value)
    return {frozenset(group) for group in groups.values()}


@settings(max_examples=100, deadline=None)
@given(stories(facts=0), st.randoms(use_true_random=False))
def test_without_vetoes_limits_and_switching_it_is_union_find_in_any_order(story, shuffler):
    told = [
        structs.replace(
            one, type="track", identifiers=tuple(i for i in one.identifiers if i.kind != "previous_id")
        )
        for one in story
    ]
    shuffler.shuffle(told)
    known = Known(OPEN)
    resolve(known, [structs.replace(one, position=number) for number, one in enumerate(told, 1)])
    groups = {
        frozenset(atom.identifier for atom in person.atoms.values()) for person in known.persons.values()
    }
    assert groups == union_find(told)
    assert sum(len(person.atoms) for person in known.persons.values()) == len(
        {i for group in groups for i in group}
    )


@pytest.mark.parametrize("rules", [Rules(), TIGHT], ids=["default", "tight"])
@settings(max_examples=60, deadline=None)
@given(story=stories(), data=st.data())
def test_any_cutting_gives_the_same_and_so_does_folding(rules, story, data):
    whole, parts, folded = Known(rules), Known(rules), Known(rules)
    resolved = resolve(whole, story)
    assert [one for part in cut_into(data, story) for one in resolve(parts, part)] == resolved
    assert [fold(folded, one.event, one.atom, one.decisions) for one in resolved] == resolved
    assert state(whole) == state(parts) == state(folded)
    assert whole.decisions == folded.decisions


@settings(max_examples=100, deadline=None)
@given(stories())
def test_every_person_is_a_tree_named_after_one_of_its_atoms(story):
    known = Known(TIGHT)
    resolve(known, story)
    for number, person in known.persons.items():
        assert number == person.id
        assert number in person.atoms
        assert len(person.edges) == len(person.atoms) - 1
        assert all(known.homes[atom] == number for atom in person.atoms)


def without_decisions_between(told, first, middle, last):
    """The events but those from `first` to `last` that decide something, and the three places among the rest."""
    marked = [(one, number >= first, number >= middle, number >= last) for number, one in enumerate(told)]
    while True:
        resolved = resolve(Known(Rules()), [mark[0] for mark in marked])
        kept = [
            mark
            for mark, one in zip(marked, resolved, strict=True)
            if not (mark[1] and not mark[3] and one.decisions)
        ]
        if len(kept) == len(marked):
            return [mark[0] for mark in kept], *(sum(not mark[n] for mark in kept) for n in (1, 2, 3))
        marked = kept


def only(values, side):
    return values[side::2]


def two_lives(seed, length):
    """Events of two people who share nothing, beginning with one of each."""
    dice = random.Random(seed)
    told = []
    for position in range(1, length + 1):
        side = position % 2 if position <= 2 else dice.randrange(2)
        pools = {
            "user": only(USERS, side)[:1],
            "cookie": only(COOKIES, side),
            "phone": only(PHONES, side),
            "email": only(EMAILS, side),
        }
        said = {name: dice.choice(pool) for name, pool in pools.items() if dice.random() < 0.5}
        if position <= 2:
            said["user"] = only(USERS, side)[0]
        context = {"device": {"id": dice.choice(only(DEVICES, side))}} if dice.random() < 0.3 else {}
        told.append(event(position * 10, context=context, **said))
    return told


@settings(max_examples=100, deadline=None)
@given(st.builds(two_lives, st.integers(0, 2**32), st.integers(4, 40)), st.data())
def test_merged_then_cut_is_never_merged(told, data):
    """With no decision while they are one, the two people are what they would be without the merge."""
    places = [data.draw(st.integers(2, len(told))) for _ in range(3)]
    quiet, merge_at, cut_at, ready_at = without_decisions_between(told, *sorted(places))
    plain, known = Known(Rules()), Known(Rules())
    expected = resolve(plain, quiet)
    people = [
        {"kind": "user_id", "value": only(USERS, side)[0]} for side in data.draw(st.permutations([0, 1]))
    ]
    told = [
        *quiet[:merge_at],
        fact(merge_at * 10 + 1, "merge", people=people),
        *quiet[merge_at:cut_at],
        fact(cut_at * 10 + 2, "cut", decision=[merge_at * 10 + 1, 0], allow=True),
        *quiet[cut_at:ready_at],
        fact(ready_at * 10 + 3, "cut_ready", position=merge_at * 10 + 1, ordinal=0),
        *quiet[ready_at:],
    ]
    resolved = resolve(known, told)
    stamps = [one.atom for one in resolved if one.event.type not in {"merge", "cut", "cut_ready"}]
    assert stamps == [one.atom for one in expected]
    assert [one.decisions[0].kind for one in resolved if one.event.type in {"merge", "cut_ready"}] == [
        "merge",
        "cut",
    ]
    assert state(known) == state(plain)


@settings(max_examples=100, deadline=None)
@given(stories(), st.data())
def test_a_cut_returns_each_fact_to_the_side_of_its_atom(story, data):
    known = Known(Rules())
    resolved = resolve(known, story)
    joined = [edge for person in known.persons.values() for edge in person.edges]
    if not joined:
        return
    edge = data.draw(st.sampled_from(joined))
    before = partition(known)
    whole = before[known.homes[edge.atom]]
    asked = {"position": edge.position, "ordinal": edge.ordinal}
    resolve(known, [fact(900, "cut", decision=[*asked.values()]), fact(901, "cut_ready", **asked)])
    sides = [known.homes[edge.atom], known.homes[edge.other_atom]]
    assert sides[0] != sides[1]
    assert set(known.persons[sides[0]].atoms) | set(known.persons[sides[1]].atoms) == whole
    assert {n: atoms for n, atoms in partition(known).items() if n not in sides} == {
        n: atoms for n, atoms in before.items() if atoms != whole
    }
    assert all(
        one.atom in known.persons[known.homes[one.atom]].atoms for one in resolved if one.atom in known.homes
    )


def test_one_phone_of_a_hundred_people_in_random_order():
    rules = Rules()
    known, oracle = Known(rules), Oracle(rules)
    dice = random.Random(7)
    told = [
        event(n, user=f"u{dice.randrange(100)}", phone=phone(5550101), cookie=f"c{dice.randrange(30)}")
        for n in range(1, 400)
    ]
    assert [shown(one) for one in resolve(known, told)] == [oracle.tell(one) for one in told]
    assert profile(32)


def test_the_stories_meet_every_outcome():
    """What the comparison with the oracle covers: each kind of decision and each reason, many times."""
    seen = Counter()
    for rules in (Rules(), TIGHT):
        for seed in range(250):
            for resolved in resolve(Known(rules), story(seed, 40)):
                seen.update({(d.kind, d.reason) for d in resolved.decisions})
    expected = {
        ("made", ""),
        ("link", ""),
        ("merge", ""),
        ("merge", "asked"),
        ("share", ""),
        ("never", ""),
        ("allow", ""),
    }
    expected |= {("cut_requested", ""), ("cut", ""), ("erase", "")}
    refusals = (
        "first_name",
        "birth_date",
        "unique",
        "never",
        "limit",
        "size",
        "shared",
        "not_found",
        "one_person",
    )
    expected |= {("refuse", reason) for reason in refusals}
    expected |= {
        ("switch", reason) for reason in ("known_other", "stale", "first_name", "birth_date", "never")
    }
    assert {each: seen[each] for each in expected if seen[each] < 3} == {}
