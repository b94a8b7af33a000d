"""How conditions read the fields of each sort of thing. In: a path. Out: its value as SQL, over a row's columns."""

from konnektu.rules.sql.binding import Binding
from konnektu.rules.sql.testing import Reader
from konnektu.rules.sql.values import BILLION, Value, json_value, text_column, typed_value
from konnektu.rules.subjects import DERIVED, DERIVED_NAMES, PROPERTIES

MISSING = Value(present="false")


def of_event(binding: Binding) -> Reader:
    """Of an event: its body as accepted, its columns."""

    def read(path: tuple[str, ...]) -> Value:
        head, rest = path[0], path[1:]
        if head == PROPERTIES:
            return json_value("body", path, binding, around=1)
        if head == DERIVED:
            is_there = len(rest) == 1 and rest[0] in DERIVED_NAMES
            return text_column(rest[0], is_empty_missing=True) if is_there else MISSING
        if head in {"name", "type", "origin"} and not rest:
            return text_column(head)
        if head == "source" and not rest:
            return Value(present="true", number=f"toInt256(source) * {BILLION}")
        return Value(present="true", instant="time") if head == "time" and not rest else MISSING

    return read


def of_typed(binding: Binding, document: str, *around: str) -> Reader:
    """Of a thing that a mirror tells of with typed values."""
    return lambda path: typed_value(document, (*around, *path), binding)
