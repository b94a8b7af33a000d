"""What retention leaves of one event: whole values keep their very bytes, and nothing of what grew old is left."""

from typing import Any

import msgspec
import pytest

from konnektu.collect import api as collect
from konnektu.core.errors import Unprocessable
from konnektu.core.records import Event, Parcel
from konnektu.identity import api as identity
from konnektu.privacy.model import Cut, Rule
from konnektu.privacy.remaining import Left, left_of
from konnektu.privacy.rules import checked
from tests.belt.support import NOW

OLD = 1_600_000_000_000


def judged(
    body: bytes | dict[str, Any], *cuts: Cut, context: bytes = b"", standing: frozenset[int] = frozenset()
) -> Left:
    """What is left of an event of the wire received at NOW, at position 7."""
    raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
    parcel = Parcel(1, "wire", NOW, [raw], context=context)
    (one,) = collect.decode(parcel, 7, NOW, collect.Options())
    return left_of(one, parcel, cuts, standing)


def cut(subject: Any, name: str, before: int = NOW) -> Cut:
    return Cut(subject, name, before)


def body_of(left: Left) -> bytes:
    assert left.parcel is not None
    return left.parcel.events[0]


SEEN = {"type": "track", "event": "Seen", "userId": "u", "timestamp": OLD}


def test_an_old_event_of_the_kind_goes_whole() -> None:
    assert judged(SEEN, cut("event", "Seen")).parcel is None
    assert judged({**SEEN, "event": "Other"}, cut("event", "Seen")).by == frozenset()
    assert judged(SEEN, cut("event", "Seen", OLD)).by == frozenset(), "as old as the cut-off is not older"
    page = {"type": "page", "name": "Seen", "userId": "u", "timestamp": OLD}
    assert judged(page, cut("event", "Seen")).by == frozenset()
    assert judged(page, cut("event", "$page")).parcel is None


def test_what_stays_keeps_its_bytes() -> None:
    raw = (
        b'{"type":"identify", "userId":"u","timestamp":1600000000000,'
        b'"traits":{"city" : "X","size":12345678901234567.890, "e":1e2},"properties":{"price": 1.50}}'
    )
    left = judged(raw, cut("attribute", "city"))
    assert b"12345678901234567.890" in body_of(left) and b"1e2" in body_of(left)
    assert b'{"price": 1.50}' in body_of(left) and b"X" not in body_of(left)
    assert judged(raw, cut("attribute", "tier")).parcel == Parcel(1, "wire", NOW, [raw])


@pytest.mark.parametrize(
    "traits",
    [
        {"City": "Hidden"},
        {"CITY ": "Hidden"},
        {"address": {"city": "Hidden"}},
        {"city": {"deep": ["Hidden"]}},
    ],
    ids=["spelt otherwise", "with blanks", "inside an address", "no usable value"],
)
def test_an_attribute_goes_however_it_was_stated(traits: dict[str, Any]) -> None:
    for event in (
        {"type": "identify", "userId": "u", "timestamp": OLD, "traits": {**traits, "tier": "gold"}},
        {**SEEN, "context": {"traits": {**traits, "tier": "gold"}, "ip": "1.2.3.4"}},
    ):
        left = judged(event, cut("attribute", "city"))
        assert b"Hidden" not in body_of(left) and b"gold" in body_of(left)
        assert not judged(body_of(left), cut("attribute", "city")).by, "nothing is left to take out"


def test_other_parts_of_an_address_stay() -> None:
    address = {"city": "Hidden", "street": "Shown"}
    left = judged(
        {"type": "identify", "userId": "u", "timestamp": OLD, "traits": {"address": address}},
        cut("attribute", "city"),
    )
    assert msgspec.json.decode(body_of(left))["traits"] == {"address": {"street": "Shown"}}


def test_an_attribute_in_what_a_batch_shares_goes() -> None:
    left = judged(SEEN, cut("attribute", "city"), context=b'{"traits":{"city":"Hidden"},"locale":"ru"}')
    assert left.parcel is not None and left.parcel.context == b'{"traits":{},"locale":"ru"}'


def test_the_traits_of_a_group_are_the_groups() -> None:
    group = {"type": "group", "groupId": "g", "userId": "u", "timestamp": OLD, "traits": {"city": "Theirs"}}
    assert judged(group, cut("attribute", "city")).by == frozenset()


def test_an_event_that_alone_says_how_a_consent_stands_stays() -> None:
    event = {**SEEN, "context": {"consent": {"categoryPreferences": {"ads": False}}}}
    assert judged(event, cut("event", "Seen"), standing=frozenset({7})).by == frozenset()
    assert judged(event, cut("event", "Seen")).parcel is None


def consent(*states: str, **more: Any) -> dict[str, Any]:
    said = [{"state": state, "purpose": "news", "valid_until": OLD + 1, **more} for state in states]
    return {
        "type": "track",
        "event": "Consent Given",
        "userId": "u",
        "timestamp": OLD,
        "properties": {"consents": said},
    }


def test_a_consent_goes_when_all_that_its_fact_says_has_ended() -> None:
    ended = cut("purpose", "news")
    assert judged(consent("given"), ended).parcel is None
    assert judged(consent("given", purpose=["news", "ads"]), ended).by == frozenset()
    assert judged(consent("given", purpose=["news", "ads"]), ended, cut("purpose", "ads")).parcel is None
    assert judged(consent("given", valid_until=None), ended).by == frozenset(), "it never ends"
    assert judged(consent("given", valid_until=NOW), ended).by == frozenset(), "it ended just now"


def test_a_refusal_never_goes() -> None:
    refusal = {**consent("withdrawn"), "event": "Consent Withdrawn"}
    assert judged(refusal, cut("purpose", "news")).by == frozenset()


def test_a_rejected_event_is_as_old_as_its_receipt() -> None:
    later = NOW + 1
    assert judged(b"no JSON at all", cut("event", "Seen", later)).parcel is None
    assert judged(b"no JSON at all", cut("event", "Seen")).by == frozenset()
    nameless = {"type": "track", "event": "Seen", "properties": {}}
    assert judged(nameless, cut("event", "Seen", later)).parcel is None
    assert judged(nameless, cut("event", "Other", later)).by == frozenset()
    stated = {"type": "trick", "traits": {"city": "Hidden"}}
    assert b"Hidden" not in body_of(judged(stated, cut("attribute", "city", later)))


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (Rule("event", "Order Completed", 1), "orders"),
        (Rule("event", "Product Viewed", 1), "product lists"),
        (Rule("event", "$alias", 1), "page"),
        (Rule("attribute", "Phone", 1), "identifies"),
        (Rule("attribute", "name", 1), "compares"),
        (Rule("attribute", "birthday", 1), "compares"),
        (Rule("attribute", "city", 1, events=("Seen",), data_days=1), "only a purpose"),
        (Rule("purpose", "offers", 1, events=("Seen",)), "data_days"),
        (Rule("purpose", "offers", 1, data_days=1), "data_days"),
        (Rule("purpose", "offers", 1, attributes=("city", "phone"), data_days=1), "phone: it identifies"),
        (Rule("purpose", "offers", 1, events=("Order Completed",), data_days=1), "orders"),
    ],
)
def test_what_cannot_be_kept_by_a_rule_is_told(rule: Rule, why: str) -> None:
    with pytest.raises(Unprocessable, match=why):
        checked([rule], identity.DEFAULT_RULES)


def test_two_rules_about_one_thing_are_refused() -> None:
    two = [Rule("attribute", "City", 1), Rule("attribute", "city", 2)]
    with pytest.raises(Unprocessable, match="one thing"):
        checked(two, identity.DEFAULT_RULES)
    assert checked(two[:1], identity.DEFAULT_RULES) == [Rule("attribute", "city", 1)]


def test_what_is_left_is_an_event_still() -> None:
    left = judged({**SEEN, "context": {"traits": {"city": "Hidden"}}}, cut("attribute", "city"))
    (one,) = collect.decode(left.parcel or Parcel(1, "wire", NOW, []), 7, NOW, collect.Options())
    assert isinstance(one, Event) and one.name == "Seen" and not one.traits
