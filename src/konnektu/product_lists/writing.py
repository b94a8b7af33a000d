"""Statements about product lists from outside: checked, appended as facts, waited for.

In: a caller's wish. Out: the block that holds it on disk. Invariant: a statement is taken whole or not at all.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from konnektu.access.api import Author
from konnektu.collect import api as collect
from konnektu.core.errors import NotFound, Unprocessable
from konnektu.core.ids import public_id
from konnektu.core.records import Event, Parcel
from konnektu.identity import api as identity
from konnektu.product_lists import views
from konnektu.product_lists.reading import present
from konnektu.product_lists.telling import FACT, told_of
from konnektu.product_lists.words import LONGEST_NAME, list_name
from konnektu.profiles import api as profiles


class Accepted(Struct, frozen=True):
    """A change that is on disk."""

    block: str
    applied: bool
    """Whether the writer has applied it within the time asked for."""


def replace(author: Author, public: str, name: str, asked: views.ListReplaced) -> Accepted:
    """Say all that stands on a list."""
    return _state(author, public, name, {"replace": _items(asked.items)})


def change(author: Author, public: str, name: str, asked: views.ListChange) -> Accepted:
    """Change a list."""
    parts = {"add": asked.add, "set": asked.set, "remove": asked.remove}
    said: dict[str, Any] = {part: _items(found) for part, found in parts.items() if found}
    if asked.clear:
        said["clear"] = True
    if not said:
        raise Unprocessable("Name products in `add`, `set` or `remove`, or say `clear`.")
    return _state(author, public, name, said)


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


def _state(author: Author, public: str, name: str, said: dict[str, Any]) -> Accepted:
    if not list_name(name):
        raise Unprocessable(
            f"A list has a name of at most {LONGEST_NAME} characters; what was bought follows from orders alone."
        )
    with author.db.read() as own:
        row = profiles.profile(own, present(own, public))
        kinds = identity.rules(own).kinds
    if row is None:
        raise NotFound
    fact = author.fact(FACT, {**said, "list": name, "profile": public_id(row.born, row.id)})
    parcel = Parcel(0, author.origin, author.now, [fact])
    _check(parcel, collect.Options(kinds=kinds))
    return Accepted(*author.append(parcel))


def _check(parcel: Parcel, options: collect.Options) -> None:
    """Raise `Unprocessable` that says what is wrong with a fact."""
    event = collect.decode(parcel, 1, parcel.received_at, options)[0]
    if not isinstance(event, Event):
        raise Unprocessable(event.detail)
    told = told_of(event)
    if told is None or told.faults:
        raise Unprocessable("; ".join(told.faults) + "." if told else "It says nothing of a list.")
