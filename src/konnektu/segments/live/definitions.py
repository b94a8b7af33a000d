"""The definitions that the writer follows, made ready. In: a connection. Out: `InForce`."""

import msgspec
from msgspec import Struct

from konnektu.rules.live import Compiled, compiled
from konnektu.segments import store as definitions
from konnektu.segments.live import store
from konnektu.storage.api import Connection


class InForce(Struct, frozen=True):
    """The definitions of a workspace at a version, made ready."""

    version: int
    """Position of the newest fact about segments."""
    ready: Compiled
    ids: dict[str, tuple[int, int]]
    """(id, version) of every segment in force, by key."""
    building: tuple[tuple[str, int, int], ...]
    """(key, version, position) of every definition that is being built."""

    @property
    def generation(self) -> int:
        """Position of the newest definition that is being built; who was built since then lacks nothing."""
        return max((position for _, _, position in self.building), default=0)

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to follow."""
        return not self.ids and not self.building


class Kept:
    """What a writer keeps of the definitions from batch to batch."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        """Begin with nothing."""
        self._known: InForce | None = None

    def of(self, db: Connection) -> InForce | None:
        """What is in force; None where there never was a segment. One statement where nothing changed."""
        version = definitions.version(db)
        if not version:
            return None
        if self._known is None or self._known.version != version:
            self._known = _in_force(db, version)
        return self._known

    def forget(self) -> None:
        """Read anew what is in force, after a transaction that came to nothing."""
        self._known = None


def _in_force(db: Connection, version: int) -> InForce:
    found = definitions.defined(db)
    numbers = store.numbers(db)
    before = msgspec.msgpack.encode(numbers)
    standing = {one.key: one for one in found if not one.is_building}
    drafts = [one for one in found if one.is_building]
    ready = compiled(
        {key: one.definition for key, one in standing.items()}, [one.definition for one in drafts], numbers
    )
    if msgspec.msgpack.encode(numbers) != before:
        store.put_numbers(db, numbers)
    return InForce(
        version,
        ready,
        {key: (one.id, one.version) for key, one in standing.items()},
        tuple((one.key, one.version, one.position) for one in drafts),
    )
