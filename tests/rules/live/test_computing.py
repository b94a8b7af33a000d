"""Values as the writer's states give them, beside the reference: over lives drawn at random, fact by fact."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from konnektu.bench.drawing import LEAF_KINDS
from konnektu.bench.exactness.lives import Fact
from konnektu.bench.exactness.stories import Story, setting, story
from konnektu.bench.exactness.timelines import replay
from konnektu.rules.formulas import Formula, Interest
from konnektu.rules.live import Compiled, State, advance, compiled, fold, relived, switched, unite
from konnektu.rules.live.clock import Clock
from konnektu.rules.memory import Asked, computed_value, interests
from tests.rules.formulas import formula

KINDS = ("figure", "since", "most", "interest", "labels")
SEEDS = 40


def taken(ready: Compiled, state: State, fact: Fact, told: Story) -> State:
    """The state after a fact; of an erasure and a cut made from history, as the writer makes it."""
    if fact.act == "merge":
        other = replay(ready, told.other, fact.instant)
        return unite(ready, state, other, fact.instant, fact.changes)[0]
    if fact.erased:
        relived(ready, state, fact.known.events, fact.instant)
        switched(ready, state, fact.instant)
        return state
    fold(ready, state, fact.changes, fact.instant)
    return state


def differing(seed: int) -> list[tuple[str, int, object, object]]:
    """Where the state of somebody and the reference say another value."""
    drawn = Random(seed)
    told = story(drawn, setting(drawn, LEAF_KINDS[seed % len(LEAF_KINDS)]))
    base = told.facts[0].instant
    formulas: dict[str, Formula] = {
        f"{kind}{n}": formula(drawn, base, kind) for kind in KINDS for n in range(3)
    }
    ready, state = compiled({}, formulas=formulas), State()
    found: list[tuple[str, int, object, object]] = []
    for number, fact in enumerate(told.facts):
        end = told.facts[number + 1].instant if number + 1 < len(told.facts) else told.end
        state = taken(ready, state, fact, told)
        if drawn.random() < 0.3:
            state = State.unpack(state.pack())
        ends = sorted(
            {fact.instant, *(drawn.randrange(fact.instant, end) for _ in range(2))}
            if end > fact.instant
            else []
        )
        for at in ends:
            advance(ready, state, at + 1)
            state.knows(ready.streams)
            clock = Clock(at, state.picture.home, state.picture.zone)
            for name, one in formulas.items():
                right = computed_value(one, Asked(fact.known, at))
                if ready.values[name](state, clock) != right:
                    found.append((name, at, right, ready.values[name](state, clock)))
                if isinstance(one, Interest):
                    heavy, kept = interests(one, Asked(fact.known, at)), ready.weights[name](state, clock)
                    found += [(f"{name} weights", at, heavy, kept)] if heavy != kept else []
        advance(ready, state, end)
    return found


def test_states_give_the_values_of_the_reference() -> None:
    assert [one for seed in range(SEEDS) for one in differing(seed)] == []


@settings(max_examples=10, deadline=None)
@given(st.integers(min_value=0, max_value=2**40))
def test_any_life(seed: int) -> None:
    assert differing(seed) == []
