"""Stories drawn at random: definitions, and the facts of somebody's life. In: a seeded generator. Out: stories.

A fact says what changes and what is known after it. Instants never decrease; positions grow.
"""

from collections.abc import Mapping
from random import Random
from typing import Any, Final

from msgspec import Struct, structs

from konnektu.bench.drawing import rank_keys, trees, words
from konnektu.bench.exactness.lives import Fact, Life, key_of, stands
from konnektu.core.clock import DAY, HOUR, MINUTE
from konnektu.rules.known import Arrival, Known
from konnektu.rules.live import changes as c
from konnektu.rules.model import All, Member, Not, Rule, Segment
from konnektu.rules.model import Any as AnyOf

HAZARDS: Final = (
    "late",
    "future",
    "same_instant",
    "replaced",
    "zone",
    "dst",
    "merge",
    "edit",
    "erasure",
    "cut",
    "restart",
    "timer",
    "hysteresis",
    "nested",
)
"""What is known to break evaluators; each story names those that it holds."""
DST: Final = frozenset(words.BASES[number] for number in (0, 1, 2, 6))
"""Bases around which clocks change."""
STEPS: Final = (0, 0, 0, 1, MINUTE, HOUR, 3 * HOUR, DAY, 25 * HOUR, 3 * DAY)
EDITED: Final = "edited"
LATCH: Final = "latch"
ENTRY: Final = "entry"
"""A segment of the entry rule of `latch` alone."""
AFTER: Final = "after"
"""The name of the segment that is edited, and of its later definition in a pool."""


class Story(Struct, frozen=True, kw_only=True):
    """Definitions and a life."""

    segments: Mapping[str, Segment]
    edited: Segment | None
    """What the segment `edited` becomes at the fact that switches."""
    facts: tuple[Fact, ...]
    other: tuple[Fact, ...] = ()
    """The life of the person who joins at the fact that merges."""
    end: int
    hazards: frozenset[str]


Pool = Mapping[str, tuple[Segment, ...]]
"""By the name of a segment, definitions to choose one from."""


def pool(drawn: Random, base: int, kind: str, size: int) -> Pool:
    """A leaf of a kind alone, a tree, one with an exit rule, one that asks for others, and one that is edited."""
    return {
        name: tuple(draw(drawn, base) for _ in range(size))
        for name, draw in {
            "leaf": lambda drawn, base: Segment(trees.leaf(drawn, base, kind), people="all"),
            "tree": trees.segment,
            LATCH: _latch,
            "nested": _asking,
            EDITED: trees.segment,
            AFTER: trees.segment,
        }.items()
    }


def _latch(drawn: Random, base: int) -> Segment:
    since = drawn.choice((None, words.past(drawn, base)))
    return Segment(trees.rule(drawn, base, 1), trees.leaf(drawn, base), "all", since)


def _asking(drawn: Random, base: int) -> Segment:
    asked: tuple[Rule, ...] = (Member(drawn.choice(("leaf", "tree"))), Member(LATCH))
    more = trees.leaf(drawn, base)
    rules = (All((asked[0], Not(asked[1]))), AnyOf((*asked, more)), All((Not(asked[0]), more)))
    return Segment(drawn.choice(rules), people="all")


class Setting(Struct, frozen=True):
    """What the stories of a batch share."""

    base: int
    """The instant around which they are told."""
    pool: Pool
    """Definitions to choose from."""


def setting(drawn: Random, kind: str, size: int = 4) -> Setting:
    """An instant, and definitions to choose from; in `leaf` stands one of this kind."""
    base = words.bases(drawn)
    return Setting(base, pool(drawn, base, kind, size))


def story(drawn: Random, setting: Setting, length: int = 14) -> Story:
    """A story without definitions."""
    ranks = (key for some in setting.pool.values() for one in some for key in rank_keys(one))
    return _Telling(drawn, setting.base, tuple(dict.fromkeys(ranks))).told(length)


class _Telling:
    """Facts of one or two lives in the order of positions."""

    def __init__(self, drawn: Random, base: int, ranks: tuple[str, ...]) -> None:
        self.drawn, self.base = drawn, base
        self.life, self.other = Life(drawn, base, ranks), Life(drawn, base, ranks)
        self.position, self.instant = 0, base - drawn.choice((0, HOUR, 2 * DAY, 8 * DAY))
        self.hazards: set[str] = {"dst"} if base in DST else set()

    def told(self, length: int) -> Story:
        """The whole story."""
        drawn = self.drawn
        is_merged, is_edited = drawn.random() < 0.25, drawn.random() < 0.3
        facts = [self.life.born(*self.next())]
        others = [self.other.born(*self.next())] if is_merged else []
        facts += [self.some(self.life) for _ in range(length // 2)]
        others += [self.other.fact(*self.next()) for _ in range(length // 2)] if is_merged else []
        facts += [self.act("draft")] if is_edited else []
        facts += [self.merge(self.other.known)] if is_merged else []
        facts += [self.some(self.life) for _ in range(length // 2)]
        facts += [self.act("switch"), self.some(self.life)] if is_edited else []
        self.hazards |= {"edit"} if is_edited else set()
        self.hazards |= {"hysteresis", "nested", *self.life.hazards, *self.other.hazards}
        for name, share in (("restart", 0.3), ("timer", 0.3)):
            self.hazards |= {name} if drawn.random() < share else set()
        return Story(
            segments={},
            edited=None,
            facts=tuple(facts),
            other=tuple(others),
            end=self.instant + 40 * DAY,
            hazards=frozenset(self.hazards),
        )

    def next(self) -> tuple[int, int]:
        """The next position and its instant."""
        step = self.drawn.choice(STEPS)
        if not step and self.position:
            self.hazards.add("same_instant")
        self.position += 1
        self.instant += step
        return self.position, self.instant

    def some(self, life: Life) -> Fact:
        """A fact, now and then an erasure."""
        if life.known.events and self.drawn.random() < 0.06:
            return self.erasure(life)
        return life.fact(*self.next())

    def act(self, act: str) -> Fact:
        """Something done to definitions."""
        position, instant = self.next()
        return self.life.told(position, instant, act=act)

    def erasure(self, life: Life) -> Fact:
        """An event that is no more; or a cut, which takes several away."""
        is_cut = self.drawn.random() < 0.4
        number = self.drawn.randint(1, len(life.known.events)) if is_cut else 1
        gone = tuple(one.position for one in self.drawn.sample(life.known.events, number))
        life.tells(events=tuple(one for one in life.known.events if one.position not in gone))
        self.hazards.add("cut" if is_cut else "erasure")
        position, instant = self.next()
        act = "cut" if is_cut else ""
        return life.told(position, instant, erased=gone, act=act)

    def merge(self, other: Known) -> Fact:
        """The other person joins: things by their versions, the rest as the owner decides."""
        self.hazards.add("merge")
        ours = self.life.known
        versions = self.life.versions, self.other.versions
        self.life.tells(
            is_known=ours.is_known or other.is_known,
            attributes={**other.attributes, **ours.attributes},
            events=(*ours.events, *other.events),
            orders=_higher(ours.orders, other.orders, versions),
            records=_higher(ours.records, other.records, versions),
            items=_higher(ours.items, other.items, versions),
            statements=(*ours.statements, *(_later(one) for one in other.statements)),
            tags=ours.tags | other.tags,
            arrivals=_arrived(ours.arrivals, other.arrivals),
            identifiers=ours.identifiers | other.identifiers,
            memberships=(*ours.memberships, *other.memberships),
        )
        self.life.versions = {**versions[1], **versions[0]}
        position, instant = self.next()
        known = self.life.known
        changes = (
            stands(known),
            c.AttributesStand(known.attributes),
            c.StatementsStand(known.statements),
            c.ArrivalsStand(known.arrivals),
            c.ListsStand(known.memberships),
            c.RanksStand(known.ranks),
        )
        return self.life.told(position, instant, changes=changes, act="merge")


def _later(said: Any) -> Any:
    """A statement of the other person's atoms."""
    return structs.replace(said, position=said.position + 5000, atom=said.atom + 10 if said.atom else 0)


def _higher(ours: tuple[Any, ...], others: tuple[Any, ...], versions: Any) -> tuple[Any, ...]:
    """Things of both, each with the higher version; who has heard last that it is gone, has none."""
    mine, theirs = versions
    kept = [one for one in ours if mine[key_of(one)] > theirs.get(key_of(one), -1)]
    kept += [one for one in others if theirs[key_of(one)] > mine.get(key_of(one), -1)]
    return tuple(kept)


def _arrived(ours: tuple[Arrival, ...], others: tuple[Arrival, ...]) -> tuple[Arrival, ...]:
    found: dict[tuple[str, str], Arrival] = {}
    for one in (*ours, *others):
        at = found.get((one.side, one.key), one)
        found[one.side, one.key] = Arrival(
            one.side, one.key, min(one.first, at.first), max(one.last, at.last)
        )
    return tuple(found.values())
