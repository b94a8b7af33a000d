"""The rule language as a tree of frozen records. In: nothing. Out: rules, figures, definitions of segments.

A *rule* is true or false of a person at an instant t. A *leaf* asks one thing; `all`, `any` and `not` join leaves.
A *figure* is a number, an amount, a text or a time that follows from what a person did or has; a leaf tests it.
What everything means stands in docs/rules.md; `memory` is the same as a program.
"""

from decimal import Decimal
from typing import Annotated, Literal, Union

from msgspec import Meta

from konnektu.rules.conditions import Test, Text, Where
from konnektu.rules.figures import EVER, Figure, Name, Names, What
from konnektu.rules.windows import Milliseconds, Node, Part, Span, TimeWindow, Zone


class Attribute(Node, frozen=True, tag="attribute"):
    """An attribute of the person passes the test."""

    name: Name
    test: Test


class Measured(Node, frozen=True, tag="measured"):
    """A figure passes the test."""

    figure: Figure
    test: Test


class Compare(Node, frozen=True, tag="compare"):
    """left op ratio × right, exactly. False where one of them is missing."""

    left: Figure
    op: Literal["below", "at_most", "above", "at_least", "equals", "differs"]
    right: Figure
    ratio: Decimal = Decimal(1)


class LastEvents(Node, frozen=True, tag="last_events"):
    """Of the last `count` such events by (time, position): none, some or all meet the condition.

    False where fewer are known, unless `fewer` lets those there are stand for them; false where there is none.
    """

    what: What
    count: Annotated[int, Meta(ge=1, le=1_000)]
    match: Literal["none", "some", "all"]
    where: Where
    fewer: bool = False


class Step(Node, frozen=True, tag="step"):
    """An event of a sequence, at most `within` after the step before it."""

    what: What
    within: Span | None = None
    """Of every step but the first, which the window binds."""


class Absence(Node, frozen=True, tag="absence"):
    """No such event after the step before it: until `span` has passed, or without a span until the next step."""

    what: What
    span: Span | None = None


class Sequence(Node, frozen=True, tag="sequence"):
    """Distinct events in the order of (time, position), the first within the window, and what is absent after them."""

    steps: Annotated[
        tuple[Union[Step, Absence], ...],  # noqa: UP007  # as the unions below
        Meta(min_length=1, max_length=16),
    ]
    window: TimeWindow = EVER


class Consent(Node, frozen=True, tag="consent"):
    """Where the consent to a use stands at t. An empty part means every entity, channel, category or purpose."""

    state: Literal["given", "refused", "unknown"] = "given"
    entity: Text = ""
    channel: Text = ""
    category: Text = ""
    purpose: Text = ""


class Tag(Node, frozen=True, tag="tag"):
    """The person bears one of the tags, in this spelling."""

    names: Names


class Source(Node, frozen=True, tag="source"):
    """The person came from one of the marketing sources, or one of the sources of data has told of them."""

    side: Literal["marketing", "technical"]
    keys: Names
    """Keys of marketing sources, ids of sources of data."""
    which: Literal["first", "last", "any"] = "any"
    window: TimeWindow = EVER
    """Of the first arrival for `first`, else of the last arrival from that source."""


class Identified(Node, frozen=True, tag="identified"):
    """The person has an identifier of one of the kinds that identifies them at t."""

    kinds: Names


class Member(Node, frozen=True, tag="member"):
    """The person is in the other segment, or on the uploaded list, at the same t."""

    segment: Name


class Every(Part, frozen=True):
    """Moments: each full hour, or each day, Monday or first of the month at a full hour of the zone's clock."""

    unit: Literal["hour", "day", "week", "month"] = "day"
    hour: Annotated[int, Meta(ge=0, le=23)] = 3
    """Of no meaning to `hour`."""
    zone: Zone = "workspace"


class Rank(Node, frozen=True, tag="rank"):
    """Among the people with the highest or lowest figure, as computed at the last of the stated moments.

    Relative to others, so never exact between the moments. Places are given to known people who have what the figure
    is made of: a count or sum of nothing has none. Of equals who was known first, by the number of the profile, has
    the better place, so that no more people are in than are asked for.
    """

    by: Figure
    top: Annotated[int, Meta(ge=1, le=1_000_000)]
    unit: Literal["percent", "people"] = "percent"
    order: Literal["highest", "lowest"] = "highest"
    moments: Every = Every()


Leaf = Union[  # noqa: UP007  # as `Rule`
    Attribute,
    Measured,
    Compare,
    LastEvents,
    Sequence,
    Consent,
    Tag,
    Source,
    Identified,
    Member,
    Rank,
]


class All(Node, frozen=True, tag="all"):
    """Every rule holds; true of everybody where there is none."""

    rules: Annotated[tuple["Rule", ...], Meta(max_length=200)] = ()


class Any(Node, frozen=True, tag="any"):
    """At least one rule holds."""

    rules: Annotated[tuple["Rule", ...], Meta(min_length=1, max_length=200)]


class Not(Node, frozen=True, tag="not"):
    """The rule does not hold; true where what it asks about is missing."""

    rule: "Rule"


Rule = Union[All, Any, Not, Leaf]  # noqa: UP007  # `|` cannot join names that come later


class Segment(Part, frozen=True):
    """A segment's definition.

    Without an exit rule a person is in as long as `entry` holds. With one, they enter when `entry` holds and `exit`
    does not, and stay until `exit` holds: a function of the history from `since` on, before which nobody is in.
    """

    entry: Rule
    exit: Rule | None = None
    people: Literal["known", "all"] = "known"
    """all: anonymous profiles too."""
    since: Milliseconds | None = None
    """With an exit rule: from when on the history decides."""
