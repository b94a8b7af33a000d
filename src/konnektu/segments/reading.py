"""Segments for whoever asks from outside. In: keys, drafts, a page's bounds. Out: views."""

from collections.abc import Mapping

from msgspec import Struct

from konnektu.core.paging import Page, page
from konnektu.rules.checking import RuleRefused, referred, segment_of
from konnektu.rules.memory import ranks_of
from konnektu.rules.model import Rank
from konnektu.rules.writing_out import Formulas, segment_written_out
from konnektu.segments import store, views
from konnektu.segments.formulas import logic as computed
from konnektu.segments.formulas import store as computed_store
from konnektu.segments.logic import fault_of_draft, living, one, users
from konnektu.segments.model import Edit, Standing
from konnektu.segments.ranks import store as ranks_store
from konnektu.segments.ranks.model import Computed
from konnektu.segments.ready_made import READY_MADE
from konnektu.segments.telling import Teller, empties, teller
from konnektu.storage.api import Db

LATEST = 2**62
NOTHING = views.TextView("", "")


class Looked(Struct, frozen=True):
    """The segments of a workspace, and how to speak of them."""

    segments: Mapping[str, Standing]
    teller: Teller
    formulas: Formulas = {}
    """Of computed attributes, by key."""
    computed: Mapping[str, Computed] = {}
    """The last computation of each rank."""


def look(db: Db, zone: str) -> Looked:
    """The segments as they stand."""
    with db.read() as own:
        segments, known = store.segments(own), computed_store.computed(own)
        ranks = ranks_store.computed(own)
    return Looked(segments, teller(zone, segments, known), computed.formulas(known), ranks)


def listed(looked: Looked, after: str, limit: int) -> Page[views.SegmentView]:
    """A page of segments in the order of keys."""
    rows = sorted((one for one in living(looked.segments) if one.key > after), key=lambda one: one.key)
    return page(rows[: limit + 1], limit, lambda one: shown(looked, one), lambda one: one.key)


def found(looked: Looked, key: str) -> views.SegmentView:
    """One segment. Raises `NotFound`."""
    return shown(looked, one(looked.segments, key))


def shown(looked: Looked, one: Standing) -> views.SegmentView:
    """A segment as the API shows it."""
    said, definition = one.stated, one.stated.definition
    uses = referred(one.written) if one.written and definition else ()
    return views.SegmentView(
        key=one.key,
        name=said.name,
        kind=said.kind,
        status=one.status,
        description=said.description,
        folder=said.folder,
        tags=list(said.tags),
        definition=views.tree(definition),
        summary=looked.teller.segment(definition) if definition else NOTHING,
        version=one.version,
        current=one.current,
        building=one.building,
        position=one.position,
        changed_at=one.instant,
        changed_by=one.author,
        taken_of=said.taken_of,
        taken_at=said.taken_at,
        uses=[views.named(looked.segments[key]) for key in uses if key in looked.segments],
        used_by=[views.named(other) for other in users(one.key, looked.segments)],
        ranks=[
            _rank(looked, key, rank) for key, rank in ranks_of([one.written] if one.written else []).items()
        ],
    )


def _rank(looked: Looked, key: str, rank: Rank) -> views.RankView:
    found = looked.computed.get(key)
    at = found.at if found else None
    return views.RankView(
        text=looked.teller.rule(rank),
        at=at,
        as_of=looked.teller.as_of(at),
        placed=found.placed if found else 0,
        inside=found.inside if found else 0,
    )


def edits(db: Db, looked: Looked, key: str, before: int, limit: int) -> Page[views.EditView]:
    """A page of changes of a segment, the latest first, each with the definition that it made. Raises `NotFound`."""
    known = one(looked.segments, key)
    with db.read() as own:
        rows = store.edits(own, known.id, before or LATEST, limit + 1)
        versions = {each.version: each for each in store.versions(own, known.id)}
    made = {each.position: each.version for each in versions.values()}
    told = looked.teller

    def told_of(edit: Edit) -> views.EditView:
        number = made.get(edit.position, 0)
        new, old = versions.get(number), versions.get(number - 1)
        texts = (
            told.segment(new.definition) if new else None,
            told.segment(old.definition) if old else None,
        )
        return views.of_edit(edit, new and new.definition, old and old.definition, texts)

    return page(rows, limit, told_of, lambda edit: str(edit.position))


def check(looked: Looked, draft: views.Draft, now: int) -> views.CheckView:
    """What is to be said of a draft: whatever is wrong with its place, or the draft in words."""
    try:
        definition = segment_of(draft.definition)
    except RuleRefused as refused:
        faults = [views.FaultView(each.place, each.message, each.code) for each in refused.faults]
        return views.CheckView(faults=faults, summary=None, leaves=[], empties=None)
    wrong = fault_of_draft(draft.key, definition, looked.segments, looked.formulas)
    written = segment_written_out(definition, looked.formulas)
    return views.CheckView(
        faults=[views.FaultView("", wrong, "other")] if wrong else [],
        summary=looked.teller.segment(definition),
        leaves=looked.teller.leaves(definition, now, looked.formulas),
        empties=empties(written, now),
    )


def ready_made(zone: str) -> list[views.ReadyMadeView]:
    """The drafts that come with the product."""
    told = Teller(zone)
    return [
        views.ReadyMadeView(
            name=each.name,
            title=views.TextView(*each.title),
            description=views.TextView(*each.description),
            definition=views.tree(each.definition) or {},
            summary=told.segment(each.definition),
        )
        for each in READY_MADE
    ]
