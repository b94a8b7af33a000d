"""Whom a definition would hold of, before it is saved. In: a draft. Out: numbers, true for a position and an instant.

Events are read from the event store, everything else from a copy of what stands (`copying`); both up to one position.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from konnektu.access.api import Caller
from konnektu.core.errors import Conflict, Unprocessable
from konnektu.core.ids import public_id
from konnektu.profiles import api as profiles
from konnektu.rules import sql
from konnektu.rules.checking import segment_of
from konnektu.rules.model import Segment as Definition
from konnektu.rules.writing_out import segment_written_out
from konnektu.segments import seeking, store, views
from konnektu.segments.copying import MOST_BY_PERSON, Wanted, by_person, copied, sealed_up_to, stands
from konnektu.segments.formulas import logic as computed
from konnektu.segments.formulas import store as computed_store
from konnektu.segments.logic import fault_of_draft
from konnektu.segments.model import Standing
from konnektu.segments.telling import parts
from konnektu.storage.api import Db, History, Storage, WorkspaceRecord

SEAL_SECONDS: Final = 10
"""How long a count waits until the event store has the events that it is to see."""
MOST_SQL: Final = 250_000
"""Characters of a query that the event store reads; some seventy leaves that each need much."""
MOST_PEOPLE: Final = 3_000_000
"""Profiles of which a copy is made table by table while somebody waits."""
_MOVED: Final = "SELECT 1 FROM decision WHERE notEmpty(moved) LIMIT 1"


class TooManyPeople(Conflict):
    """These conditions are asked of so many people only after saving. Save them as a segment first."""


class Base(Struct, frozen=True):
    """The people of a workspace, and when they are asked about."""

    storage: Storage
    workspace: WorkspaceRecord
    now: int

    @property
    def db(self) -> Db:
        """The workspace."""
        return self.storage.workspace(self.workspace)

    @property
    def history(self) -> History:
        """Its events."""
        return self.storage.history(self.workspace)


class Counter(Struct, frozen=True):
    """Who counts."""

    storage: Storage
    caller: Caller
    now: int

    @property
    def base(self) -> Base:
        """Of whom."""
        return Base(self.storage, self.caller.workspace, self.now)


def counted(counter: Counter, draft: views.Draft) -> views.CountView:
    """Count a draft.

    Raises `RuleRefused` and `Unprocessable` for what cannot be counted, `Forbidden` for what is covered for the caller,
    `TooManyPeople` for a base too large to be copied, `Retry` while the event store is behind.
    """
    base, stated = counter.base, segment_of(draft.definition)
    with base.db.read() as own:
        seeking.check(counter.caller, own, [stated])
    definition, segments = checked(base, stated, draft.key)
    try:
        everybody = asked_of(base, definition, segments, draft.key)
        shown = _shown(counter, definition, everybody)
    except sql.NotInSql as refused:
        raise Unprocessable(str(refused)) from refused
    stands(base.history, everybody.copy)
    return shown


def checked(base: Base, stated: Definition, key: str = "") -> tuple[Definition, dict[str, Standing]]:
    """A definition with its computed attributes written out, and the segments beside it. Raises as `counted`."""
    with base.db.read() as own:
        segments, formulas = store.segments(own), computed.formulas(computed_store.computed(own))
        everyone, _ = profiles.about(own)
    if wrong := fault_of_draft(key, stated, segments, formulas):
        raise Unprocessable(wrong)
    definition = segment_written_out(stated, formulas)
    if everyone > (MOST_BY_PERSON if by_person(sql.needs(definition.entry)) else MOST_PEOPLE):
        raise TooManyPeople
    return definition, segments


def asked_of(
    base: Base,
    definition: Definition,
    segments: Mapping[str, Standing],
    key: str = "",
    *,
    is_fresh: bool = False,
) -> sql.Everybody:
    """Everybody as of now, with all that a definition asks for in the event store. Raises `Retry` while it is behind.

    `key` names the segment whose present members are to stand beside; `is_fresh`: no copy that is there will do.
    """
    wanted = _wanted(base, definition, segments, key)
    copy = copied(base.db, base.history, wanted, base.now, is_fresh=is_fresh)
    sealed_up_to(base.db, copy.position, SEAL_SECONDS)
    return sql.Everybody(
        at=copy.at,
        position=copy.position,
        copy=copy.id,
        workspace_zone=wanted.home,
        zones=copy.zones,
        currencies=copy.currencies,
        channels=copy.channels,
        members=wanted.members,
        has_moved=bool(base.history.rows(_MOVED)),
    )


def _wanted(base: Base, definition: Definition, segments: Mapping[str, Standing], key: str) -> Wanted:
    known = segments.get(key)
    with base.db.read() as own:
        zone = store.home(own) or base.workspace.timezone
    is_in_force = known is not None and known.current > 0 and known.is_on
    return Wanted(
        sql.needs(definition.entry),
        {one.id: one.key for one in segments.values()},
        key if is_in_force else "",
        zone,
    )


def _shown(counter: Counter, definition: Definition, everybody: sql.Everybody) -> views.CountView:
    placed = list(parts(definition.entry))
    statement = sql.count(definition, [one for _, one in placed], everybody)
    if len(statement.sql) > MOST_SQL:
        raise Unprocessable("This rule has too many parts to be counted beforehand. Save it to see its size.")
    found = sql.Counts(*counter.base.history.rows(statement.sql, statement.parameters)[0])
    people = _people(counter, [*found.sample, *found.entering, *found.leaving])
    return views.CountView(
        position=everybody.position,
        instant=everybody.at,
        base=found.base,
        people=found.people,
        known=found.known,
        anonymous=found.people - found.known,
        share=_share(found.people, found.base),
        parts=[
            views.PartCountView(place, each) for (place, _), each in zip(placed, found.parts, strict=True)
        ],
        sample=_sample(found.sample, people),
        money=[_money(*each) for each in zip(everybody.currencies, found.money, strict=True)],
        reach=_reach(everybody.channels, found.reached),
        change=_change(found, people) if everybody.members else None,
    )


def _change(found: sql.Counts, people: Mapping[int, views.SampleView]) -> views.ChangeCountView:
    entering, leaving = found.change
    return views.ChangeCountView(
        entering, leaving, _sample(found.entering, people), _sample(found.leaving, people)
    )


def _reach(channels: Sequence[str] | None, found: Sequence[int]) -> list[views.ReachView] | None:
    if channels is None:
        return None
    people = dict(zip(channels, found, strict=True))
    return [views.ReachView(channel, people.get(channel, 0)) for channel in profiles.CHANNELS]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _money(currency: str, found: Sequence[int]) -> views.MoneyCountView:
    revenue, purchases, everybody = found
    average = (2 * revenue + purchases) // (2 * purchases) if purchases else None
    return views.MoneyCountView(currency, revenue, purchases, average, _share(revenue, everybody))


def _people(counter: Counter, ids: Sequence[int]) -> dict[int, views.SampleView]:
    """People as they are shown; who is no more by now is missing, and so is everybody for who may not see people."""
    if not counter.caller.may("profiles.read"):
        return {}
    is_open = counter.caller.may("profiles.personal")
    with counter.base.db.read() as own:
        rows = profiles.profiles(own, sorted(set(ids)))
    return {
        one.id: views.SampleView(public_id(one.born, one.id), _name(one) if is_open else "")
        for one in rows.values()
    }


def _name(row: profiles.ProfileRow) -> str:
    held = (row.state.attributes.get(name) for name in ("first_name", "last_name"))
    return " ".join(str(one.value) for one in held if one is not None and one.value)


def _sample(ids: Sequence[int], people: Mapping[int, views.SampleView]) -> list[views.SampleView]:
    return [people[one] for one in ids if one in people]
