"""The section of events. In: the sealed history. Out: every fact, the latest on the log first.

What was accepted a second ago is not there yet: the event store has it when it is sealed. Raises `Retry` while the
event store is away. Invariant: contents are covered for who may not see personal data.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from konnektu.collect import api as collect
from konnektu.core.asking import cursor, place
from konnektu.core.ids import internal_id, public_id
from konnektu.core.records import Event
from konnektu.core.section import Column, Filter, Found, Range, Row, Section, Tree, Wanted
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.profiles import looking
from konnektu.profiles.masking import covered, covered_identifier
from konnektu.profiles.timeline import told_of
from konnektu.profiles.wheres import where_filter
from konnektu.rules.checking import where_of
from konnektu.rules.sql import event_meets
from konnektu.storage.api import Asker, Connection, History

EARLIEST, LATEST = -2_208_988_800_000, 10_413_791_999_999
"""Of the instants that the event store knows: 1900 to 2299."""


def rows(asker: Asker, wanted: Wanted) -> Found:
    """Facts of the log in the order of positions."""
    history = asker.storage.history(asker.workspace)
    with asker.db.read(snapshot=True) as conn:
        asked, bounds = _asked(conn, wanted), _bounds(conn, wanted)
        options = collect.Options(kinds=identity.rules(conn).kinds)
        found, left = _found(history, wanted, asked, bounds)
        kept = found[: wanted.limit]
        people = _people(conn, {one.atom for one in kept if one.atom > 0})
    more = cursor([kept[-1].position]) if len(found) > wanted.limit else _behind(left, wanted)
    events = [(told_of(one, options).event, one) for one in kept]
    return Found([_row(event, people.get(one.atom, ""), one.marks, asker) for event, one in events], more)


def _found(
    history: History, wanted: Wanted, asked: Mapping[str, Any] | None, bounds: tuple[int, int]
) -> tuple[list[log.Entry], tuple[int, int] | None]:
    """Facts of the page and one more, and the bounds of those that were not looked at yet."""
    is_latest_first, limit = wanted.order.startswith("-"), wanted.limit + 1
    tree = wanted.filters.get("where")
    if asked is None:
        return [], None
    if not isinstance(tree, Tree):
        return log.listed(history, asked, bounds, limit, is_latest_first=is_latest_first), None
    condition = log.Condition(*event_meets(where_of(tree.text, "event")))
    return log.sought(history, asked, condition, bounds, limit, is_latest_first=is_latest_first)


def _behind(left: tuple[int, int] | None, wanted: Wanted) -> str | None:
    """The place from which on facts were not looked at yet."""
    if left is None:
        return None
    low, high = left
    return cursor([high + 1 if wanted.order.startswith("-") else low])


def _asked(db: Connection, wanted: Wanted) -> Mapping[str, Any] | None:
    """What the event store is asked for; None for nobody's events."""
    asked: dict[str, Any] = {}
    for name, value in wanted.filters.items():
        if isinstance(value, Tree):
            continue
        if isinstance(value, Range):
            ends = {"since": value.first, "until": value.last}
            asked |= {end: min(max(at, EARLIEST), LATEST) for end, at in ends.items() if at is not None}
        elif name == "profile":
            present = identity.current(db, internal_id(value))
            atoms = [atom for one in identity.persons(db, [present or 0]) for atom in one.atoms]
            if not atoms:
                return None
            asked["atoms"] = atoms
        else:
            asked[name] = internal_id(value) if name == "source" else value
    return asked


def _bounds(db: Connection, wanted: Wanted) -> tuple[int, int]:
    """Above which position, up to which one; what is not sealed is not there yet."""
    sealed = log.store.sealed(db)[0]
    if not wanted.after:
        return 0, sealed
    (seen,) = place(wanted.after, [int])
    return (0, min(seen - 1, sealed)) if wanted.order.startswith("-") else (max(seen, 0), sealed)


def _people(db: Connection, atoms: set[int]) -> dict[int, str]:
    """Public id of the profile that each atom belongs to at this moment."""
    present = identity.current_many(db, atoms)
    born = {row.id: row.born for row in looking.profiles(db, sorted(set(present.values()))).values()}
    return {atom: public_id(born[one], one) for atom, one in present.items() if one in born}


def _row(event: Event, profile: str, marks: int, asker: Asker) -> Row:
    key = public_id(event.instant, event.position)
    shown = (
        event.position, event.time, event.received_at, event.type, event.name, profile, event.source, event.origin,
        _identifiers(event, asker), _json(event.traits, asker), _json(event.properties, asker), event.message_id, marks,
    )  # fmt: skip
    return Row(key, shown)


def _identifiers(event: Event, asker: Asker) -> str:
    shown: Sequence[str] = [
        f"{one.kind}: {one.value if asker.is_open else covered_identifier(one.kind, one.value)}"
        for one in event.identifiers
    ]
    return ", ".join(shown)


def _json(values: dict[str, Any], asker: Asker) -> str:
    shown = values if asker.is_open else covered("", values)
    return msgspec.json.encode(shown).decode() if values else ""


EVENTS = Section(
    name="events",
    en="Events",
    ru="События",
    about=(
        "Everything that happened, as sources told it, a second or two after it came.",
        "Всё, что произошло, как об этом сообщили источники: через секунду-две после приёма.",
    ),
    right="events.read",
    columns=(
        Column("position", "Position", "Позиция", "number", is_visible=False, width=120),
        Column("time", "Happened", "Когда произошло", "time"),
        Column("received_at", "Received", "Когда получено", "time", is_visible=False),
        Column("type", "Type", "Тип", width=110),
        Column("name", "Event", "Событие", width=240),
        Column("profile", "Profile", "Клиент", refers="profiles", width=240),
        Column("source", "Source", "Источник данных", "number", width=120),
        Column("origin", "Where from", "Откуда", is_visible=False, width=110),
        Column("identifiers", "Identifiers", "Идентификаторы", is_personal=True, width=280),
        Column("attributes", "Attributes", "Атрибуты", is_personal=True, width=280),
        Column("properties", "Properties", "Свойства", is_personal=True, width=320),
        Column("message_id", "Message id", "Идентификатор сообщения", is_visible=False, width=240),
        Column("marks", "Marks", "Пометки", "number", is_visible=False, width=100),
    ),
    rows=rows,
    orders=("-position", "position"),
    filters=(
        Filter(name="name", en="Event", ru="Событие", kind="text"),
        Filter(name="source", en="Source", ru="Источник данных", kind="reference", refers="sources"),
        Filter(name="profile", en="Profile", ru="Клиент", kind="reference", refers="profiles"),
        Filter(name="time", en="Happened", ru="Когда произошло", kind="period"),
        where_filter("event"),
    ),
)
