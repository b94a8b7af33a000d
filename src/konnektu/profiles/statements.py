"""What the API is told of things that people own, as facts. In: statements as they came. Out: facts, what is wrong.

Invariant: a statement is taken whole or not at all, and a faulty one costs no other.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from konnektu.access.api import Author
from konnektu.collect import api as collect
from konnektu.core.errors import NotFound, Refused
from konnektu.core.ids import internal_id, uuid7
from konnektu.core.records import Event, Parcel
from konnektu.profiles.changes import checked_identifiers

MOST_IDENTIFIERS = 20
"""Identifiers by which a statement may name the owner."""

Statement = Mapping[str, Any]


def sorted_out(
    statements: Sequence[Statement], fact: Callable[[Statement], bytes]
) -> tuple[list[bytes], list[tuple[int, str]]]:
    """The facts of those that are right; index and fault of the others, of which `fact` raises `Refused`."""
    facts: list[bytes] = []
    faults: list[tuple[int, str]] = []
    for index, stated in enumerate(statements):
        try:
            facts.append(fact(stated))
        except Refused as error:
            faults.append((index, error.message))
    return facts, faults


def owned_fact(kind: str, stated: Statement, author: Author, options: collect.Options) -> bytes:
    """The fact of a statement that names an owner by `profile` or `identifiers`. Raises `Refused`."""
    said = dict(stated)
    identifiers, message_id = said.pop("identifiers", None), said.pop("message_id", None)
    if "profile" in said:
        _check_profile(said["profile"])
    fact: dict[str, Any] = {
        "type": kind,
        "messageId": message_id if isinstance(message_id, str) and message_id else uuid7(author.now),
        "properties": {**said, "by": author.caller.login},
    }
    if message_id and said.get("updated_at"):
        # A repetition is known by its id and its own time.
        fact["timestamp"] = said["updated_at"]
    if identifiers is not None:
        named = checked_identifiers(options.kinds, _pairs(identifiers))
        fact["context"] = {"externalIds": [{"type": one.kind, "id": one.value} for one in named]}
    return msgspec.json.encode(fact)


def read_statement(fact: bytes, author: Author, options: collect.Options) -> Event:
    """The event that a fact will be. Raises `Refused` with what is wrong with it."""
    event = collect.decode(Parcel(0, "api", author.now, [fact]), 1, author.now, options)[0]
    if not isinstance(event, Event):
        raise Refused(event.detail)
    return event


def _check_profile(public: Any) -> None:
    try:
        internal_id(public)
    except NotFound:
        raise Refused("`profile` is no id of a profile.") from None


def _pairs(stated: Any) -> list[tuple[str, Any]]:
    if not isinstance(stated, list) or len(stated) > MOST_IDENTIFIERS:
        raise Refused(
            f"`identifiers` is a list of at most {MOST_IDENTIFIERS} objects with `kind` and `value`."
        )
    pairs = [(one.get("kind"), one.get("value")) for one in stated if isinstance(one, dict)]
    return [(str(kind), value) for kind, value in pairs]
