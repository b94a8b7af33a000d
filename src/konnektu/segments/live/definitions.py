"""The definitions that the writer follows, made ready. In: a connection. Out: `InForce`."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec import Struct

from konnektu.rules.formulas import COMPUTED
from konnektu.rules.live import Compiled, Numbers, Succession, compiled, succession
from konnektu.rules.live.computing import parts
from konnektu.rules.memory import ranks_of
from konnektu.rules.model import Rule
from konnektu.rules.model import Segment as Definition
from konnektu.segments import store as definitions
from konnektu.segments.formulas import store as computed
from konnektu.segments.formulas.model import Followed
from konnektu.segments.live import store
from konnektu.segments.logic import Following, followed_at
from konnektu.segments.ranks import store as ranks
from konnektu.storage.api import Connection

_NONE: frozenset[str] = frozenset()
EVERYBODY = 2**62
"""Above every id of a person."""


class InForce(Struct, frozen=True):
    """The definitions of a workspace at a version, made ready."""

    version: int
    """Position of the newest fact about segments."""
    decided: int
    """Position of the newest one that brought a definition into force, or out of it, or moved the zone."""
    ready: Compiled
    ids: dict[str, tuple[int, int]]
    """(id, version) of every segment in force, by key."""
    building: tuple[tuple[str, int, int], ...]
    """(key, version, position) of every definition that is being built."""
    steps: "Steps"
    home: str = ""
    """Zone of the workspace; empty before the first writer."""
    ranks: Mapping[tuple[str, int], frozenset[str]] = {}
    """Keys of the ranks that definitions being built ask for, by (key, version)."""
    values: dict[str, Followed] = {}
    """The formulas that values are read by; who was built since their positions lacks nothing of them. By name."""

    @property
    def generation(self) -> int:
        """Position of the newest definition that is being built; who was built since then lacks nothing."""
        return max((position for _, _, position in self.building), default=0)

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to follow."""
        return not self.ids and not self.building and not self.values


class Step(Struct, frozen=True):
    """A fact that brought definitions into force, or out of it, or moved the workspace to another zone."""

    position: int
    instant: int
    before: InForce
    after: InForce
    follows: Succession | None
    """None of a move."""
    home: str = ""
    """Of a move: the zone from here on."""


def _step(position: int, instant: int, before: InForce, after: InForce) -> Step:
    changed = {name for name, which in after.ids.items() if before.ids.get(name) != which}
    return Step(position, instant, before, after, succession(before.ready, after.ready, changed))


class Steps:
    """How one set of definitions followed another, made ready when somebody is met who was decided under the first.

    What formulas are made of is remembered under all of them.
    """

    __slots__ = ("_formulas", "_found", "_made")

    def __init__(self, formulas: Sequence[Followed] = ()) -> None:
        """Begin with none, beside the formulas that are followed."""
        self._found: dict[tuple[int, int], list[Step]] = {}
        self._made: dict[tuple[Following, ...], InForce] = {}
        self._formulas = formulas

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
                    followed, stated, numbers, (position, position), (self, self._formulas, "")
                )
            return self._made[followed]

        switches = [
            _step(one.position, one.instant, at(one.position - 1), at(one.position))
            for one in acts
            if one.switches and decided < one.position <= until
        ]
        moves = [
            Step(position, instant, at(position), at(position), None, zone)
            for position, instant, zone in definitions.homes(db)
            if decided < position <= until
        ]
        return sorted([*switches, *moves], key=lambda one: one.position)


class Kept:
    """What a writer keeps of the definitions from batch to batch."""

    __slots__ = ("_formulas", "_known", "_sought", "_steps")

    def __init__(self) -> None:
        """Begin with nothing."""
        self._known: InForce | None = None
        self._formulas: list[Followed] = []
        self._steps = Steps()
        self._sought = 0
        """Up to here nobody is without a state; who comes to be while definitions are followed has one."""

    def of(self, db: Connection) -> InForce | None:
        """What is in force; None where there never was anything. One statement where nothing changed."""
        version = definitions.version(db)
        if not version:
            return None
        if self._known is None or self._known.version != version:
            is_begun = self._known is not None and not self._known.is_idle
            formulas = computed.followed(db)
            if formulas != self._formulas:
                self._formulas, self._steps = formulas, Steps(formulas)
            self._known = _in_force(db, version, self._steps, formulas)
            self._sought = self._sought if is_begun else 0
        return self._known

    def forget(self) -> None:
        """Read anew what is in force, after a transaction that came to nothing."""
        self._known, self._steps, self._sought = None, Steps(self._formulas), 0

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


def followed(db: Connection) -> InForce:
    """What the writer follows, for who only reads what it keeps."""
    formulas, decided = computed.followed(db), definitions.decided(db)
    defined = [one for one in definitions.defined(db) if not one.is_building]
    stated = {(one.id, one.version): one.definition for one in defined}
    found = [Following(one.id, one.key, one.version, one.position, is_building=False) for one in defined]
    version = definitions.version(db)
    return _ready(
        found,
        stated,
        store.numbers(db),
        (version, decided),
        (Steps(formulas), formulas, definitions.home(db)),
    )


def read(db: Connection) -> InForce | None:
    """What is in force, for who only reads; None where there is nothing, or the writer has not met it yet."""
    version = definitions.version(db)
    if not version:
        return None
    formulas = computed.followed(db)
    force, is_met = _made_ready(db, version, Steps(formulas), formulas)
    return force if is_met and not force.is_idle else None


def _in_force(db: Connection, version: int, steps: Steps, formulas: Sequence[Followed]) -> InForce:
    force, is_met = _made_ready(db, version, steps, formulas)
    if not is_met:
        store.put_numbers(db, force.ready.numbers)
    return force


def _made_ready(
    db: Connection, version: int, steps: Steps, formulas: Sequence[Followed]
) -> tuple[InForce, bool]:
    """What is in force, and whether states speak by its numbers already."""
    defined = definitions.defined(db)
    found = [
        Following(one.id, one.key, one.version, one.position, is_building=one.is_building) for one in defined
    ]
    stated = {(one.id, one.version): one.definition for one in defined}
    numbers = store.numbers(db)
    before = msgspec.msgpack.encode(numbers)
    beside = steps, formulas, definitions.home(db)
    force = _ready(found, stated, numbers, (version, definitions.decided(db)), beside)
    return force, msgspec.msgpack.encode(numbers) == before


def _ready(
    followed: Iterable[Following],
    stated: Mapping[tuple[int, int], Definition],
    numbers: Numbers,
    places: tuple[int, int],
    beside: tuple[Steps, Sequence[Followed], str],
) -> InForce:
    found, (steps, formulas, home) = list(followed), beside
    read = {COMPUTED + one.key: one for one in formulas if not one.is_building}
    begun = [one for one in formulas if one.is_building]
    standing = {one.key: one for one in found if not one.is_building}
    drafts: Sequence[Following] = [one for one in found if one.is_building]
    return InForce(
        *places,
        compiled(
            {key: stated[one.id, one.version] for key, one in standing.items()},
            [stated[one.id, one.version] for one in drafts],
            numbers,
            {name: one.formula for name, one in read.items()}
            | {f"{COMPUTED}{one.key}:{one.version}": one.formula for one in begun},
        ),
        {key: (one.id, one.version) for key, one in standing.items()},
        (
            *((one.key, one.version, one.position) for one in drafts),
            *((COMPUTED + one.key, one.version, one.position) for one in begun),
        ),
        steps,
        home,
        {
            **{(one.key, one.version): _ranks([stated[one.id, one.version]]) for one in drafts},
            **{(COMPUTED + one.key, one.version): _ranks(parts(one.formula)) for one in begun},
        },
        read,
    )


def _ranks(asking: Iterable[Rule | Definition]) -> frozenset[str]:
    return frozenset(ranks_of(asking))


def ready_to_stand(db: Connection, force: InForce) -> list[tuple[str, int]]:
    """(key, version) of the definitions being built that nothing is missing of, once everybody is built for them.

    Who asks for a rank awaits its first computation, so that nobody is in or out for want of it.
    """
    awaited = any(force.ranks.values())
    computed = ranks.computed(db).keys() if awaited else frozenset[str]()
    return [
        (key, version)
        for key, version, _ in force.building
        if force.ranks.get((key, version), _NONE) <= computed
    ]
