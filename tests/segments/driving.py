"""A workspace driven through a story: blocks and batches cut at random, timers late, builds in parts, restarts.

In: steps. Out: what was sent, in the order of positions; entries and exits as the real writer wrote them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from random import Random

from msgspec import Struct

from konnektu.belt import cuts
from konnektu.belt.writer import Writer
from konnektu.core.clock import DAY
from konnektu.core.ids import public_id
from konnektu.core.records import Parcel
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.privacy import api as privacy
from konnektu.profiles import api as profiles
from konnektu.rules.model import Segment
from konnektu.segments import api as segments
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import epoch_of, waiting
from tests.segments.stories import Step

WHOLE = 10_000
END = 61 * DAY
"""How long time passes after the last fact."""


class Sent(Struct, frozen=True):
    """One event that was sent."""

    at: int
    origin: str
    body: bytes
    source: int = 1
    force: Mapping[str, Segment] | None = None
    """The definitions in force from it on, where it says something of segments."""


class Turned(Struct, frozen=True, order=True):
    """An entry or exit."""

    segment: str
    profile: int
    place: int
    """Its place among those of this person and segment."""
    at: int
    entered: bool


class Driven:
    """The real writer, driven through a story: blocks and batches cut at random, timers late, restarts."""

    def __init__(self, storage: Storage, record: WorkspaceRecord, drawn: Random) -> None:
        self.storage, self.record, self.drawn = storage, record, drawn
        self.sent: list[Sent] = []
        self.pending: list[Sent] = []
        self.force: dict[str, Segment] = {}
        self.saved: dict[str, tuple[int, Segment]] = {}
        self.building: set[str] = set()
        self.writer = self._begin()

    def _begin(self) -> Writer:
        return Writer(self.storage, self.record, epoch_of(self.storage, self.record))

    def tell(self, steps: Sequence[Step]) -> list[Sent]:
        """Everything that was sent, in the order of positions."""
        for step in steps:
            getattr(self, f"_{step.act}")(step)
            self._meanwhile(step.at)
        self.flush()
        end = steps[-1].at
        self._built(end, everybody=True)
        self.flush()
        self._switch(1)
        for _ in range(3):
            end += self.drawn.randrange(1, 20 * DAY)
            self.pass_time(end)
        self.pass_time(steps[-1].at + END)
        return self.sent

    def _fact(self, step: Step) -> None:
        self._send(Sent(step.at, step.origin, step.body, step.source))

    def _send(self, one: Sent) -> None:
        """Append to the block that is open, where it may stand there."""
        self.sent.append(one)
        first = self.pending[:1]
        is_together = first and all(
            (each.at, each.origin, each.source) == (one.at, one.origin, one.source) != (one.at, "system", one.source)
            for each in first
        )  # fmt: skip
        if first and (not is_together or self.drawn.random() < 0.3):
            self._close()
        self.pending.append(one)

    def _close(self) -> None:
        if self.pending:
            first = self.pending[0]
            parcel = Parcel(first.source, first.origin, first.at, [one.body for one in self.pending])  # type: ignore[arg-type]
            log.append(self.storage.inbox, self.record.id, [parcel])
            self.pending = []

    def flush(self) -> None:
        """Apply everything that waits, in batches of any size."""
        self._close()
        while blocks := waiting(self.storage, self.record):
            self.writer.apply(blocks, self.drawn.choice((1, 3, 1_000)))

    def _meanwhile(self, at: int) -> None:
        """What a belt does between blocks, or does not come to do."""
        if self.drawn.random() < 0.35:
            self.flush()
            if self.drawn.random() < 0.5:
                self.writer.switch_segments(self.drawn.choice((1, 2, WHOLE)))
            if self.drawn.random() < 0.5:
                self.pass_time(at)
        if self.drawn.random() < 0.3:
            self._built(at)
        if self.drawn.random() < 0.1:
            self.writer = self._begin()

    def pass_time(self, until: int) -> None:
        """Let time pass up to an instant, no further than what waits."""
        while self.writer.pass_time(until + 500, self.drawn.choice((1, WHOLE))):
            if self.drawn.random() < 0.1:
                self.writer = self._begin()

    def _built(self, at: int, *, everybody: bool = False) -> None:
        """Build some people, and say so where nobody is left."""
        self._close()
        while self.writer.build_segments(self.drawn.choice((1, 2, WHOLE))):
            if not everybody and self.drawn.random() < 0.5:
                return
        if everybody or self.drawn.random() < 0.5:
            self._switch(WHOLE)
        for key, version in self.writer.built_segments():
            if key in self.building and self.saved[key][0] == version:
                self.building.discard(key)
                self.force = {**self.force, key: self.saved[key][1]}
                self._segment(at, segments.Told(key=key, act="built", version=version))

    def _switch(self, limit: int) -> None:
        """Decide everybody under the definitions in force, so many at a time."""
        while self.writer.switch_segments(limit):
            pass

    def _segment(self, at: int, told: segments.Told) -> None:
        body = segments.fact(told, by="anna", now=at)
        self._send(Sent(at, "system", body, 0, dict(self.force)))

    def _save(self, step: Step) -> None:
        assert step.definition is not None
        version = self.saved[step.key][0] + 1 if step.key in self.saved else 1
        before = self.saved.get(step.key)
        if before is not None and before[1] == step.definition:
            return
        self.saved[step.key] = version, step.definition
        self.building.add(step.key)
        stated = segments.Stated(name=step.key, definition=step.definition)
        self._segment(step.at, segments.Told(key=step.key, act="saved", segment=stated))

    def _off(self, step: Step) -> None:
        self.force = {key: one for key, one in self.force.items() if key != step.key}
        self.building.discard(step.key)
        self._segment(step.at, segments.Told(key=step.key, act="off"))

    def _on(self, step: Step) -> None:
        self.building.add(step.key)
        self._segment(step.at, segments.Told(key=step.key, act="on"))

    def _part(self, step: Step) -> None:
        self.flush()
        with self.storage.workspace(self.record).read() as db:
            requested = identity.requested_cuts(db)
        for position, ordinal in requested:
            self._send(Sent(step.at, "system", cuts.ready(position, ordinal), 0))

    def _erase(self, step: Step) -> None:
        self.flush()
        with self.storage.workspace(self.record).read() as db:
            found = identity.find(db, "user_id", step.key)
            row = profiles.profile(db, found) if found is not None else None
        if row is not None and found is not None:
            self._send(Sent(step.at, "system", privacy.fact(public_id(row.born, found), step.at, "anna"), 0))

    def turned(self) -> list[Turned]:
        """Entries and exits that stand, in the order of their making."""
        with self.storage.workspace(self.record).read() as db:
            keys = {one.id: one.key for one in segments.segments(db).values()}
            rows = db.execute(
                "SELECT segment, profile, instant, entered FROM membership ORDER BY id"
            ).fetchall()
        counts: dict[tuple[int, int], int] = defaultdict(int)
        found = []
        for segment, profile, at, entered in rows:
            counts[segment, profile] += 1
            found.append(Turned(keys[segment], profile, counts[segment, profile], at, entered))
        return sorted(found)
