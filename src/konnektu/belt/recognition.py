"""The rules of marketing sources applied to the past: tried on the whole base, then told person by person as facts.

In: a workspace. Out: how its people's sources would differ; or facts on its log: that the rules hold for what was
before, and the atoms whose arrivals are told anew. Every step asks for what is missing at that moment, so a run that
was killed anywhere is repeated whole and goes on where it stopped. Memory grows with arrivals, not with events.
"""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from konnektu.acquisition import api as acquisition
from konnektu.belt.preview import Progress, shown
from konnektu.belt.where import Where, append, wait_applied
from konnektu.core.errors import Conflict
from konnektu.core.records import Event
from konnektu.flow import replayed, stated_sources
from konnektu.identity import api as identity
from konnektu.log import api as log


class OtherRules(Conflict):
    """The marketing sources were changed meanwhile. Look at the preview anew, and apply that."""


class Tried(Struct, frozen=True):
    """Arrivals as they stand, and as the rules in force would have them."""

    position: int
    """The last position that both speak of."""
    version: int
    """Position of the latest statement about sources."""
    before: acquisition.Came
    after: acquisition.Came
    homes: Mapping[int, int]
    """Present profile of each atom at that position."""
    sources: Mapping[int, acquisition.Source]

    def needed(self) -> list[int]:
        """Atoms whose arrivals are to be told anew, in order."""
        return acquisition.needed(self.before, self.after, self.homes)

    def difference(self) -> acquisition.Difference:
        """What would change for people."""
        return acquisition.difference(self.before, self.after, self.homes, self.sources)


class Carried(Struct, frozen=True):
    """What was needed to bring the past in step."""

    version: int
    """Position of the latest statement about sources."""
    identifiers: int
    """Atoms whose arrivals were told anew."""


def try_rules(where: Where, progress: Progress) -> Tried:
    """Recognise the whole base by the rules in force. Changes nothing; raises `Retry` while the event store is away."""
    storage, record = where.storage, where.record
    with storage.workspace(record).read(snapshot=True) as db:
        upto, homes = log.store.place(db).position, identity.homes(db)
        before, sources = acquisition.every_arrival(db), acquisition.sources(db)
    past = acquisition.Past([*stated_sources(storage, record, upto), _as_if(upto + 1)])
    after: acquisition.Came = {}
    for one in shown(replayed(storage, record, upto), upto, progress):
        if one.event is not None and one.atom in homes:
            acquisition.see(after, past, one.atom, one.event)
    by_number = {one.id: one for one in sources.values()}
    return Tried(upto, _version(sources), before, after, homes, by_number)


def _as_if(position: int) -> Event:
    """A recognition that nobody asked for."""
    return Event(
        position=position, instant=0, source=0, origin="system", type=acquisition.RECOGNITION,
        name=acquisition.RECOGNITION, message_id="", time=0, raw_time=0, received_at=0,
    )  # fmt: skip


def apply_rules(where: Where, version: int, shown_step: Callable[[str], Progress]) -> Carried:
    """Let the rules as they stood at `version` hold for the past, and tell anew whoever's arrivals differ by them.

    Needs a running writer and event store. Raises `Retry` where one of them does not come along, and the same call
    goes on with the rest; `OtherRules` where others are in force by then.
    """
    _check(where, version)
    if not _is_opened(where, version):
        wait_applied(where, append(where, [{"type": acquisition.RECOGNITION, "properties": {"of": version}}]))
    atoms = try_rules(where, shown_step("Recognise anew")).needed()
    progress = shown_step("Tell anew")
    for start in range(0, len(atoms), acquisition.ATOMS_AT_ONCE):
        progress(start, len(atoms))
        _check(where, version)
        wait_applied(where, _tell(where, atoms[start : start + acquisition.ATOMS_AT_ONCE]))
    progress(len(atoms), len(atoms))
    return Carried(version, len(atoms))


def _tell(where: Where, atoms: Sequence[int]) -> int:
    return append(where, [{"type": acquisition.RECOGNISED, "properties": {"atoms": atoms}}])


def _check(where: Where, version: int) -> None:
    with where.storage.workspace(where.record).read() as db:
        if acquisition.version(db) != version:
            raise OtherRules


def _is_opened(where: Where, version: int) -> bool:
    """Whether the rules hold for the past already."""
    with where.storage.workspace(where.record).read() as db:
        upto = log.store.place(db).position
    stated = stated_sources(where.storage, where.record, upto)
    return any(one.type == acquisition.RECOGNITION and one.position > version for one in stated)


def _version(sources: Mapping[str, acquisition.Source]) -> int:
    return max((one.position for one in sources.values()), default=0)


__all__ = ["Carried", "OtherRules", "Tried", "apply_rules", "try_rules"]
