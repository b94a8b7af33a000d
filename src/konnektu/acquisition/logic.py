"""What a source must say to be one, and where a person came from. In: records. Out: records. Pure."""

from collections.abc import Iterable, Mapping

from msgspec import structs

from konnektu.acquisition.model import Rule, Source, Stated
from konnektu.core.errors import NotFound
from konnektu.core.ids import internal_id
from konnektu.core.records import Arrivals, ArrivedBy

MOST_SOURCES = 2_000
"""Sources of a workspace that are not retired."""


def fault(key: str, stated: Stated, sources: Mapping[str, Source]) -> str:
    """Why a source cannot be so, in words for a person; empty where nothing is wrong."""
    if key not in sources and sum(not one.retired for one in sources.values()) >= MOST_SOURCES:
        return f"There are {MOST_SOURCES} marketing sources. Retire some first."
    if stated.kind == "partner_programme" and not (stated.parameter and stated.days):
        return "A partner programme needs the parameter that holds a partner's code, and for how many days it counts."
    if stated.kind != "partner_programme" and (stated.parameter or stated.days):
        return "A parameter and days are stated of a partner programme; its partners have a code."
    if stated.code and not (stated.kind == "partner" and stated.parent):
        return "A code is stated of a partner within a partner programme."
    if stated.parent and not _is_programme(sources.get(stated.parent)):
        return f"There is no partner programme {stated.parent}. State it first."
    return _fault_of_rules(stated.rules)


def _is_programme(source: Source | None) -> bool:
    return source is not None and source.stated.kind == "partner_programme"


def _fault_of_rules(rules: Iterable[Rule]) -> str:
    for rule in rules:
        for condition in rule:
            if not all(value.strip() for value in condition.values):
                return f"A value of {condition.field} is blank."
            if condition.field == "source" and not _are_sources(condition.values, condition.operator):
                return "A source of data is asked for by its id, with `equals`."
    return ""


def _are_sources(values: Iterable[str], operator: str) -> bool:
    try:
        return operator == "equals" and all(internal_id(value) for value in values)
    except NotFound:
        return False


def arrivals(found: Iterable[ArrivedBy]) -> Arrivals:
    """Where one person came from, of the rows of all its atoms: by source, the first source first."""
    by_source: dict[str, ArrivedBy] = {}
    for one in found:
        known = by_source.get(one.key)
        by_source[one.key] = one if known is None else _united(known, one)
    every = sorted(by_source.values(), key=lambda one: (one.first, one.key))
    first = min((one.first for one in every), default=None)
    last = max((one.last for one in every), default=None)
    return Arrivals(
        first=tuple(one.key for one in every if one.first == first),
        last=tuple(one.key for one in every if one.last == last),
        every=tuple(every),
    )


def _united(one: ArrivedBy, other: ArrivedBy) -> ArrivedBy:
    return structs.replace(
        one,
        first=min(one.first, other.first),
        last=max(one.last, other.last),
        events=one.events + other.events,
    )
