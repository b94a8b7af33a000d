"""States that a writer keeps from batch to batch, so that those of busy people are not fetched each time.

In: the working set of a batch that was committed. Out: packed states as they stand in the workspace's rows.
Invariant: what is kept is what this writer's last commit left. Nobody else changes the rows while it holds the
place; nothing enters before its commit; and what enters is bytes, which no later batch can change.
"""

from collections.abc import Iterable
from typing import Final

from konnektu.core.recent import Recent
from konnektu.profiles.working import Working

MOST_KEPT: Final = 100_000
"""States kept; some 600 bytes each."""


class Kept:
    """Packed states by profile. Attributes are not among them: few facts need any."""

    __slots__ = ("_states",)

    def __init__(self, most: int = MOST_KEPT) -> None:
        """Begin with nobody."""
        self._states: Recent[int, bytes] = Recent(most)

    def find(self, profiles: Iterable[int]) -> dict[int, bytes]:
        """The states of those of these profiles that are kept."""
        get = self._states.get
        return {profile: state for profile in profiles if (state := get(profile)) is not None}

    def keep(self, working: Working) -> None:
        """Take what a batch has written. Call it after the commit, and never without one."""
        for gone in (working.merged, working.erased):
            for profile in gone:
                self._states.drop(profile)
        for profile, row in working.rows.items():
            self._states.put(profile, row.state)
