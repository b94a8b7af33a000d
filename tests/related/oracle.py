"""What a record comes to, by a plain loop over all that was said: slow, and obviously right."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from konnektu.related.model import Said


class Truth(NamedTuple):
    fields: dict[str, Any]
    owner: int
    removed: bool
    time: int
    position: int
    told: int


def truth(said: Sequence[Said]) -> Truth:
    """The one truth about a record: each field as whoever is believed most said last."""
    facts = sorted(said, key=lambda one: (one.rank, one.time, one.position))
    fields: dict[str, Any] = {}
    owner, removed = 0, False
    for one in facts:
        fields |= one.fields
        owner = one.owner or owner
        removed = one.removed
    return Truth(
        {name: value for name, value in fields.items() if value is not None},
        owner,
        removed,
        max((one.time for one in said), default=0),
        max((one.position for one in said), default=-1),
        len(said),
    )
