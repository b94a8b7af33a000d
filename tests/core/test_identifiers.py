"""Extraction of identifiers: normal forms, order, blocked values, own kinds, digests; total on any input."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konnektu.core.identifiers import DEFAULT_KINDS, HASHED_KINDS, PREVIOUS_ID, Kind, extract, normal
from konnektu.core.records import Identifier


def found(kinds=DEFAULT_KINDS, **given):
    return extract(kinds, **{"user_id": None, "anonymous_id": None, "traits": {}, "context": {}, **given})


def test_strongest_first_in_normal_form():
    assert found(
        user_id=" u-1 ",
        anonymous_id="c1",
        traits={"email": "Iva.Nov+shop@Gmail.com", "phone": "8 (903) 123-45-67"},
        context={"device": {"id": "D-1", "token": "t"}},
    ) == (
        Identifier("user_id", "u-1"),
        Identifier("phone", "+79031234567"),
        Identifier("email", "ivanov@gmail.com"),
        Identifier("push_token", "t"),
        Identifier("device_id", "d-1"),
        Identifier("anonymous_id", "c1"),
    )


@pytest.mark.parametrize(
    "value", ["", "null", "-1", "0000-0000", "anonymous", "  ", None, True, 1.5, {}, "x" * 300]
)
def test_values_that_identify_nobody_are_gone(value):
    assert found(user_id=value, anonymous_id=value) == ()


def test_numbers_are_ids_too():
    assert found(user_id=77) == found(user_id=77.0) == (Identifier("user_id", "77"),)


def test_a_landline_speaks_of_a_household():
    assert found(traits={"phone": "+7 495 123-45-68"}) == (Identifier("landline", "+74951234568"),)


def test_lists_and_repeated_values():
    assert found(traits={"phone": ["89031234567", "+79031234567", "89031234568"]}) == (
        Identifier("phone", "+79031234567"),
        Identifier("phone", "+79031234568"),
    )


def test_external_ids_name_their_kind():
    ids = [{"id": "5 5", "type": "loyalty_card", "collection": "users"}, {"id": "x", "type": "none"}, 7]
    assert found(context={"externalIds": ids}) == (Identifier("loyalty_card", "55"),)


def test_previous_id_comes_last():
    assert found(user_id="a", previous_id="b") == (Identifier("user_id", "a"), Identifier(PREVIOUS_ID, "b"))


def test_own_kinds_are_data():
    kinds = (
        *DEFAULT_KINDS,
        Kind("crm_id", 5, unique=True, limit=1, paths=("traits.crm_id",), blocked=("test.*",)),
    )
    assert found(kinds, user_id="a", traits={"crm_id": "7"})[0] == Identifier("crm_id", "7")
    assert found(kinds, traits={"crm_id": "TEST-1"}) == ()


def test_a_digest_meets_its_clear_value():
    kinds = DEFAULT_KINDS + HASHED_KINDS
    for spelling in ("+79031234567", "79031234567"):
        digest = sha256(spelling.encode()).hexdigest()
        stated = found(kinds, traits={"phone_sha256": digest.upper()})
        assert stated == (Identifier("phone_sha256", digest),)
        assert stated[0] in found(kinds, traits={"phone": "8 903 123 45 67"})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "token", "type"]), inner)
    ),
    max_leaves=6,
)
names = st.sampled_from(["phone", "email", "login", "loyalty_card", "device", "externalIds", "client_id"])


@given(
    json_values,
    json_values,
    st.dictionaries(names, json_values),
    st.dictionaries(names, json_values),
    json_values,
)
def test_total_and_a_fixed_point(user_id, anonymous_id, traits, context, previous_id):
    kinds = {kind.name: kind for kind in DEFAULT_KINDS}
    for name, value in found(
        user_id=user_id, anonymous_id=anonymous_id, traits=traits, context=context, previous_id=previous_id
    ):
        assert name == PREVIOUS_ID or normal(kinds[name], value) == value
