"""Records of the dictionary: what was seen.

Words: a *subject* has properties: an event by (type, name), or people, whose properties are their attributes.
A *path* names a property; those inside objects are joined by dots, those inside lists of objects by `[].`.
"""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from msgspec import Struct, field

MOST_EVENTS: Final = 2_000
"""Names of events that the dictionary learns; more are counted as left out."""
MOST_PROPERTIES: Final = 200
"""Paths of one event."""
MOST_ATTRIBUTES: Final = 1_000
MOST_SOURCES: Final = 50
"""Sources that are noted with a property."""
MOST_SAMPLES: Final = 5
LONGEST_NAME: Final = 200
"""Characters of a name that are kept; longer ones are known by their beginning."""

ValueType = Literal["text", "number", "boolean", "list", "object", "null"]
TYPES: Final[tuple[ValueType, ...]] = ("text", "number", "boolean", "list", "object", "null")
Beyond = Literal["events", "properties", "attributes"]
"""What a flood of invented names was too much for."""


class Subject(NamedTuple):
    """Whose properties they are."""

    type: str
    name: str


PEOPLE: Final = Subject("", "")
"""The subject whose properties are the attributes of people."""


class Seen(Struct):
    """How often something was seen, and when first and last (instants, milliseconds)."""

    count: int = 0
    first_at: int = 0
    last_at: int = 0

    def add(self, count: int, first_at: int, last_at: int) -> None:
        """Count more of it."""
        self.first_at = min(self.first_at, first_at) if self.count else first_at
        self.last_at = max(self.last_at, last_at)
        self.count += count


class SeenProperty(Struct):
    """What a batch saw of a property."""

    seen: Seen = field(default_factory=Seen)
    types: dict[ValueType, int] = field(default_factory=dict)
    """How many values were of which type, told from those that were looked at."""
    contacts: int = 0
    """Of them those that look like a mail address or a phone."""
    sources: Sequence[int] = ()
    """All that are known to have sent it, those of earlier batches too."""
    samples: Sequence[str] = ()
    """All that are kept, those of earlier batches too."""


class Lesson(Struct):
    """What a batch adds to the dictionary."""

    events: dict[tuple[Subject, int], Seen] = field(default_factory=dict)
    """By subject and source."""
    properties: dict[tuple[Subject, str], SeenProperty] = field(default_factory=dict)
    beyond: dict[Beyond, Seen] = field(default_factory=dict)


class Known(Struct):
    """What is known of a property, as a learner has it at hand."""

    sources: tuple[int, ...] = ()
    samples: tuple[str, ...] = ()


class EventRow(Struct, frozen=True, kw_only=True):
    """An event name and how often it came from which source."""

    type: str
    name: str
    count: int
    first_at: int
    last_at: int
    sources: dict[int, int]
    """Events by source."""


class PropertyRow(Struct, frozen=True, kw_only=True):
    """A property of an event, or an attribute of people."""

    type: str
    name: str
    path: str
    count: int
    types: dict[ValueType, int]
    contacts: int
    first_at: int
    last_at: int
    sources: tuple[int, ...]
    samples: tuple[str, ...]


class BeyondRow(Struct, frozen=True):
    """How many names found no room."""

    subject: Beyond
    count: int
    first_at: int
    last_at: int


ViolationKey = tuple[str, str, str, str]
"""(type, name, path, rule)."""


class ViolationRow(Struct, frozen=True):
    """How often events broke a rule of the plan."""

    type: str
    name: str
    path: str
    """Empty where it is the event itself."""
    rule: str
    count: int
    first_at: int
    last_at: int
    samples: tuple[str, ...]
    """Ids of the latest events that did."""


class Note(Struct, frozen=True, kw_only=True):
    """What people say of an event (path empty), a property or an attribute."""

    en: str = ""
    ru: str = ""
    owner: str = ""
    """Who answers for it."""
    is_personal: bool | None = None
    """Whether it names or reaches a person; None leaves it to the guess."""
    is_deprecated: bool = False


NO_NOTE: Final = Note()
Place = tuple[Subject, str]
"""(whose, path): what a note speaks of."""
