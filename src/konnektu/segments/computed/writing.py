"""Changes of computed attributes from outside: checked, audited, appended as facts of the system, waited for.

In: a caller's wish. Out: the block that holds it on disk. Invariant: nothing here changes a computed attribute.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from konnektu.access.api import Author
from konnektu.core.errors import Conflict, TooLarge, Unprocessable
from konnektu.core.ids import uuid7
from konnektu.core.text import clean
from konnektu.rules.checking import formula_of
from konnektu.rules.live.computing import parts
from konnektu.segments import seeking
from konnektu.segments import store as segments
from konnektu.segments.computed.views import ComputedAccepted, ComputedChange, NewComputed
from konnektu.segments.following import computed_fact
from konnektu.segments.formulas import store
from konnektu.segments.formulas.logic import one
from konnektu.segments.formulas.model import Standing, Stated, Told
from konnektu.segments.model import Standing as Segment
from konnektu.segments.placing import compute_soon
from konnektu.segments.rewriting import fault_of_computed
from konnektu.segments.writing import LARGEST

RESERVED: Final = frozenset({"ready-made", "try", "values"})
"""Keys that are words of the API's paths."""


def make(author: Author, asked: NewComputed) -> ComputedAccepted:
    """Append a computed attribute. Raises `RuleRefused`, `Unprocessable`, `Conflict` for a known key."""
    known, _ = _all(author)
    key = asked.key or uuid7(author.now).replace("-", "")
    if key in known:
        raise Conflict(f"There is or was a computed attribute {key}. Choose another key.")
    if key in RESERVED:
        raise Unprocessable(f"{key} is a word of the API. Choose another key.")
    return _appended(
        author, Told(key=key, act="saved", computed=_stated(author, asked, None), note=clean(asked.note))
    )


def change(author: Author, key: str, asked: ComputedChange) -> ComputedAccepted:
    """Append what it is to be. Raises `NotFound`, and as `make`; `Conflict` where it was changed meanwhile."""
    known, _ = _all(author)
    here = one(known, key)
    if asked.position and asked.position != here.position:
        raise Conflict(f"{here.author} has changed this meanwhile. Look at it and change it anew.")
    return _appended(
        author, Told(key=key, act="saved", computed=_stated(author, asked, here), note=clean(asked.note))
    )


def delete(author: Author, key: str) -> ComputedAccepted:
    """Append that it is gone. Raises `NotFound`, `Conflict` with its users while it is used."""
    known, segments_now = _all(author)
    one(known, key)
    told = Told(key=key, act="deleted")
    if wrong := fault_of_computed(told, known, segments_now):
        raise Conflict(wrong)
    return _appended(author, told)


def _all(author: Author) -> tuple[Mapping[str, Standing], Mapping[str, Segment]]:
    with author.db.read(snapshot=True) as db:
        return store.computed(db), segments.segments(db)


def _stated(author: Author, asked: ComputedChange, known: Standing | None) -> Stated:
    formula = formula_of(asked.formula)
    if known is None or formula != known.stated.formula:
        with author.db.read() as own:
            seeking.check_formula(author.caller, own, formula)
    return Stated(
        title=clean(asked.title).strip(),
        description=clean(asked.description),
        unit=clean(asked.unit).strip(),
        formula=formula,
    )


def _appended(author: Author, told: Told) -> ComputedAccepted:
    if wrong := fault_of_computed(told, *_all(author)):
        raise Unprocessable(wrong)
    body = computed_fact(told, by=author.caller.login, now=author.now)
    if len(body) > LARGEST:
        raise TooLarge("The formula takes too much room. Divide it between several computed attributes.")
    detail = msgspec.to_builtins(told)
    author.record(f"computed.{told.act}", told.key, detail)
    appended = author.state(body)
    asking = list(parts(told.computed.formula)) if told.computed else []
    compute_soon(author.storage, author.caller.workspace, asking, now=author.now, by=author.caller.login)
    return ComputedAccepted(told.key, *appended)
