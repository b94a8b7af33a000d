"""What a source would have recognised, before it is stated. In: a source. Out: counts over the latest events.

Invariant: nothing is changed; events are read as the writer reads them, by the same rules.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import structs

from konnektu.acquisition import store
from konnektu.acquisition.logic import fault
from konnektu.acquisition.model import Source, Stated
from konnektu.acquisition.recognising import recognition
from konnektu.acquisition.views import PreviewView
from konnektu.collect import api as collect
from konnektu.core.errors import Unprocessable
from konnektu.core.records import Event
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.storage.api import Storage, WorkspaceRecord

EVENTS: Final = 10_000
"""Positions of the log that are looked at."""
CANDIDATE: Final = ""
"""In place of a key, which no source has."""


def preview(storage: Storage, record: WorkspaceRecord, stated: Stated) -> PreviewView:
    """Try a source. Raises `Unprocessable` where it cannot be so, `Retry` while the event store is needed and away."""
    db = storage.workspace(record)
    with db.read(snapshot=True) as own:
        sources = store.sources(own)
        options = collect.Options(kinds=identity.rules(own).kinds)
        upto = log.store.place(own).position
    if wrong := fault(CANDIDATE, stated, sources):
        raise Unprocessable(wrong)
    rules = recognition([*_parts(stated), *_programme(stated, sources)])
    found: Counter[int] = Counter()
    atoms: set[int] = set()
    looked = matched = 0
    since = None
    for event, atom in _latest(storage, record, options, upto):
        looked += 1
        since = event.time if since is None else since
        named = rules.recognise(event) if rules and atom else set()
        if named:
            matched += 1
            atoms.add(atom)
            found.update(named)
    with db.read() as own:
        people = set(identity.current_many(own, atoms).values()) if atoms else set()
    return PreviewView(
        events=looked,
        since=since,
        matched=matched,
        people=len(people),
        by_rule=[found[-number] for number in range(2, len(stated.rules) + 2)],
        by_code=found[-1],
    )


def _parts(stated: Stated) -> Iterator[Source]:
    """The code and each rule as sources of their own, numbered downwards from -1, as no source is."""
    code = structs.replace(stated, rules=(), active=True)
    yield Source(id=-1, key=CANDIDATE, position=0, retired=False, stated=code)
    for number, rule in enumerate(stated.rules, 2):
        alone = structs.replace(stated, rules=(rule,), parent="", code="", active=True)
        yield Source(id=-number, key=f"{CANDIDATE}{number} ", position=0, retired=False, stated=alone)


def _programme(stated: Stated, sources: Mapping[str, Source]) -> list[Source]:
    """The programme that the source belongs to, for its parameter alone."""
    programme = sources.get(stated.parent)
    if programme is None:
        return []
    return [structs.replace(programme, stated=structs.replace(programme.stated, rules=()))]


def _latest(
    storage: Storage, record: WorkspaceRecord, options: collect.Options, upto: int
) -> Iterator[tuple[Event, int]]:
    db, after = storage.workspace(record), max(0, upto - EVENTS)
    for entry in log.everything(db, storage.inbox, storage.history(record), upto, after):
        event = collect.decode(entry.parcel, entry.position, entry.instant, options)[0]
        if isinstance(event, Event):
            yield structs.replace(event, marks=entry.marks), entry.atom
