"""Rules as queries of the event store. In: a definition, whom and when. Out: one SELECT and its parameters. Pure.

The event store reads what the log sealed (`fact`, `decision`) and the mirrors of everything that stands (`mirror`).
Equal to `rules.memory`, verdict by verdict.
"""

from konnektu.rules.sql.binding import NotInSql
from konnektu.rules.sql.leaves import LEAVES, VERSIONED
from konnektu.rules.sql.mirrors import Key, MirrorRow, mirrored, standing, stay
from konnektu.rules.sql.needs import Needs, needs
from konnektu.rules.sql.query import Counts, Pair, Statement, count, membership, people, ranked
from konnektu.rules.sql.rows import Everybody
from konnektu.rules.sql.things import event_meets

__all__ = [
    "LEAVES",
    "VERSIONED",
    "Counts",
    "Everybody",
    "Key",
    "MirrorRow",
    "Needs",
    "NotInSql",
    "Pair",
    "Statement",
    "count",
    "event_meets",
    "membership",
    "mirrored",
    "needs",
    "people",
    "ranked",
    "standing",
    "stay",
]
