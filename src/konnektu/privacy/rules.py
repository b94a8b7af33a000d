"""Rules of retention: checked, kept, turned into cuts. In: rules as people state them. Out: rules in force, cuts.

Raises `Unprocessable` that names every rule which cannot be kept, with the reason.
"""

from collections.abc import Sequence

from msgspec import structs

from konnektu.core.attributes import standard
from konnektu.core.clock import DAY
from konnektu.core.errors import Unprocessable
from konnektu.identity import api as identity
from konnektu.orders import api as orders
from konnektu.privacy import aging_store
from konnektu.privacy.model import Cut, Rule, Subject
from konnektu.privacy.remaining import KINDS
from konnektu.product_lists import api as product_lists
from konnektu.profiles import api as profiles
from konnektu.related import api as related
from konnektu.storage.api import Connection

MOST_RULES = 200
_TRAITS = "traits."


def put(db: Connection, stated: Sequence[Rule]) -> list[Rule]:
    """Put these rules in place of all others; as they are in force."""
    aging_store.put_rules(db, checked(stated, identity.rules(db)))
    return aging_store.rules(db)


def checked(stated: Sequence[Rule], by: identity.Rules) -> list[Rule]:
    """Rules with the names of attributes in their standard spelling, in order."""
    if sum(1 + len(one.things) for one in stated) > MOST_RULES:
        raise Unprocessable(f"There are at most {MOST_RULES} rules, with what they name.")
    spelt = [_spelt(one) for one in stated]
    faults = [f"{one.name}: {why}" for one in spelt if (why := fault(one, by))]
    if len({(one.subject, one.name) for one in spelt}) < len(spelt):
        faults.append("two rules are about one thing")
    if faults:
        raise Unprocessable("These rules cannot be kept. " + "; ".join(faults) + ".")
    return sorted(spelt)


def said(rule: Rule) -> str:
    """A rule in one line, for the audit log."""
    named = ", ".join(f"{kind} {name}" for kind, name in rule.things)
    return f"{rule.subject} {rule.name} {rule.days}" + (f"; {named} {rule.data_days}" if named else "")


def _spelt(one: Rule) -> Rule:
    return structs.replace(
        one,
        name=standard(one.name) if one.subject == "attribute" else one.name,
        attributes=tuple(sorted({standard(name) for name in one.attributes})),
        events=tuple(sorted(set(one.events))),
    )


def fault(rule: Rule, by: identity.Rules) -> str:
    """Why a rule cannot be kept; empty where it can."""
    if rule.subject == "purpose":
        return _purpose_fault(rule, by)
    if rule.things or rule.data_days is not None:
        return "only a purpose names what is kept for it"
    return _thing_fault(rule.subject, rule.name, by)


def _purpose_fault(rule: Rule, by: identity.Rules) -> str:
    if bool(rule.things) != (rule.data_days is not None):
        return "a purpose that names attributes or events says after how many days these go, in data_days"
    faults = [f"{name}: {why}" for kind, name in rule.things if (why := _thing_fault(kind, name, by))]
    return "; ".join(faults)


def _thing_fault(kind: Subject, name: str, by: identity.Rules) -> str:
    return _event_fault(name) if kind == "event" else _attribute_fault(name, by)


def sound(rule: Rule, by: identity.Rules) -> Rule | None:
    """What of a rule can be carried out: a purpose goes without the things that cannot; None where nothing is left."""
    if rule.subject != "purpose":
        return None if fault(rule, by) else rule
    kept = {(kind, name) for kind, name in rule.things if not _thing_fault(kind, name, by)}
    return structs.replace(
        rule,
        attributes=tuple(one for one in rule.attributes if ("attribute", one) in kept),
        events=tuple(one for one in rule.events if ("event", one) in kept),
    )


def _event_fault(name: str) -> str:
    if name in orders.EVENTS:
        return "its events carry orders, which are kept as long as their people"
    if name in related.EVENTS:
        return "its events carry related records, which are kept as long as their people"
    if name in product_lists.EVENTS:
        return "its events fill product lists, which are kept as long as their people"
    if name in profiles.CONSENT_EVENTS:
        return "its events prove consents: make a rule about the purpose"
    if name.startswith("$") and name.removeprefix("$") not in KINDS:
        return "of the types of events only $page, $screen and $group are kinds; others say who somebody is"
    return ""


def _attribute_fault(name: str, by: identity.Rules) -> str:
    read = {
        path.removeprefix(_TRAITS) for kind in by.kinds for path in kind.paths if path.startswith(_TRAITS)
    }
    if name in read:
        return "it identifies people, and is kept as long as they are; erase who is to be forgotten"
    compared = {*by.vetoes, "name"} if {"first_name", "patronymic"} & set(by.vetoes) else set(by.vetoes)
    if name in compared or (name == "last_name" and "name" in compared):
        return "identity compares it before it joins people, and keeps what it compared as evidence"
    return ""


def cuts_at(rules: Sequence[Rule], now: int) -> tuple[Cut, ...]:
    """What the rules say is too old at an instant: each thing once, by the longest term that names it."""
    days: dict[tuple[Subject, str], int] = {}
    purposes: dict[tuple[Subject, str], list[str]] = {}
    for one in rules:
        thing = one.subject, one.name
        days[thing] = max(one.days, days.get(thing, 0))
        for named in one.things:
            days[named] = max(one.data_days or 0, days.get(named, 0))
            purposes.setdefault(named, []).append(one.name)
    return tuple(
        Cut(*thing, now - term * DAY, tuple(sorted(purposes.get(thing, ()))))
        for thing, term in sorted(days.items())
    )
