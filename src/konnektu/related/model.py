"""Records of related records. In: nothing. Out: how a kind is defined, what is said of a record, what is kept of it.

Invariant: a state is a function of the set of facts about its (kind, id) and of the kinds in force at each.
"""

from typing import Annotated, Any, Literal, NamedTuple

from msgspec import Meta, Struct, field

from konnektu.core.entities import Fields

FieldType = Literal["text", "number", "money", "date", "boolean", "choice", "texts"]
"""texts: a list of texts. A field of money has one currency; boolean is yes or no."""

Name = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,49}$", description="Latin letters, digits and _.")]
Label = Annotated[str, Meta(min_length=1, max_length=100)]
OptionValue = Annotated[str, Meta(min_length=1, max_length=100)]

ORDERED = frozenset(("number", "money", "date"))
"""Types whose values have an order that conditions can speak of."""
MOST_RANGES = 8
"""Fields of a kind whose ranges are found by an index: the first that are of an ordered type."""
MOST_FIELDS = 100
"""Fields of a kind, retired ones among them."""
MOST_OPTIONS = 500
MOST_KINDS = 100
"""Kinds of a project, retired ones among them."""
MOST_VERSIONS = 100
"""Statements about a record that its history keeps: the latest by their time."""


class Key(NamedTuple):
    """By what a record is known."""

    kind: str
    id: str


class Option(Struct, frozen=True, forbid_unknown_fields=True):
    """One value of a choice."""

    value: OptionValue
    en: Label
    ru: Label


class Field(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One field of a kind. Its type and currency never change."""

    name: Name
    en: Label
    ru: Label
    type: FieldType = "text"
    options: Annotated[tuple[Option, ...], Meta(max_length=MOST_OPTIONS)] = ()
    """Of a choice; an option that was once there stays."""
    currency: Annotated[str, Meta(pattern="^([A-Z]{3})?$")] = ""
    """ISO 4217, of money; RUB where none is named."""
    is_personal: bool = False
    """Names or reaches a person: covered for callers without the right to personal data."""
    is_required: bool = False
    """A record without it is shown as incomplete, and it cannot be cleared."""
    is_retired: bool = False
    """Takes no more values; what it holds is kept."""


class Labels(Struct, frozen=True, forbid_unknown_fields=True):
    """The name of a kind in one language."""

    one: Label
    many: Label


class Kind(Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of records: child, contract, car."""

    name: Name
    en: Labels
    ru: Labels
    fields: Annotated[tuple[Field, ...], Meta(max_length=MOST_FIELDS)] = ()
    is_retired: bool = False
    """Takes no more statements; its records are kept."""

    def by_name(self) -> dict[str, Field]:
        """The fields by their names."""
        return {one.name: one for one in self.fields}


class Told(Struct, frozen=True, kw_only=True):
    """What one fact says of one record."""

    key: Key
    """Empty where it names none that can be taken."""
    fields: dict[str, Any] = {}
    """By name, as `values.read` reads them; None clears one."""
    removed: bool = False
    """Whether it says that there is no such record any more; else it says that there is."""
    time: int
    """As of when, in milliseconds UTC: the stated `updated_at`, or else the event's own time."""
    faults: tuple[str, ...] = ()
    """What could not be read; the rest counts."""


class Said(Struct, frozen=True, kw_only=True):
    """One statement about a record, as its history keeps it."""

    key: Key
    position: int
    time: int
    rank: int
    source: int
    by: str
    """Login of who said it in the console or by the API; empty for a source."""
    atom: int
    """That the fact was stamped with."""
    owner: int
    """The atom of whom it names as the record's person; 0 where it names nobody."""
    removed: bool
    fields: dict[str, Any]


class RecordState(Struct, array_like=True):
    """All that is kept of what was told of a record. The fold changes it in place."""

    fields: Fields = field(default_factory=dict)
    """Of the kind; beside them `logic.OWNER`, `logic.REMOVED` and `logic.SOURCE`."""
    time: int = 0
    """The latest time that any fact about it names."""
    position: int = -1
    """Of the newest fact about it."""
    told: int = 0
    """How many facts spoke of it."""


class RecordRow(Struct, frozen=True, kw_only=True):
    """A record as stored, for reading."""

    key: Key
    profile: int
    """That holds its owner; 0 for nobody's."""
    state: RecordState


class Match(Struct, frozen=True):
    """One condition on a field."""

    field: Field
    low: Any
    """The value itself where `is_equal`, or the least or largest one; None for no bound."""
    high: Any
    is_equal: bool
