"""Records of orders. In: nothing. Out: what is said of an order, what is kept of it, what follows from it.

Invariant: a state is a function of the set of facts about its number; what the columns of its row hold
follows from the state and the mapping of statuses in force.
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from msgspec import Struct, field

from konnektu.core.entities import SYSTEM, Fields, Register, Version

Stage = Literal[
    "",
    "created",
    "paid",
    "assembled",
    "shipped",
    "at_pickup",
    "received",
    "cancelled",
    "partly_returned",
    "returned",
]
"""Where an order stands, in words that every project shares; empty where its status is mapped to none."""


class Told(Struct, frozen=True, kw_only=True):
    """What one fact says of one order."""

    number: str
    fields: dict[str, Any] = {}
    """By the names of `words.FIELDS`; None clears one. Own fields of a project have a name that begins with `other.`"""
    status: str = ""
    source: int = 0
    """Id of the source that says it."""
    time: int
    """As of when, in milliseconds UTC: the stated `updated_at`, or else the event's own time."""
    line: tuple[str, dict[str, Any]] | None = None
    """(line id, fields) of one line that was told of alone."""
    refund: "Refund | None" = None
    faults: tuple[str, ...] = ()
    """What could not be read; the rest counts."""


class Refund(Struct, frozen=True, array_like=True):
    """What one refund gave back. Refunds of an order add up."""

    time: int
    amount: str | None = None
    """Decimal; None where the lines say it, or where all was given back."""
    lines: dict[str, tuple[str, str | None]] = {}
    """By line id: (quantity, price where the refund names one)."""
    rank: int = SYSTEM
    """Of who says so."""

    @property
    def is_whole(self) -> bool:
        """Whether it says neither how much nor what: all that was bought."""
        return self.amount is None and not self.lines


class OrderState(Struct, array_like=True):
    """All that is kept of what was told of an order. The fold changes it in place."""

    fields: Fields = field(default_factory=dict)
    statuses: dict[tuple[str, int], Version] = field(default_factory=dict)
    """By (status, time): the highest version that said so."""
    lines: Register | None = None
    """The list of lines told whole."""
    singles: dict[str, Fields] = field(default_factory=dict)
    """Fields of lines told one by one, by line id; none of them earlier than the whole list."""
    refunds: dict[int, Refund] = field(default_factory=dict)
    """By the position of their fact."""
    first: int = 0
    """The earliest time that any fact about it names; 0 before the first."""
    position: int = -1
    """Of the newest fact about it."""


class Line(Struct, frozen=True, kw_only=True):
    """One line of an order, as it stands."""

    id: str
    fields: Mapping[str, Any]
    total: str
    """Decimal: stated, or the price for all of its quantity less the discount."""
    returned: str
    """Quantity given back."""


class Figures(Struct, frozen=True, kw_only=True):
    """What follows from a state under a mapping of statuses: what the columns of a row hold. Money in minor units."""

    status: str
    """The status that was told last; empty where none was."""
    shown: str
    """The same, or the stage where refunds have overtaken it."""
    stage: Stage
    stage_at: int
    """When it came to stand there: the time of the status, or of what was given back after it."""
    currency: str
    gross: int
    returned: int
    """At most `gross`."""
    net: int
    is_returned: bool
    """Whether refunds have given all of it back."""
    ordered_at: int


class Counted(NamedTuple):
    """What the figures of a person come of, of one order: most statuses change nothing of it."""

    profile: int
    currency: str
    gross: int
    net: int
    end: Stage
    """cancelled or returned; empty for an order that is a purchase."""
    ordered_at: int


class OrderRow(Struct, frozen=True, kw_only=True):
    """An order as stored, for reading."""

    number: str
    atom: int
    profile: int
    figures: Figures
    position: int
    state: OrderState


class Mapped(Struct, frozen=True, forbid_unknown_fields=True):
    """How a project's own statuses are mapped to stages. Names of stages always mean themselves."""

    stages: dict[str, Stage] = {}
    """Stage by status; the spelling of a status differs neither by case nor by blanks."""


class Problem(Struct, frozen=True):
    """What is wrong with one statement of many."""

    index: int
    number: str
    detail: str
