"""Whatever JSON comes through whichever door, the writer goes on, the history seals, and a rebuild repeats it."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from konnektu.belt.rebuild import Aging, rebuild
from konnektu.collect.model import FACT_TYPES
from konnektu.core.ids import public_id
from konnektu.core.records import Parcel, type_names
from konnektu.log import api as log
from konnektu.privacy import api as privacy
from konnektu.storage.api import History, Storage, WorkspaceRecord
from tests.belt.support import NOW, run_writer, waiting
from tests.belt.test_history import seal_all


@pytest.fixture(autouse=True, scope="module")
def _in_portions() -> Iterator[None]:
    """Few events a batch, and what each few of them leave is written before the rest is folded."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("konnektu.flow.applying.FOLDED_AT_ONCE", 3)
        yield


_people = st.sampled_from(["u1", "u2", "u3", "u4"])
_kinds = st.sampled_from(["user_id", "phone", "email", "anonymous_id", "previous_id", "landline", "nothing"])
_values = st.sampled_from(["u1", "u2", "+79031234567", "+79037654321", "a@shop.example", "c1", "c2"])
_ids = st.integers(0, 40 << 5).map(lambda inside: public_id(0, inside))
_numbers = st.one_of(st.integers(-2, 40), st.integers(-(2**70), 2**70), st.floats(allow_nan=False))
_texts = st.one_of(_people, _values, _ids, st.text(max_size=6), st.just("x" * 3_000))
_references = st.one_of(
    st.fixed_dictionaries({"kind": _kinds, "value": _values}), st.fixed_dictionaries({"profile": _ids})
)
_names = st.sampled_from(
    "people between decision position ordinal allow profile kinds vetoes largest_merge most_atoms by add remove clear"
    " origin consents state channel revenue currency phone email firstName birthday patronymic name rank level blocked"
    " externalIds traits device token id ip userAgent page url location campaign consent type test".split()
)
_any = st.recursive(
    st.one_of(st.none(), st.booleans(), _numbers, _texts, _references),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(_names | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=8,
)
_facts = st.one_of(
    st.fixed_dictionaries({"people": st.lists(_references, max_size=4)}),
    st.fixed_dictionaries({"between": st.lists(_references, min_size=2, max_size=2), "allow": st.booleans()}),
    st.fixed_dictionaries({"decision": st.lists(_numbers, min_size=2, max_size=2)}),
    st.fixed_dictionaries({"position": _numbers, "ordinal": _numbers}),
    st.fixed_dictionaries({"profile": _ids}),
    st.fixed_dictionaries(
        {"kinds": st.lists(st.fixed_dictionaries({"name": _kinds, "rank": _numbers}), max_size=3)}
    ),
    st.dictionaries(_names, _any, max_size=4),
)
_traits = st.dictionaries(_names, _any, max_size=4)
_events = st.fixed_dictionaries(
    {"type": st.sampled_from([*type_names, *sorted(FACT_TYPES)]), "event": _texts},
    optional={
        "userId": st.one_of(_people, _people, _numbers),
        "anonymousId": st.sampled_from(["c1", "c2"]),
        "previousId": st.one_of(_people, _any),
        "groupId": _any,
        "properties": _facts,
        "traits": _traits,
        "context": st.dictionaries(_names, _any, max_size=4),
        "timestamp": st.one_of(st.integers(NOW - 10**11, NOW), _any),
        "name": _any,
        "category": _any,
    },
)
_origins = st.sampled_from(["wire", "import", "console", "api", "system"])


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(st.lists(st.tuples(_origins, st.lists(_events, min_size=1, max_size=6)), min_size=4, max_size=12))
def test_no_event_stops_the_writer(
    storage: Storage,
    workspace: WorkspaceRecord,
    history: History,
    parcels: list[tuple[Any, list[dict[str, Any]]]],
) -> None:
    for origin, events in parcels:
        bodies = [msgspec.json.encode(event) for event in events]
        log.append(storage.inbox, workspace.id, [Parcel(1, origin, NOW, bodies)])
    seal_all(storage, workspace)
    run_writer(storage, workspace, size=20)
    assert waiting(storage, workspace) == []
    position = run_writer(storage, workspace).place.position
    seal_all(storage, workspace)
    with storage.workspace(workspace).read() as db:
        assert log.store.sealed(db) == (position, None)
    with storage.workspace(workspace).read() as db:
        is_aging = privacy.open_run(db) is not None
    if is_aging:
        # A run of retention that nobody carries on stays open, and a rebuild waits for its end.
        with pytest.raises(Aging):
            rebuild(storage, workspace, "test", lambda _done, _all: None)
        return
    assert rebuild(storage, workspace, "test", lambda _done, _all: None).is_equal
