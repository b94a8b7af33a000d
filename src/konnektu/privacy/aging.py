"""What grew old, where it lies: found, and taken out of event store, inbox, rejected events and rows of imports.

In: a run, or cuts that are tried. Out: the atoms whose events changed, counts by cut; stores without what grew old.
Invariant: one judge decides for every place, so that none keeps what another lost.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field

from konnektu.collect import api as collect
from konnektu.core.records import Event, Parcel
from konnektu.identity import api as identity
from konnektu.imports import api as imports
from konnektu.log import api as log
from konnektu.privacy import aging_store
from konnektu.privacy.model import Cut, Run
from konnektu.privacy.remaining import KINDS, Left, left_of
from konnektu.privacy.where import Where
from konnektu.profiles import api as profiles
from konnektu.storage.api import History

FACTS_AT_ONCE = 5_000
Bounds = Mapping[tuple[str, str], tuple[int, int]]
"""By subject and name: what earlier runs have looked at, as (happened before, up to position)."""


class Found(Struct):
    """Some facts that grew old."""

    changed: list[log.Changed]
    atoms: set[int]
    by: Counter[str] = field(default_factory=Counter)
    """How many fall under each cut."""


class Judge:
    """Says of events what is left of them, as a workspace reads them at this moment."""

    def __init__(self, where: Where, cuts: Sequence[Cut]) -> None:
        """Take what decoding depends on."""
        self._where, self._cuts = where, cuts
        with where.db.read() as own:
            self._options = identity.options(where.storage, where.record, own)

    def left(self, entries: Sequence[log.Entry]) -> list[tuple[log.Entry, Left]]:
        """What is left of entries that fall under a cut; one query at most."""
        read = [
            (entry, collect.decode(entry.parcel, entry.position, entry.instant, self._options)[0])
            for entry in entries
        ]
        standing = self._standing(
            [
                entry.atom
                for entry, one in read
                if entry.atom > 0 and isinstance(one, Event) and profiles.speaks_of_consent(one)
            ]
        )
        judged = ((entry, left_of(one, entry.parcel, self._cuts, standing)) for entry, one in read)
        return [(entry, left) for entry, left in judged if left.by]

    def verdicts(self, entries: Sequence[log.Entry]) -> dict[int, Parcel | None]:
        """The same by position, for blocks and rejected events."""
        return {entry.position: left.parcel for entry, left in self.left(entries)}

    def _standing(self, atoms: Iterable[int]) -> set[int]:
        wanted = sorted(set(atoms))
        if not wanted:
            return set()
        with self._where.db.read() as own:
            return profiles.standing_passive(own, wanted)


def found(
    where: Where, cuts: Sequence[Cut], upto: int, now: int, bounds: Bounds, page: int = FACTS_AT_ONCE
) -> Iterator[Found]:
    """The sealed facts up to a position that fall under these cuts, some at a time; a fact is found once for each."""
    judge, history = Judge(where, cuts), where.storage.history(where.record)
    for cut in cuts:
        for entries in log.old_facts(history, _asked(cut, upto, now, bounds), page):
            where.check()
            left = [(entry, one) for entry, one in judge.left(entries) if cut in one.by]
            yield Found(
                [log.Changed(entry.position, one.parcel) for entry, one in left],
                {entry.atom for entry, _ in left if entry.atom > 0},
                Counter({cut.key: len(left)}) if left else Counter(),
            )


def _asked(cut: Cut, upto: int, now: int, bounds: Bounds) -> log.Old:
    """Which facts may fall under a cut. Of events that grew old those that are still there are looked at each time."""
    if cut.subject == "event":
        kind = cut.name.removeprefix("$")
        if cut.name.startswith("$") and kind in KINDS:
            return log.Old(types=[kind], before=cut.before, upto=upto)
        return log.Old(names=[cut.name], before=cut.before, upto=upto)
    if cut.subject == "purpose":
        names = sorted(profiles.CONSENT_EVENTS)
        return log.Old(types=["consent"], names=names, mentions="valid_until", before=now, upto=upto)
    known_before, known_upto = bounds.get((cut.subject, cut.name), (0, 0))
    return log.Old(
        mentions="traits", before=cut.before, upto=upto, known_before=known_before, known_upto=known_upto
    )


def tried(where: Where, cuts: Sequence[Cut], now: int) -> dict[str, int]:
    """How many facts would be removed or changed, by cut. Changes nothing."""
    with where.db.read() as own:
        upto, bounds = log.store.sealed(own)[0], aging_store.last_cuts(own, LATEST)
    counts = Counter({cut.key: 0 for cut in cuts})
    for part in found(where, cuts, upto, now, bounds):
        counts.update(part.by)
    return dict(counts)


LATEST = 2**62


def collect_old(where: Where, run: Run) -> None:
    """Write down what is to become of the facts that grew old, and of whom is then to be told anew."""
    history = where.storage.history(where.record)
    log.forget_aged(history)
    with where.db.read() as own:
        bounds = aging_store.last_cuts(own, run.position)
    counts, part = Counter({cut.key: 0 for cut in run.cuts}), 1
    for some in found(where, run.cuts, run.position, run.instant, bounds):
        part = log.keep_aged(history, some.changed, part)
        if some.atoms:
            with where.db.transaction() as own:
                aging_store.add_told(own, sorted(some.atoms))
        counts.update(some.by)
    with where.db.transaction() as own:
        aging_store.note_found(own, run.position, counts)


def take_out(where: Where, run: Run, history: History) -> None:
    """Take what grew old out of every store that holds it."""
    log.carry_out_aged(history)
    judge, inbox = Judge(where, run.cuts), where.storage.inbox
    removed = {
        "in_inbox": log.rewrite_inbox(where.db, inbox, judge.verdicts, run.position, _latest(run)),
        "rejected": log.age_quarantine(where.db, judge.verdicts, run.position),
        "row_of_import": _age_imports(where, run),
    }
    with where.db.transaction() as own:
        for kind, count in removed.items():
            aging_store.add_removed(own, run.position, kind, count)


def _latest(run: Run) -> int:
    """What happened after this falls under no cut. When a consent's term ended is not told by when it was given."""
    return max((run.instant if cut.subject == "purpose" else cut.before for cut in run.cuts), default=0)


def _age_imports(where: Where, run: Run) -> int:
    """Blank the bad rows of imports that ended before the shortest term: nobody reads of what kind each is."""
    before = max((cut.before for cut in run.cuts if cut.subject != "purpose"), default=0)
    with where.db.read() as own:
        ended = imports.ended_before(own, before)
    return imports.erase_rows(imports.Folder(where.data, where.record), lambda _: True, only=ended)
