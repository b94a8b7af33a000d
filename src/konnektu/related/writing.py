"""Statements about related records from outside: checked one by one, appended as facts, waited for.

In: a caller's wish. Out: the block that holds it on disk, and what was wrong with the rest.
Invariant: a statement is taken whole or not at all, and a faulty one costs no other.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct, structs

from konnektu.access.api import Caller, record_alone
from konnektu.collect import api as collect
from konnektu.core.errors import NotFound, Refused, Unprocessable
from konnektu.core.ids import internal_id, uuid7
from konnektu.core.records import Event, Origin, Parcel
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.profiles import api as profiles
from konnektu.related import reading, store, views
from konnektu.related.kinds import changed
from konnektu.related.model import Kind
from konnektu.related.telling import FACT, told_of
from konnektu.related.working import KIND_FACT
from konnektu.storage.api import Storage

MOST_IDENTIFIERS = 20
NAMES = frozenset(("kind", "id", "fields", "removed", "updated_at", "profile", "identifiers", "message_id"))
"""What a statement may say."""


class Writer(Struct, frozen=True):
    """Who changes something, and how long they wait until it is applied."""

    storage: Storage
    caller: Caller
    now: int
    wait: float
    """Seconds."""

    def append(self, parcel: Parcel) -> tuple[str, bool]:
        """(block, whether it was applied in time) of a parcel."""
        workspace = self.caller.workspace
        block = log.append(self.storage.inbox, workspace.id, [parcel])
        db = self.storage.workspace(workspace)
        return str(block), self.wait > 0 and log.wait_applied(db, block, self.wait)


def change_kind(writer: Writer, name: str, asked: views.KindChange) -> views.KindAccepted:
    """Make or change a kind. Raises `Unprocessable` that says what of it cannot be."""
    whole = {"name": name, **msgspec.to_builtins(asked)}
    try:
        stated = msgspec.convert(whole, Kind)
    except msgspec.ValidationError as error:
        raise Unprocessable(f"The kind cannot be made: {error}.") from None
    with writer.storage.workspace(writer.caller.workspace).read() as db:
        _, faults = changed(store.kinds(db), stated)
    if faults:
        raise Unprocessable("; ".join(faults) + ".")
    return _state_kind(writer, stated, "record_kind.changed")


def retire_kind(writer: Writer, name: str) -> views.KindAccepted:
    """Let a kind take no more statements. Raises `NotFound`."""
    kind = reading.kind(writer.storage.workspace(writer.caller.workspace), name)
    return _state_kind(writer, structs.replace(kind, fields=(), is_retired=True), "record_kind.retired")


def _state_kind(writer: Writer, kind: Kind, action: str) -> views.KindAccepted:
    """Append a kind as a fact of the system, which stands alone in its batch."""
    stated = msgspec.to_builtins(kind)
    fact = {
        "type": KIND_FACT,
        "messageId": uuid7(writer.now),
        "properties": {"kind": stated, "by": writer.caller.login},
    }
    detail = {"fields": [one.name for one in kind.fields], "is_retired": kind.is_retired}
    record_alone(writer.storage.control, writer.caller, action, kind.name, detail, now=writer.now)
    return views.KindAccepted(*writer.append(Parcel(0, "system", writer.now, [msgspec.json.encode(fact)])))


def state_records(writer: Writer, asked: views.RecordsStated) -> views.RecordsAccepted:
    """Append what is right of the statements; say what is wrong with the others."""
    with writer.storage.workspace(writer.caller.workspace).read() as db:
        options = collect.Options(kinds=identity.rules(db).kinds)
        kinds = store.kinds(db)
    origin: Origin = "console" if writer.caller.user else "api"
    bodies: list[bytes] = []
    problems: list[views.ProblemView] = []
    for index, stated in enumerate(asked.records):
        try:
            bodies.append(_checked(stated, writer, options, kinds))
        except Refused as error:
            problems.append(views.ProblemView(index, str(stated.get("id", ""))[:200], error.message))
    if not bodies:
        return views.RecordsAccepted(None, applied=False, accepted=0, problems=problems)
    block, applied = writer.append(Parcel(0, origin, writer.now, bodies))
    return views.RecordsAccepted(block, applied, len(bodies), problems)


def _checked(
    stated: Mapping[str, Any], writer: Writer, options: collect.Options, kinds: Mapping[str, Kind]
) -> bytes:
    """The fact of one statement. Raises `Refused` that says what is wrong with it."""
    body = msgspec.json.encode(_fact(stated, writer, options))
    event = collect.decode(Parcel(0, "api", writer.now, [body]), 1, writer.now, options)[0]
    if not isinstance(event, Event):
        raise Refused(event.detail)
    told = told_of(event, kinds)
    if told is None or told.faults:
        raise Refused("; ".join(told.faults) + "." if told else "It says nothing of a record.")
    return body


def _fact(stated: Mapping[str, Any], writer: Writer, options: collect.Options) -> dict[str, Any]:
    if unknown := sorted(stated.keys() - NAMES):
        raise Refused(f"{unknown[0][:64]!r} is nothing that a statement says; fields stand in `fields`.")
    said = dict(stated)
    identifiers, message_id = said.pop("identifiers", None), said.pop("message_id", None)
    if "profile" in said:
        _check_profile(said["profile"])
    fact: dict[str, Any] = {
        "type": FACT,
        "messageId": message_id if isinstance(message_id, str) and message_id else uuid7(writer.now),
        "properties": {**said, "by": writer.caller.login},
    }
    if message_id and said.get("updated_at"):
        # A repetition is known by its id and its own time.
        fact["timestamp"] = said["updated_at"]
    if identifiers is not None:
        named = profiles.checked_identifiers(options.kinds, _pairs(identifiers))
        fact["context"] = {"externalIds": [{"type": one.kind, "id": one.value} for one in named]}
    return fact


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
