"""Conditions that can be met. In: a condition, what sort of thing it is on, its place. Out: faults."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from konnektu.rules.checking.faults import DEEPEST, Fault, Faults, within
from konnektu.rules.checking.tests import TYPE_OF, check_test, moves
from konnektu.rules.conditions import Field, ItemHas, NotOf, Where
from konnektu.rules.subjects import DERIVED, DERIVED_NAMES, LINE, LINES, OTHER, PROPERTIES


class Seen(Struct, frozen=True):
    """A sort of thing, and its fields."""

    sort: str
    """event, order, line, item, record, or object: one of a list."""
    fields: Mapping[str, str] | None
    """Types by name; None where anything may be asked for."""

    def check_path(self, path: Sequence[str], wanted: str, place: str) -> Faults:
        """A path that leads somewhere, to a value that can be of this type."""
        held = self._type(path)
        if held is None:
            yield Fault(place, self._advice(path))
        elif wanted and held and held != wanted:
            yield Fault(place, f"{path[0]} is of type {held}, not {wanted}", "type")

    def _type(self, path: Sequence[str]) -> str | None:
        """The type at a path, empty where it may be any; None where there is nothing."""
        if self.sort == "event" and path[0] in {PROPERTIES, DERIVED}:
            return _type_inside(path)
        if self.fields is None:
            return "" if self.sort == "object" or len(path) == 1 else None
        if len(path) > 1:
            return None
        is_own = self.sort == "order" and path[0].startswith(OTHER) and path[0] != OTHER
        return self.fields.get(path[0], "text" if is_own else None)

    def _advice(self, path: Sequence[str]) -> str:
        named = ".".join(path)[:200]
        if self.fields is None:
            return f"{named} leads into a field; a record's fields hold no objects"
        inside = (
            [PROPERTIES, *(f"{DERIVED}.{name}" for name in DERIVED_NAMES)] if self.sort == "event" else []
        )
        own = [f"{OTHER}…"] if self.sort == "order" else []
        return f"there is no {named}; there are {', '.join([*self.fields, *inside, *own])}"


OBJECT = Seen("object", None)
OF_ORDER = Seen("line", LINE)


def _type_inside(path: Sequence[str]) -> str | None:
    """The type of a property, which may be any, or of what is derived."""
    if path[0] == PROPERTIES:
        return "" if len(path) > 1 else None
    return "text" if len(path) == 2 and path[1] in DERIVED_NAMES else None


def check_where(
    where: Where | None, seen: Seen, place: str, depth: int = 0, *, still: bool = False
) -> Faults:
    """Every condition looks at a field that the thing has. On events, and where `still`, none moves with time."""
    if where is None:
        return
    still = still or seen.sort == "event"
    if depth > DEEPEST:
        yield Fault(place, f"lies more than {DEEPEST} groups deep", "deep")
    elif isinstance(where, Field):
        yield from _check_field(where, seen, place, depth, still=still)
    elif isinstance(where, NotOf):
        yield from check_where(where.condition, seen, within(place, "condition"), depth + 1, still=still)
    else:
        for number, one in enumerate(where.conditions):
            yield from check_where(one, seen, within(place, f"conditions[{number}]"), depth + 1, still=still)


def _check_field(field: Field, seen: Seen, place: str, depth: int, *, still: bool) -> Faults:
    test, at = field.test, within(place, "test")
    yield from seen.check_path(field.path, TYPE_OF.get(type(test), ""), within(place, "path"))
    yield from check_test(test, at)
    if still and moves(test):
        yield Fault(
            at,
            "a condition on an event cannot change with time; measure the field by first, last, min or max"
            " and test that, or keep it as a related record",
            "moving",
        )
    if isinstance(test, ItemHas):
        inner = OF_ORDER if seen.sort == "order" and field.path == (LINES,) else OBJECT
        yield from check_where(test.where, inner, within(at, "where"), depth + 1, still=still)
