"""How segments narrow lists of people: by who is in one, and by a tree of conditions."""

from konnektu.core.section import Filter
from konnektu.profiles.api import Asking, Condition, Inside
from konnektu.segments.store import number
from konnektu.segments.trees import choosing, reading


def _members(asking: Asking) -> Inside:
    """Who is in a segment by now; nobody where there is none."""
    with asking.asker.db.read() as db:
        # Read apart, so that questions are planned for this segment.
        found = number(db, str(asking.value))
    return Inside("SELECT profile FROM member WHERE segment = %(segment)s", {"segment": found})


CONDITIONS = (
    Condition(
        Filter(name="segment", en="Segment", ru="Сегмент", kind="reference", refers="segments"), _members
    ),
    Condition(
        Filter(
            name="tree", en="More conditions", ru="Ещё условия", kind="tree", right="segments.read", tree=reading.read
        ),
        choosing.inside,
    ),
)  # fmt: skip
