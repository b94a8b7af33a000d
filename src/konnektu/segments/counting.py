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
from konnektu.segments import store, views
from konnektu.segments.copying import Copy, Wanted, copied, sealed_up_to, stands
from konnektu.segments.logic import fault_of_definition
from konnektu.segments.model import Standing
from konnektu.segments.telling import parts
from konnektu.storage.api import Db, History, Storage

SEAL_SECONDS: Final = 10
"""How long a count waits until the event store has the events that it is to see."""
MOST_PEOPLE: Final = 300_000
"""Profiles of which a copy is made while somebody waits."""
_MOVED: Final = "SELECT 1 FROM decision WHERE notEmpty(moved) LIMIT 1"


class Counter(Struct, frozen=True):
    """Who counts."""

    storage: Storage
    caller: Caller
    now: int

    @property
    def db(self) -> Db:
        """The workspace."""
        return self.storage.workspace(self.caller.workspace)


def counted(counter: Counter, draft: views.Draft) -> views.CountView:
    """Count a draft.

    Raises `RuleRefused` and `Unprocessable` for what cannot be counted, `Conflict` for a base too large to be copied,
    `Retry` while the event store is behind.
    """
    definition = segment_of(draft.definition)
    with counter.db.read() as own:
        segments = store.segments(own)
        everyone, _ = profiles.about(own)
    if wrong := fault_of_definition(draft.key, definition, segments):
        raise Unprocessable(wrong)
    if everyone > MOST_PEOPLE:
        message = f"Bases of more than {MOST_PEOPLE:,} profiles are counted after saving."
        raise Conflict(f"{message} Save the segment to see its size.")
    history = counter.storage.history(counter.caller.workspace)
    wanted = _wanted(counter, definition, segments, draft.key)
    try:
        copy = copied(counter.db, history, wanted, counter.now)
        sealed_up_to(counter.db, copy.position, SEAL_SECONDS)
        shown = _shown(counter, history, definition, copy, wanted)
    except sql.NotInSql as refused:
        raise Unprocessable(str(refused)) from refused
    stands(history, copy)
    return shown


def _wanted(counter: Counter, definition: Definition, segments: Mapping[str, Standing], key: str) -> Wanted:
    known = segments.get(key)
    is_in_force = known is not None and known.current > 0 and known.is_on
    return Wanted(
        sql.needs(definition.entry),
        {one.id: one.key for one in segments.values()},
        key if is_in_force else "",
        counter.caller.workspace.timezone,
    )


def _shown(
    counter: Counter, history: History, definition: Definition, copy: Copy, wanted: Wanted
) -> views.CountView:
    placed = list(parts(definition.entry))
    everybody = sql.Everybody(
        at=copy.at,
        position=copy.position,
        copy=copy.id,
        workspace_zone=wanted.home,
        zones=copy.zones,
        currencies=copy.currencies,
        members=wanted.members,
        has_moved=bool(history.rows(_MOVED)),
    )
    statement = sql.count(definition, [one for _, one in placed], everybody)
    found = sql.Counts(*history.rows(statement.sql, statement.parameters)[0])
    people = _people(counter, [*found.sample, *found.entering, *found.leaving])
    return views.CountView(
        position=copy.position,
        instant=copy.at,
        base=found.base,
        people=found.people,
        known=found.known,
        anonymous=found.people - found.known,
        share=_share(found.people, found.base),
        parts=[
            views.PartCountView(place, each) for (place, _), each in zip(placed, found.parts, strict=True)
        ],
        sample=_sample(found.sample, people),
        money=[_money(*each) for each in zip(copy.currencies, found.money, strict=True)],
        change=_change(found, people) if wanted.members else None,
    )


def _change(found: sql.Counts, people: Mapping[int, views.SampleView]) -> views.ChangeCountView:
    entering, leaving = found.change
    return views.ChangeCountView(
        entering, leaving, _sample(found.entering, people), _sample(found.leaving, people)
    )


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
    with counter.db.read() as own:
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
