"""Sources applied to what happened before them. In: facts about sources, and a person's history. Out: arrivals anew.

A `recognition` fact lets the rules in force at its position speak of everything before it, too. A `recognised` fact
names atoms whose arrivals are told anew by then; each stands alone in its batch.

Invariant: a source that is not active, or was retired, keeps what it had recognised: of an event the last recognition
after it decides at which the source was recognised, and the rules that held at its own position where there is none.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from konnektu.acquisition import store
from konnektu.acquisition.model import Seen, Source
from konnektu.acquisition.recognising import Recognition, recognition
from konnektu.acquisition.working import FACT, Working, state
from konnektu.core.records import Event, Resolved
from konnektu.storage.api import Connection

RECOGNITION: Final = "recognition"
"""Type of the fact from which on the rules in force hold for what was before it."""
RECOGNISED: Final = "recognised"
"""Type of the fact that names atoms whose arrivals are told anew."""
ATOMS_AT_ONCE: Final = 200
"""Atoms that one such fact names: the writer reads the history of all of them at once."""

Came = dict[int, dict[int, Seen]]
"""What was seen of arrivals by atom and number of the source."""


class Past:
    """By which rules each event of a log is recognised."""

    def __init__(self, stated: Iterable[Event]) -> None:
        """Take all facts about sources and all recognitions, in order of positions."""
        self._stated: list[Source] = []
        self._recognitions: list[tuple[int, int]] = []
        """(position, how many of `_stated` stand before it)."""
        self._chains: dict[tuple[int, int], list[Deciding]] = {}
        working = Working({}, None, is_used=True)
        for event in stated:
            if event.origin != "system":
                continue
            if event.type == RECOGNITION:
                self._recognitions.append((event.position, len(self._stated)))
            elif event.type == FACT and (source := state(working, event)):
                self._stated.append(source)

    def recognise(self, event: Event) -> set[int]:
        """Numbers of the sources whose own an event is."""
        found: set[int] = set()
        for rules, speaking in self._chain(event.position):
            found |= rules.recognise(event) & speaking
        return found

    def _chain(self, position: int) -> "list[Deciding]":
        """What decides of events at a position."""
        place = (
            bisect_left(self._stated, position, key=lambda one: one.position),
            bisect_left(self._recognitions, (position,)),
        )
        chain = self._chains.get(place)
        if chain is None:
            chain = self._chains[place] = list(self._deciding(*place))
        return chain

    def _deciding(self, stated: int, recognitions: int) -> "Iterator[Deciding]":
        decided: frozenset[int] = frozenset()
        later = [count for _, count in reversed(self._recognitions[recognitions:])]
        for count in [*later, stated]:
            # The last statement of a source is how it stands.
            sources = {one.key: one for one in self._stated[:count]}
            speaking = frozenset(one.id for one in sources.values() if one.is_open) - decided
            rules = recognition(sources.values()) if speaking else None
            if rules is not None:
                yield rules, speaking
            decided |= speaking


Deciding = tuple[Recognition, frozenset[int]]
"""Rules, and the sources of which they decide."""


def named_atoms(event: Event) -> list[int]:
    """Atoms that a `recognised` fact names; none of any other."""
    named = event.properties.get("atoms") if event.type == RECOGNISED and event.origin == "system" else None
    return named if isinstance(named, list) and all(type(one) is int for one in named) else []


def see(came: Came, past: Past, atom: int, event: Event) -> None:
    """Count an event of an atom where it is some sources' own."""
    moment = (event.time, event.position)
    for source in past.recognise(event):
        mine = came.setdefault(atom, {})
        if source in mine:
            mine[source].take(moment)
        else:
            mine[source] = Seen(moment, moment)


def retell(
    db: Connection,
    atoms: Sequence[int],
    stated: Sequence[Event],
    facts: Sequence[Resolved],
    homes: Mapping[int, int],
) -> None:
    """Let the arrivals of these atoms be those that `facts` tell, all that there are of them, in two statements.

    `stated` are all facts about sources and all recognitions until then.
    """
    past, came = Past(stated), Came()
    for one in facts:
        if one.atom:
            see(came, past, one.atom, one.event)
    store.forget_arrivals(db, atoms)
    rows = [(atom, source, homes[atom], seen) for atom, mine in came.items() for source, seen in mine.items()]
    if rows:
        store.put_arrivals(db, sorted(rows, key=lambda row: row[:2]))


__all__ = ["ATOMS_AT_ONCE", "RECOGNISED", "RECOGNITION", "Came", "Past", "named_atoms", "retell", "see"]
