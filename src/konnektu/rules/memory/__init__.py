"""What rules mean, as a program of plain loops over what is known of a person. In: `Known` and an instant.

Nothing is kept from one question to the next, nothing is clever: every other evaluator is compared with this one.
"""

from konnektu.rules.memory.explaining import Explained, Reason, explain
from konnektu.rules.memory.figures import figure_value
from konnektu.rules.memory.latch import Stay, Transition, next_change, stays, transitions
from konnektu.rules.memory.ranking import top
from konnektu.rules.memory.verdicts import belongs, holds

__all__ = [
    "Explained",
    "Reason",
    "Stay",
    "Transition",
    "belongs",
    "explain",
    "figure_value",
    "holds",
    "next_change",
    "stays",
    "top",
    "transitions",
]
