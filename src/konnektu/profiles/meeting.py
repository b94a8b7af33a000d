"""What several people would be as one person. In: public ids. Out: a view. Nothing is changed.

It is what the writer would come to: the states of the people are united by the same function.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import reduce

from konnektu.core.errors import NotFound, Unprocessable
from konnektu.core.ids import internal_id
from konnektu.core.money import major
from konnektu.core.records import OrderFigures
from konnektu.identity import api as identity
from konnektu.profiles import looking, store, views
from konnektu.profiles.logic import unite
from konnektu.profiles.reading import Reader
from konnektu.profiles.visitors import visit_count

MOST_PEOPLE = 20


def merged(reader: Reader, public: Sequence[str]) -> views.MergedView:
    """The one person whom these would be. Raises `NotFound`, `Unprocessable`."""
    if not 2 <= len(public) <= MOST_PEOPLE:
        raise Unprocessable(f"Name 2 to {MOST_PEOPLE} people.")
    wanted = [internal_id(one) for one in public]
    with reader.db.read(snapshot=True) as db:
        present = identity.current_many(db, wanted)
        ids = sorted(set(present.values()))
        rows = store.profiles(db, ids)
        if set(wanted) - set(present) or set(ids) - set(rows):
            raise NotFound("Somebody of them is not in this workspace; they may have been erased.")
        persons, tags = identity.persons(db, ids), looking.tags(db, ids)
        figures = reader.tellers.figures(db, ids)
    state = reduce(unite, (rows[one].state for one in ids))
    return views.MergedView(
        attributes=views.of_attributes(state, reader.source, is_open=reader.is_open),
        identifiers=[
            view for person in persons for view in views.of_identifiers(person, is_open=reader.is_open)
        ],
        tags=sorted({tag for one in ids for tag in tags.get(one, ())}),
        events=state.basics.events,
        visits=visit_count(state.basics),
        orders=_sums(one for each in figures.values() for one in each),
    )


def _sums(figures: Iterable[OrderFigures]) -> list[views.SumView]:
    """What the orders of several people come to together: no order is two people's."""
    together: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in figures:
        sums = together[one.currency]
        sums[0] += one.purchases
        sums[1] += one.net
    return [
        views.SumView(currency, purchases, major(net, currency))
        for currency, (purchases, net) in sorted(together.items())
    ]
