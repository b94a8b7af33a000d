from collections import Counter
from random import Random

from konnektu.bench import drawing
from konnektu.rules.checking import check
from konnektu.rules.memory import holds


def test_the_same_seed_draws_the_same():
    assert drawing.case(Random(5)) == drawing.case(Random(5))
    assert drawing.case(Random(5)) != drawing.case(Random(6))


def test_what_is_drawn_can_be_has_true_and_false_verdicts_and_lies_at_edges():
    verdicts: dict[str, Counter] = {}
    for seed in range(30 * len(drawing.LEAF_KINDS)):
        kind = drawing.LEAF_KINDS[seed % len(drawing.LEAF_KINDS)]
        case = drawing.case(Random(seed), kind)
        assert check(case.rule) == ()
        assert drawing.kind_of(case.rule) == kind
        verdicts.setdefault(kind, Counter()).update(holds(case.rule, case.known, at) for at in case.instants)
        verdicts.setdefault("edge", Counter()).update(
            at in case.flips or at + 1 in case.flips for at in case.instants
        )
    assert set(verdicts) == {*drawing.LEAF_KINDS, "edge"}
    assert all(count[True] > 10 and count[False] > 10 for count in verdicts.values())
    assert verdicts["edge"][True] > 0.3 * verdicts["edge"].total()


def test_instants_of_a_drawn_history_never_decrease():
    history = drawing.history(Random(1), drawing.bases(Random(1)))
    assert [one.instant for one in history] == sorted(one.instant for one in history)
    assert [one.position for one in history] == list(range(len(history)))
