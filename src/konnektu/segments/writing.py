"""Changes of segments from outside: checked, audited, appended as facts of the system, waited for.

In: a caller's wish. Out: the block that holds it on disk. Invariant: nothing here changes a segment.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from konnektu.access.api import Author
from konnektu.core.errors import Conflict, TooLarge, Unprocessable
from konnektu.core.ids import uuid7
from konnektu.core.text import clean
from konnektu.rules.checking import segment_of
from konnektu.rules.model import Segment as Definition
from konnektu.rules.writing_out import Formulas, segment_written_out
from konnektu.segments import seeking, store
from konnektu.segments.comparing.rounds import schedule_comparison
from konnektu.segments.following import fact
from konnektu.segments.formulas import logic as computed
from konnektu.segments.formulas import store as computed_store
from konnektu.segments.logic import fault, named, one, users
from konnektu.segments.members.sizes import schedule_sizes
from konnektu.segments.model import Act, Standing, Stated, Told
from konnektu.segments.placing import compute_soon
from konnektu.segments.views import NewSegment, SegmentAccepted, SegmentChange, SegmentState, Tree

LARGEST: Final = 30_000
"""Bytes of a statement: a fact must fit into one event."""
RESERVED: Final = frozenset(
    {"check", "explain", "ready-made", "vocabulary", "count", "lists", "uses", "trees", "comparison"}
)
"""Keys that are words of the API's paths."""


_LATEST: Final = 2**62
_EDITS: Final = 50
"""Changes that are looked at; who has not seen so many looks at it anew."""


class ChangedMeanwhile(Conflict):
    """Somebody has changed this segment meanwhile. Look at it and change it anew."""


def standing(author: Author) -> Mapping[str, Standing]:
    """The segments as they stand."""
    with author.db.read() as db:
        return store.segments(db)


def make(author: Author, asked: NewSegment) -> SegmentAccepted:
    """Append a segment. Raises `RuleRefused` for wrong rules, `Unprocessable`, `Conflict` for a known key."""
    segments = standing(author)
    return _saved(author, new_key(author, asked.key, segments), asked, segments)


def new_key(author: Author, asked: str | None, segments: Mapping[str, Standing]) -> str:
    """The key of a new segment, made up where none is asked for. Raises `Conflict`, `Unprocessable`."""
    key = asked or uuid7(author.now).replace("-", "")
    if key in segments:
        raise Conflict(f"There is or was a segment {key}. Choose another key.")
    if key in RESERVED:
        raise Unprocessable(f"{key} is a word of the API. Choose another key.")
    return key


def change(author: Author, key: str, asked: SegmentChange) -> SegmentAccepted:
    """Append what a segment is to be. Raises `NotFound`, and as `make`; `ChangedMeanwhile`."""
    segments = standing(author)
    known = one(segments, key)
    if asked.position and _is_changed(author, known, asked.position):
        raise ChangedMeanwhile(
            f"{known.author} has changed this segment meanwhile. Look at it and change it anew."
        )
    return _saved(author, key, asked, segments)


def _is_changed(author: Author, known: Standing, position: int) -> bool:
    """Whether anybody has changed a segment since; that a version came into force is no change."""
    if position == known.position:
        return False
    with author.db.read() as db:
        since = [one for one in store.edits(db, known.id, _LATEST, _EDITS) if one.position > position]
    return len(since) == _EDITS or any(one.act not in {"built", "dropped"} for one in since)


def switch(author: Author, key: str, asked: SegmentState) -> SegmentAccepted:
    """Append that a segment works from here on, or does not. Raises `NotFound`, `Conflict` while it is used."""
    segments = standing(author)
    _check_free(segments, one(segments, key), is_kept=asked.is_on)
    act: Act = "on" if asked.is_on else "off"
    return appended(author, Told(key=key, act=act, note=clean(asked.note)), segments)


def delete(author: Author, key: str) -> SegmentAccepted:
    """Append that a segment is gone. Raises `NotFound`, `Conflict` with its users while it is used."""
    segments = standing(author)
    _check_free(segments, one(segments, key), is_kept=False)
    return appended(author, Told(key=key, act="deleted"), segments)


def _check_free(segments: Mapping[str, Standing], known: Standing, *, is_kept: bool) -> None:
    using = [] if is_kept else users(known.key, segments)
    if using:
        raise Conflict(f"{known.stated.name} is used by {named(using)}. Take it out of them first.")


def _saved(
    author: Author, key: str, asked: SegmentChange, segments: Mapping[str, Standing]
) -> SegmentAccepted:
    known = segments.get(key)
    stated = Stated(
        name=clean(asked.name).strip(),
        kind=known.stated.kind if known else "live",
        description=clean(asked.description),
        folder=clean(asked.folder).strip(),
        tags=tuple(dict.fromkeys(clean(tag).strip() for tag in asked.tags)),
        definition=_definition(author, known, asked.definition),
        taken_of=known.stated.taken_of if known else "",
        taken_at=known.stated.taken_at if known else 0,
    )
    return appended(author, Told(key=key, act="saved", segment=stated, note=clean(asked.note)), segments)


def _definition(author: Author, known: Standing | None, asked: Tree | None) -> Definition | None:
    """The rules of a live segment, which the author may ask by; what a list or snapshot was made with stays."""
    if known is not None and known.stated.kind != "live":
        return known.stated.definition
    if asked is None:
        raise Unprocessable("Rules are missing: state them in `definition`.")
    stated = segment_of(asked)
    if known is None or stated != known.stated.definition:
        with author.db.read() as own:
            seeking.check(author.caller, own, [stated])
    return stated


def appended(author: Author, told: Told, segments: Mapping[str, Standing]) -> SegmentAccepted:
    """Check a fact, write it into the audit log, append it, wait for it. Raises `Unprocessable`, `TooLarge`."""
    with author.db.read() as own:
        formulas = computed.formulas(computed_store.computed(own))
    if wrong := fault(told, segments, formulas):
        raise Unprocessable(wrong)
    body = fact(told, by=author.caller.login, now=author.now)
    if len(body) > LARGEST:
        raise TooLarge("The rules of one segment take too much room. Divide them between several segments.")
    detail = msgspec.to_builtins(told)
    author.record(f"segment.{told.act}", told.key, detail)
    schedule_sizes(author.storage, author.caller.workspace, author.now)
    schedule_comparison(author.storage, author.caller.workspace, author.now)
    said = author.state(body)
    stated = _asking(told, segments.get(told.key), formulas)
    compute_soon(author.storage, author.caller.workspace, stated, now=author.now, by=author.caller.login)
    return SegmentAccepted(told.key, *said)


def _asking(told: Told, known: Standing | None, formulas: Formulas) -> list[Definition]:
    """The definition that a fact makes people be decided by, written out; none where it makes nobody be."""
    if told.segment is not None and told.segment.definition is not None:
        return [segment_written_out(told.segment.definition, formulas)]
    return [known.written] if told.act == "on" and known is not None and known.written is not None else []
