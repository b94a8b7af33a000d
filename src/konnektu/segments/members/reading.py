"""Members for whoever asks from outside. In: keys, people, a page's bounds. Out: views.

A person who was merged since is shown as who they have become.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from konnektu.access.api import Caller
from konnektu.core.clock import DAY
from konnektu.core.errors import Forbidden
from konnektu.core.ids import internal_id, public_id
from konnektu.core.paging import Page, page
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.profiles import api as profiles
from konnektu.segments.live import store as live
from konnektu.segments.logic import living, one
from konnektu.segments.members import store, views
from konnektu.segments.members.model import Turned
from konnektu.segments.store import segments
from konnektu.segments.views import named
from konnektu.storage.api import Connection, Db

LONGEST_DAYS = 5 * 366
MOST_POINTS = 5_000
_NAME = ("last_name", "first_name", "patronymic")


class Looker(Struct, frozen=True):
    """Who looks, from where."""

    db: Db
    caller: Caller
    now: int

    @property
    def is_open(self) -> bool:
        """Whether personal data is shown."""
        return self.caller.may("profiles.personal")

    def check_people(self) -> None:
        """Raise `Forbidden` for who may not see people."""
        if not self.caller.may("profiles.read"):
            raise Forbidden(
                "This needs the right profiles.read. Ask an administrator of your workspace for it."
            )


class Asked(Struct, frozen=True):
    """Which entries and exits are wanted."""

    before: int
    limit: int
    profile: str = ""
    entered: bool | None = None


def changes(looker: Looker, key: str, asked: Asked) -> Page[views.TurnView]:
    """A page of entries and exits, the latest first. Raises `NotFound`, `Forbidden`."""
    looker.check_people()
    with looker.db.read(snapshot=True) as db:
        known = one(segments(db), key)
        before = asked.before or store.LATEST
        if asked.profile:
            person = identity.person(db, internal_id(asked.profile))
            ids = {person.id, *person.atoms}
            rows = store.turns_of(db, sorted(ids), known.id, before, asked.limit + 1)
        else:
            rows = store.turns(db, known.id, before, asked.limit + 1, entered=asked.entered)
        people = shown_people(db, (row.profile for row in rows[: asked.limit]), is_open=looker.is_open)
    return page(rows, asked.limit, lambda row: _turn(row, people), lambda row: str(row.id))


def _turn(row: Turned, people: Mapping[int, views.PersonView]) -> views.TurnView:
    cause: Any = row.cause
    return views.TurnView(
        id=row.id,
        person=people.get(row.profile),
        entered=row.entered,
        at=row.instant,
        position=row.position,
        cause=cause,
        version=row.version,
    )


def shown_people(db: Connection, ids: Iterable[int], *, is_open: bool) -> dict[int, views.PersonView]:
    """Who these people are by now, by the ids that they had; erased ones are missing."""
    present = identity.current_many(db, set(ids))
    rows = profiles.profiles(db, sorted(set(present.values())))
    return {was: _person(rows[number], is_open=is_open) for was, number in present.items() if number in rows}


def _person(row: profiles.ProfileRow, *, is_open: bool) -> views.PersonView:
    held = row.state.attributes
    parts = [held[name].value for name in _NAME if name in held] or [
        held[name].value for name in ("name",) if name in held
    ]
    texts = [part for part in parts if isinstance(part, str)]
    name = " ".join(part if is_open else profiles.cover(part) for part in texts)
    return views.PersonView(id=public_id(row.born, row.id), name=name, is_known=row.state.basics.known)


def sizes(looker: Looker, key: str, days: int) -> views.SizesView:
    """How many people are in a segment, and were within the last days. Raises `NotFound`."""
    with looker.db.read(snapshot=True) as db:
        known, place = one(segments(db), key), log.store.place(db)
        people = live.sizes(db).get(known.id, 0)
        points = store.points(db, known.id, looker.now - days * DAY, looker.now, MOST_POINTS)
        figures = store.figures(db).get(known.id)
    with_money = looker.caller.may("orders.read")
    return views.SizesView(
        now=people,
        position=place.position,
        instant=place.instant,
        points=[views.PointView(each.at, each.people, each.entered, each.gone) for each in points],
        figures=views.of_figures(figures, with_money=with_money) if figures else None,
    )


def of_person(looker: Looker, profile: str) -> views.PersonSegmentsView:
    """The segments that a person is in. Raises `NotFound`, `Forbidden`."""
    looker.check_people()
    with looker.db.read(snapshot=True) as own:
        person = identity.person(own, internal_id(profile))
        place = log.store.place(own)
        known = {each.id: each for each in living(segments(own))}
        stays = live.member_of(own, [person.id])
    found: Sequence[views.StayView] = [
        views.StayView(segment=named(known[segment]), since=instant, position=position)
        for _, segment, position, instant in stays
        if segment in known
    ]
    return views.PersonSegmentsView(
        position=place.position,
        instant=place.instant,
        segments=sorted(found, key=lambda each: each.segment.name.casefold()),
    )
