"""Rules of identity carried out on people who are there already, as ordinary recorded facts.

In: a workspace and rules. Out: facts on its log: the rules, cuts of the joins that they would not have made,
and, once the cuts are effective, merges of the people that they would have joined. Every step asks for what is
missing at that moment, so a run that was killed anywhere is repeated whole and goes on where it stopped.
"""

from collections.abc import Callable, Iterator, Sequence
from threading import Event
from time import monotonic
from typing import Any

import msgspec
from msgspec import Struct, structs

from konnektu.belt.preview import Progress, Tried, people, try_rules
from konnektu.belt.where import PATIENCE_SECONDS, Where, append, wait_applied
from konnektu.core.errors import Retry
from konnektu.identity import api as identity

FACTS_A_BLOCK = 200
LOOK_SECONDS = 0.2

Shown = Callable[[str], Progress]
"""Told the name of a step that begins; gives what is told how far the step is."""


class Carried(Struct, frozen=True):
    """What was needed to make the people those of the rules."""

    version: int
    """Version under which the rules are in force."""
    stated: bool
    """Whether they were stated by this run; they were in force already otherwise."""
    cuts: int
    """Joins that were undone."""
    merges: int
    """Facts that unite people who were apart."""


def state_rules(where: Where, rules: identity.Rules) -> tuple[identity.Rules, bool]:
    """Let the rules be in force from here on; as they are in force, and whether they had to be stated.

    Raises `Retry` where no writer applies them in time.
    """
    if (before := in_force(where, rules)) is not None:
        return before, False
    stated = {name: value for name, value in msgspec.to_builtins(rules).items() if name != "version"}
    wait_applied(where, append(where, [{"type": "rules", "properties": stated}]))
    holding = in_force(where, rules)
    if holding is None:
        raise Retry("Other rules came into force meanwhile. Look at them, and repeat.")
    return holding, True


def apply_backwards(where: Where, rules: identity.Rules, shown: Shown) -> Carried:
    """Make the people those whom `rules` would have made from the beginning.

    Needs a running writer and event store. Raises `Retry` where one of them does not come along; what was
    asked for stays asked for, and the same call goes on with the rest.
    """
    holding, is_stated = state_rules(where, rules)
    tried = try_rules(where.storage, where.record, holding, shown("Decide anew"))
    cuts = list(needed_cuts(where, tried))
    if cuts:
        _append_all(where, cuts)
        _wait_effective(where, cuts, shown("Cut"))
        # Facts went on arriving while the cuts took effect.
        tried = try_rules(where.storage, where.record, holding, shown("Decide anew"))
    merges = needed_merges(where, tried)
    _append_all(where, merges)
    return Carried(holding.version, is_stated, len(cuts), len(merges))


def in_force(where: Where, rules: identity.Rules) -> identity.Rules | None:
    """The rules in force if they say the same as these, whatever their version; None otherwise."""
    with where.storage.workspace(where.record).read() as db:
        holding = identity.rules(db)
    return holding if structs.replace(rules, version=holding.version) == holding else None


def needed_cuts(where: Where, tried: Tried) -> Iterator[dict[str, Any]]:
    """Facts that undo the present joins which the trial did not make."""
    torn = identity.splitting(tried.trial, tried.homes)
    yield from identity.backwards_cuts(tried.trial, people(where.storage, where.record, torn))


def needed_merges(where: Where, tried: Tried) -> list[dict[str, Any]]:
    """Facts that unite the present people whom the trial has as one."""
    everybody = sorted(set(tried.homes.values()))
    return identity.backwards_merges(tried.trial, people(where.storage, where.record, everybody))


def _append_all(where: Where, facts: Sequence[dict[str, Any]]) -> None:
    """Append in blocks, and return when the last of them is applied."""
    block = 0
    for start in range(0, len(facts), FACTS_A_BLOCK):
        block = append(where, facts[start : start + FACTS_A_BLOCK])
    if block:
        wait_applied(where, block)


def _wait_effective(where: Where, cuts: Sequence[dict[str, Any]], progress: Progress) -> None:
    """Return when none of these cuts is awaited any more."""
    ours = {tuple(fact["properties"]["decision"]) for fact in cuts}
    pause, deadline, left = Event(), monotonic() + PATIENCE_SECONDS, len(ours)
    while left:
        with where.storage.workspace(where.record).read() as db:
            awaited = len(ours.intersection(identity.requested_cuts(db)))
        if awaited < left:
            deadline = monotonic() + PATIENCE_SECONDS
        left = awaited
        progress(len(ours) - left, len(ours))
        if monotonic() > deadline:
            raise Retry(
                f"{left} cuts wait for the event store. Repeat when it answers, to go on with the rest."
            )
        if left:
            pause.wait(LOOK_SECONDS)
