"""Who calls: found by a phone or the number of an order, verified by the end of another number.

In: a caller and what the customer says. Out: candidates under covered names; one opening. Invariant: every search and
every try is counted before it is heard, audited without a value, and answered through the caller's own door.
"""

from collections.abc import Iterator
from typing import Final

from konnektu.access import api as access
from konnektu.core.errors import Conflict, Forbidden
from konnektu.core.ids import public_id
from konnektu.desk import logic, views
from konnektu.desk.model import FOUND_LIFE, OPENING_LIFE, By, Found, Opening
from konnektu.desk.operator import FOUND_USE, OPENING_USE, Desk
from konnektu.identity import api as identity
from konnektu.orders import api as orders
from konnektu.profiles import api as profiles
from konnektu.storage.api import Connection

RECENT_ORDERS: Final = 3
"""Orders whose numbers verify a person: of many, some number would fit any digits."""
NAME: Final = ("last_name", "first_name", "patronymic")
OVER = "This search is over, or another user's. Find the customer again."
WRONG = "These are not the last four digits of what is known. Ask the customer again."
WAIT_FINDING = "Too many searches. Wait, and go on more slowly."
WAIT_TRYING = "Too many wrong digits. Wait before you try again."


def find(desk: Desk, text: str) -> views.FoundView:
    """Whoever a phone or the number of an order leads to. Raises `TooMany`."""
    access.count_try(desk.storage.control, desk.find_limits(), WAIT_FINDING, now=desk.now)
    with desk.storage.workspace(desk.caller.workspace).read(snapshot=True) as db:
        led = _led(db, text.strip())
        known = profiles.profiles(db, list(led))
        persons = identity.persons(db, list(known))
        people = [_candidate(desk, db, known[one.id], one, led[one.id], text) for one in persons]
    detail = {"found": len(people)}
    access.record_alone(desk.storage.control, desk.caller, "desk.searched", "", detail, now=desk.now)
    return views.FoundView(len(people), people)


def _led(db: Connection, text: str) -> dict[int, By]:
    """The people whom a text leads to, and by what."""
    found: dict[int, By] = {}
    order = orders.by_number(db, text)
    if order is not None and order.profile:
        found[order.profile] = "order"
    phones = [one.name for one in identity.rules(db).kinds if one.form in {"phone", "landline"}]
    for profile in identity.find_many(db, [(kind, text) for kind in phones]).values():
        found[profile] = "phone"
    return found


def _candidate(
    desk: Desk, db: Connection, row: profiles.ProfileRow, person: identity.Person, by: By, text: str
) -> views.CandidateView:
    found = Found(desk.operator, row.id, by, logic.tail(text))
    return views.CandidateView(
        key=desk.seal(FOUND_USE, found, desk.now + FOUND_LIFE),
        name=" ".join(profiles.cover(part) for part in names(row)),
        by=by,
        proofs=sorted(_proofs(db, person, found)),
    )


def names(row: profiles.ProfileRow) -> Iterator[str]:
    """The parts of a person's name that are known."""
    held = row.state.attributes
    parts = [str(held[name].value) for name in NAME if name in held and held[name].value]
    whole = held["name"].value if "name" in held else ""
    return iter(parts or ([str(whole)] if whole else []))


def _proofs(db: Connection, person: identity.Person, found: Found) -> logic.Proofs:
    """What verifies a person who was found by a phone or an order: never the same kind of order number twice."""
    kinds = {one.name for one in identity.rules(db).kinds if one.level == "person"}
    values = [
        (one.kind, one.value) for one in person.atoms.values() if one.status == "active" and one.kind in kinds
    ]
    numbers = (
        [] if found.by == "order" else [one.number for one in orders.latest_of(db, person.id, RECENT_ORDERS)]
    )
    return logic.proofs(values, numbers, found.tail)


def open_person(desk: Desk, asked: views.Verifying) -> tuple[str, Opening]:
    """(what opens the person again, the opening) where the digits are right. Raises `TooMany`, `Forbidden`."""
    found = desk.unseal(FOUND_USE, asked.key, Found)
    if found is None:
        raise Conflict(OVER)
    limits = desk.try_limits(found.profile)
    access.count_try(desk.storage.control, limits, WAIT_TRYING, now=desk.now)
    with desk.storage.workspace(desk.caller.workspace).read(snapshot=True) as db:
        person = identity.person(db, found.profile)
        row = profiles.profiles(db, [person.id]).get(person.id)
        ends = _proofs(db, person, found).get(asked.kind, frozenset()) if row else frozenset()
    public = public_id(row.born, row.id) if row else ""
    what = "desk.opened" if asked.digits in ends else "desk.refused"
    with desk.storage.control.transaction() as conn:
        # Written down before anything is shown.
        detail = {"by": found.by, "proof": asked.kind}
        access.record(conn, desk.caller, what, public, detail, now=desk.now)
        if asked.digits in ends:
            access.take_back(conn, limits, desk.now)
    if asked.digits not in ends:
        raise Forbidden(WRONG)
    opening = Opening(desk.operator, person.id, desk.now + OPENING_LIFE)
    return desk.seal(OPENING_USE, opening, opening.until), opening
