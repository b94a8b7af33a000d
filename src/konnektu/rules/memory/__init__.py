"""What rules mean, as a program of plain loops over what is known of a person. In: `Known` and an instant.

Nothing is kept from one question to the next, nothing is clever: every other evaluator is compared with this one.
"""

from konnektu.rules.memory.asked import Asked
from konnektu.rules.memory.computed import computed_value, interests
from konnektu.rules.memory.evidence import Evidence
from konnektu.rules.memory.explaining import Explained, Reason, explain, reasoned
from konnektu.rules.memory.figures import figure_value
from konnektu.rules.memory.latch import Stay, Transition, next_change, next_inside, stays, transitions
from konnektu.rules.memory.ranking import last_moment, place_by, ranks_of, top
from konnektu.rules.memory.testing import meets
from konnektu.rules.memory.things import event_thing, order_fields
from konnektu.rules.memory.verdicts import belongs, holds, is_counted

__all__ = [
    "Asked",
    "Evidence",
    "Explained",
    "Reason",
    "Stay",
    "Transition",
    "belongs",
    "computed_value",
    "event_thing",
    "explain",
    "figure_value",
    "holds",
    "interests",
    "is_counted",
    "last_moment",
    "meets",
    "next_change",
    "next_inside",
    "order_fields",
    "place_by",
    "ranks_of",
    "reasoned",
    "stays",
    "top",
    "transitions",
]
