"""In: traits and context as the wire spells them. Out: attributes in the data dictionary's spelling and types.

A trait that is null or cannot be read in its type is left out; it stays in the event's body.
"""

from typing import Any

from konnektu.core.attributes import coerce, standard
from konnektu.core.invalid import Invalid


def merged(shared: dict[str, Any], own: dict[str, Any] | None) -> dict[str, Any]:
    """A batch's context under an event's own; objects inside are merged one level deep."""
    if not own:
        return shared
    if not shared:
        return own
    both = {**shared, **own}
    for name, value in shared.items():
        mine = own.get(name)
        if isinstance(value, dict) and isinstance(mine, dict):
            both[name] = {**value, **mine}
    return both


def standardised(traits: dict[str, Any]) -> dict[str, Any]:
    """Attributes by their standard names, each in its type."""
    attributes: dict[str, Any] = {}
    for name, value in traits.items():
        if value is None:
            continue
        spelling = standard(name)
        known = coerce(spelling, value)
        if not isinstance(known, Invalid):
            attributes[spelling] = known
    return attributes
