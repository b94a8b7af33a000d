"""Leaves in words. In: a leaf. Out: a text."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from konnektu.rules.model import (
    Absence,
    Attribute,
    Compare,
    Consent,
    Identified,
    LastEvents,
    Leaf,
    Measured,
    Member,
    Rank,
    Sequence,
    Source,
    Step,
    Tag,
)
from konnektu.rules.words.conditions import condition, test_text
from konnektu.rules.words.figures import figure_text, measured_text, whole_what
from konnektu.rules.words.tongue import Tongue, sign
from konnektu.rules.words.windows import span, window, zone


def leaf_text(leaf: Leaf, tongue: Tongue) -> str:
    """A leaf, without a capital letter and a full stop."""
    return _WORDS[type(leaf)](leaf, tongue)


def _compare(leaf: Compare, tongue: Tongue) -> str:
    right = figure_text(leaf.right, tongue)
    if leaf.ratio != Decimal(1):
        right = tongue.say("times_as_much", ratio=tongue.number(leaf.ratio), figure=right)
    return f"{figure_text(leaf.left, tongue)} {sign(leaf.op)} {right}"


def _last_events(leaf: LastEvents, tongue: Tongue) -> str:
    alone = "last_not" if leaf.match == "none" else "last_one"
    said = tongue.say(
        alone if leaf.count == 1 else f"last_{leaf.match}",
        events=tongue.counted(leaf.count, "event", genitive=True),
        what=whole_what(leaf.what, tongue),
        condition=condition(leaf.where, tongue),
    )
    return said + (tongue.say("or_fewer") if leaf.fewer and leaf.count > 1 else "")


def _sequence(leaf: Sequence, tongue: Tongue) -> str:
    steps = "".join(_step(one, tongue) for one in leaf.steps)
    within = window(leaf.window, tongue)
    return steps + (tongue.say("first_within", window=within) if within else "")


def _step(step: Step | Absence, tongue: Tongue) -> str:
    what = whole_what(step.what, tongue)
    if isinstance(step, Step):
        return what if step.within is None else tongue.say("then", what=what, span=span(step.within, tongue))
    if step.span is None:
        return tongue.say("without_between", what=what)
    return tongue.say("without", what=what, span=span(step.span, tongue, genitive=True))


def _consent(leaf: Consent, tongue: Tongue) -> str:
    parts = ", ".join(
        tongue.label(one) for one in (leaf.entity, leaf.channel, leaf.category, leaf.purpose) if one
    )
    return tongue.say(f"consent_{leaf.state}", use=tongue.say("use", parts=parts) if parts else "")


def _source(leaf: Source, tongue: Tongue) -> str:
    side = "source" if leaf.side == "marketing" else "told"
    keys = tongue.either([tongue.quoted(tongue.label(one)) for one in leaf.keys])
    return tongue.say(f"{side}_{leaf.which}", keys=keys) + window(leaf.window, tongue)


def _rank(leaf: Rank, tongue: Tongue) -> str:
    top = f"{leaf.top} %" if leaf.unit == "percent" else tongue.say("people", top=str(leaf.top))
    said = tongue.say(f"rank_{leaf.order}", top=top, figure=figure_text(leaf.by, tongue))
    moments = tongue.say(f"moments_{leaf.moments.unit}", hour=str(leaf.moments.hour))
    return said + moments + zone(leaf.moments.zone, tongue)


_WORDS: Final[Mapping[type, Callable[[Any, Tongue], str]]] = {
    Attribute: lambda leaf, tongue: f"{tongue.label(leaf.name)} {test_text(leaf.test, tongue)}",
    Measured: lambda leaf, tongue: measured_text(leaf.figure, leaf.test, tongue),
    Compare: _compare,
    LastEvents: _last_events,
    Sequence: _sequence,
    Consent: _consent,
    Tag: lambda leaf, tongue: tongue.say(
        "tag", names=tongue.either([tongue.quoted(one) for one in leaf.names])
    ),
    Source: _source,
    Identified: lambda leaf, tongue: tongue.say(
        "identified", kinds=tongue.either([tongue.label(one) for one in leaf.kinds])
    ),
    Member: lambda leaf, tongue: tongue.say("member", segment=tongue.quoted(tongue.label(leaf.segment))),
    Rank: _rank,
}
