"""The working set of a batch: the orders that it names, in memory between load and save.

In: events in order of position. Out: the same working set, changed in place, with notes of what must be written.
Invariant: every order that a fact names was loaded before, so that no fact starts a query; what an order stands
at is judged fact by fact.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import msgspec
from msgspec import Struct, field

from konnektu.core.entities import SYSTEM
from konnektu.core.records import (
    TEST,
    Decision,
    Event,
    OrderFigures,
    Rejected,
    Resolved,
    StatusChanged,
    rejected,
)
from konnektu.identity import api as identity
from konnektu.orders import store
from konnektu.orders.currencies import CURRENCY, stated_currency
from konnektu.orders.logic import DEFAULT_CURRENCY, counted, figures, owner_of, tell
from konnektu.orders.model import Counted, Figures, Mapped, OrderRow, OrderState, Stage, Told
from konnektu.orders.telling import FACT, told_of
from konnektu.orders.words import EVENTS, status_key
from konnektu.storage.api import Connection

STATUSES = "statuses"
"""Type of the system's fact that maps statuses to stages."""
REASON = "wrong_order"

Rank = Callable[[Event], int]
Buried = Callable[[Collection[str]], Mapping[str, int]]
"""Of these numbers those that were erased with their people, with the position at which that was."""


class Working(Struct):
    """Orders in hand, and what changed since they were loaded."""

    rank: Rank
    speaking: frozenset[int]
    """Positions of the events that may change something; `take` passes over all others."""
    told: dict[int, Told] = field(default_factory=dict)
    """What the events of the batch say, by position."""
    stages: dict[str, Stage] = field(default_factory=dict)
    mapped_at: int = 0
    """Position of the last fact of the batch that states a mapping; 0 where none does."""
    currency: str = DEFAULT_CURRENCY
    """Of orders that name none."""
    stated: list[tuple[int, str]] = field(default_factory=list)
    """(position, currency) of the facts of the batch that state it."""
    states: dict[str, OrderState] = field(default_factory=dict)
    figures: dict[str, Figures] = field(default_factory=dict)
    stored: dict[str, Counted] = field(default_factory=dict)
    """What each order that was there counted for when it was loaded."""
    touched: set[str] = field(default_factory=set)
    changes: list[StatusChanged] = field(default_factory=list)
    remapped: set[int] = field(default_factory=set)
    """Profiles whose orders stand elsewhere because of another mapping; known once the batch is saved."""
    rejected: list[Rejected] = field(default_factory=list)
    """Facts of which something could not be read; the rest was taken."""


_TYPES = frozenset(("track", FACT, STATUSES, CURRENCY))
"""Types of the events that can change an order or how orders are read; a track needs one of certain names besides."""


def none_buried(_: Collection[str]) -> Mapping[str, int]:
    """While the writer goes on nothing that it meets was erased: facts come after erasures."""
    return {}


def load(db: Connection, events: Iterable[Event], rank: Rank, buried: Buried = none_buried) -> Working | None:
    """The working set of a batch: every order that its events name, in two statements; None where none names any.

    A rebuild says by `buried` which orders are to stay erased, whoever else spoke of them.
    """
    speaking = [one for one in events if one.type in _TYPES and (one.type != "track" or one.name in EVENTS)]
    if not speaking:
        return None
    told = dict(_told(speaking))
    gone = buried({said.number for said in told.values()})
    told = {position: said for position, said in told.items() if gone.get(said.number, 0) <= position}
    stages, currency = store.terms(db)
    positions = frozenset([one.position for one in speaking])
    working = Working(rank, positions, told, stages, currency=currency or DEFAULT_CURRENCY)
    found = store.load(db, {said.number for said in told.values()}, working.stages) if told else {}
    for row in found.values():
        working.states[row.number] = row.state
        working.figures[row.number] = row.figures
        working.stored[row.number] = counted(row.profile, row.figures)
    return working


def _told(events: Iterable[Event]) -> Iterator[tuple[int, Told]]:
    """(position, what is said) of events. What a test says changes no order: figures are of real money."""
    for event in events:
        told = None if event.marks & TEST else told_of(event)
        if told is not None:
            yield event.position, told


def owners(working: Working | None) -> list[int]:
    """Atoms of the people whose orders are in hand."""
    if working is None:
        return []
    return [atom for state in working.states.values() if (atom := owner_of(state))]


def named(working: Working | None, event: Event) -> tuple[str, int, OrderState, Figures] | None:
    """The order that an event of the batch has spoken of, its owner's atom, its state and its figures as they stand."""
    told = working.told.get(event.position) if working else None
    if working is None or told is None or told.number not in working.states:
        return None
    state = working.states[told.number]
    found = working.figures.get(told.number) or figures(state, working.stages)
    return told.number, owner_of(state), state, found


def take(working: Working, resolved: Resolved, homes: Mapping[int, int]) -> int:
    """Take what an event says into its order. Returns the owner's atom where the event names nobody else, or 0."""
    event = resolved.event
    if event.type == STATUSES:
        _take_mapping(working, event)
        return 0
    if event.type == CURRENCY:
        _take_currency(working, event)
        return 0
    told = working.told.get(event.position)
    if told is None:
        return 0
    faults = list(told.faults)
    adopted = 0
    if told.number:
        names, rank = _names_somebody(event), working.rank(event)
        faults += _tell(working, told, event, rank, resolved.atom if names else 0)
        _note_change(working, told.number, event, homes)
        # A number can be guessed: what a browser sends under it must not speak for its owner.
        if not names and not resolved.atom and rank == SYSTEM:
            adopted = owner_of(working.states[told.number])
    if faults:
        working.rejected.append(rejected(event, REASON, *faults))
    return adopted


def _names_somebody(event: Event) -> bool:
    return bool(event.identifiers) or (event.origin != "wire" and "profile" in event.properties)


def _tell(working: Working, told: Told, event: Event, rank: int, atom: int) -> list[str]:
    state = working.states.setdefault(told.number, OrderState())
    working.touched.add(told.number)
    return tell(state, told, rank, event.position, atom, working.currency)


def _note_change(working: Working, number: str, event: Event, homes: Mapping[int, int]) -> None:
    """Judge where the order stands after a fact, and note it where that is elsewhere than before."""
    before = working.figures.get(number)
    after = working.figures[number] = figures(working.states[number], working.stages)
    if before is not None and (before.shown, before.stage) == (after.shown, after.stage):
        return
    atom = owner_of(working.states[number])
    working.changes.append(
        StatusChanged(
            order=number,
            profile=homes.get(atom, 0),
            atom=atom,
            was=before.shown if before else "",
            became=after.shown or after.stage,
            stage=after.stage,
            time=after.stage_at,
            position=event.position,
            instant=event.instant,
        )
    )


def _take_mapping(working: Working, event: Event) -> None:
    try:
        mapped = msgspec.convert(event.properties.get("mapping"), Mapped)
    except msgspec.ValidationError as error:
        working.rejected.append(rejected(event, REASON, f"The mapping of statuses cannot be read: {error}"))
        return
    working.stages = {status_key(status): stage for status, stage in mapped.stages.items()}
    working.mapped_at = event.position


def _take_currency(working: Working, event: Event) -> None:
    currency = stated_currency(event)
    if currency is None:
        said = str(event.properties.get("currency"))[:64]
        working.rejected.append(rejected(event, REASON, f"{said!r} is no currency of ISO 4217"))
        return
    working.currency = currency
    working.stated.append((event.position, currency))


def save(
    db: Connection, working: Working | None, decisions: Sequence[Decision], homes: Mapping[int, int]
) -> None:
    """Write what a batch changed, inside the caller's transaction: at most ten statements, none where nothing did.

    `decisions` are identity's of the batch in their order, `homes` the profile of each atom in hand after them.
    """
    changed = _follow(db, decisions)
    if working is not None:
        changed |= _put(db, working, homes)
        if working.stated:
            store.put_currency(db, *working.stated[-1])
            store.put_currencies(db, working.stated)
        if working.mapped_at:
            working.remapped = store.map_anew(db, working.mapped_at, working.stages)
            changed |= working.remapped
    if changed - {0}:
        store.put_figures(db, changed - {0})


def _follow(db: Connection, decisions: Sequence[Decision]) -> set[int]:
    """Orders go with their people; the profiles whose orders may have changed."""
    cuts = identity.parted(decisions)
    for one in cuts:
        store.part(db, one.profile, one.other, one.moved)
    changed = {profile for one in cuts for profile in (one.profile, one.other)}
    merged = identity.survivors(decisions)
    return changed | (store.merge(db, merged) if merged else set())


def _put(db: Connection, working: Working, homes: Mapping[int, int]) -> set[int]:
    rows = []
    for number in sorted(working.touched):
        state = working.states[number]
        atom = owner_of(state)
        row = OrderRow(
            number=number,
            atom=atom,
            profile=homes.get(atom, 0),
            figures=figures(state, working.stages) if working.mapped_at else working.figures[number],
            position=state.position,
            state=state,
        )
        rows.append(row)
    if rows:
        store.put(db, rows)
    return {profile for row in rows for profile in _changed(working, row)}


def _changed(working: Working, row: OrderRow) -> tuple[int, ...]:
    """The profiles whose figures an order as it is written makes other than they were."""
    was, becomes = working.stored.get(row.number), counted(row.profile, row.figures)
    if was == becomes:
        return ()
    return (row.profile, was.profile) if was else (row.profile,)


__all__ = ["OrderFigures", "Rank", "Working", "load", "owners", "save", "take"]
