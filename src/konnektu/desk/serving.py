"""What a verified customer is served with. In: an opening. Out: orders and consents; changes of consents alone.

Invariant: without an opening of this caller that is not over, nothing of a person is read or changed.
"""

from typing import Final

from konnektu.access.api import Author
from konnektu.core.errors import NotFound
from konnektu.core.ids import public_id
from konnektu.desk import views
from konnektu.desk.finding import names
from konnektu.desk.model import Opening
from konnektu.desk.operator import OPENING_USE, Desk
from konnektu.identity import api as identity
from konnektu.orders import api as orders
from konnektu.profiles import api as profiles
from konnektu.storage.api import Connection

ORDERS: Final = 20
"""Orders of a page."""
CLOSED = "This customer is not open to you any more. Find and verify them again."
GONE = "There is no such customer any more."


def opening_of(desk: Desk, text: str) -> Opening:
    """The opening that a request carries. Raises `NotFound` where it opens nothing."""
    opening = desk.unseal(OPENING_USE, text, Opening)
    if opening is None:
        raise NotFound(CLOSED)
    return opening


def person(desk: Desk, opening: Opening) -> views.DeskPerson:
    """The customer with their latest orders and where their consents stand. Raises `NotFound`."""
    with desk.storage.workspace(desk.caller.workspace).read(snapshot=True) as db:
        row = _present(db, opening)
        shown = _orders(db, row.id, "")
    reader = profiles.Reader(desk.storage, desk.caller.workspace, desk.now, is_open=False)
    standing = profiles.view_consents(reader, public_id(row.born, row.id)).standing
    return views.DeskPerson(name=" ".join(names(row)), until=opening.until, orders=shown, consents=standing)


def more_orders(desk: Desk, opening: Opening, after: str) -> views.DeskOrders:
    """A further page of the customer's orders. Raises `NotFound`."""
    with desk.storage.workspace(desk.caller.workspace).read(snapshot=True) as db:
        return _orders(db, _present(db, opening).id, after)


def state_consents(
    desk: Desk, opening: Opening, asked: profiles.ConsentsStated, wait: float
) -> views.ConsentTaken:
    """State consents and refusals of the customer; a refusal holds from the answer on."""
    with desk.storage.workspace(desk.caller.workspace).read() as db:
        row = _present(db, opening)
    author = Author(desk.storage, desk.caller, desk.now, wait)
    return views.ConsentTaken(profiles.state_consents(author, public_id(row.born, row.id), asked).applied)


def _present(db: Connection, opening: Opening) -> profiles.ProfileRow:
    """The profile of an opening, whatever it was merged into since."""
    present = identity.current(db, opening.profile)
    row = profiles.profiles(db, [present]).get(present) if present else None
    if row is None:
        raise NotFound(GONE)
    return row


def _orders(db: Connection, profile: int, after: str) -> views.DeskOrders:
    rows = orders.latest_of(db, profile, ORDERS + 1, orders.cursor(after))
    last = rows[ORDERS - 1] if len(rows) > ORDERS else None
    further = f"{last.figures.ordered_at}.{last.number}" if last else None
    return views.DeskOrders([views.of_order(row) for row in rows[:ORDERS]], further)
