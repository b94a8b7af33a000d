"""Whatever JSON a fact carries, folding it ends, and what comes of it can be stored: a writer never stops at bad data."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from konnektu.core.records import Identifier
from konnektu.profiles import store
from konnektu.profiles.logic import in_order, refold, unite
from konnektu.profiles.masking import covered
from konnektu.profiles.views import of_basics
from konnektu.profiles.working import Working, fold
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.profiles.facts import NOW, a_fact

_text = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
_words = st.sampled_from(
    [
        "given",
        "withdrawn",
        "sms",
        "phone",
        "+79031234567",
        "RUB",
        "confirmed",
        "2027-01-01",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31",
    ]
)
_names = st.sampled_from(
    "state channel contact kind value valid_until consents proof add remove clear origin groupId revenue price currency"
    " consent categoryPreferences page url ip first_name gender entity".split()
)
_json = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**63), 2**63 - 1),
        st.floats(-1e12, 1e12).map(lambda number: round(number, 9)),
        _text,
        _words,
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_names | _text, inner, max_size=4)),
    max_leaves=12,
)
_object = st.dictionaries(st.one_of(_names, _text), _json, max_size=6)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "type": st.sampled_from(["track", "page", "group", "identify", "edit", "tag", "consent"]),
                "name": st.sampled_from(["Consent Given", "Consent Withdrawn", "Order"]),
                "properties": _object,
                "traits": _object,
                "context": _object,
                "identifiers": st.sampled_from(
                    [(), (Identifier("phone", "+79031234567"), Identifier("anonymous_id", "c"))]
                ),
                "time": st.integers(86_400_001, NOW),
            }
        ),
        min_size=1,
        max_size=3,
    )
)
def test_anything_is_folded_shown_and_stored(
    storage: Storage, workspace: WorkspaceRecord, fields: list[dict[str, Any]]
) -> None:
    facts = [a_fact(32 + place, **one) for place, one in enumerate(fields)]
    working = Working()
    for fact in facts:
        fold(working, fact)
    state = working.states[1]
    in_order(unite(state, refold([])).basics)
    of_basics(state.basics)
    covered("", {name: held.value for name, held in state.attributes.items()})
    with storage.workspace(workspace).transaction() as db:
        store.empty(db)
        store.save(db, working)
        assert store.profiles(db, [1])[1].state == state
        assert len(store.statements_of(db, [1]).get(1, [])) == len(working.statements)
