"""The event store as the third evaluator. In: stories of a batch, whom to ask about and when. Out: verdicts.

The stories share one log. A merge, a cut or an erasure begins an *age* of its story, and the ages of all stories lie
one after the other in the order of positions: one query asks of everybody as identity stood at the end of an age. What
is erased is deleted before the age after it is asked about, as an erasure does it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from konnektu.bench.exactness import written
from konnektu.bench.exactness.lives import Fact
from konnektu.bench.exactness.stories import Story
from konnektu.core.records import Decision
from konnektu.rules.known import Known, KnownEvent, Membership
from konnektu.rules.model import Segment
from konnektu.rules.sql import MirrorRow, Pair, membership, mirrored, stay
from konnektu.storage.api import History

AGE: Final = 100_000_000
"""Positions of an age."""
LIFE: Final = 10_000
"""Positions of a story within an age; numbers of its people and atoms."""
OTHER: Final = 2
"""The number of the person who joins; 1 is whom the story is about."""
FIRST_CUT: Final = 3
"""The number of the first atom that is cut off."""


class Asking(Struct, frozen=True):
    """Somebody at an instant."""

    life: int
    """The number of the story in its batch."""
    page: int
    at: int
    zone: str


class Stored:
    """A batch of stories in the event store. `stays` are those in segments of the batch, by life."""

    def __init__(
        self, history: History, stories: Sequence[Story], stays: Mapping[int, Iterable[Membership]]
    ) -> None:
        self._history = history
        self._lives = [_Life(number, one) for number, one in enumerate(stories)]
        written.clear(history)
        written.write_events(history, [row for one in self._lives for row in one.events()])
        rows = [row for one in self._lives for row in one.mirrors()]
        rows += [row for number, told in stays.items() for row in self._lives[number].stays(told)]
        written.write_mirrors(history, rows)
        made = (one for life in self._lives for one in life.decisions())
        written.write_decisions(history, sorted(made, key=lambda one: one.position))

    def verdicts(self, asked: Sequence[tuple[Segment, Sequence[Asking]]]) -> list[list[bool]]:
        """The verdicts of each definition, in the order asked; one query for a definition and an age."""
        found = [[False] * len(each) for _, each in asked]
        for age in range(max(one.ages for one in self._lives)):
            erased = [position for one in self._lives for position in one.erased_at(age)]
            written.erase(self._history, erased)
            for (segment, each), said in zip(asked, found, strict=True):
                places = [place for place, one in enumerate(each) if self._age(one) == age]
                if places:
                    told = self._ask(segment, [each[place] for place in places], age)
                    for place, verdict in zip(places, told, strict=True):
                        said[place] = verdict
        return found

    def _age(self, asking: Asking) -> int:
        return self._lives[asking.life].age_of(asking.page)

    def _ask(self, segment: Segment, asked: Sequence[Asking], age: int) -> list[bool]:
        pairs = [Pair(self._lives[one.life].person(1), one.at, one.zone) for one in asked]
        statement = membership(segment, pairs, (age + 1) * AGE - 1, "Europe/Moscow")
        return [bool(row[1]) for row in sorted(self._history.rows(statement.sql, statement.parameters))]


class _Life:
    """One story as rows."""

    def __init__(self, number: int, story: Story) -> None:
        self._number, self._story = number, story
        turns = [fact for fact in story.facts if fact.act == "merge" or fact.erased]
        self._turns = [fact.position for fact in turns]
        others = {event.position for event in _told_by(story.other)}
        # A cut takes atoms of both people who were joined before: each has an atom of its own for it.
        self._cut = {
            position: FIRST_CUT + 2 * place + (position in others)
            for place, fact in enumerate(one for one in turns if one.act == "cut")
            for position in fact.erased
        }
        self._owners = {
            number: OTHER if position in others else 1 for position, number in sorted(self._cut.items())
        }

    @property
    def ages(self) -> int:
        """How many."""
        return len(self._turns) + 1

    def age_of(self, page: int) -> int:
        """The age of a page."""
        return self._age_at(self._story.facts[page].position)

    def person(self, number: int) -> int:
        """The profile or atom of a number."""
        return (self._number + 1) * LIFE + number

    def erased_at(self, age: int) -> list[int]:
        """Positions of events that an erasure takes away where an age begins."""
        return [
            self._place(position)
            for fact in self._story.facts
            if fact.erased and fact.act != "cut" and self._age_at(fact.position) == age
            for position in fact.erased
        ]

    def events(self) -> Iterator[tuple[int, int, KnownEvent]]:
        """(atom, position, event) of everybody."""
        for number, facts in ((1, self._story.facts), (OTHER, self._story.other)):
            for one in _told_by(facts):
                yield self.person(self._cut.get(one.position, number)), self._place(one.position), one

    def mirrors(self) -> Iterator[MirrorRow]:
        """Versions of whom the story is about: nobody asks of the other before they join."""
        was: Known | None = None
        for fact in self._story.facts:
            if was is None or not _changes_events_alone(fact):
                told = mirrored(self.person(1), was, fact.known, self._place(fact.position), fact.instant)
                yield from told
            was = fact.known

    def stays(self, told: Iterable[Membership]) -> Iterator[MirrorRow]:
        """Stays in segments of the batch."""
        for place, one in enumerate(told):
            yield MirrorRow(self.person(1), "stay", one.segment, f"of {place}", 1, 0, stay(one))

    def decisions(self) -> Iterator[Decision]:
        """Whose an atom is, where it is not its own person's."""
        atoms = defaultdict(list)
        for number, owner in self._owners.items():
            atoms[owner].append(self.person(number))
        for owner, owned in atoms.items():
            yield self._moved("merge", owner, owned, self._number * 10 + owner)
        for fact in self._story.facts:
            place = self._place(fact.position)
            if fact.act == "merge":
                yield self._moved("merge", 1, [self.person(OTHER), *atoms[OTHER]], place)
            if fact.act == "cut":
                gone = sorted({self._cut[one] for one in fact.erased})
                yield self._moved("cut", gone[0], [self.person(one) for one in gone], place)

    def _moved(self, kind: str, owner: int, atoms: Sequence[int], position: int) -> Decision:
        return Decision(
            position=position, ordinal=0, kind=kind, profile=self.person(owner), moved=tuple(atoms)
        )

    def _age_at(self, position: int) -> int:
        return sum(one <= position for one in self._turns)

    def _place(self, position: int) -> int:
        """The position on the log of the batch."""
        return self._age_at(position) * AGE + (self._number + 1) * LIFE + position


def _told_by(facts: Sequence[Fact]) -> Iterator[KnownEvent]:
    """The events that facts tell."""
    return (one for fact in facts for one in fact.changes if isinstance(one, KnownEvent))


def _changes_events_alone(fact: Fact) -> bool:
    return fact.act != "merge" and all(isinstance(one, KnownEvent) for one in fact.changes)


__all__ = ["Asking", "Stored"]
