"""Looking at one event. In: a value. Out: the paths inside it with the types of what stands there.

Invariant: what is returned is bounded, whatever the value.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from konnektu.core.attributes import standard
from konnektu.dictionary.model import LONGEST_NAME, MOST_PROPERTIES, Note, PropertyRow, ValueType
from konnektu.profiles.api import PERSONAL, looks_like_contact

DEEPEST: Final = 4
"""Names of a path."""
LONGEST_SAMPLE: Final = 60
_TYPES: Final[Mapping[type, ValueType]] = {
    str: "text",
    int: "number",
    float: "number",
    bool: "boolean",
    list: "list",
    dict: "object",
    type(None): "null",
}


def type_of(value: Any) -> ValueType:
    """Which type of JSON a value has; decimals are numbers."""
    return _TYPES.get(type(value), "number")


def paths(properties: Mapping[str, Any]) -> Iterator[tuple[str, Any, int]]:
    """(path, value, depth from 1) of everything inside, the outer before the inner, at most MOST_PROPERTIES of them.

    Of a list of objects the first one speaks for all.
    """
    found: list[tuple[str, Any, int]] = [(name[:LONGEST_NAME], one, 1) for name, one in properties.items()]
    # The list grows while it is walked: the inner stand behind all the outer.
    for place, (path, value, depth) in enumerate(found):
        if place >= MOST_PROPERTIES:
            return
        yield path, value, depth
        inner, joint = value, "."
        if type(value) is list and value:
            inner, joint = value[0], "[]."
        if type(inner) is dict and depth < DEEPEST and len(found) < MOST_PROPERTIES:
            found += [(f"{path}{joint}{name}"[:LONGEST_NAME], one, depth + 1) for name, one in inner.items()]


def is_contact(value: Any) -> bool:
    """Whether a value looks like a mail address or a phone."""
    return type(value) is str and looks_like_contact(value)


def is_personal_name(path: str) -> bool:
    """Whether a property's name says that its values name or reach a person."""
    last = path.rpartition(".")[2]
    return standard(path) in PERSONAL or standard(last) in PERSONAL


def is_personal(row: PropertyRow, note: Note) -> bool:
    """As people say; else guessed: the name says so, or more than a twentieth of the values look like contacts."""
    if note.is_personal is not None:
        return note.is_personal
    return is_personal_name(row.path) or row.contacts * 20 > sum(row.types.values())


def sample_of(value: Any) -> str | None:
    """A value as it may be shown as a sample, short and without anything that looks personal; None where it may not."""
    if type(value) is bool:
        return "true" if value else "false"
    if isinstance(value, int | float):
        text = str(value)
        return None if looks_like_contact(text) else text
    if type(value) is str and 0 < len(value) <= LONGEST_SAMPLE and not looks_like_contact(value):
        return value
    return None
