"""Columns of lists of people that a workspace adds, told by other slices: computed attributes.

In: `ADDINGS` of every `<slice>/adding.py`, found by themselves. Out: columns, and their values for people of a page.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from msgspec import Struct

from konnektu.core import section
from konnektu.core.section import Column
from konnektu.storage.api import Asker, Connection

Told = Mapping[int, Mapping[str, Any]]
"""Values of people by the names of columns; what is not known yet of somebody is left out."""


class Adding(Struct, frozen=True):
    """Columns that one slice tells of."""

    columns: Callable[[Asker], tuple[Column, ...]]
    """Those that the asker may see, hidden until somebody chooses them."""
    values: Callable[[Connection, Sequence[int], Sequence[str], Asker], Told]
    """Of these people, of the columns of these names that the asker may see, in a fixed number of statements."""


@cache
def addings() -> tuple[Adding, ...]:
    """Whatever the slices declare."""
    return tuple(section.declared("adding", "ADDINGS"))


def columns(asker: Asker) -> tuple[Column, ...]:
    """The columns that the workspace of an asker adds to lists of people."""
    return tuple(column for one in addings() for column in one.columns(asker))


def values(db: Connection, people: Sequence[int], names: Sequence[str], asker: Asker) -> Told:
    """Values of the added columns of these names; `db` is one snapshot."""
    found: dict[int, dict[str, Any]] = {person: {} for person in people}
    if not names or not people:
        return found
    for one in addings():
        for person, told in one.values(db, people, names, asker).items():
            found[person].update(told)
    return found
