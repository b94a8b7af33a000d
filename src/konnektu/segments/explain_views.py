"""Explanations as the API shows them. In: explanations. Out: views. Times are milliseconds UTC.

Values that name or reach a person are covered for who may not see personal data.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal

from msgspec import Struct

from konnektu.access.api import Caller
from konnektu.core.records import Event
from konnektu.profiles import api as profiles
from konnektu.rules.figures import Figure
from konnektu.rules.known import Instant, Money
from konnektu.rules.memory import Evidence
from konnektu.rules.model import All, Attribute, Compare, Measured, Not, Rank, Rule
from konnektu.rules.model import Any as AnyOf
from konnektu.rules.reading import Amount
from konnektu.segments.explaining import Explanation, Part
from konnektu.segments.members.views import PersonView
from konnektu.segments.model import Key
from konnektu.segments.telling import Teller
from konnektu.segments.views import TextView, Tree

MOST_SHOWN = 100
"""Pieces of evidence of one part that are shown: the latest."""
ValueType = Literal["missing", "number", "money", "text", "yes_no", "date", "instant", "list", "other"]
_JOINED = {
    All: TextView("All of", "Все условия"),
    AnyOf: TextView("Any of", "Любое из условий"),
    Not: TextView("Not", "Не"),
}
_EXCLUDED = {
    "too_many_events": TextView(
        "More events than a segment can take into account.",
        "Событий больше, чем сегмент может учесть.",
    )
}
_ANONYMOUS = TextView(
    "The segment is of known people, and nobody knows who this is.",
    "Сегмент только из известных клиентов, а этот профиль анонимный.",
)
_DIFFERENCES = {
    "live": TextView(
        "What the platform keeps of this person is otherwise than their facts say. Tell those who look after it.",
        "Сохранённая принадлежность расходится с фактами об этом клиенте. Сообщите тем, кто обслуживает платформу.",
    ),
    "evaluators": TextView(
        "Two ways to decide this come to different ends. Tell those who look after the platform.",
        "Два способа вычисления расходятся. Сообщите тем, кто обслуживает платформу.",
    ),
}


class DraftExplained(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A definition that is being made, and a person."""

    definition: Tree
    profile: str
    """Id of the person."""
    key: Key | Literal[""] = ""
    """Of the segment that it will belong to; empty for one that is not made yet."""


class ValueView(Struct, frozen=True, kw_only=True):
    """A value that a part has compared."""

    type: ValueType
    value: Any
    """number: decimal text; money: minor units as decimal text; date: ISO text; instant: milliseconds UTC."""
    currency: str = ""
    """Of money: ISO 4217."""


class EvidenceView(Struct, frozen=True, kw_only=True):
    """One thing that a verdict rests on."""

    kind: str
    """event, order, line, item, record, statement, arrival, identifier, membership or tag."""
    key: list[str]
    """What it is known by: the position of an event, the number of an order, …; empty for who may not see it."""
    time: int | None
    """When it happened; null where it has no time."""
    name: str = ""
    """Of an event."""
    type: str = ""
    """Of an event."""
    message_id: str = ""
    """Of an event: the id that its sender gave it."""


class PartView(Struct, frozen=True, kw_only=True):
    """The verdict on one part of a definition, and why."""

    place: str
    """As faults name it: `entry.rules[2]`."""
    depth: int
    """How many groups stand around it."""
    kind: Literal["all", "any", "not", "leaf"]
    text: TextView
    holds: bool
    values: list[ValueView]
    evidence: list[EvidenceView]
    """The latest hundred."""
    evidence_count: int
    changes_at: int | None
    """Of a leaf: the next instant at which time alone changes its verdict; null where none does."""
    as_of: TextView | None = None
    """Of a rank: which instant the order over everybody is of; null of everything else."""


class ExplanationView(Struct, frozen=True, kw_only=True):
    """Why a person is in a segment, or why not."""

    person: PersonView
    segment: str
    """Its key; empty of a draft that belongs to none yet."""
    is_draft: bool
    """Whether the definition is not the one in force."""
    position: int
    """The last fact on the log that this rests on."""
    at: int
    """The instant for which this is true."""
    is_in: bool
    why_not: TextView | None
    """Why the segment does not count such people at all; null where it does."""
    changes_at: int | None
    """The next instant at which time alone brings them in or out; null where none does until `looked_until`."""
    looked_until: int
    is_kept: bool | None
    """Whether they are on the list of the segment; null of a draft, and of people who are not built yet."""
    since: int | None
    """Since when they are on it."""
    entered_by: int
    """Position of the fact with which they came; 0 where time alone brought them or they are not on it."""
    difference: TextView | None
    """What does not agree; null where everything does."""
    parts: list[PartView]
    """From top to bottom, groups before what is in them; those of the exit rule after those of the entry."""


class Shower(Struct, frozen=True):
    """How explanations are shown, and to whom."""

    caller: Caller
    teller: Teller
    events: Mapping[int, Event]

    def shown(self, one: Explanation, person: PersonView, key: str, *, is_draft: bool) -> ExplanationView:
        """An explanation as the API shows it."""
        return ExplanationView(
            person=person,
            segment=key,
            is_draft=is_draft,
            position=one.position,
            at=one.at,
            is_in=one.is_in,
            why_not=_why_not(one),
            changes_at=one.changes_at,
            looked_until=one.looked_until,
            is_kept=one.is_kept,
            since=one.since,
            entered_by=one.entered_by,
            difference=_DIFFERENCES.get(one.difference),
            parts=[self._part(each) for each in one.parts],
        )

    def _part(self, one: Part) -> PartView:
        joined = _JOINED.get(type(one.rule))
        return PartView(
            place=one.place,
            depth=one.depth,
            kind=_kind(one.rule),
            text=joined or self.teller.rule(one.rule),
            holds=one.holds,
            values=[self._value(name, each) for name, each in zip(_names(one), _values(one), strict=True)],
            evidence=[self._evidence(each) for each in one.evidence[-MOST_SHOWN:]],
            evidence_count=len(one.evidence),
            changes_at=one.changes_at,
            as_of=self._as_of(one),
        )

    def _as_of(self, one: Part) -> TextView | None:
        if not isinstance(one.rule, Rank):
            return None
        ats = [each.ms for each in one.values if isinstance(each, Instant)]
        return self.teller.as_of(ats[0] if ats else None)

    def _value(self, name: str, value: object) -> ValueView:
        found = value_view(value)
        if self.caller.may("profiles.personal"):
            return found
        covered = profiles.covered(name, found.value)
        if covered == found.value:
            return found
        return ValueView(type="text", value=covered)

    def _evidence(self, one: Evidence) -> EvidenceView:
        key, event = list(one.key), None
        if one.kind == "identifier" and not self.caller.may("profiles.personal"):
            key = [key[0], profiles.covered_identifier(key[0], key[1])]
        if one.kind in {"order", "line"} and not self.caller.may("orders.read"):
            key = []
        if one.kind == "record" and not self.caller.may("related.read"):
            key = []
        if one.kind == "event" and self.caller.may("events.read"):
            event = self.events.get(int(one.key[0]))
        return EvidenceView(
            kind=one.kind,
            key=key,
            time=one.time,
            name=event.name if event else "",
            type=event.type if event else "",
            message_id=event.message_id if event else "",
        )


def _why_not(one: Explanation) -> TextView | None:
    if one.excluded:
        return _EXCLUDED.get(one.excluded, TextView(one.excluded, one.excluded))
    return None if one.is_counted else _ANONYMOUS


def _kind(rule: Rule) -> Literal["all", "any", "not", "leaf"]:
    if isinstance(rule, Not):
        return "not"
    if isinstance(rule, All):
        return "all"
    return "any" if isinstance(rule, AnyOf) else "leaf"


def _values(part: Part) -> tuple[object, ...]:
    """What a part has compared; a rank compares people with each other, and no value of theirs."""
    return () if isinstance(part.rule, Rank) else part.values


def _names(part: Part) -> list[str]:
    """What the values of a part are called, for what covers them."""
    rule = part.rule
    if isinstance(rule, Attribute):
        return [rule.name]
    if isinstance(rule, Measured):
        return [_measured(rule.figure)]
    if isinstance(rule, Compare):
        return [_measured(rule.left), _measured(rule.right)]
    return [""] * len(_values(part))


def _measured(figure: Figure) -> str:
    return figure.measure.field[-1] if figure.measure.field else ""


def value_view(value: object) -> ValueView:
    """A value with its type."""
    if isinstance(value, Amount | Money):
        return ValueView(type="money", value=_plain(Fraction(value.units)), currency=value.currency)
    for kinds, name, shown in _TYPES:
        if isinstance(value, kinds):
            return ValueView(type=name, value=shown(value))
    return ValueView(type="other", value=value)


def _plain(number: Fraction) -> str:
    """A number as a decimal, an endless one to nine places."""
    found = Decimal(number.numerator) / Decimal(number.denominator)
    rounded = found if found == found.to_integral_value() else round(found, 9).normalize()
    return f"{rounded:f}"


_TYPES: Final[Sequence[tuple[tuple[type, ...], ValueType, Callable[[Any], Any]]]] = (
    ((type(None),), "missing", lambda value: value),
    ((bool,), "yes_no", lambda value: value),
    ((Instant,), "instant", lambda value: value.ms),
    ((date,), "date", lambda value: value.isoformat()),
    ((int, float, Decimal, Fraction), "number", lambda value: _plain(Fraction(value))),
    ((str,), "text", lambda value: value),
    ((list, tuple), "list", list),
)
"""The first that fits: yes and no are numbers to Python."""
