"""Statements about orders from outside: checked one by one, appended as facts, waited for.

In: a caller's wish. Out: the block that holds it on disk, and what was wrong with the rest.
Invariant: a statement is taken whole or not at all, and a faulty one costs no other.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from konnektu.access.api import Caller, record_alone
from konnektu.collect import api as collect
from konnektu.core.errors import NotFound, Refused, Unprocessable
from konnektu.core.ids import internal_id, uuid7
from konnektu.core.money import is_currency
from konnektu.core.records import Event, Origin, Parcel
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.orders import views
from konnektu.orders.currencies import CURRENCY
from konnektu.orders.telling import FACT, told_of
from konnektu.orders.words import snake
from konnektu.orders.working import STATUSES
from konnektu.profiles import api as profiles
from konnektu.storage.api import Storage

MOST_IDENTIFIERS = 20


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


def state_orders(writer: Writer, asked: views.OrdersStated) -> views.OrdersAccepted:
    """Append what is right of the statements; say what is wrong with the others."""
    with writer.storage.workspace(writer.caller.workspace).read() as db:
        options = collect.Options(kinds=identity.rules(db).kinds)
    origin: Origin = "console" if writer.caller.user else "api"
    bodies: list[bytes] = []
    problems: list[views.ProblemView] = []
    for index, stated in enumerate(asked.orders):
        try:
            bodies.append(_checked(stated, writer, options))
        except Refused as error:
            problems.append(views.ProblemView(index, str(stated.get("number", ""))[:200], error.message))
    if not bodies:
        return views.OrdersAccepted(None, applied=False, accepted=0, problems=problems)
    block, applied = writer.append(Parcel(0, origin, writer.now, bodies))
    return views.OrdersAccepted(block, applied, len(bodies), problems)


def _checked(stated: Mapping[str, Any], writer: Writer, options: collect.Options) -> bytes:
    """The fact of one statement. Raises `Refused` that says what is wrong with it."""
    body = msgspec.json.encode(_fact(stated, writer, options))
    event = collect.decode(Parcel(0, "api", writer.now, [body]), 1, writer.now, options)[0]
    if not isinstance(event, Event):
        raise Refused(event.detail)
    told = told_of(event)
    if told is None or told.faults:
        raise Refused("; ".join(told.faults) + "." if told else "It says nothing of an order.")
    return body


def _fact(stated: Mapping[str, Any], writer: Writer, options: collect.Options) -> dict[str, Any]:
    said = {snake(name): value for name, value in stated.items()}
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


def map_statuses(writer: Writer, asked: views.StatusesChange) -> views.StatusesAccepted:
    """Append the mapping as a fact of the system, which stands alone in its batch."""
    fact = {
        "type": STATUSES,
        "messageId": uuid7(writer.now),
        "properties": {"mapping": {"stages": asked.mapping}, "by": writer.caller.login},
    }
    detail = {"mapping": asked.mapping}
    record_alone(writer.storage.control, writer.caller, "orders.statuses_mapped", "", detail, now=writer.now)
    return views.StatusesAccepted(
        *writer.append(Parcel(0, "system", writer.now, [msgspec.json.encode(fact)]))
    )


def state_currency(writer: Writer, asked: views.Currency) -> views.StatusesAccepted:
    """Append the currency of orders that name none as a fact of the system. Raises `Unprocessable` for none."""
    if not is_currency(asked.currency):
        raise Unprocessable(f"{asked.currency} is no currency of ISO 4217.")
    fact = {
        "type": CURRENCY,
        "messageId": uuid7(writer.now),
        "properties": {"currency": asked.currency, "by": writer.caller.login},
    }
    detail = {"currency": asked.currency}
    record_alone(writer.storage.control, writer.caller, "orders.currency_stated", "", detail, now=writer.now)
    return views.StatusesAccepted(
        *writer.append(Parcel(0, "system", writer.now, [msgspec.json.encode(fact)]))
    )
