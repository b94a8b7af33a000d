"""The drafts that come with the product, for whoever asks from outside. In: a workspace. Out: views."""

from typing import Final

from konnektu.orders import api as orders
from konnektu.rules.words import Language
from konnektu.segments.computed import views
from konnektu.segments.computed.reading import Looker
from konnektu.segments.computed.ready_made import ready_made
from konnektu.segments.telling import Teller
from konnektu.segments.views import TextView

USUAL: Final = "RUB"


def shown(looker: Looker, language: Language) -> list[views.ReadyComputedView]:
    """The drafts with labels in a language, in the currency of orders that name none."""
    with looker.db.read() as db:
        _, currency = orders.terms(db)
    told = Teller(looker.caller.workspace.timezone)
    return [
        views.ReadyComputedView(
            name=each.name,
            title=TextView(*each.title),
            description=TextView(*each.description),
            unit=TextView(*each.unit),
            formula=views.tree(each.formula),
            summary=told.formula(each.formula),
        )
        for each in ready_made(currency or USUAL, language)
    ]
