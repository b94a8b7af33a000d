"""Survivorship: which of many statements of an attribute holds.

In: held attributes and the statements of one fact, or two maps of disjoint facts. Out: what survives.
Invariant: the survivor is the greatest statement under a total order (per attribute, by its rule), so it
depends on the set of statements alone. The order is data (`Survivorship`); a change of it needs a refold.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from konnektu.profiles.bounds import keep_ranked, put, spread
from konnektu.profiles.model import (
    AttributeOrigin,
    Frequencies,
    Held,
    ProfileState,
    SurvivalRule,
    Survivorship,
    Tally,
)

SURETY: dict[AttributeOrigin, int] = {"guessed": 0, "stated": 1, "confirmed": 2}
ATTRIBUTES = 500
"""Attributes held per profile; beyond it those of the lowest `spread` stay, grouped ones before all."""
VALUES = 32
"""Values counted for an attribute whose most frequent one survives; beyond it the newest survives."""

Rank = tuple[int, ...]


def survivorship(
    default: SurvivalRule = "origin",
    rules: Mapping[str, SurvivalRule] | None = None,
    groups: Mapping[str, Iterable[str]] | None = None,
) -> Survivorship:
    """Complete the rules with the index from attribute to group."""
    fields = {group: tuple(names) for group, names in (groups or {}).items()}
    return Survivorship(
        default, dict(rules or {}), fields, {name: group for group, names in fields.items() for name in names}
    )


DEFAULT_SURVIVORSHIP = survivorship(
    rules={"created_at": "first", "gender": "frequent"},
    groups={
        "full_name": ("name", "last_name", "first_name", "patronymic"),
        "address": ("country", "region", "city", "postal_code", "street", "address"),
    },
)


def state_attributes(state: ProfileState, stated: Mapping[str, Any], like: Held, rules: Survivorship) -> bool:
    """Take the statements of one fact into a state in place; return whether anything that is held changed.

    `like` gives origin, time, position and source of the fact. A value of None clears an attribute.
    """
    held = state.attributes
    groups: dict[str, dict[str, Any]] = {}
    changed = False
    for name, value in stated.items():
        if name in rules.group_of:
            groups.setdefault(rules.group_of[name], {})[name] = value
        elif (rule := rules.rules.get(name, rules.default)) == "frequent":
            changed |= _tally(state, name, _valued(like, value))
        elif name not in held or rank(rule, like) > rank(rule, held[name]):
            held[name] = _valued(like, value)
            changed = True
    for group, values in groups.items():
        changed |= _take_group(held, group, {n: _valued(like, v) for n, v in values.items()}, rules)
    if len(held) > ATTRIBUTES:
        _keep_attributes(held, rules)
    return changed


def rank(rule: SurvivalRule, held: Held) -> Rank:
    """Where a statement stands under a rule: the greatest survives. Position makes the order total."""
    if rule == "first":
        return -held.time, -held.position
    if rule == "newest":
        return held.time, held.position
    return SURETY[held.origin], held.time, held.position


def united_attributes(left: ProfileState, right: ProfileState, rules: Survivorship) -> ProfileState:
    """A state with the attributes (and frequencies) of two disjoint sets of facts; its other basics are empty."""
    united = ProfileState(attributes=dict(left.attributes))
    united.basics.frequencies = united_frequencies(left.basics.frequencies, right.basics.frequencies)
    held = united.attributes
    for name, other in right.attributes.items():
        rule = rules.rules.get(name, rules.default)
        if name not in rules.group_of and (name not in held or rank(rule, other) > rank(rule, held[name])):
            held[name] = other
    for group, fields in rules.groups.items():
        _take_group(held, group, {n: right.attributes[n] for n in fields if n in right.attributes}, rules)
    for name, frequencies in united.basics.frequencies.items():
        held[name] = most_frequent(frequencies)
    _keep_attributes(held, rules)
    return united


def united_frequencies(left: dict[str, Frequencies], right: dict[str, Frequencies]) -> dict[str, Frequencies]:
    """The tallies of two disjoint sets of statements."""
    united = {name: _copy(frequencies) for name, frequencies in left.items()}
    for name, frequencies in right.items():
        mine = united.setdefault(name, Frequencies())
        for value, tally in frequencies.values.items():
            _count(mine, value, tally.count, tally.held)
        mine.many = mine.many or frequencies.many
        mine.newest = _newer(mine.newest, frequencies.newest)
    return united


def most_frequent(frequencies: Frequencies) -> Held:
    """The value stated most often, of equals the newer; the newest where there are too many to count."""
    if frequencies.many and frequencies.newest is not None:
        return frequencies.newest
    return max(frequencies.values.values(), key=lambda t: (t.count, t.held.time, t.held.position)).held


def _tally(state: ProfileState, name: str, held: Held) -> bool:
    frequencies = state.basics.frequencies.get(name)
    if frequencies is None:
        frequencies = Frequencies()
        put(state.basics.frequencies, name, frequencies)
    _count(frequencies, msgspec.json.encode(held.value, order="deterministic").decode(), 1, held)
    frequencies.newest = _newer(frequencies.newest, held)
    before = state.attributes.get(name)
    survivor = state.attributes[name] = most_frequent(frequencies)
    return survivor != before


def _count(frequencies: Frequencies, value: str, count: int, held: Held) -> None:
    known = frequencies.values.get(value)
    if known is None:
        put(frequencies.values, value, Tally(count, held))
        if len(frequencies.values) > VALUES:
            frequencies.many = True
            keep_ranked(frequencies.values, VALUES, spread)
        return
    known.count += count
    known.held = _newer(known.held, held)


def _newer(left: Held | None, right: Held | None) -> Any:
    if left is None or right is None:
        return left or right
    return left if (left.time, left.position) >= (right.time, right.position) else right


def _copy(frequencies: Frequencies) -> Frequencies:
    values = {value: Tally(tally.count, tally.held) for value, tally in frequencies.values.items()}
    return Frequencies(values, frequencies.newest, frequencies.many)


def _take_group(held: dict[str, Held], group: str, stated: dict[str, Held], rules: Survivorship) -> bool:
    """Replace a group as a whole, or leave it: names and addresses of two facts are never mixed."""
    fields = rules.groups[group]
    rule = rules.rules.get(group, rules.default)
    present = {name: held[name] for name in fields if name in held}
    if not stated or (present and _group_rank(rule, stated) <= _group_rank(rule, present)):
        return False
    for name in present:
        del held[name]
    held.update(stated)
    return True


def _group_rank(rule: SurvivalRule, fields: dict[str, Held]) -> Rank:
    """All fields are of one fact: any of them tells when. Under `origin` the fuller of equally sure ones wins;
    a field that the fact clears counts, because the fact speaks of it.
    """
    any_field = next(iter(fields.values()))
    if rule != "origin":
        return rank(rule, any_field)
    return SURETY[any_field.origin], len(fields), any_field.time, any_field.position


def _valued(like: Held, value: Any) -> Held:
    return Held(value, like.origin, like.time, like.position, like.source)


def _keep_attributes(held: dict[str, Held], rules: Survivorship) -> None:
    keep_ranked(held, ATTRIBUTES, lambda name: (name not in rules.group_of, spread(name)))
