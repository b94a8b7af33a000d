"""Who was in when, as two evaluators say it. In: a story. Out: timelines of memberships, fact by fact.

A page lasts from one fact to the next; its timeline is what was so at its first instant, and every change after it.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from random import Random
from typing import Final

from msgspec import Struct, structs

from konnektu.bench.exactness.lives import Fact, all_of
from konnektu.bench.exactness.stories import AFTER, EDITED, ENTRY, LATCH, Pool, Story
from konnektu.rules.known import Known, Membership
from konnektu.rules.live import (
    Compiled,
    Flip,
    Numbers,
    State,
    advance,
    compiled,
    fold,
    inside,
    relived,
    switched,
    unite,
)
from konnektu.rules.live.picture import Picture
from konnektu.rules.memory.flips import candidates
from konnektu.rules.memory.latch import next_inside
from konnektu.rules.model import Member, Segment
from konnektu.rules.walking import leaves

BUILT: Final = 0.3
"""How likely a person who lacks history is built with a fact."""
Line = list[tuple[int, bool]]
"""Instants with what is so from there on."""
Page = Mapping[str, Line]
"""By segment."""


class Span(Struct, frozen=True):
    """A page of a story: what was known from a fact until the next."""

    start: int
    end: int
    """The first instant of the next page."""
    known: Known
    segments: Mapping[str, Segment]


def spans(story: Story) -> list[Span]:
    """The pages of a story."""
    found, segments = [], dict(story.segments)
    for number, fact in enumerate(story.facts):
        if fact.act == "switch" and story.edited is not None:
            segments = {**segments, EDITED: story.edited}
        following = story.facts[number + 1 :]
        end = following[0].instant if following else story.end
        found.append(Span(fact.instant, end, fact.known, segments))
    return found


class Definitions(Struct, frozen=True):
    """Those that a batch of stories is told under."""

    segments: Mapping[str, Segment]
    after: Segment
    """What the segment `edited` becomes where a story switches."""


def lively(story: Story, pool: Pool, *, most: bool = False) -> Definitions:
    """Definitions chosen from a pool by a story: of each name the first whose people change with time.

    `most`: the one whose people enter and leave most often, so that stories told under them hold much to compare.
    """
    pages = spans(structs.replace(story, segments={}))
    chosen: dict[str, Segment] = {}
    lines: list[dict[str, Line]] = [{} for _ in pages]
    for name in (*(one for one in pool if one != "nested"), "nested"):
        best = -1
        for segment in pool[name]:
            found = _followed_alone(pages, name, segment, lines)
            turns = sum(len(line) - 1 for line in found)
            turns += sum(ours[-1][1] is not line[0][1] for ours, line in pairwise(found)) if most else 0
            if turns > best:
                best, chosen[name] = turns, segment
                for beside, line in zip(lines, found, strict=True):
                    beside[name] = line
            if turns and not most:
                break
    after = chosen.pop(AFTER)
    # What a latch asks for on entry is also asked for by itself, at any instant and without its history.
    chosen[ENTRY] = Segment(chosen[LATCH].entry, people="all")
    return Definitions(chosen, after)


def under(definitions: Definitions, story: Story) -> Story:
    """The story under definitions."""
    is_edited = any(fact.act == "switch" for fact in story.facts)
    return structs.replace(
        story, segments=definitions.segments, edited=definitions.after if is_edited else None
    )


def _followed_alone(
    pages: Sequence[Span], name: str, segment: Segment, lines: Sequence[Mapping[str, Line]]
) -> list[Line]:
    """The timelines of a segment, page by page, given those of the segments it asks for."""
    found: list[Line] = []
    for page, beside in zip(pages, lines, strict=True):
        alone = structs.replace(page, segments={name: segment})
        was_in = found[-1][-1][1] if found else False
        found.append(_line(alone, name, beside, was_in=was_in))
    return found


def of_reference(story: Story) -> list[Page]:
    """What `rules.memory` says."""
    switches = [number for number, fact in enumerate(story.facts) if fact.act == "switch"]
    begun = {number: _replayed(story, number) for number in switches}
    return followed(spans(story), _joined(story), begun)


def _joined(story: Story) -> dict[int, set[str]]:
    """The segments that the other person is in when they join."""
    if not story.other:
        return {}
    other = followed(_lives(story.other, story), {}, {})[-1]
    inside = {name for name, line in other.items() if line[-1][1]}
    return {number: inside for number, fact in enumerate(story.facts) if fact.act == "merge"}


def _replayed(story: Story, switch: int) -> dict[str, bool]:
    """Whether the edited definition, had it been there from the beginning, would have the person in."""
    assert story.edited is not None  # noqa: S101  # a story that switches has one
    whole = structs.replace(story, segments={**story.segments, EDITED: story.edited})
    pages = followed(spans(whole)[:switch], _joined(whole), {})
    return {EDITED: pages[-1][EDITED][-1][1]}


def _lives(facts: Sequence[Fact], story: Story) -> list[Span]:
    merged = next(fact.instant for fact in story.facts if fact.act == "merge")
    ends = [*(one.instant for one in facts[1:]), merged]
    return [
        Span(fact.instant, end, fact.known, story.segments) for fact, end in zip(facts, ends, strict=True)
    ]


def followed(
    pages: Sequence[Span], joined: Mapping[int, set[str]], begun: Mapping[int, Mapping[str, bool]]
) -> list[Page]:
    """Timelines of pages one after another; `joined` and `begun` say who is in to begin with at some of them."""
    now: dict[str, bool] = {}
    found: list[Page] = []
    for number, page in enumerate(pages):
        now = {name: is_in or name in joined.get(number, ()) for name, is_in in now.items()}
        now |= begun.get(number, {})
        lines: dict[str, Line] = {}
        for name in _in_order(page.segments):
            lines[name] = _line(page, name, lines, was_in=now.get(name, False))
        now = {name: line[-1][1] for name, line in lines.items()}
        found.append(lines)
    return found


def _in_order(segments: Mapping[str, Segment]) -> list[str]:
    """`nested` asks for others and is asked by none."""
    return sorted(segments, key=lambda name: name == "nested")


def known_beside(page: Span, lines: Mapping[str, Line]) -> Known:
    """What is known, the stays in other segments of this page among it."""
    told = [stay for name, line in lines.items() for stay in _stays(name, line)]
    return structs.replace(page.known, memberships=(*page.known.memberships, *told))


def _stays(name: str, line: Line) -> list[Membership]:
    ends = [*(at for at, _ in line[1:]), None]
    return [Membership(name, at, end) for (at, is_in), end in zip(line, ends, strict=True) if is_in]


def stays(pages: Sequence[Span], lines: Sequence[Mapping[str, Line]]) -> list[Membership]:
    """The stays in segments over a whole story; those of a page end with it."""
    return [
        structs.replace(stay, left=min(stay.left or page.end, page.end))
        for page, beside in zip(pages, lines, strict=True)
        for name, line in beside.items()
        for stay in _stays(name, line)
    ]


def asked_by(segment: Segment, lines: Mapping[str, Line]) -> dict[str, Line]:
    """The timelines of the segments that a segment asks for."""
    names = {leaf.segment for leaf in leaves(segment) if isinstance(leaf, Member)}
    return {name: line for name, line in lines.items() if name in names}


def _line(page: Span, name: str, lines: Mapping[str, Line], *, was_in: bool) -> Line:
    segment = page.segments[name]
    known = known_beside(page, asked_by(segment, lines))
    is_latch = segment.exit is not None and segment.since is not None
    waits = candidates(segment, known, page.start, page.end) if page.start < page.end else ()
    instants = [page.start, *waits]
    if is_latch and page.start < (segment.since or 0) < page.end:
        instants = sorted({*instants, segment.since or 0})
    found: Line = []
    for at in instants:
        is_begun = not is_latch or at >= (segment.since or 0)
        is_in = is_begun and next_inside(segment, known, at, inside=was_in)
        if not found or is_in is not was_in:
            found.append((at, is_in))
        was_in = is_in
    return found


class Live:
    """The live evaluator, driven through a story."""

    def __init__(self, story: Story, drawn: Random) -> None:
        self.story, self.drawn = story, drawn
        self.numbers = Numbers()
        self.compiled = compiled(story.segments, numbers=self.numbers)
        self.lacks_history = False
        """Whether a definition is drafted whose leaves know nothing of what was before it."""
        self.state = State()
        self.pages: list[Page] = []

    def told(self) -> list[Page]:
        """The timelines of all pages."""
        facts = self.story.facts
        for number, fact in enumerate(facts):
            end = facts[number + 1].instant if number + 1 < len(facts) else self.story.end
            self._take(fact)
            lines: dict[str, Line] = {
                name: [(fact.instant, name in inside(self.compiled, self.state))]
                for name in self.story.segments
            }
            for flip in self._pass(fact.instant, end):
                lines[flip.segment].append((flip.at, flip.entered))
            self.pages.append(lines)
        return self.pages

    def _pass(self, start: int, end: int) -> list[Flip]:
        """Time passes, as a timer or the next fact finds out."""
        flips: list[Flip] = []
        if "timer" in self.story.hazards and end > start:
            for until in sorted(self.drawn.randrange(start, end) for _ in range(3)):
                flips += advance(self.compiled, self.state, until)
        flips += advance(self.compiled, self.state, end)
        if "restart" in self.story.hazards and self.drawn.random() < 0.5:
            self.state = State.unpack(self.state.pack())
        return flips

    def _take(self, fact: Fact) -> None:
        if fact.act == "merge":
            self._merge(fact)
        elif fact.act == "draft":
            self._draft(fact)
        elif fact.act == "switch":
            self._switch(fact)
        elif fact.erased:
            self._build(fact)
        else:
            fold(self.compiled, self.state, fact.changes, fact.instant)
            if self.lacks_history and self.drawn.random() < BUILT:
                self._build(fact)

    def _merge(self, fact: Fact) -> None:
        other = replay(self.compiled, self.story.other, fact.instant)
        self.state, _ = unite(self.compiled, self.state, other, fact.instant, fact.changes)

    def _draft(self, fact: Fact) -> None:
        """The leaves of the edited definition are remembered from here on; what came before is read later."""
        assert self.story.edited is not None  # noqa: S101  # a story that drafts has one
        self.compiled = compiled(self.story.segments, [self.story.edited], self.numbers)
        fold(self.compiled, self.state, (), fact.instant)
        self.lacks_history = True

    def _build(self, fact: Fact) -> None:
        """What history says in place of what the state remembers, as the writer builds people (`segments.live`)."""
        self.state.picture = Picture()
        relived(self.compiled, self.state, fact.known.events, fact.instant)
        switched(self.compiled, self.state, fact.instant, all_of(fact.known, fact.versions))
        self.lacks_history = False

    def _switch(self, fact: Fact) -> None:
        assert self.story.edited is not None  # noqa: S101  # a story that switches has one
        if self.lacks_history:
            self._build(fact)
        segments = {**self.story.segments, EDITED: self.story.edited}
        self.compiled = compiled(segments, numbers=self.numbers)
        begun = {}
        if self.story.edited.exit is not None:
            begun = {EDITED: EDITED in self._replayed(segments, fact)}
        switched(self.compiled, self.state, fact.instant, (), begun)
        self.numbers.retire(self.compiled.streams)

    def _replayed(self, segments: Mapping[str, Segment], fact: Fact) -> frozenset[str]:
        """Who would be in, had the definition been there from the beginning."""
        until = self.story.facts.index(fact)
        story = structs.replace(
            self.story, segments=segments, facts=self.story.facts[:until], end=fact.instant
        )
        again = Live(structs.replace(story, edited=None, hazards=frozenset()), self.drawn)
        again.story = structs.replace(
            again.story,
            facts=tuple(
                structs.replace(one, act="", changes=()) if one.act == "draft" else one for one in story.facts
            ),
        )
        again.told()
        return inside(again.compiled, again.state)


def replay(ready: Compiled, facts: Sequence[Fact], until: int) -> State:
    """The state of somebody after some facts, up to an instant."""
    state = State()
    for fact in facts:
        advance(ready, state, fact.instant)
        fold(ready, state, fact.changes, fact.instant)
    advance(ready, state, until)
    return state
