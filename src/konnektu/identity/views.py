"""What the API says of identity, and what it is asked. In: records. Out: views.

Values and evidence are for callers with the right to personal data; the others see kinds and reasons.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Literal

import msgspec
from msgspec import Struct

from konnektu.core.ids import public_id
from konnektu.core.records import Decision
from konnektu.identity.foresight import Doubt, Sides
from konnektu.identity.model import Person, Rules
from konnektu.log.api import Entry

DecisionKind = Literal[
    "made", "link", "merge", "switch", "refuse", "share", "cut_requested", "cut", "never", "allow", "erase"
]


class Reference(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Somebody: a profile by its id, or whoever an identifier leads to."""

    profile: str = ""
    kind: str = ""
    value: str = ""


class People(Struct, frozen=True, forbid_unknown_fields=True):
    """Two people or more."""

    people: list[Reference]


class CutAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """A join to undo: by its decision, or as whatever joins two values."""

    decision: tuple[int, int] | None = None
    """(position, ordinal) of the decision."""
    between: tuple[Reference, Reference] | None = None
    allow: bool = False
    """The two sides may meet again by themselves; otherwise they are kept apart for ever."""


class RulesStated(Struct, frozen=True, forbid_unknown_fields=True):
    """Rules to hold from here on: the fields of the rules in force; what is left out takes its default."""

    rules: dict[str, Any]


class RulesJob(Struct, frozen=True):
    """A job that tries or applies rules; GET /jobs?kind=… shows how far it is and, in the end, its result."""

    job: str
    kind: str
    key: str


class Appended(Struct, frozen=True):
    """A fact that is on disk."""

    block: str
    applied: bool
    """Whether the writer has applied it within the time asked for."""


class IdentifierView(Struct, frozen=True):
    """One identifier of a person."""

    kind: str
    value: str
    """Empty for callers without the right to personal data."""
    status: str


class SideView(Struct, frozen=True):
    """One of the two people that a cut would leave."""

    profile: str
    identifiers: list[IdentifierView]
    events: int
    """Facts that are this side's own."""


class CutForeseen(Struct, frozen=True):
    """What a cut would come to."""

    stays: SideView
    """Keeps the id."""
    leaves: SideView


class DoubtView(Struct, frozen=True):
    """Why the rules by themselves would keep two people apart."""

    people: tuple[str, str]
    reason: str
    detail: dict[str, Any]
    """Empty for callers without the right to personal data."""


class MergeForeseen(Struct, frozen=True):
    """What a merge by hand would come to."""

    keeps: str
    """The profile whose id stays."""
    people: int
    """How many people it unites: 1 where they are one already."""
    identifiers: int
    """How many the person would have."""
    is_forbidden: bool
    """Somebody decided that two of them are never one person: that has to be taken back first."""
    doubts: list[DoubtView]


class RulesVersion(Struct, frozen=True):
    """Rules that were stated at some time."""

    version: int
    position: int
    """From which place on the log they held."""
    at: int | None
    """When they were stated; null where that fact is gone."""
    by: str
    """Login of who stated them; empty for the command line and for rules carried backwards."""
    rules: dict[str, Any]


class DecisionView(Struct, frozen=True):
    """One decision with its evidence."""

    position: int
    ordinal: int
    kind: DecisionKind
    profile: str | None
    """The profile that the decision gives atoms to, or that was refused something."""
    other: str | None
    identifier_kind: str
    identifier_value: str
    """Empty for callers without the right to personal data."""
    reason: str
    rules: int
    """Version of the rules that decided."""
    detail: dict[str, Any]
    can_be_cut: bool
    """It joined something, so that a cut may name it."""


def of_decision(made: Decision, *, is_open: bool) -> DecisionView:
    """A decision as the API shows it; `is_open` shows personal data."""
    kind, value = made.identifier or ("", "")
    return DecisionView(
        position=made.position,
        ordinal=made.ordinal,
        kind=made.kind,  # type: ignore[arg-type]
        profile=public(made.profile),
        other=public(made.other),
        identifier_kind=kind,
        identifier_value=value if is_open else "",
        reason=made.reason,
        rules=made.rules,
        detail=made.detail if is_open else {},
        can_be_cut=made.kind in {"link", "merge"},
    )


def of_sides(sides: Sides, counts: Mapping[int, int], *, is_open: bool) -> CutForeseen:
    """Two sides as the API shows them; `counts` are the facts of each atom."""
    return CutForeseen(*(_side(one, counts, is_open=is_open) for one in (sides.stays, sides.leaves)))


def _side(person: Person, counts: Mapping[int, int], *, is_open: bool) -> SideView:
    shown = [
        IdentifierView(atom.kind, atom.value if is_open else "", atom.status)
        for atom in person.atoms.values()
    ]
    return SideView(public_id(0, person.id), shown, sum(counts.get(atom, 0) for atom in person.atoms))


def of_meeting(
    people: Sequence[Person], keeps: int, found: Sequence[Doubt], *, is_open: bool
) -> MergeForeseen:
    """A merge by hand as the API foresees it."""
    return MergeForeseen(
        keeps=public_id(0, keeps),
        people=len(people),
        identifiers=sum(len(person.atoms) for person in people),
        is_forbidden=any(one.reason[0] == "never" for one in found),
        doubts=[
            DoubtView(
                (public_id(0, one.people[0]), public_id(0, one.people[1])),
                one.reason[0],
                one.reason[1] if is_open else {},
            )
            for one in found
        ],
    )


def public(profile: int | None) -> str | None:
    """The public id of a profile; None for nobody."""
    return public_id(0, profile) if profile else None


class RulesView(Struct, frozen=True):
    """The rules in force."""

    version: int
    rules: dict[str, Any]
    """As they can be stated again."""


def of_version(position: int, rules: Rules, stated: Entry | None) -> RulesVersion:
    """Rules as they were stated; `stated` is their fact."""
    fields = of_rules(rules)
    by = _Fact()
    if stated:
        with suppress(msgspec.ValidationError):
            by = msgspec.json.decode(stated.parcel.events[0], type=_Fact)
    return RulesVersion(
        fields.version, position, stated.instant if stated else None, by.context.by, fields.rules
    )


class _Context(Struct, frozen=True):
    by: str = ""


class _Fact(Struct, frozen=True):
    """What a `rules` fact says of who stated it."""

    context: _Context = _Context()


def of_rules(rules: Rules) -> RulesView:
    """Rules as the API shows them."""
    fields = msgspec.to_builtins(rules)
    return RulesView(fields.pop("version"), fields)
