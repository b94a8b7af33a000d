"""Records of product lists. In: nothing. Out: what is said of a list, what is kept of it, what it holds.

A list belongs to an atom while it is kept and to a person when it is read: what a person's list holds follows
from the entries of all its atoms. Invariant: what is kept is a function of the set of entries and clearings.
"""

from typing import Literal, NamedTuple

from msgspec import Struct, field

Op = Literal["add", "set", "take", "drop"]
"""add to the quantity; set it; take from it; take the product off the list."""


class Moment(NamedTuple):
    """The place of a word in the order of a list: by its time, then by its fact, then inside the fact."""

    time: int
    """Milliseconds UTC."""
    position: int
    ordinal: int


NEVER = Moment(-(2**62), 0, 0)

Key = tuple[str, str]
"""(product, variant) as they were told; the variant is empty where none was."""


class Said(Struct, frozen=True, array_like=True):
    """What one fact says of one product."""

    key: Key
    op: Op
    quantity: str = "1"
    """Decimal; of `drop` it means nothing."""
    price: str = ""
    """Decimal, as stated; empty where none was."""
    currency: str = ""


class Told(Struct, frozen=True):
    """What one fact says of one list."""

    list: str
    """Its name as it is compared (`words.list_name`)."""
    said: tuple[Said, ...] = ()
    clears: bool = False
    """Whether everything before is off the list; what is said beside it comes after."""
    faults: tuple[str, ...] = ()
    """What could not be read; the rest counts."""


class Heard(Struct):
    """What the events of a batch say of one list."""

    words: list[bytes] = field(default_factory=list)
    """In the order of positions."""
    put_at: int | None = None
    """The latest time at which something was put on it; None where nothing was."""
    taken_at: int | None = None
    """The same of what was taken off, a clearing too."""


class Entry(NamedTuple):
    """One word about one product. Entries of a list compare by their moments, of which no two are the same."""

    time: int
    position: int
    ordinal: int
    op: Op
    quantity: str
    price: str
    currency: str
    source: int

    @property
    def moment(self) -> Moment:
        """Its place among all words about the list."""
        return Moment(self.time, self.position, self.ordinal)


class ListState(Struct, array_like=True):
    """All that is kept of one list of one atom. The fold changes it in place."""

    since: Moment = NEVER
    """Nothing said at it or before counts: the last clearing, or what a bound has pushed out."""
    entries: dict[Key, list[Entry]] = field(default_factory=dict)
    """By product; in order of moments once `logic.bound` has seen them."""


class ListRow(Struct, frozen=True):
    """A list of an atom, as stored."""

    profile: int
    list: str
    state: ListState


class Item(Struct, frozen=True, kw_only=True):
    """One product on a person's list."""

    product: str
    variant: str
    quantity: str
    """Decimal above zero."""
    price: str
    """The one stated last since it is on the list; empty where none was."""
    currency: str
    first: int
    """Since when it is on the list."""
    last: int
    """The last word about it."""
    source: int
    """Id of the source of that word."""
