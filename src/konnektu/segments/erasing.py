"""What segments forget of erased people. In: all ids that they ever had. Out: in how many segments they were."""

from collections.abc import Sequence

from konnektu.segments.comparing import store as differences
from konnektu.segments.live import store as live
from konnektu.segments.trees import store as trees
from konnektu.storage.api import Connection


def erase(db: Connection, profiles: Sequence[int]) -> int:
    """Forget people, the history of their memberships, and what trees, sets and comparisons keep of them."""
    trees.erase(db)
    differences.erase(db, profiles)
    return live.erase(db, profiles)
