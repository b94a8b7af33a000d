"""Who is in which segment, kept up to date fact by fact. In: changes and instants of a person. Out: flips. Pure.

`compiled` makes definitions ready, `State` is what is remembered of a person, `fold` tells it a fact, `advance` lets
time pass. What is meant by a rule stands in `rules.memory`; docs/decisions/0018 says how this one keeps up with it.
"""

from konnektu.rules.live.changes import (
    ArrivalsStand,
    AttributesStand,
    Change,
    IdentifiersStand,
    ItemStands,
    ListsStand,
    OrderStands,
    PersonStands,
    RanksStand,
    RecordStands,
    StatementsStand,
    TagsStand,
)
from konnektu.rules.live.clock import NEVER
from konnektu.rules.live.compiling import Compiled, compiled
from konnektu.rules.live.computing import ValueAt
from konnektu.rules.live.folding import Flip, advance, fold, inside, is_idle, next_due
from konnektu.rules.live.joining import (
    joined,
    relived,
    settle_joined,
    switched,
    unite,
)
from konnektu.rules.live.numbers import Numbers
from konnektu.rules.live.state import State
from konnektu.rules.live.succession import Succession, succeeded, succession

__all__ = [
    "NEVER",
    "ArrivalsStand",
    "AttributesStand",
    "Change",
    "Compiled",
    "Flip",
    "IdentifiersStand",
    "ItemStands",
    "ListsStand",
    "Numbers",
    "OrderStands",
    "PersonStands",
    "RanksStand",
    "RecordStands",
    "State",
    "StatementsStand",
    "Succession",
    "TagsStand",
    "ValueAt",
    "advance",
    "compiled",
    "fold",
    "inside",
    "is_idle",
    "joined",
    "next_due",
    "relived",
    "settle_joined",
    "succeeded",
    "succession",
    "switched",
    "unite",
]
