"""Statements about product lists from outside: checked, appended as facts, waited for.

In: a caller's wish. Out: the block that holds it on disk. Invariant: a statement is taken whole or not at all.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from konnektu.access.api import Caller
from konnektu.collect import api as collect
from konnektu.core.errors import NotFound, Unprocessable
from konnektu.core.ids import public_id, uuid7
from konnektu.core.records import Event, Origin, Parcel
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.product_lists import views
from konnektu.product_lists.reading import present
from konnektu.product_lists.telling import FACT, told_of
from konnektu.product_lists.words import LONGEST_NAME, list_name
from konnektu.profiles import api as profiles
from konnektu.storage.api import Storage


class Accepted(Struct, frozen=True):
    """A change that is on disk."""

    block: str
    applied: bool
    """Whether the writer has applied it within the time asked for."""


class Writer(Struct, frozen=True):
    """Who changes something, and how long they wait until it is applied."""

    storage: Storage
    caller: Caller
    now: int
    wait: float
    """Seconds."""


def replace(writer: Writer, public: str, name: str, asked: views.ListReplaced) -> Accepted:
    """Say all that stands on a list."""
    return _state(writer, public, name, {"replace": _items(asked.items)})


def change(writer: Writer, public: str, name: str, asked: views.ListChange) -> Accepted:
    """Change a list."""
    parts = {"add": asked.add, "set": asked.set, "remove": asked.remove}
    said: dict[str, Any] = {part: _items(found) for part, found in parts.items() if found}
    if asked.clear:
        said["clear"] = True
    if not said:
        raise Unprocessable("Name products in `add`, `set` or `remove`, or say `clear`.")
    return _state(writer, public, name, said)


def _items(stated: Sequence[views.ItemStated]) -> list[dict[str, Any]]:
    named = [
        {
            "product_id": one.product,
            "variant": one.variant,
            "quantity": one.quantity,
            "price": one.price,
            "currency": one.currency,
        }
        for one in stated
    ]
    return [{name: value for name, value in one.items() if value not in (None, "")} for one in named]


def _state(writer: Writer, public: str, name: str, said: dict[str, Any]) -> Accepted:
    if not list_name(name):
        raise Unprocessable(
            f"A list has a name of at most {LONGEST_NAME} characters; what was bought follows from orders alone."
        )
    workspace = writer.caller.workspace
    db = writer.storage.workspace(workspace)
    with db.read() as own:
        row = profiles.profile(own, present(own, public))
        kinds = identity.rules(own).kinds
    if row is None:
        raise NotFound
    properties = {**said, "list": name, "profile": public_id(row.born, row.id), "by": writer.caller.login}
    fact = {"type": FACT, "messageId": uuid7(writer.now), "properties": properties}
    origin: Origin = "console" if writer.caller.user else "api"
    parcel = Parcel(0, origin, writer.now, [msgspec.json.encode(fact)])
    _check(parcel, collect.Options(kinds=kinds))
    block = log.append(writer.storage.inbox, workspace.id, [parcel])
    return Accepted(str(block), writer.wait > 0 and log.wait_applied(db, block, writer.wait))


def _check(parcel: Parcel, options: collect.Options) -> None:
    """Raise `Unprocessable` that says what is wrong with a fact."""
    event = collect.decode(parcel, 1, parcel.received_at, options)[0]
    if not isinstance(event, Event):
        raise Unprocessable(event.detail)
    told = told_of(event)
    if told is None or told.faults:
        raise Unprocessable("; ".join(told.faults) + "." if told else "It says nothing of a list.")
