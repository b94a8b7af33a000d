"""What an import would do: its rows are read, decoded and resolved as the writer would, and nothing is written.

In: an import that has not run. Out: how many rows are new, updated, merged, repeated, rejected.
Invariant: the databases are only read. People made by earlier rows are remembered in memory, so memory
grows with the rows judged; a very long file is judged up to `JUDGED_ROWS` and only read after that.
"""

from collections import Counter
from collections.abc import Callable
from itertools import chain

from msgspec import structs

from konnektu.core.records import Event, Resolved
from konnektu.identity import api as identity
from konnektu.imports.chunks import Chunk
from konnektu.imports.model import DryRun, Import, RowCounts
from konnektu.imports.run import Work, chunks_of
from konnektu.log.api import Deduplication
from konnektu.orders import api as orders
from konnektu.reading.api import BadRow
from konnektu.storage.api import Connection

JUDGED_ROWS = 200_000
ERRORS_SHOWN = 100
_FIRST_POSITION = 1 << 50
"""Positions of rows that have none: beyond any real one, so that atoms made here are never taken for real."""

Progress = Callable[[int], None]


def dry_run(work: Work, job: Import, progress: Progress = lambda _: None, rows: int = 0) -> DryRun:
    """Judge the rows of a file: all, or the first `rows` and what completes their chunk.

    `progress` is told how many rows are read.
    """
    judge = _Judge(work)
    for chunk in chunks_of(work, structs.replace(job, chunk=0, cursor=0)):
        if 0 < rows <= judge.counts.read:
            return judge.outcome(is_whole=False)
        judge.take(chunk)
        progress(judge.counts.read)
    return judge.outcome(is_whole=True)


class _Judge:
    """Rows judged so far."""

    def __init__(self, work: Work) -> None:
        self._db = work.storage.workspace(work.workspace)
        self._seen = Deduplication()
        self._known: identity.Known | None = None
        self._position = _FIRST_POSITION
        self._judged = 0
        self._fates: Counter[str] = Counter()
        self._orders: dict[str, bool] = {}
        """Orders that the rows name: whether they are there already."""
        self._reasons: Counter[str] = Counter()
        self._errors: list[BadRow] = []
        self.counts = RowCounts()

    def take(self, chunk: Chunk) -> None:
        """Judge the rows of a chunk."""
        self.counts = self.counts.plus(chunk.counts)
        self._reasons.update(row.reason for row in chunk.bad)
        self._errors += chunk.errors[: ERRORS_SHOWN - len(self._errors)]
        if self._judged < JUDGED_ROWS:
            self._judged += len(chunk.rows)
            with self._db.read() as db:
                self._judge(db, chunk.rows)

    def outcome(self, *, is_whole: bool) -> DryRun:
        """What was found."""
        return DryRun(
            counts=self.counts,
            new=self._fates["new"],
            updated=self._fates["updated"],
            merged=self._fates["merge"],
            refused=self._fates["refuse"],
            nobody=self._fates["nobody"],
            orders_new=sum(not is_there for is_there in self._orders.values()),
            orders_updated=sum(self._orders.values()),
            repeated=self._fates["repeated"],
            judged=self._judged,
            errors=self._errors,
            reasons=dict(self._reasons.most_common()),
            is_whole=is_whole,
        )

    def _judge(self, db: Connection, rows: list[list[Event]]) -> None:
        placed = [[self._placed(event) for event in row] for row in rows]
        fresh = self._fresh(db, placed)
        self._note_orders(db, fresh)
        known = self._loaded(db, fresh)
        resolved = iter(identity.resolve(known, list(chain.from_iterable(fresh))))
        for row in fresh:
            self._count([next(resolved) for _ in row])

    def _placed(self, event: Event) -> Event:
        self._position += 1
        return structs.replace(event, position=self._position)

    def _fresh(self, db: Connection, rows: list[list[Event]]) -> list[list[Event]]:
        """Rows of which the log holds nothing, in this file or before."""
        judged = self._seen.judge(db, list(chain.from_iterable(rows)))
        self._seen.keep(judged, self._position, 0)
        verdicts = iter(judged.verdicts)
        fresh = [row for row in rows if all([next(verdicts) == "fresh" for _ in row])]  # noqa: C419 - each row takes its own
        self._fates["repeated"] += len(rows) - len(fresh)
        return fresh

    def _note_orders(self, db: Connection, rows: list[list[Event]]) -> None:
        named = {number for event in chain.from_iterable(rows) if (number := orders.number_of(event))}
        fresh = named - self._orders.keys()
        there = orders.existing(db, fresh) if fresh else set()
        self._orders.update({number: number in there for number in fresh})

    def _loaded(self, db: Connection, rows: list[list[Event]]) -> identity.Known:
        """The working set, with the people these rows can touch and no earlier row has changed."""
        found = identity.load(db, chain.from_iterable(rows))
        if self._known is None:
            self._known = found
            return found
        homes = self._known.homes
        self._known.add_loaded(p for p in found.persons.values() if homes.keys().isdisjoint(p.atoms))
        return self._known

    def _count(self, row: list[Resolved]) -> None:
        decisions = list(chain.from_iterable(resolved.decisions for resolved in row))
        made = {decision.atom for decision in decisions if decision.kind == "made"}
        is_new = any(resolved.profile in made for resolved in row)
        names = any(resolved.profile for resolved in row)
        self._fates["new" if is_new else "updated" if names else "nobody"] += 1
        self._fates.update(decision.kind for decision in decisions if decision.kind in ("merge", "refuse"))
