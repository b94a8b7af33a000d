"""Faults planted one by one in the live evaluator, or in how it is driven: the comparison finds each of them."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain

import pytest
from msgspec import structs

from konnektu.bench.drawing import LEAF_KINDS
from konnektu.bench.exactness import comparing, timelines
from konnektu.rules.conditions import NotOf
from konnektu.rules.known import KnownEvent
from konnektu.rules.live import (
    clock,
    conditions,
    consents,
    figures,
    folding,
    joining,
    keeping,
    leaves,
    picture,
    sequences,
    spans,
    things,
)
from konnektu.rules.windows import Rolling

MOST_STORIES = 1_500
"""Numbers of stories; of these only the ones that a fault's kinds of leaves stand in are told."""
Plant = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Fault:
    plant: Plant
    kinds: tuple[str, ...] = ()
    story: int = 0
    """The first story to tell: one that has found the fault before."""


def _window_closed_at_its_far_end(patch):
    right = spans.spans

    def wrong(window):
        if isinstance(window, Rolling):
            near, far = window.near.ms, clock.NEVER if window.far is None else window.far.ms
            return lambda time, _clock: (time + near, time + far + 1)
        return right(window)

    patch.setattr(spans, "spans", wrong)


def _bounds_one_millisecond_early(patch):
    right = spans.bounds

    def wrong(window):
        exact = right(window)
        return lambda now: (exact(now)[0] - 1, exact(now)[1])

    patch.setattr(spans, "bounds", wrong)


def _latest_n_less_one(patch):
    right = keeping.KeepLatest.__init__

    def wrong(self, most, floor):
        right(self, max(most - 1, 1), floor)

    patch.setattr(keeping.KeepLatest, "__init__", wrong)


def _no_parking(patch):
    right = folding.told

    def wrong(compiled, state, change, at):
        if isinstance(change, KnownEvent):
            return folding._took(compiled, state, change, at)
        return right(compiled, state, change, at)

    patch.setattr(folding, "told", wrong)


def _parked_for_ever(patch):
    def wrong(_compiled, state, at):
        state.parked = [one for one in state.parked if one.time > at]
        return set()

    patch.setattr(folding, "unpark", wrong)


def _verdict_once_a_block(patch):
    right = timelines.Live._take
    waiting = []

    def wrong(self, fact):
        facts = self.story.facts
        place = facts.index(fact)
        following = facts[place + 1] if place + 1 < len(facts) else None
        is_plain = not fact.act and not fact.erased
        joins = following and following.instant == fact.instant and not (following.act or following.erased)
        if is_plain and joins:
            waiting.extend(fact.changes)
            return
        if waiting:
            folding.fold(self.compiled, self.state, waiting, fact.instant)
            waiting.clear()
        right(self, fact)

    patch.setattr(timelines.Live, "_take", wrong)


def _stairs_of_one_step(patch):
    patch.setattr(keeping.KeepStairs, "_is_as_good", lambda *_: True)


def _late_events_dropped(patch):
    right = keeping.KeepAll.add

    def wrong(self, held, entry, at):
        return False if held and entry < held[-1] else right(self, held, entry, at)

    patch.setattr(keeping.KeepAll, "add", wrong)


def _time_never_decides_alone(patch):
    patch.setattr(things, "during", lambda start, end, at: (start <= at < end, clock.NEVER))


def _a_moved_zone_changes_nothing(patch):
    patch.setattr(leaves, "_has_zone", lambda _: False)


def _midnight_of_utc(patch):
    patch.setattr(clock.Clock, "zone", lambda *_: "UTC")


def _the_last_told_wins_a_merge(patch):
    patch.setattr(picture, "_higher", lambda left, right: {**left, **right})


def _a_merge_forgets_the_other(patch):
    patch.setattr(joining, "_both", lambda _, left, __: dict(left.streams))


def _erased_events_still_count(patch):
    def wrong(compiled, state, events, at):
        if not state.streams:
            right(compiled, state, events, at)

    right = joining.relived
    patch.setattr(timelines, "relived", wrong)


def _entry_beats_exit(patch):
    right = folding.is_in

    def wrong(segment, state, at):
        if segment.exit is not None and segment.entry(state.truth):
            return True
        return right(segment, state, at)

    patch.setattr(folding, "is_in", wrong)


def _a_beginning_is_ignored(patch):
    right = folding.is_in

    def wrong(segment, state, at):
        return right(structs.replace(segment, since=None), state, at)

    patch.setattr(folding, "is_in", wrong)


def _absences_hold_at_once(patch):
    right = sequences._absences

    def wrong(here, state):
        exact = right(here, state)
        return lambda entry: clock.NEVER if exact(entry) == clock.NEVER else -clock.NEVER

    patch.setattr(sequences, "_absences", wrong)


def _segments_hear_nothing_of_each_other(patch):
    patch.setattr(folding, "heappush", lambda *_: None)


def _what_left_the_window_still_counts(patch):
    right = figures.reach
    patch.setattr(figures, "reach", lambda held, bounds: (0, right(held, bounds)[1]))


def _history_is_not_built(patch):
    patch.setattr(timelines, "relived", lambda *_: None)


def _known_when_the_timer_ran(patch):
    right = folding.settled

    def wrong(compiled, state, until):
        at = folding.next_due(compiled, state)
        if at >= until:
            return []
        state.knows(compiled.streams)
        return right(compiled, state, until - 1, folding.unpark(compiled, state, until - 1))

    patch.setattr(timelines, "advance", wrong)


def _a_missing_field_is_no_difference(patch):
    right = conditions.meets_at

    def wrong(where, takes=conditions.in_fields):
        if isinstance(where, NotOf):
            inner = right(where.condition, takes)
            return lambda thing, currency, now: (False, inner(thing, currency, now)[1])
        return right(where, takes)

    patch.setattr(conditions, "meets_at", wrong)


def _a_passive_word_takes_a_consent_away(patch):
    def wrong(heard):
        latest = {}
        for one in sorted(heard, key=consents._moment):
            latest[one.atom, *(getattr(one, name) for name in consents.NAMED)] = one
        return latest.values()

    patch.setattr(consents, "_last", wrong)


def _anonymous_people_are_known(patch):
    patch.setattr(folding, "KNOWN", 0)


FAULTS = {
    "window closed at its far end": Fault(_window_closed_at_its_far_end, ("events", "compare"), story=6),
    "bounds one millisecond early": Fault(_bounds_one_millisecond_early, ("events", "compare"), story=16),
    "the latest n less one": Fault(_latest_n_less_one, ("events", "last_events"), story=31),
    "no parking of the future": Fault(_no_parking, ("events", "sequence"), story=91),
    "parked for ever": Fault(_parked_for_ever, ("events", "last_events"), story=37),
    "verdict once a block": Fault(_verdict_once_a_block, story=10),
    "stairs of one step": Fault(_stairs_of_one_step, ("events", "compare"), story=2271),
    "late events dropped": Fault(_late_events_dropped, ("events", "sequence"), story=263),
    "time never decides alone": Fault(_time_never_decides_alone, ("orders", "lines"), story=2),
    "a moved zone changes nothing": Fault(_a_moved_zone_changes_nothing, story=137),
    "midnight of UTC": Fault(_midnight_of_utc, story=2),
    "the last told wins a merge": Fault(
        _the_last_told_wins_a_merge, ("orders", "lines", "related"), story=1772
    ),
    "a merge forgets the other": Fault(_a_merge_forgets_the_other, ("events", "last_events"), story=226),
    "erased events still count": Fault(_erased_events_still_count, ("events", "last_events"), story=82),
    "entry beats exit": Fault(_entry_beats_exit),
    "a beginning is ignored": Fault(_a_beginning_is_ignored, story=0),
    "absences hold at once": Fault(_absences_hold_at_once, ("sequence",)),
    "segments hear nothing of each other": Fault(_segments_hear_nothing_of_each_other, story=2),
    "what left the window still counts": Fault(_what_left_the_window_still_counts, ("events", "compare")),
    "history is not built": Fault(_history_is_not_built, story=175),
    "known when the timer ran": Fault(_known_when_the_timer_ran),
    "a missing field is no difference": Fault(
        _a_missing_field_is_no_difference, ("orders", "lines"), story=3
    ),
    "a passive word takes a consent away": Fault(_a_passive_word_takes_a_consent_away, ("consent",)),
    "anonymous people are known": Fault(_anonymous_people_are_known, story=0),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(name, monkeypatch):
    fault = FAULTS[name]
    fault.plant(monkeypatch)
    kinds = fault.kinds or LEAF_KINDS
    seeds = (seed for seed in range(MOST_STORIES) if LEAF_KINDS[seed % len(LEAF_KINDS)] in kinds)
    assert _is_found(chain((fault.story,), seeds))


def _is_found(seeds):
    """A verdict or an instant differs, or the evaluator itself says that it cannot go on."""
    try:
        return next(comparing.differences(seeds), None) is not None
    except folding.TimeStands:
        return True
