"""What the API says of identity, and what it is asked. In: records. Out: views.

Values and evidence are for callers with the right to personal data; the others see kinds and reasons.
"""

from typing import Any, Literal

import msgspec
from msgspec import Struct

from konnektu.core.ids import public_id
from konnektu.core.records import Decision
from konnektu.identity.model import Rules

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


def public(profile: int | None) -> str | None:
    """The public id of a profile; None for nobody."""
    return public_id(0, profile) if profile else None


class RulesView(Struct, frozen=True):
    """The rules in force."""

    version: int
    rules: dict[str, Any]
    """As they can be stated again."""


def of_rules(rules: Rules) -> RulesView:
    """Rules as the API shows them."""
    fields = msgspec.to_builtins(rules)
    return RulesView(fields.pop("version"), fields)
