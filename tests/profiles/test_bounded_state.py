"""Whoever holds a write key cannot make a person so heavy that it holds up the writer."""

import msgspec

from konnektu.core.records import Identifier
from konnektu.profiles.logic import LARGEST_VALUE, refold
from konnektu.profiles.working import Working, fold
from tests.profiles.facts import a_fact

LARGE = "x" * 30_000
EVENTS = 700


def flood(n: int):
    """The heaviest event of the wire: everything that a sender names is as long as the wire lets it be."""
    body = LARGE.encode()
    return a_fact(
        32 + n,
        type=("identify", "track", "page", "group")[n % 4],
        name=f"{n}{LARGE}",
        traits={f"attribute {n}": LARGE, f"{n}{LARGE}"[:200]: LARGE[: LARGEST_VALUE - 2]},
        properties={"groupId": f"{n}{LARGE}", "url": LARGE, "revenue": n},
        identifiers=(Identifier("anonymous_id", f"{n % 150}"),),
        body=body,
    )


def test_a_state_has_a_largest_size():
    working = Working()
    for n in range(EVENTS):
        fold(working, flood(n))
    assert len(msgspec.msgpack.encode(working.states[1])) < 3 << 20
    assert working.states[1].basics.events == EVENTS


def test_a_value_too_large_is_kept_out_and_named_and_the_rest_counts():
    working = Working()
    fact = a_fact(
        32, type="identify", name="identify", traits={"photo": LARGE, "city": "Тверь"}, body=LARGE.encode()
    )
    fold(working, fact)
    assert working.states[1].attributes.keys() == {"city"}
    assert [(one.position, one.reason) for one in working.rejected] == [(32, "value_too_large")]
    assert "photo" in working.rejected[0].detail
    assert refold([fact]) == working.states[1]


def test_all_that_is_wrong_with_an_event_is_noted_once():
    working = Working()
    fact = a_fact(
        33,
        type="identify",
        name="identify",
        traits={"photo": LARGE, "city": "Тверь"},
        refused=(("birth_date", "not_a_date"), ("phone", "too_short")),
        context={"consent": [{"state": "perhaps"}]},
        body=LARGE.encode(),
    )
    fold(working, fact)
    (noted,) = working.rejected
    assert (noted.position, noted.reason) == (33, "wrong_value")
    for word in ("birth_date cannot take its value: not_a_date", "phone", "photo", "state"):
        assert word in noted.detail
    assert working.states[1].attributes.keys() == {"city"}


def test_the_rows_of_an_import_are_not_noted_twice():
    working = Working()
    fact = a_fact(
        34, type="identify", name="identify", origin="import", refused=(("birth_date", "not_a_date"),)
    )
    fold(working, fact)
    assert working.rejected == []
