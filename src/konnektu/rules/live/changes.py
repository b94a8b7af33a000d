"""What a fact changes for a person. In: nothing. Out: frozen records, each the state of one thing after the fact.

An event of the wire is told as `KnownEvent`. A fact may make several changes; they are told together.
"""

from collections.abc import Mapping
from typing import Any, Union

from msgspec import Struct

from konnektu.core.records import Identifier
from konnektu.rules.known import (
    Arrival,
    KnownEvent,
    KnownItem,
    KnownOrder,
    KnownRecord,
    KnownStatement,
    Membership,
    Ranked,
)


class PersonStands(Struct, frozen=True):
    """Who the person is."""

    is_known: bool
    excluded: str = ""
    """Why this is no person that segments count; empty for people."""
    workspace_zone: str = "UTC"
    zone: str = ""
    """IANA names; the person's is empty where it is not known."""


class AttributesStand(Struct, frozen=True):
    """Attributes that changed, with their values; None for one that was cleared."""

    values: Mapping[str, Any]


class OrderStands(Struct, frozen=True):
    """An order; None where it was taken away."""

    number: str
    version: int
    """Position of the fact that last spoke of it."""
    order: KnownOrder | None


class RecordStands(Struct, frozen=True):
    """A related record; None where it was removed."""

    kind: str
    id: str
    version: int
    """Position of the fact that last spoke of it."""
    record: KnownRecord | None


class ItemStands(Struct, frozen=True):
    """A product on a list; None where it no longer stands on it."""

    list: str
    product: str
    variant: str
    version: int
    """Position of the fact that last spoke of it."""
    item: KnownItem | None


class StatementsStand(Struct, frozen=True):
    """All that was said of consents."""

    statements: tuple[KnownStatement, ...]


class TagsStand(Struct, frozen=True):
    """All tags."""

    tags: frozenset[str]


class ArrivalsStand(Struct, frozen=True):
    """All arrivals."""

    arrivals: tuple[Arrival, ...]


class IdentifiersStand(Struct, frozen=True):
    """All identifiers that identify the person."""

    identifiers: frozenset[Identifier]


class ListsStand(Struct, frozen=True):
    """All stays on uploaded lists; segments that are compiled together know each other's people themselves."""

    memberships: tuple[Membership, ...]


class RanksStand(Struct, frozen=True):
    """What computations of ranks said."""

    ranks: tuple[Ranked, ...]


Change = Union[  # noqa: UP007  # as the unions of the rule language
    KnownEvent,
    PersonStands,
    AttributesStand,
    OrderStands,
    RecordStands,
    ItemStands,
    StatementsStand,
    TagsStand,
    ArrivalsStand,
    IdentifiersStand,
    ListsStand,
    RanksStand,
]
