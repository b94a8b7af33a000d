"""Things that are told of piece by piece, in any order and more than once: orders, related records.

In: statements, each some fields of a thing and the version they speak with. Out: one state of the thing.
Invariant: a field holds what its highest version says, so that the state is the same whatever the order of
arrival and however often a statement comes. (A last-writer-wins register for each field: Shapiro et al.,
A comprehensive study of Convergent and Commutative Replicated Data Types, 2011, §3.2.)
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from msgspec import Struct

CLIENT, SYSTEM = 0, 1
"""Rank of who states: a browser or an app, whose key anybody may read; the company's own systems and people."""


class Version(NamedTuple):
    """The place of a statement among all that speak of one thing. No two facts share one."""

    rank: int
    """CLIENT or SYSTEM: what a company's own system says stands above what a browser says."""
    time: int
    """When it was so, in milliseconds UTC."""
    position: int
    """Of the fact on the log."""


class Register(Struct, frozen=True, array_like=True):
    """What a field holds, and the version that said so."""

    version: Version
    value: Any


Fields = dict[str, Register]
"""A thing's fields by name."""


def state(fields: Fields, stated: Mapping[str, Any], version: Version) -> frozenset[str]:
    """Take a statement into the fields, in place; return the names of those whose value changed.

    A value of None clears a field, and its version is kept: an older value that arrives later stays out.
    """
    changed = set()
    for name, value in stated.items():
        held = fields.get(name)
        if held is not None and held.version >= version:
            continue
        if held is None or held.value != value:
            changed.add(name)
        fields[name] = Register(version, value)
    return frozenset(changed)


def values(fields: Fields) -> dict[str, Any]:
    """What the fields hold, without those that are cleared."""
    return {name: held.value for name, held in fields.items() if held.value is not None}
