"""Learning from the log: counts of every event, a full look at some.

In: the events of a batch with their profiles. Out: what the batch adds. Events of one shape (source, type, name,
names of properties and traits) are counted together; of each shape the first events are looked at in full and
then one of many, which stands for the others in the counts of types and of what lies inside objects.
Invariant: what a learner holds is bounded, whatever names are invented.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from konnektu.core.records import Event, type_names
from konnektu.dictionary.model import (
    LONGEST_NAME,
    MOST_ATTRIBUTES,
    MOST_EVENTS,
    MOST_PROPERTIES,
    MOST_SAMPLES,
    MOST_SOURCES,
    PEOPLE,
    Beyond,
    Known,
    Lesson,
    Seen,
    SeenProperty,
    Subject,
)
from konnektu.dictionary.values import is_contact, is_personal_name, paths, sample_of, type_of

FULL_LOOKS: Final = 16
"""Events of a shape that are looked at in full before only some are."""
EVERY: Final = 64
"""One of so many is looked at afterwards."""
BEARERS: Final = 3
"""People who must have borne a value before it may be shown as a sample: what only one or two have tells of them."""
MOST_SHAPES: Final = 20_000
MOST_CANDIDATES: Final = 20_000
"""Values that wait for their bearers, of all properties together."""

_TYPES: Final = frozenset(type_names)
_Shape = tuple[int, str, str, tuple[str, ...], tuple[str, ...]]
_Told = tuple[Event, int]


class Learner:
    """What one writer knows of the dictionary of its workspace, so that a batch asks the database nothing."""

    def __init__(self, known: Mapping[Subject, dict[str, Known]]) -> None:
        """Take what stands in the dictionary."""
        self._known = dict(known)
        self._shapes: dict[_Shape, int] = {}
        self._bearers: dict[tuple[Subject, str, str], tuple[int, ...]] = {}

    def learn(self, told: Iterable[_Told], lesson: Lesson | None = None) -> Lesson:
        """What these events, in order of positions, add, on top of a lesson that was not written yet.

        `told` are events with the profiles that hold them, 0 for nobody.
        """
        shapes: dict[_Shape, list[_Told]] = {}
        for one in told:
            event = one[0]
            if event.type in _TYPES:
                shape = (event.source, event.type, event.name, (*event.properties,), (*event.traits,))
                found = shapes.get(shape)
                if found is None:
                    shapes[shape] = [one]
                else:
                    found.append(one)
        lesson = Lesson() if lesson is None else lesson
        for shape, events in shapes.items():
            self._learn_shape(lesson, shape, events)
        return lesson

    def _learn_shape(self, lesson: Lesson, shape: _Shape, events: Sequence[_Told]) -> None:
        source, kind, name, properties, traits = shape
        subject = Subject(kind, name[:LONGEST_NAME])
        span = (len(events), events[0][0].instant, events[-1][0].instant)
        looked = list(self._looked_at(shape, events))
        if self._has_room(lesson, subject, span):
            lesson.events.setdefault((subject, source), Seen()).add(*span)
            self._count(lesson, subject, properties, source, span)
            for (event, profile), weight in looked:
                self._look(lesson, subject, event, event.properties, profile, weight)
        self._count(lesson, PEOPLE, traits, source, span)
        for (event, profile), weight in looked:
            self._look(lesson, PEOPLE, event, event.traits, profile, weight)

    def _looked_at(self, shape: _Shape, events: Sequence[_Told]) -> Iterator[tuple[_Told, int]]:
        """The events to look at in full, each with how many it stands for."""
        before = self._shapes.get(shape, 0)
        if len(self._shapes) >= MOST_SHAPES and not before:
            self._shapes.clear()
        self._shapes[shape] = before + len(events)
        full = max(0, FULL_LOOKS - before)
        for one in events[:full]:
            yield one, 1
        first = max(before, FULL_LOOKS)
        for place in range(-first % EVERY + first - before, len(events), EVERY):
            yield events[place], EVERY

    def _has_room(self, lesson: Lesson, subject: Subject, span: tuple[int, int, int]) -> bool:
        if subject in self._known:
            return True
        if len(self._known) - (PEOPLE in self._known) >= MOST_EVENTS:
            return _left_out(lesson, "events", span)
        self._known[subject] = {}
        return True

    def _place(
        self, lesson: Lesson, subject: Subject, path: str, span: tuple[int, int, int]
    ) -> SeenProperty | None:
        """Where a property is counted; None where it finds no room."""
        place = lesson.properties.get((subject, path))
        if place is not None:
            return place
        known = self._known.setdefault(subject, {})
        if path not in known:
            most = MOST_ATTRIBUTES if subject is PEOPLE else MOST_PROPERTIES
            if len(known) >= most:
                _left_out(lesson, "attributes" if subject is PEOPLE else "properties", span)
                return None
            known[path] = Known()
        at_hand = known[path]
        place = SeenProperty(sources=at_hand.sources, samples=at_hand.samples)
        lesson.properties[subject, path] = place
        return place

    def _count(
        self, lesson: Lesson, subject: Subject, names: Iterable[str], source: int, span: tuple[int, int, int]
    ) -> None:
        for name in names:
            path = name[:LONGEST_NAME]
            place = self._place(lesson, subject, path, span)
            if place is not None:
                place.seen.add(*span)
                self._note_source(place, self._known[subject][path], source)

    def _note_source(self, place: SeenProperty, known: Known, source: int) -> None:
        if source not in known.sources and len(known.sources) < MOST_SOURCES:
            known.sources = place.sources = (*known.sources, source)

    def _look(
        self,
        lesson: Lesson,
        subject: Subject,
        event: Event,
        held: Mapping[str, Any],
        profile: int,
        weight: int,
    ) -> None:
        span = (weight, event.instant, event.instant)
        for path, value, depth in paths(held):
            place = self._place(lesson, subject, path, span)
            if place is None:
                continue
            if depth > 1:
                place.seen.add(*span)
                self._note_source(place, self._known[subject][path], event.source)
            kind = type_of(value)
            place.types[kind] = place.types.get(kind, 0) + weight
            if is_contact(value):
                place.contacts += weight
            elif profile and len(place.samples) < MOST_SAMPLES:
                self._take_sample(place, subject, path, value, profile)

    def _take_sample(
        self, place: SeenProperty, subject: Subject, path: str, value: Any, profile: int
    ) -> None:
        text = sample_of(value)
        if text is None or text in place.samples or is_personal_name(path):
            return
        key = (subject, path, text)
        bearers = self._bearers.get(key, ())
        if profile in bearers:
            return
        if len(bearers) + 1 < BEARERS:
            if len(self._bearers) >= MOST_CANDIDATES:
                self._bearers.clear()
            self._bearers[key] = (*bearers, profile)
            return
        self._bearers.pop(key, None)
        known = self._known[subject][path]
        known.samples = place.samples = (*known.samples, text)


def _left_out(lesson: Lesson, subject: Beyond, span: tuple[int, int, int]) -> bool:
    lesson.beyond.setdefault(subject, Seen()).add(*span)
    return False
