"""What the API says of segments, and what it is asked. In: records. Out: views. Times are milliseconds UTC."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from konnektu.profiles.api import Channel
from konnektu.rules.checking.faults import Code
from konnektu.segments.model import Act, Edit, Key, Kind, Name, Standing, Status, Tag

Tree = dict[str, Any]
"""A definition as docs/rules.md has it: {"entry": …, "exit": …, "people": …, "since": …}."""
Note = Annotated[str, Meta(max_length=1_000)]


class TextView(Struct, frozen=True):
    """A text for people."""

    en: str
    ru: str


class NamedView(Struct, frozen=True):
    """Another segment."""

    key: str
    name: str


class RankView(Struct, frozen=True, kw_only=True):
    """A rank that a definition asks for."""

    text: TextView
    at: int | None
    """The instant that the order over everybody is of, milliseconds UTC; null until it is computed."""
    as_of: TextView
    """The same in words."""
    placed: int
    """How many people have a place in the order."""
    inside: int
    """How many of them are at the top that is asked for."""


class SegmentView(Struct, frozen=True, kw_only=True):
    """A segment."""

    key: str
    name: str
    kind: Kind
    status: Status
    description: str
    folder: str
    tags: list[str]
    definition: Tree | None
    """Stated last, whether it is in force yet or not; null of a list."""
    summary: TextView
    """The definition in words; empty of a list."""
    version: int
    """Of the definition stated last."""
    current: int
    """The version in force; 0 while there is none."""
    building: int
    """The version that is being built; 0 where none is."""
    position: int
    """Place on the log of the last change."""
    changed_at: int
    changed_by: str
    taken_of: str
    """Of a snapshot: the key of the segment whose people it holds."""
    taken_at: int
    """Of a snapshot: who was in at this instant; 0 for others."""
    uses: list[NamedView]
    """Segments that the definition asks for."""
    used_by: list[NamedView]
    """Segments whose definitions ask for this one; while there are any, it is neither deleted nor switched off."""
    ranks: list[RankView]
    """Ranks that the definition asks for, each as it was last computed."""


class SegmentChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A segment as it is to be, whole."""

    name: Name
    description: Annotated[str, Meta(max_length=2_000)] = ""
    folder: Annotated[str, Meta(max_length=200)] = ""
    tags: Annotated[tuple[Tag, ...], Meta(max_length=50)] = ()
    definition: Tree | None = None
    """Of a live segment; lists and snapshots have none to change."""
    note: Note = ""
    """Why, for the history of edits."""
    position: Annotated[int, Meta(ge=0)] = 0
    """`position` of the segment that was changed: refused where somebody has changed it since. 0 does not ask."""


class NewSegment(SegmentChange, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A segment to be made."""

    key: Key | None = None
    """What rules and the API will name it by, for ever; made up where it is left out."""


class NewList(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list or snapshot to be made."""

    name: Name
    key: Key | None = None
    """What rules and the API will name it by, for ever; made up where it is left out."""
    description: Annotated[str, Meta(max_length=2_000)] = ""
    folder: Annotated[str, Meta(max_length=200)] = ""
    tags: Annotated[tuple[Tag, ...], Meta(max_length=50)] = ()
    note: Note = ""


class NewSnapshot(NewList, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A snapshot of a segment to be taken."""

    at: Annotated[int, Meta(ge=0)] | None = None
    """Who was in at this instant of the past; now where it is left out."""


class LineView(Struct, frozen=True):
    """A row of a file that put nobody on a list."""

    row: int
    """From 1, as it stands in the file."""
    value: str
    why: Literal["not_found", "ambiguous", "unreadable"]


class ListedView(Struct, frozen=True, kw_only=True):
    """What became of a file of people."""

    rows: int
    found: int
    """Rows that lead to one person."""
    people: int
    """How many people these are."""
    made: int
    """Rows for which people were made, because that was asked for; they are among those found."""
    not_found: int
    ambiguous: int
    """Rows that lead to several people."""
    unreadable: int
    """Rows that cannot be read or are empty."""
    added: int
    """People who are on the list from here on and were not."""
    removed: int
    """People who were on the list and are not any more."""
    lines: list[LineView]
    """The first hundred rows that put nobody on the list."""
    applied: bool
    """Whether the writer has taken it all within the time asked for."""


class SegmentState(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether a segment works."""

    is_on: bool
    note: Note = ""


class SegmentAccepted(Struct, frozen=True):
    """A change that is on disk."""

    key: str
    block: str
    applied: bool
    """Whether the writer has applied it within the time asked for."""


class EditView(Struct, frozen=True, kw_only=True):
    """One change of a segment."""

    position: int
    at: int
    act: Act
    author: str
    note: str
    version: int
    name: str
    description: str
    folder: str
    tags: list[str]
    definition: Tree | None
    """Of the version that this change has made; null where it made none."""
    was: Tree | None
    """Of the version before it."""
    summary: TextView | None
    was_summary: TextView | None


class Draft(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A definition that is being made."""

    definition: Tree
    key: str = ""
    """Of the segment that it will belong to; empty for one that is not made yet."""


class TreeAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """A tree of conditions to be kept for links."""

    tree: Tree
    """A rule as docs/rules.md has it."""


class TreeView(Struct, frozen=True):
    """A tree of conditions by which lists of people can be asked for."""

    key: str
    """Equal for trees that mean the same; lists take it in place of the tree."""
    tree: Tree
    summary: TextView
    """In words."""
    is_personal: bool
    """It names a person: it is for who may see personal data, and no shared folder asks by it."""


class FaultView(Struct, frozen=True):
    """One thing that cannot be."""

    place: str
    """As `entry.rules[2].test.values`; empty for the whole."""
    message: str
    code: Code
    """What it is, for words of one's own; `other` is said by the message alone."""


class LeafView(Struct, frozen=True, kw_only=True):
    """One condition of a definition, and what becomes of people of whom nothing is known that it asks for."""

    place: str
    text: TextView
    passes: bool
    """Whether they pass this row, with every `not` around it."""
    empties: TextView
    """The same in words."""


class CheckView(Struct, frozen=True, kw_only=True):
    """What is to be said of a draft."""

    faults: list[FaultView]
    """Empty where it can be saved."""
    summary: TextView | None
    """In words; null where it cannot be read."""
    leaves: list[LeafView]
    empties: TextView | None
    """What becomes of people of whom nothing is known."""


class PartCountView(Struct, frozen=True):
    """Of how many people one row or group of a definition holds by itself."""

    place: str
    """As `entry.rules[2]`; what stands under a `not` is counted without it."""
    people: int


class SampleView(Struct, frozen=True):
    """Somebody."""

    id: str
    name: str
    """Empty for who may not see personal data."""


class MoneyCountView(Struct, frozen=True):
    """What the people of a segment have bought, in one currency."""

    currency: str
    revenue: int
    """Minor units, net of returns."""
    purchases: int
    average: int | None
    """Average bill; null without purchases."""
    share: float | None
    """Of the revenue of all whom the segment may be of; null where there is none."""


class ReachView(Struct, frozen=True):
    """How many people of a segment are reached by a channel at this moment."""

    channel: Channel
    people: int
    """With a contact that identifies them and a consent for it that stands, whatever entity, category and purpose."""


class ChangeCountView(Struct, frozen=True):
    """What a changed definition would do to the members of this moment."""

    entering: int
    leaving: int
    entering_sample: list[SampleView]
    leaving_sample: list[SampleView]


class CountView(Struct, frozen=True, kw_only=True):
    """How many people a definition holds of."""

    position: int
    """Every fact up to this place on the log is in it."""
    instant: int
    """When it is true, milliseconds UTC."""
    base: int
    """People that the segment may be of: known ones, or everybody."""
    people: int
    known: int
    anonymous: int
    share: float | None
    """Of the base, from 0 to 1; null where nobody is in it."""
    parts: list[PartCountView]
    sample: list[SampleView]
    """Up to ten of them."""
    money: list[MoneyCountView]
    reach: list[ReachView] | None
    """By every channel; null where more than 300,000 people have consented to anything."""
    change: ChangeCountView | None
    """Null for a segment that is not in force."""


class ReadyMadeView(Struct, frozen=True, kw_only=True):
    """A draft that comes with the product."""

    name: str
    title: TextView
    description: TextView
    definition: Tree
    summary: TextView


Part = Literal[
    "attributes", "events", "properties", "event_fields", "order_fields", "line_fields", "item_fields", "lists",
    "record_kinds", "record_fields", "tags", "marketing_sources", "data_sources", "identifiers", "segments",
    "operators",
]  # fmt: skip


class TermView(Struct, frozen=True, kw_only=True):
    """One thing that a rule may ask for."""

    name: str
    """As rules have it."""
    title: TextView
    type: str = ""
    """What its values are, mostly: text, number, money, yes_no, date, instant, list, object; empty for none."""
    of: str = ""
    """What it belongs to: type of an event, kind of a record, test of an operator."""
    examples: list[str] = []
    """Values that were seen; none of personal ones for who may not see them."""
    count: int | None = None
    """How often it was seen, where that is counted."""


class VocabularyView(Struct, frozen=True):
    """What a picker shows."""

    part: Part
    terms: list[TermView]
    is_all: bool
    """Whether there are no more."""


def tree(definition: Any) -> Tree | None:
    """A definition as JSON has it."""
    found: Tree | None = msgspec.to_builtins(definition)
    return found


def named(one: Standing) -> NamedView:
    """A segment by its name."""
    return NamedView(one.key, one.stated.name)


def of_edit(edit: Edit, made: Any, was: Any, texts: tuple[TextView | None, TextView | None]) -> EditView:
    """A change as the API shows it: `made` is the definition that it has made, `was` the one before."""
    said = edit.stated
    return EditView(
        position=edit.position,
        at=edit.instant,
        act=edit.act,
        author=edit.author,
        note=edit.note,
        version=edit.version,
        name=said.name if said else "",
        description=said.description if said else "",
        folder=said.folder if said else "",
        tags=list(said.tags) if said else [],
        definition=tree(made),
        was=tree(was),
        summary=texts[0],
        was_summary=texts[1],
    )
