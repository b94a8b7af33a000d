"""The definitions that the writer follows, made ready. In: a connection. Out: `InForce`."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec import Struct

from konnektu.rules.live import Compiled, Numbers, Succession, compiled, succession
from konnektu.rules.model import Segment as Definition
from konnektu.segments import store as definitions
from konnektu.segments.live import store
from konnektu.segments.logic import Following, followed_at
from konnektu.storage.api import Connection

EVERYBODY = 2**62
"""Above every id of a person."""


class InForce(Struct, frozen=True):
    """The definitions of a workspace at a version, made ready."""

    version: int
    """Position of the newest fact about segments."""
    decided: int
    """Position of the newest one that brought a definition into force, or out of it."""
    ready: Compiled
    ids: dict[str, tuple[int, int]]
    """(id, version) of every segment in force, by key."""
    building: tuple[tuple[str, int, int], ...]
    """(key, version, position) of every definition that is being built."""
    steps: "Steps"

    @property
    def generation(self) -> int:
        """Position of the newest definition that is being built; who was built since then lacks nothing."""
        return max((position for _, _, position in self.building), default=0)

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to follow."""
        return not self.ids and not self.building


class Step(Struct, frozen=True):
    """A fact that brought definitions into force, or out of it."""

    position: int
    instant: int
    before: InForce
    after: InForce
    follows: Succession


def _step(position: int, instant: int, before: InForce, after: InForce) -> Step:
    changed = {name for name, which in after.ids.items() if before.ids.get(name) != which}
    return Step(position, instant, before, after, succession(before.ready, after.ready, changed))


class Steps:
    """How one set of definitions followed another, made ready when somebody is met who was decided under the first."""

    __slots__ = ("_found", "_made")

    def __init__(self) -> None:
        """Begin with none."""
        self._found: dict[tuple[int, int], list[Step]] = {}
        self._made: dict[tuple[Following, ...], InForce] = {}

    def since(self, db: Connection, decided: int, until: int) -> list[Step]:
        """The steps after one position up to another, in order."""
        key = decided, until
        if key not in self._found:
            self._found = {old: steps for old, steps in self._found.items() if old[1] == until}
            self._found[key] = self._read(db, decided, until)
        return self._found[key]

    def _read(self, db: Connection, decided: int, until: int) -> list[Step]:
        acts, stated = definitions.acts(db), definitions.stated_definitions(db)
        numbers, before = store.numbers(db), self._made
        self._made = {}

        def at(position: int) -> InForce:
            followed = tuple(followed_at(acts, position))
            if followed not in self._made:
                self._made[followed] = before.get(followed) or _ready(
                    followed, stated, numbers, (position, position), self
                )
            return self._made[followed]

        return [
            _step(one.position, one.instant, at(one.position - 1), at(one.position))
            for one in acts
            if one.switches and decided < one.position <= until
        ]


class Kept:
    """What a writer keeps of the definitions from batch to batch."""

    __slots__ = ("_known", "_sought", "_steps")

    def __init__(self) -> None:
        """Begin with nothing."""
        self._known: InForce | None = None
        self._steps = Steps()
        self._sought = 0
        """Up to here nobody is without a state; who comes to be while definitions are followed has one."""

    def of(self, db: Connection) -> InForce | None:
        """What is in force; None where there never was a segment. One statement where nothing changed."""
        version = definitions.version(db)
        if not version:
            return None
        if self._known is None or self._known.version != version:
            is_begun = self._known is not None and not self._known.is_idle
            self._known = _in_force(db, version, self._steps)
            self._sought = self._sought if is_begun else 0
        return self._known

    def forget(self) -> None:
        """Read anew what is in force, after a transaction that came to nothing."""
        self._known, self._steps, self._sought = None, Steps(), 0

    def unbuilt(self, db: Connection, force: InForce, limit: int) -> list[int]:
        """Some of the people of whom some leaf knows only what came after it was made."""
        if not force.building:
            return []
        people = store.behind(db, force.generation, limit)
        if people or self._sought == EVERYBODY:
            return people
        people = store.stateless(db, self._sought, limit)
        self._sought = people[0] - 1 if people else EVERYBODY
        return people


def _in_force(db: Connection, version: int, steps: Steps) -> InForce:
    defined = definitions.defined(db)
    found = [
        Following(one.id, one.key, one.version, one.position, is_building=one.is_building) for one in defined
    ]
    stated = {(one.id, one.version): one.definition for one in defined}
    numbers = store.numbers(db)
    before = msgspec.msgpack.encode(numbers)
    force = _ready(found, stated, numbers, (version, definitions.decided(db)), steps)
    if msgspec.msgpack.encode(numbers) != before:
        store.put_numbers(db, numbers)
    return force


def _ready(
    followed: Iterable[Following],
    stated: Mapping[tuple[int, int], Definition],
    numbers: Numbers,
    places: tuple[int, int],
    steps: Steps,
) -> InForce:
    found = list(followed)
    standing = {one.key: one for one in found if not one.is_building}
    drafts: Sequence[Following] = [one for one in found if one.is_building]
    return InForce(
        *places,
        compiled(
            {key: stated[one.id, one.version] for key, one in standing.items()},
            [stated[one.id, one.version] for one in drafts],
            numbers,
        ),
        {key: (one.id, one.version) for key, one in standing.items()},
        tuple((one.key, one.version, one.position) for one in drafts),
        steps,
    )
