"""Histories drawn at random, as they are sent to a workspace, and the definitions that it follows meanwhile.

In: a seeded generator. Out: steps. Some facts come late, some at one instant, people are joined, parted and erased.
"""

from collections.abc import Callable
from random import Random
from typing import Any

import msgspec
from msgspec import Struct

from konnektu.bench.drawing import LEAF_KINDS, people, trees, words
from konnektu.core.clock import DAY, HOUR, MINUTE
from konnektu.rules.model import All, Member, Not, Rank, Rule, Segment
from konnektu.rules.walking import leaves
from tests.acquisition.facts import rule
from tests.acquisition.facts import source as arriving_from

STEPS = (0, 0, 0, 1, MINUTE, HOUR, 3 * HOUR, DAY, 25 * HOUR, 3 * DAY)
USERS = ("u0", "u1", "u2")
FOLLOWED = tuple(kind for kind in LEAF_KINDS if kind not in {"member", "rank"})
"""Kinds of leaves of which a workspace knows by itself."""
FIELDS: tuple[dict[str, Any], ...] = (
    {"name": "on", "en": "On", "ru": "Когда", "type": "date"},
    {"name": "sum", "en": "Sum", "ru": "Сумма", "type": "money"},
    {"name": "size", "en": "Size", "ru": "Размер", "type": "number"},
    {"name": "colour", "en": "Colour", "ru": "Цвет"},
    {"name": "is_open", "en": "Open", "ru": "Открыт", "type": "boolean"},
    {"name": "kinds", "en": "Kinds", "ru": "Виды", "type": "texts"},
)


class Step(Struct, frozen=True):
    """One thing that happens to a workspace."""

    at: int
    act: str
    """fact; save, off, on: of a segment; part: requested cuts take effect; erase: of a user."""
    origin: str = "wire"
    source: int = 1
    body: bytes = b""
    key: str = ""
    """Of a segment, or a user."""
    definition: Segment | None = None


class Telling:
    """A history, told step by step."""

    def __init__(self, drawn: Random, kind: str) -> None:
        self.drawn, self.kind = drawn, kind
        self.base = words.bases(drawn)
        self.at = self.base - drawn.choice((HOUR, 2 * DAY, 8 * DAY))
        self.number = 0
        self.steps: list[Step] = []

    def told(self, length: int) -> list[Step]:
        """The whole history."""
        self._begin()
        self._some(length // 4)
        self._save("leaf", "latch", *[f"leaf-{kind}" for kind in self.drawn.sample(FOLLOWED, 6)])
        self._some(length // 4)
        self._save("tree", "nested", "tree-2", "tree-3")
        self._some(length // 4)
        self.drawn.choice((self._merge, self._part, self._erase))()
        self._some(length // 8)
        self._save("tree") if self.drawn.random() < 0.7 else self._off_and_on("latch")
        self._some(length // 8)
        self.drawn.choice((self._merge, self._part, self._erase))()
        self._some(length // 4)
        return self.steps

    def _begin(self) -> None:
        """What a project states first."""
        for kind in words.KINDS:
            stated = {
                "name": kind,
                "en": {"one": kind, "many": kind},
                "ru": {"one": kind, "many": kind},
                "fields": FIELDS,
            }
            self._fact("record_kind", {"kind": stated}, origin="system")
        for key, campaign in (("spring", "spring"), ("partner", "friends")):
            body = arriving_from(key, self._next(), rule(utm_campaign=campaign))
            self._add("fact", body=body, origin="system")

    def _some(self, count: int) -> None:
        for _ in range(count):
            self.at += self.drawn.choice(STEPS)
            self.drawn.choice(_FACTS)(self)

    def _next(self) -> int:
        self.number += 1
        return self.number

    def _add(self, act: str, **more: Any) -> None:
        self.steps.append(Step(self.at, act, **more))

    def _fact(self, kind: str, properties: Any, *, user: str = "", origin: str = "api", **more: Any) -> None:
        """A fact that is stated, of a user where one is named."""
        body = {"type": kind, "messageId": f"f{self._next()}", "properties": properties, **more}
        if user:
            body["context"] = {"externalIds": [{"type": "user_id", "id": user}]}
        self._add("fact", body=msgspec.json.encode(body), origin=origin)

    def user(self) -> str:
        return self.drawn.choice(USERS)

    def event(self) -> None:
        """An event of a user, of a device, or of both, which joins them."""
        told = people.event(self.drawn, self.base, self._next())
        time = told.time if self.drawn.random() < 0.6 else self.at
        place = self.drawn.randrange(3)
        who = self.drawn.choice(
            ({"userId": f"u{place}"}, {"anonymousId": f"a{place}"}, {"userId": f"u{place}"})
        )
        if self.drawn.random() < 0.08:
            who = {"userId": f"u{place}", "anonymousId": f"a{self.drawn.randrange(3)}"}
        campaign = self.drawn.choice(("", "", "spring", "friends"))
        body: dict[str, Any] = {
            "type": told.type,
            ("event" if told.type == "track" else "name"): told.name,
            "messageId": f"e{self.number}",
            "timestamp": time,
            "properties": told.properties,
            "context": {
                "page": {"url": f"https://shop.ru/?utm_campaign={campaign}"},
                "test": bool(told.marks),
            },
            **who,
        }
        if told.type == "identify":
            body["traits"] = {"colour": self.drawn.choice(words.TEXTS)}
        self._add("fact", body=msgspec.json.encode(body), source=self.drawn.choice(words.SOURCES))

    def attributes(self) -> None:
        """Attributes, and now and then a zone."""
        traits = people.attributes(self.drawn, self.base)
        if self.drawn.random() < 0.2:
            traits["time_zone"] = self.drawn.choice(words.PEOPLES_ZONES)
        cleared = [name for name in ("colour", "score", "interests") if self.drawn.random() < 0.1]
        self._fact(
            "edit", {"origin": "stated", "clear": cleared, "by": "anna"}, user=self.user(), traits=traits, origin="console"
        )  # fmt: skip

    def order(self) -> None:
        """An order, its versions in any order, whose user may change."""
        drawn, base = self.drawn, self.base
        number = str(drawn.randrange(4))
        stated: dict[str, Any] = {
            "number": number,
            "updated_at": words.past(drawn, base),
            "status": drawn.choice([one for one in words.STAGES if one]),
            "currency": "RUB",
            "store": drawn.choice(words.TEXTS[:4]),
            "lines": [
                {"product_id": drawn.choice(("p1", "p2")), "price": drawn.choice((1, 5)), "quantity": 1}
                for _ in range(drawn.randrange(3))
            ],
        }
        if drawn.random() < 0.6:
            stated["ordered_at"] = words.past(drawn, base)
        if drawn.random() < 0.5:
            stated["total"] = drawn.choice((1, 5, 10))
        user = f"u{int(number) % 3}" if drawn.random() < 0.8 else self.user()
        self._fact("order", stated, user=user if drawn.random() < 0.8 else "")

    def record(self) -> None:
        """A related record, changed, removed or given to somebody else."""
        drawn = self.drawn
        fields = {
            "on": words.day(drawn, self.base).isoformat(),
            "sum": {"amount": drawn.choice((1, 5)), "currency": "RUB"},
            "size": drawn.choice((0, 1, 2.5)),
            "colour": drawn.choice(words.TEXTS[:5]),
            "is_open": drawn.random() < 0.5,
            "kinds": list(words.some(drawn, words.TEXTS[:5])),
        }
        kept = {name: value for name, value in fields.items() if drawn.random() < 0.7}
        stated = {
            "kind": drawn.choice(words.KINDS),
            "id": str(drawn.randrange(3)),
            "updated_at": words.past(drawn, self.base),
            "fields": kept,
            **({"removed": True} if drawn.random() < 0.2 else {}),
        }
        self._fact("record", stated, user=self.user() if drawn.random() < 0.8 else "")

    def listed(self) -> None:
        """Something about a list of products."""
        drawn = self.drawn
        product = {"product_id": drawn.choice(("p1", "p2")), "quantity": drawn.choice((1, 2))}
        said: dict[str, Any] = drawn.choice(
            ({"add": [product]}, {"add": [product]}, {"remove": [product]}, {"replace": [product]}, {"clear": True})
        )  # fmt: skip
        time = words.past(drawn, self.base) if drawn.random() < 0.5 else self.at
        self._fact(
            "product_list", {"list": drawn.choice(words.LISTS), **said}, user=self.user(), timestamp=time
        )

    def tag(self) -> None:
        """Tags given and taken."""
        bearing, other = self.drawn.sample(words.TAGS, 2)
        self._fact("tag", {"add": [bearing], "remove": [other]}, user=self.user(), origin="console")

    def consent(self) -> None:
        """Consents and refusals."""
        drawn = self.drawn
        said: dict[str, Any] = {
            "state": drawn.choice(("given", "given", "withdrawn", "objected")),
            "channel": drawn.choice(words.CHANNELS),
            "category": drawn.choice(("", "news")),
            **({"text_version": "1"} if drawn.random() < 0.6 else {}),
            **({"valid_until": self.at + drawn.choice(words.SPANS).ms} if drawn.random() < 0.4 else {}),
        }
        self._fact("consent", {"consents": [said]}, user=self.user(), timestamp=self.at)

    def _merge(self) -> None:
        """Somebody says that two people are one."""
        self._fact("merge", {"people": self._pair()}, origin="console")

    def _part(self) -> None:
        """What was joined is parted."""
        pair = self._pair()
        self._fact("merge", {"people": pair}, origin="console")
        self._some(3)
        self._fact("cut", {"between": pair}, origin="console")
        self._some(2)
        self._add("part")

    def _pair(self) -> list[dict[str, str]]:
        return [{"kind": "user_id", "value": one} for one in self.drawn.sample(USERS, 2)]

    def _erase(self) -> None:
        self._add("erase", key=self.user())

    def _save(self, *keys: str) -> None:
        for key in keys:
            self._add("save", key=key, definition=self._definition(key))

    def _off_and_on(self, key: str) -> None:
        self._add("off", key=key)
        self._some(2)
        self._add("on", key=key)

    def _definition(self, key: str) -> Segment:
        if key == "nested":
            asked: Rule = self.drawn.choice((Member("leaf"), Not(Member("leaf"))))
            return Segment(All((asked, self._leaf())), people="all")
        if key.startswith("leaf"):
            kind = key.partition("-")[2] or self.kind
            return Segment(trees.leaf(self.drawn, self.base, kind), people="all")
        if key == "latch":
            return Segment(self._plain(lambda: trees.rule(self.drawn, self.base, 1)), self._leaf(), "all")
        return Segment(self._plain(lambda: trees.rule(self.drawn, self.base)))

    def _leaf(self) -> Rule:
        return trees.leaf(self.drawn, self.base, self.drawn.choice(FOLLOWED))

    def _plain(self, draw: Callable[[], Rule]) -> Rule:
        """A rule that asks for no segment and no rank."""
        while True:
            found = draw()
            if not any(isinstance(leaf, Member | Rank) for leaf in leaves(found)):
                return found


_FACTS: tuple[Callable[[Telling], None], ...] = (
    *[Telling.event] * 8,
    Telling.attributes,
    Telling.attributes,
    Telling.order,
    Telling.order,
    Telling.record,
    Telling.listed,
    Telling.tag,
    Telling.consent,
)


def story(drawn: Random, seed: int, length: int = 48) -> list[Step]:
    """A history with one kind of leaf in the foreground."""
    return Telling(drawn, FOLLOWED[seed % len(FOLLOWED)]).told(length)
