"""What other slices tell of people, shown beside their profiles. In: people. Out: `Beside` for each.

Invariant: profiles know none of these slices, which stand to their right; the application gives their functions in.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from konnektu.core.records import Arrivals, Event, ListFigures, OrderFigures
from konnektu.storage.api import Connection

Figures = Callable[[Connection, Sequence[int]], Mapping[int, Sequence[OrderFigures]]]
"""What the orders of these people come to, by profile."""
Arrived = Callable[[Connection, Sequence[int]], Mapping[int, Arrivals]]
"""From which marketing sources these people came, by profile."""
Lists = Callable[[Connection, Sequence[int]], Mapping[int, Sequence[ListFigures]]]
"""How much stands on the product lists of these people, by profile."""
Records = Callable[[Connection, Sequence[int]], Mapping[int, Mapping[str, int]]]
"""How many related records of each kind these people have, by profile."""

Within = Callable[[Connection, str, Sequence[Event]], Sequence[Event]]
"""Those of the events of a visible person that a caller with a row limit may see."""


class Beside(Struct, frozen=True):
    """What others tell of one person."""

    figures: Sequence[OrderFigures] = ()
    arrived: Arrivals = Arrivals()
    lists: Sequence[ListFigures] = ()
    records: Mapping[str, int] = {}


NOTHING_BESIDE = Beside()


def nothing(_db: Connection, _profiles: Sequence[int]) -> Mapping[int, Any]:
    """In place of a teller, for who may not see what it tells."""
    return {}


def none_of(_db: Connection, _row_limit: str, _events: Sequence[Event]) -> Sequence[Event]:
    """Where nobody can tell which events are within a limit, none is."""
    return ()


class Tellers(Struct, frozen=True):
    """Who tells what of people."""

    figures: Figures = nothing
    arrived: Arrived = nothing
    lists: Lists = nothing
    records: Records = nothing
    within: Within = none_of

    def of(self, db: Connection, profiles: Sequence[int]) -> dict[int, Beside]:
        """What is told of each of these people: one statement for each teller."""
        figures, arrived = self.figures(db, profiles), self.arrived(db, profiles)
        lists, records = self.lists(db, profiles), self.records(db, profiles)
        return {
            one: Beside(
                figures.get(one, ()), arrived.get(one, Arrivals()), lists.get(one, ()), records.get(one, {})
            )
            for one in profiles
        }
