"""Snapshots: who was in a segment at an instant. In: a segment, an instant. Out: a snapshot and its people.

Who was in is read off the history of entries and exits once the writer has closed the instant, so that it is exact to
the millisecond, whenever it is read.
"""

from typing import Final

from konnektu.access.api import Author
from konnektu.core.errors import Conflict, Unprocessable
from konnektu.core.text import clean
from konnektu.jobs.api import Later, Work, defer
from konnektu.log import api as log
from konnektu.segments.live import store as live
from konnektu.segments.logic import one
from konnektu.segments.mirror import was_in
from konnektu.segments.model import Stated, Told
from konnektu.segments.naming import append, listings
from konnektu.segments.store import decided, segments
from konnektu.segments.views import NewList, NewSnapshot, SegmentAccepted
from konnektu.segments.writing import appended, new_key, standing

TAKE: Final = "segments.snapshot"
CLOSED_AFTER: Final = 1_000
"""Milliseconds after which nothing that was received by an instant is still on its way into the inbox."""
AGAIN_SECONDS: Final = 1.0


def make_list(author: Author, asked: NewList) -> SegmentAccepted:
    """Append an empty list. Raises `Unprocessable`, `Conflict` for a known key."""
    known = standing(author)
    key = new_key(author, asked.key, known)
    told = Told(
        key=key, act="saved", segment=_stated(asked, Stated(name="", kind="list")), note=clean(asked.note)
    )
    return appended(author, told, known)


def make_snapshot(author: Author, of: str, asked: NewSnapshot) -> SegmentAccepted:
    """Append a snapshot and have it taken. Raises `NotFound`, `Conflict` where nobody can be in, `Unprocessable`."""
    known = standing(author)
    source, at = one(known, of), author.now if asked.at is None else asked.at
    if not source.current:
        raise Conflict(f"{source.stated.name} is off or is being built for the first time: nobody is in it.")
    if at > author.now:
        raise Unprocessable("A snapshot is of now or of the past.")
    key = new_key(author, asked.key, known)
    like = Stated(
        name="", kind="snapshot", definition=source.stated.definition, taken_of=source.key, taken_at=at
    )
    if like.definition is None:
        raise Conflict(f"{source.stated.name} is a list already.")
    told = Told(key=key, act="saved", segment=_stated(asked, like), note=clean(asked.note))
    made = appended(author, told, known)
    arguments = {"of": source.key, "snapshot": key, "at": at}
    workspace, by = author.caller.workspace, author.caller.login
    defer(author.storage, workspace, TAKE, key, arguments, now=author.now, by=by)
    return made


def _stated(asked: NewList, like: Stated) -> Stated:
    return Stated(
        name=clean(asked.name).strip(),
        kind=like.kind,
        description=clean(asked.description),
        folder=clean(asked.folder).strip(),
        tags=tuple(dict.fromkeys(clean(tag).strip() for tag in asked.tags)),
        definition=like.definition,
        taken_of=like.taken_of,
        taken_at=like.taken_at,
    )


def take(work: Work, of: str, key: str, at: int) -> int:
    """Put on a snapshot who was in its segment; how many. Raises `Later` until the writer has closed the instant."""
    if not _is_closed(work, at):
        raise Later(AGAIN_SECONDS, "The writer has not come to this instant yet.")
    with work.storage.workspace(work.workspace).read() as db:
        known = segments(db)
    people = was_in(work.storage, work.workspace, known[of].id, at)
    told = list(listings(key, people, (), f"+{len(people)}"))
    append(
        work.storage, work.workspace.id, told, by=known[key].author, now=work.clock.now_ms(),
        once=f"segment-{key}-taken",
    )  # fmt: skip
    work.progress(len(people), len(people))
    return len(people)


def _is_closed(work: Work, at: int) -> bool:
    """Whether nothing can change any more who was in at an instant."""
    if work.clock.now_ms() < at + CLOSED_AFTER:
        return False
    with work.storage.inbox.read() as inbox:
        waiting = log.store.pending_blocks(inbox, work.workspace.id, 1)
    with work.storage.workspace(work.workspace).read() as db:
        due, is_switching = live.next_due(db), bool(live.undecided(db, decided(db), 1))
    is_past = all(block.received_at > at for block in waiting) and (due is None or due > at)
    return is_past and not is_switching
