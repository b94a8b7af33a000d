"""Profiles for whoever asks from outside, many at once in a fixed number of statements.

In: public ids, identifiers or a page's bounds. Out: views. A former id leads to the profile it has become.
"""

from collections.abc import Sequence
from functools import partial
from threading import Lock

from msgspec import Struct, structs

from konnektu.access import api as access
from konnektu.core.errors import NotFound
from konnektu.core.ids import internal_id, public_id
from konnektu.identity import api as identity
from konnektu.profiles import consent_views, looking, stated_views, store, views
from konnektu.profiles.beside import Tellers, Viewer
from konnektu.profiles.consents import standings
from konnektu.profiles.model import Moment, ProfileRow
from konnektu.profiles.tags import present_tags
from konnektu.profiles.timeline import EVERYTHING, Only, Told, timeline
from konnektu.profiles.whole import Whole, whole
from konnektu.storage.api import Connection, Db, Storage, WorkspaceRecord, allows


class Reader(Struct, frozen=True):
    """Who reads, and how much they may see."""

    storage: Storage
    workspace: WorkspaceRecord
    now: int
    is_open: bool
    """Whether personal data is shown."""
    tellers: Tellers = Tellers()
    """Who tells more of people."""

    @property
    def db(self) -> Db:
        """The workspace's door."""
        return self.storage.workspace(self.workspace)

    def source(self, number: int) -> str:
        """Public id of a source; empty for the platform itself, for sources long gone and beyond the row limit."""
        is_seen = number and allows(self.workspace.row_limit, "source", str(number))
        return source_names.name(self, number) if is_seen else ""

    def shown(self, db: Connection, rows: Sequence[ProfileRow]) -> list[views.ProfileView]:
        """Rows with their identifiers, tags and consents, and what others tell: a statement each for any number."""
        ids = [row.id for row in rows]
        persons = {person.id: person for person in identity.persons(db, ids)}
        tags, consents = looking.tags(db, ids), looking.consents(db, ids, self.now)
        beside = self.tellers.of(db, ids)
        return [
            views.of_profile(
                row,
                persons.get(row.id),
                tags.get(row.id, ()),
                consents.get(row.id, ()),
                beside[row.id],
                self.source,
                is_open=self.is_open,
                row_limit=self.workspace.row_limit,
            )
            for row in rows
        ]

    def shown_person(self, db: Connection, person: identity.Person | None) -> views.ProfileView:
        """The profile of one person: two statements. Raises `NotFound` for nobody."""
        whole = looking.whole(db, person.id, self.now) if person else None
        if whole is None:
            raise NotFound("There is no such profile in this workspace.")
        row, tags, consents = whole
        beside = self.tellers.of(db, [row.id])[row.id]
        return views.of_profile(
            row,
            person,
            tags,
            consents,
            beside,
            self.source,
            is_open=self.is_open,
            row_limit=self.workspace.row_limit,
        )

    def shown_whole(self, told: Whole | None) -> views.ProfileView:
        """The profile of one person, of whom everything is at hand. Raises `NotFound` for nobody."""
        if told is None:
            raise NotFound("There is no such profile in this workspace.")
        person, row, words, statements, beside = told
        tags, consents = present_tags(words), standings(statements, self.now)
        return views.of_profile(
            row,
            person,
            tags,
            consents,
            beside,
            self.source,
            is_open=self.is_open,
            row_limit=self.workspace.row_limit,
        )


class _SourceNames:
    """Public ids of sources by their numbers. A source never changes its id, so what is known stays known."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], str] = {}
        self._lock = Lock()

    def name(self, reader: Reader, number: int) -> str:
        """The public id; the first question after a source was made reads them all."""
        key = (reader.workspace.uuid, number)
        if key not in self._known:
            found = access.sources(reader.storage.control, reader.workspace.id, now=reader.now)
            fresh = {(reader.workspace.uuid, one.id): public_id(one.created_at, one.id) for one in found}
            with self._lock:
                self._known.update({key: ""} | fresh)
        return self._known[key]


source_names = _SourceNames()
_rules_heard: dict[str, identity.Rules | None] = {}
"""The identity rules of each workspace as they were heard last; each question says whether they still hold."""


def one(reader: Reader, public: str, *, with_computed: bool = False) -> views.ProfileView:
    """One profile by a present or former public id. Raises `NotFound`."""
    with reader.db.read(snapshot=True) as db:
        profile = present_id(db, public)
        person = identity.persons(db, [profile])
        shown = reader.shown_person(db, person[0] if person else None)
        if not with_computed:
            return shown
        viewer = Viewer(reader.workspace, reader.now, reader.is_open)
        computed = reader.tellers.computed(db, [profile], viewer).get(profile)
    return structs.replace(shown, computed=None if computed is None else dict(computed))


def found(reader: Reader, kind: str, value: str) -> views.ProfileView:
    """The profile that an identifier leads to, however it is spelt. Raises `NotFound`."""
    heard = _rules_heard.get(reader.workspace.uuid)
    tellers = reader.tellers.statements
    if tellers is None or reader.workspace.row_limit:
        with reader.db.read(snapshot=True) as db:
            person, heard = identity.holder(db, kind, value, heard)
            _rules_heard[reader.workspace.uuid] = heard
            return reader.shown_person(db, person)
    with reader.db.statement() as db:
        told, heard = identity.by_identifier(db, kind, value, heard, partial(whole, db, tellers))
    _rules_heard[reader.workspace.uuid] = heard
    return reader.shown_whole(told)


def many(reader: Reader, asked: stated_views.Lookup) -> list[views.ProfileView | None]:
    """The profiles asked for, in the order of the question, None where there is none."""
    pairs = [(one.kind, one.value) for one in asked.identifiers]
    with reader.db.read(snapshot=True) as db:
        by_pair = identity.find_many(db, pairs)
        former = [_inside(public) for public in asked.ids]
        present = identity.current_many(db, [number for number in former if number])
        wanted = [by_pair.get(pair) for pair in pairs] + [present.get(number) for number in former]
        rows = store.profiles(db, {number for number in wanted if number})
        shown = dict(zip(rows, reader.shown(db, list(rows.values())), strict=True))
    return [shown.get(number) if number else None for number in wanted]


def listed(
    reader: Reader, after: int, limit: int, *, known: bool, tag: str
) -> tuple[list[views.ProfileView], str | None]:
    """A page of profiles in the order of making, and the cursor of the next."""
    with reader.db.read(snapshot=True) as db:
        if tag:
            rows = store.bearers_after(db, tag, after, limit + 1)
        elif known:
            rows = store.known_after(db, after, limit + 1)
        else:
            rows = store.profiles_after(db, after, limit + 1)
        shown = reader.shown(db, rows[:limit])
    last = rows[limit - 1] if len(rows) > limit else None
    kept = [view for view in shown if (not tag or tag in view.tags) and (not known or view.known)]
    return kept, public_id(last.born, last.id) if last else None


def told(
    reader: Reader, public: str, before: Moment, limit: int, only: Only = EVERYTHING
) -> tuple[list[views.FactView], str | None]:
    """A page of a profile's timeline, latest first, and the cursor of the next.

    Whose history is read was found within the row limit; of the history, what is beyond it is left out.
    """
    with reader.db.read() as db:
        atoms = sorted(identity.person(db, internal_id(public)).atoms)
    facts = timeline(reader.storage, reader.workspace.whole, atoms, before, limit + 1, only)
    seen = within(reader, facts[:limit])
    shown = [views.of_told(fact, reader.source, is_open=reader.is_open) for fact in seen]
    last = facts[limit - 1].moment if len(facts) > limit else None
    return shown, f"{last[0]}.{last[1]}" if last else None


def within(reader: Reader, facts: Sequence[Told]) -> Sequence[Told]:
    """Those of the facts that the reader's limit of rows lets them see."""
    row_limit = reader.workspace.row_limit
    if not row_limit:
        return facts
    with reader.db.read() as db:
        seen = {one.position for one in reader.tellers.within(db, row_limit, [fact.event for fact in facts])}
    return [fact for fact in facts if fact.event.position in seen]


def consents(reader: Reader, public: str) -> consent_views.ConsentsView:
    """Where a person's consents stand, and all that was said."""
    with reader.db.read() as db:
        said = looking.statements(db, present_id(db, public))
    return consent_views.ConsentsView(
        [
            consent_views.of_statement(standing.statement, is_open=reader.is_open)
            for standing in standings(said, reader.now)
        ],
        [consent_views.of_statement(statement, is_open=reader.is_open) for statement in said],
    )


def present_id(db: Connection, public: str) -> int:
    """The inside id of the profile that a public id leads to. Raises `NotFound`."""
    profile = identity.current(db, internal_id(public))
    if profile is None:
        raise NotFound("There is no such profile in this workspace; it may have been erased.")
    return profile


def _inside(public: str) -> int:
    try:
        return internal_id(public)
    except NotFound:
        return 0
