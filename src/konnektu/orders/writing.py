"""Statements about orders from outside: checked one by one, appended as facts, waited for.

In: a caller's wish. Out: the block that holds it on disk, and what was wrong with the rest.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from konnektu.access.api import Author
from konnektu.collect import api as collect
from konnektu.core.errors import Refused, Unprocessable
from konnektu.core.money import is_currency
from konnektu.core.records import Parcel
from konnektu.identity import api as identity
from konnektu.orders import views
from konnektu.orders.currencies import CURRENCY
from konnektu.orders.telling import FACT, told_of
from konnektu.orders.words import snake
from konnektu.orders.working import STATUSES
from konnektu.profiles import api as profiles


def state_orders(author: Author, asked: views.OrdersStated) -> views.OrdersAccepted:
    """Append what is right of the statements; say what is wrong with the others."""
    with author.db.read() as db:
        options = collect.Options(kinds=identity.rules(db).kinds)
    facts, faults = profiles.sorted_out(asked.orders, partial(_fact, author=author, options=options))
    problems = [
        views.ProblemView(index, str(asked.orders[index].get("number", ""))[:200], fault)
        for index, fault in faults
    ]
    if not facts:
        return views.OrdersAccepted(None, applied=False, accepted=0, problems=problems)
    block, applied = author.append(Parcel(0, author.origin, author.now, facts))
    return views.OrdersAccepted(block, applied, len(facts), problems)


def _fact(stated: Mapping[str, Any], author: Author, options: collect.Options) -> bytes:
    """The fact of one statement. Raises `Refused` that says what is wrong with it."""
    said = {snake(name): value for name, value in stated.items()}
    fact = profiles.owned_fact(FACT, said, author, options)
    told = told_of(profiles.read_statement(fact, author, options))
    if told is None or told.faults:
        raise Refused("; ".join(told.faults) + "." if told else "It says nothing of an order.")
    return fact


def map_statuses(author: Author, asked: views.StatusesChange) -> views.StatusesAccepted:
    """Append the mapping as a fact of the system."""
    author.record("orders.statuses_mapped", "", {"mapping": asked.mapping})
    fact = author.fact(STATUSES, {"mapping": {"stages": asked.mapping}})
    return views.StatusesAccepted(*author.state(fact))


def state_currency(author: Author, asked: views.Currency) -> views.StatusesAccepted:
    """Append the currency of orders that name none as a fact of the system. Raises `Unprocessable` for none."""
    if not is_currency(asked.currency):
        raise Unprocessable(f"{asked.currency} is no currency of ISO 4217.")
    author.record("orders.currency_stated", "", {"currency": asked.currency})
    return views.StatusesAccepted(*author.state(author.fact(CURRENCY, {"currency": asked.currency})))
