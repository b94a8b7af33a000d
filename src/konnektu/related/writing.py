"""Statements about related records from outside: checked one by one, appended as facts, waited for.

In: a caller's wish. Out: the block that holds it on disk, and what was wrong with the rest.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec
from msgspec import structs

from konnektu.access.api import Author
from konnektu.collect import api as collect
from konnektu.core.errors import Refused, Unprocessable
from konnektu.core.records import Parcel
from konnektu.identity import api as identity
from konnektu.profiles import api as profiles
from konnektu.related import reading, store, views
from konnektu.related.kinds import changed
from konnektu.related.model import Kind
from konnektu.related.telling import FACT, told_of
from konnektu.related.working import KIND_FACT

NAMES = frozenset(("kind", "id", "fields", "removed", "updated_at", "profile", "identifiers", "message_id"))
"""What a statement may say."""


def change_kind(author: Author, name: str, asked: views.KindChange) -> views.KindAccepted:
    """Make or change a kind. Raises `Unprocessable` that says what of it cannot be."""
    whole = {"name": name, **msgspec.to_builtins(asked)}
    try:
        stated = msgspec.convert(whole, Kind)
    except msgspec.ValidationError as error:
        raise Unprocessable(f"The kind cannot be made: {error}.") from None
    with author.db.read() as db:
        _, faults = changed(store.kinds(db), stated)
    if faults:
        raise Unprocessable("; ".join(faults) + ".")
    return _state_kind(author, stated, "record_kind.changed")


def retire_kind(author: Author, name: str) -> views.KindAccepted:
    """Let a kind take no more statements. Raises `NotFound`."""
    kind = reading.kind(author.db, name)
    return _state_kind(author, structs.replace(kind, fields=(), is_retired=True), "record_kind.retired")


def _state_kind(author: Author, kind: Kind, action: str) -> views.KindAccepted:
    """Append a kind as a fact of the system, which stands alone in its batch."""
    detail = {"fields": [one.name for one in kind.fields], "is_retired": kind.is_retired}
    author.record(action, kind.name, detail)
    return views.KindAccepted(*author.state(author.fact(KIND_FACT, {"kind": msgspec.to_builtins(kind)})))


def state_records(author: Author, asked: views.RecordsStated) -> views.RecordsAccepted:
    """Append what is right of the statements; say what is wrong with the others."""
    with author.db.read() as db:
        options = collect.Options(kinds=identity.rules(db).kinds)
        kinds = store.kinds(db)
    fact = partial(_fact, author=author, options=options, kinds=kinds)
    facts, faults = profiles.sorted_out(asked.records, fact)
    problems = [
        views.ProblemView(index, str(asked.records[index].get("id", ""))[:200], fault)
        for index, fault in faults
    ]
    if not facts:
        return views.RecordsAccepted(None, applied=False, accepted=0, problems=problems)
    block, applied = author.append(Parcel(0, author.origin, author.now, facts))
    return views.RecordsAccepted(block, applied, len(facts), problems)


def _fact(
    stated: Mapping[str, Any], author: Author, options: collect.Options, kinds: Mapping[str, Kind]
) -> bytes:
    """The fact of one statement. Raises `Refused` that says what is wrong with it."""
    if unknown := sorted(stated.keys() - NAMES):
        raise Refused(f"{unknown[0][:64]!r} is nothing that a statement says; fields stand in `fields`.")
    fact = profiles.owned_fact(FACT, stated, author, options)
    told = told_of(profiles.read_statement(fact, author, options), kinds)
    if told is None or told.faults:
        raise Refused("; ".join(told.faults) + "." if told else "It says nothing of a record.")
    return fact
