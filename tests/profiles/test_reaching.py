"""Who is reached by a channel, beside the slow question: may any message at all leave to any of the contacts?"""

from itertools import product
from random import Random

from konnektu.profiles.consents import as_statement, permits
from konnektu.profiles.model import Contact, Refusal, Statement
from konnektu.profiles.reaching import CHANNELS, ENDLESS, may_be_reached, reach

NOW = 1_000
NAMED = ("", "one", "two")
CONTACTS = (Contact("email", "a@b.example"), Contact("phone", "+79990000001"), Contact("telegram_id", "7"))


def _statement(drawn: Random, place: int) -> Statement:
    return Statement(
        state=drawn.choice(("given", "given", "given", "withdrawn", "objected")),
        time=drawn.randrange(1, 5),
        position=place,
        atom=drawn.randrange(2),
        entity=drawn.choice(NAMED),
        contact=drawn.choice((Contact(), *CONTACTS)),
        channel=drawn.choice(("", "email", "sms", "telegram", "call")),
        category=drawn.choice(NAMED),
        purpose=drawn.choice(("", "one")),
        explicit=drawn.random() < 0.8,
        proof={"form": "x"} if drawn.random() < 0.6 else {},
        valid_until=drawn.choice((None, None, NOW - 5, NOW + 5, NOW + 10)),
    )


def _is_reached(said: list[Statement], contacts: list[Contact], channels: dict[str, str], at: int) -> bool:
    """Whether anything may be sent by any of the channels, whatever it is."""
    uses = product(contacts, channels.items(), NAMED, NAMED, NAMED)
    return any(
        permits(said, Statement(state="given", time=0, contact=contact, channel=channel, entity=entity,
                                category=category, purpose=purpose), at) is not None
        for contact, (channel, kind), entity, category, purpose in uses
        if contact.kind == kind
    )  # fmt: skip


def test_reached_is_to_whom_something_may_be_sent_and_until_then():
    drawn, ends = Random("reach"), set[int]()
    for _ in range(120):
        statements = [_statement(drawn, place) for place in range(drawn.randrange(1, 5))]
        contacts = drawn.sample(CONTACTS, drawn.randrange(4))
        refused = {one: [Refusal(contact=one, time=3)] for one in CONTACTS if drawn.random() < 0.2}
        said = [*statements, *(as_statement(one) for several in refused.values() for one in several)]
        found = reach(statements, contacts, refused, NOW)
        assert may_be_reached(statements, NOW) or not found
        for counted, channels in CHANNELS.items():
            held = {at for at in (NOW, NOW + 5, NOW + 10) if _is_reached(said, contacts, dict(channels), at)}
            until = found.get(counted, NOW)
            assert held == {at for at in (NOW, NOW + 5, NOW + 10) if at < until}, (statements, contacts)
            ends.add(until)
    assert ends == {NOW, NOW + 5, NOW + 10, ENDLESS}
