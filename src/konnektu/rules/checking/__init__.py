"""Rules that can be. In: JSON from outside. Out: a tree that every evaluator takes, or what is wrong where.

Texts are brought into NFC on the way in, so that they compare with those that came through the door.
"""

from konnektu.rules.checking.cycles import cycle, referred
from konnektu.rules.checking.faults import Fault
from konnektu.rules.checking.formulas import check_formula, formula_of, misfits
from konnektu.rules.checking.rows import Sort, where_of
from konnektu.rules.checking.trees import RuleRefused, check, figure_of, rule_of, segment_of

__all__ = [
    "Fault",
    "RuleRefused",
    "Sort",
    "check",
    "check_formula",
    "cycle",
    "figure_of",
    "formula_of",
    "misfits",
    "referred",
    "rule_of",
    "segment_of",
    "where_of",
]
