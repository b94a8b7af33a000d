"""Rules of retention: checked, kept, turned into cuts. In: rules as people state them. Out: rules in force, cuts.

Raises `Unprocessable` that names every rule which cannot be kept, with the reason.
"""

from collections.abc import Sequence

from konnektu.core.attributes import standard
from konnektu.core.clock import DAY
from konnektu.core.errors import Unprocessable
from konnektu.identity import api as identity
from konnektu.orders import api as orders
from konnektu.privacy import aging_store
from konnektu.privacy.model import Cut, Rule
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
    if len(stated) > MOST_RULES:
        raise Unprocessable(f"There are at most {MOST_RULES} rules.")
    spelt = [
        Rule(one.subject, standard(one.name) if one.subject == "attribute" else one.name, one.days)
        for one in stated
    ]
    faults = [f"{one.name}: {why}" for one in spelt if (why := fault(one, by))]
    if len({(one.subject, one.name) for one in spelt}) < len(spelt):
        faults.append("two rules are about one thing")
    if faults:
        raise Unprocessable("These rules cannot be kept. " + "; ".join(faults) + ".")
    return sorted(spelt)


def fault(rule: Rule, by: identity.Rules) -> str:
    """Why a rule cannot be kept; empty where it can."""
    if rule.subject == "event":
        return _event_fault(rule.name)
    if rule.subject == "attribute":
        return _attribute_fault(rule.name, by)
    return ""


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
    """What the rules say is too old at an instant."""
    return tuple(Cut(one.subject, one.name, now - one.days * DAY) for one in rules)
