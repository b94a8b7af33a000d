"""What other slices tell of people, shown beside their profiles. In: people. Out: `Beside` for each.

Invariant: profiles know none of these slices, which stand to their right; the application gives their functions in.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from konnektu.core.records import Arrivals, Event, ListFigures, OrderFigures
from konnektu.storage.api import Connection, WorkspaceRecord

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


class Viewer(Struct, frozen=True):
    """Who looks at computed attributes: of which workspace, when, and whether personal data is shown."""

    workspace: WorkspaceRecord
    now: int
    is_open: bool


Computed = Callable[[Connection, Sequence[int], Viewer], Mapping[int, Mapping[str, Any]]]
"""The computed attributes of these people that are ready, by profile and key, as JSON has them. `db` is a snapshot."""


Rows = Iterable[Sequence[Any]]


def _nothing_in(_rows: Rows) -> Mapping[int, Any]:
    return {}


class Teller(Struct, frozen=True):
    """Somebody who tells by one statement, which another statement about one person may hold in itself."""

    many: Callable[[Connection, Sequence[int]], Mapping[int, Any]]
    """What is told of these people."""
    sql: str = ""
    """The same question: its parameter is `profiles`, its rows begin with the profile. Empty where nothing is told."""
    told: Callable[[Rows], Mapping[int, Any]] = _nothing_in
    """What its rows tell; as JSON has them, with whole numbers of any size as text and bytes in hexadecimal."""

    def __call__(self, db: Connection, profiles: Sequence[int]) -> Mapping[int, Any]:
        """What is told of these people."""
        return self.many(db, profiles)


class Beside(Struct, frozen=True):
    """What others tell of one person."""

    figures: Sequence[OrderFigures] = ()
    arrived: Arrivals = Arrivals()
    lists: Sequence[ListFigures] = ()
    records: Mapping[str, int] = {}


NOTHING_BESIDE = Beside()


def _nothing(_db: Connection, _profiles: Sequence[int]) -> Mapping[int, Any]:
    return {}


def none_of(_db: Connection, _row_limit: str, _events: Sequence[Event]) -> Sequence[Event]:
    """Where nobody can tell which events are within a limit, none is."""
    return ()


def not_computed(
    _db: Connection, _profiles: Sequence[int], _viewer: Viewer
) -> Mapping[int, Mapping[str, Any]]:
    """For who may not see computed attributes."""
    return {}


nothing = Teller(_nothing)
"""In place of a teller, for who may not see what it tells."""


class Tellers(Struct, frozen=True):
    """Who tells what of people."""

    figures: Figures = nothing
    arrived: Arrived = nothing
    lists: Lists = nothing
    records: Records = nothing
    within: Within = none_of
    computed: Computed = not_computed
    """Told where it is asked for alone."""

    def of(self, db: Connection, profiles: Sequence[int]) -> dict[int, Beside]:
        """What is told of each of these people: one statement for each teller."""
        told = [teller(db, profiles) for teller in self.every]
        return {one: beside(one, told) for one in profiles}

    @property
    def every(self) -> tuple[Figures, Arrived, Lists, Records]:
        """All of them, in the order of `Beside`."""
        return self.figures, self.arrived, self.lists, self.records

    @property
    def statements(self) -> tuple[Teller, ...] | None:
        """All of them where each tells by a statement, else None."""
        several = tuple(one for one in self.every if isinstance(one, Teller))
        return several if len(several) == len(self.every) else None


def beside(profile: int, told: Sequence[Mapping[int, Any]]) -> Beside:
    """What tellers, in the order of `Tellers.every`, tell of one person."""
    figures, arrived, lists, records = told
    return Beside(
        figures.get(profile, ()),
        arrived.get(profile, Arrivals()),
        lists.get(profile, ()),
        records.get(profile, {}),
    )
