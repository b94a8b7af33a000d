"""Computed attributes for whoever asks from outside. In: keys, people, a page's bounds. Out: views."""

from collections.abc import Mapping, Sequence
from typing import Any as AnyValue

from msgspec import Struct

from konnektu.access.api import Caller
from konnektu.core.errors import Forbidden
from konnektu.core.ids import internal_id
from konnektu.core.paging import Page, page
from konnektu.identity import api as identity
from konnektu.profiles.api import Viewer
from konnektu.rules.formulas import COMPUTED, asked_for
from konnektu.rules.writing_out import mentioned
from konnektu.segments import store as segments_store
from konnektu.segments.computed import views
from konnektu.segments.computed.values import NOT_READY, PersonValues, ready, values_of
from konnektu.segments.formulas import store
from konnektu.segments.formulas.logic import living, one, users
from konnektu.segments.formulas.model import Followed, Standing
from konnektu.segments.model import Standing as Segment
from konnektu.segments.rewriting import users_of_computed
from konnektu.segments.telling import Teller, teller
from konnektu.segments.views import named as named_segment
from konnektu.storage.api import Connection, Db


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


class Looked(Struct, frozen=True):
    """The computed attributes of a workspace and its segments, and how to speak of them."""

    known: Mapping[str, Standing]
    segments: Mapping[str, Segment]
    teller: Teller


def look(db: Connection, zone: str) -> Looked:
    """How everything stands."""
    known, segments = store.computed(db), segments_store.segments(db)
    return Looked(known, segments, teller(zone, segments, known))


def _look(looker: Looker) -> Looked:
    with looker.db.read(snapshot=True) as db:
        return look(db, looker.caller.workspace.timezone)


def listed(looker: Looker, after: str, limit: int) -> Page[views.ComputedView]:
    """A page in the order of keys."""
    looked = _look(looker)
    rows = sorted((each for each in living(looked.known) if each.key > after), key=lambda each: each.key)
    return page(rows[: limit + 1], limit, lambda each: shown(looked, each), lambda each: each.key)


def found(looker: Looker, key: str) -> views.ComputedView:
    """One. Raises `NotFound`."""
    looked = _look(looker)
    return shown(looked, one(looked.known, key))


def shown(looked: Looked, here: Standing) -> views.ComputedView:
    """One as the API shows it."""
    formula = here.stated.formula
    return views.view(
        here,
        looked.teller.formula(formula),
        uses=[views.named(looked.known[key]) for key in mentioned(formula) if key in looked.known],
        used_by=[views.named(each) for each in users(here.key, looked.known)],
        used_by_segments=[
            named_segment(each) for each in users_of_computed(here.key, looked.known, looked.segments)
        ],
    )


def versions(looker: Looker, key: str) -> list[views.ComputedVersionView]:
    """Every version of a formula, the latest first. Raises `NotFound`."""
    with looker.db.read(snapshot=True) as db:
        looked = look(db, looker.caller.workspace.timezone)
        rows = store.versions(db, one(looked.known, key).id)
    return [
        views.ComputedVersionView(
            version=each.version,
            position=each.position,
            at=each.instant,
            author=each.author,
            note=each.note,
            summary=looked.teller.formula(each.formula),
        )
        for each in rows
    ]


def of_person(looker: Looker, profile: str) -> views.PersonComputedView:
    """The values of a person. Raises `NotFound`, `Forbidden`."""
    looker.check_people()
    workspace = looker.caller.workspace
    with looker.db.read(snapshot=True) as db:
        person = identity.person(db, internal_id(profile)).id
        looked = look(db, workspace.timezone)
        followed = ready.of(db, workspace.uuid).values
        told = values_of(db, workspace.uuid, [person], looker.now)
    found = told.people[person]
    return views.PersonComputedView(
        position=told.position,
        instant=found.at,
        values=of_values(looked, followed, found, is_open=looker.is_open),
    )


def of_people(db: Connection, people: Sequence[int], viewer: Viewer) -> Mapping[int, Mapping[str, AnyValue]]:
    """The values of these people that are ready, by key, in a fixed number of statements. `db` is a snapshot."""
    workspace = viewer.workspace.uuid
    followed = ready.of(db, workspace).values
    told = values_of(db, workspace, people, viewer.now)
    return {
        person: {
            asked_for(name): views.shown(value.value, followed[name].formula, is_open=viewer.is_open)
            for name, value in found.values.items()
            if value.is_ready
        }
        for person, found in told.people.items()
    }


def of_values(
    looked: Looked, followed: Mapping[str, Followed], found: PersonValues, *, is_open: bool
) -> list[views.ComputedValueView]:
    """The values of a person in the order of titles; those that are being built for the first time are not ready."""
    made = []
    for each in living(looked.known):
        read = followed.get(COMPUTED + each.key)
        value = found.values.get(COMPUTED + each.key, NOT_READY)
        formula = read.formula if read else each.stated.formula
        made.append(
            views.value_view(
                each,
                formula,
                value,
                looked.teller.formula(formula),
                is_open=is_open,
            )
        )
    return made
