"""Rules and people drawn at random, out of one small vocabulary, so that they meet; the same for the same seed.

Times lie at edges: every span that rules name stands between the times of people and the instants asked about, give
or take a millisecond. `Random` comes in as an argument everywhere, and decides everything.
"""

from konnektu.bench.drawing.asking import Case, asked_at, case, edges, rank_keys
from konnektu.bench.drawing.people import history, known
from konnektu.bench.drawing.trees import LEAF_KINDS, kind_of, leaf, rule, segment
from konnektu.bench.drawing.words import bases

__all__ = [
    "LEAF_KINDS",
    "Case",
    "asked_at",
    "bases",
    "case",
    "edges",
    "history",
    "kind_of",
    "known",
    "leaf",
    "rank_keys",
    "rule",
    "segment",
]
