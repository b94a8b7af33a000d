"""What was said about consent, and which word decides."""

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konnektu.core.records import Identifier
from konnektu.profiles.consents import (
    as_statement,
    decisive,
    permits,
    refusals_of,
    speaks_of_consent,
    standings,
    statements_of,
)
from konnektu.profiles.model import Contact, Refusal, Statement
from tests.profiles.facts import NOW, an_event

PHONE = Contact("phone", "+79031234567")
OFFER = {"form": "checkout"}


def said(state: str, time: int, atom: int = 1, **fields: Any) -> Statement:
    defaults: dict[str, Any] = {"position": time, "contact": PHONE, "channel": "sms", "proof": {}}
    return Statement(state=state, time=time, atom=atom, **defaults | fields)  # type: ignore[arg-type]


def state_after(*statements: Statement, now: int = 1000) -> str | None:
    decides = decisive(statements, now)
    return decides.state if decides else None


@pytest.mark.parametrize(
    ("statements", "state"),
    [
        ([said("given", 1)], "given"),
        ([said("given", 1), said("withdrawn", 2)], "withdrawn"),
        ([said("withdrawn", 1), said("given", 2)], "given"),
        ([said("given", 1, atom=1), said("withdrawn", 2, atom=2)], "withdrawn"),
        ([said("withdrawn", 1, atom=1), said("given", 2, atom=2)], "withdrawn"),
        ([said("withdrawn", 1, atom=1), said("given", 2, atom=2, proof=OFFER)], "given"),
        ([said("withdrawn", 1, atom=1), said("given", 2, atom=2, text_hash="ab")], "given"),
        ([said("withdrawn", 3, atom=1), said("given", 2, atom=2, proof=OFFER)], "withdrawn"),
        ([said("withdrawn", 1, atom=1), said("given", 2, atom=2, proof=OFFER, explicit=False)], "withdrawn"),
        ([said("withdrawn", 1), said("given", 2, explicit=False)], "withdrawn"),
        ([said("given", 1), said("withdrawn", 2, explicit=False)], "withdrawn"),
        ([said("withdrawn", 1, explicit=False), said("given", 2, explicit=False)], "given"),
        (
            [
                said("objected", 1, atom=1),
                said("withdrawn", 2, atom=2),
                said("given", 3, atom=3, proof=OFFER),
            ],
            "given",
        ),
    ],
)
def test_the_most_restrictive_word_decides(statements: list[Statement], state: str) -> None:
    assert {state_after(*order) for order in permutations(statements)} == {state}


def test_a_consent_that_ended_permits_nothing_and_lifts_nothing() -> None:
    ended = said("given", 1, valid_until=500)
    assert state_after(ended) == "given"
    assert permits([ended], said("given", 0), 499) == ended
    assert permits([ended], said("given", 0), 500) is None
    assert (
        state_after(said("withdrawn", 1, atom=2), said("given", 2, proof=OFFER, valid_until=500))
        == "withdrawn"
    )


@pytest.mark.parametrize(
    ("statements", "may"),
    [
        ([], False),
        ([said("given", 1)], True),
        ([said("given", 1, category="news")], False),
        ([said("given", 1, category="promo")], True),
        ([said("given", 1, contact=Contact())], True),
        ([said("given", 1, contact=Contact("phone", "+79990000000"))], False),
        ([said("given", 1), said("withdrawn", 2, channel="")], False),
        ([said("given", 1), said("withdrawn", 2, category="news")], True),
        ([said("withdrawn", 1, category="promo"), said("given", 2, proof=OFFER)], False),
        ([said("withdrawn", 1, channel=""), said("given", 2, category="promo", proof=OFFER)], True),
    ],
)
def test_a_use_needs_a_consent_that_covers_it_and_no_refusal_that_does(
    statements: list[Statement], may: bool
) -> None:
    use = said("given", 0, category="promo", purpose="advertising")
    assert (permits(statements, use, 1000) is not None) is may


def test_a_refusal_recorded_at_once_is_lifted_by_a_newer_consent_with_proof_alone() -> None:
    refusal = as_statement(Refusal(contact=PHONE, time=10, channel="sms", reason="withdrawn"))
    use = said("given", 0)
    assert permits([said("given", 5, proof=OFFER), refusal], use, 100) is None
    assert permits([said("given", 11), refusal], use, 100) is None
    assert permits([said("given", 11, proof=OFFER), refusal], use, 100) is not None


_statements = st.lists(
    st.builds(
        said,
        st.sampled_from(["given", "withdrawn", "objected"]),
        st.integers(1, 50),
        st.integers(1, 3),
        explicit=st.booleans(),
        proof=st.sampled_from([{}, OFFER]),
        category=st.sampled_from(["", "promo"]),
    ),
    max_size=8,
    unique_by=lambda statement: statement.time,
)


@given(_statements, st.randoms(use_true_random=False))
def test_standings_do_not_depend_on_the_order_heard(statements: list[Statement], random: Any) -> None:
    shuffled = random.sample(statements, len(statements))
    assert standings(shuffled, 100) == standings(statements, 100)


@given(_statements, _statements)
def test_merging_never_permits_by_a_consent_without_proof_what_one_side_refused(
    left: list[Statement], right: list[Statement]
) -> None:
    mine = [s for s in left if not s.proof]
    theirs = [
        said(s.state, s.time + 100, s.atom + 10, explicit=s.explicit, category=s.category) for s in right
    ]
    use = said("given", 0, category="promo")
    if state_after(*mine) in ("withdrawn", "objected") and all(s.category in ("", "promo") for s in mine):
        assert permits([*mine, *theirs], use, 1000) is None


def test_an_event_of_the_wire_gives_a_consent() -> None:
    event = an_event(
        40,
        name="Consent Given",
        identifiers=(Identifier("phone", PHONE.value), Identifier("email", "a@b.ru")),
        properties={
            "channel": ["sms", "email"],
            "purpose": "advertising",
            "form": "/checkout",
            "valid_until": "2027-01-01",
        },
        context={"ip": "1.2.3.4", "userAgent": "Firefox"},
    )
    assert speaks_of_consent(event)
    heard, unreadable = statements_of(event, 7)
    assert unreadable == []
    assert [(s.state, s.contact, s.channel, s.atom, s.position, s.number) for s in heard] == [
        ("given", PHONE, "sms", 7, 40, 0),
        ("given", Contact("email", "a@b.ru"), "email", 7, 40, 1),
    ]
    assert heard[0].valid_until == 1_798_761_600_000
    assert heard[0].proof == {
        "source": 1,
        "origin": "wire",
        "received_at": NOW + 40,
        "ip": "1.2.3.4",
        "userAgent": "Firefox",
        "form": "/checkout",
    }


def test_a_fact_may_hold_many_consents_with_common_fields() -> None:
    event = an_event(
        40,
        type="consent",
        origin="api",
        properties={
            "entity": "OOO Shop",
            "consents": [
                {
                    "state": "given",
                    "channel": "sms",
                    "contact": {"kind": "phone", "value": "8 (903) 123-45-67"},
                },
                {"state": "objected", "channel": "call"},
            ],
        },
    )
    heard, _ = statements_of(event, 1)
    assert [(s.entity, s.contact, s.state) for s in heard] == [
        ("OOO Shop", PHONE, "given"),
        ("OOO Shop", Contact(), "objected"),
    ]


def test_a_banner_is_heard_but_says_nothing_explicitly() -> None:
    event = an_event(
        40, context={"consent": {"categoryPreferences": {"Advertising": False, "Analytics": True}}}
    )
    heard, _ = statements_of(event, 1)
    assert [(s.category, s.state, s.explicit) for s in heard] == [
        ("Advertising", "withdrawn", False),
        ("Analytics", "given", False),
    ]
    own_form = an_event(41, context={"consent": [{"state": True, "channel": "push"}]})
    assert [(s.channel, s.state, s.explicit) for s in statements_of(own_form, 1)[0]] == [
        ("push", "given", False)
    ]


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"state": "maybe"},
        {"state": 1},
        {"state": "given", "contact": "a@b.ru"},
        {"state": "given", "contact": {"kind": "phone", "value": "12"}},
        {"state": "given", "contact": {"kind": "email", "value": {}}},
        {"state": "given", "valid_until": "soon"},
        {"consents": [None]},
        {"consents": [["given"]]},
    ],
)
def test_what_cannot_be_read_is_told_and_not_guessed(properties: dict[str, Any]) -> None:
    heard, unreadable = statements_of(an_event(40, type="consent", origin="api", properties=properties), 1)
    assert heard == []
    assert len(unreadable) == 1


def test_more_statements_than_fit_are_told() -> None:
    many = {"state": "given", "channel": [f"c{i}" for i in range(101)]}
    heard, unreadable = statements_of(an_event(40, type="consent", properties=many), 1)
    assert len(heard) == 100
    assert len(unreadable) == 1


def test_only_refusals_of_a_contact_hold_for_everybody() -> None:
    refused = refusals_of([said("withdrawn", 1), said("given", 2), said("objected", 3, contact=Contact())])
    assert refused == [Refusal(contact=PHONE, time=1, channel="sms", reason="withdrawn")]
