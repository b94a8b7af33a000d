"""The fold against an oracle: any order of facts, any cutting, any erasure gives one truth."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from konnektu.core.records import Identifier
from konnektu.identity import api as identity
from konnektu.related import store
from konnektu.related.kinds import changed
from konnektu.related.logic import held, in_order, is_removed, owner_of, tell, without
from konnektu.related.model import MOST_KINDS, Field, Key, Kind, Labels, Option, RecordState, Said
from konnektu.related.values import UnreadableError, json_of, read, shown
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import run_writer, send
from tests.related.facts import kind, record
from tests.related.oracle import Truth, truth

KEY = Key("child", "7")
FIELDS = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(["1", "2", None]) for name in ("name", "height", "sex")}
)


@st.composite
def facts(draw: st.DrawFn) -> list[Said]:
    said = draw(st.lists(FIELDS, min_size=1, max_size=9))
    return [
        Said(
            key=KEY,
            position=place,
            time=draw(st.integers(1, 6)),
            rank=draw(st.integers(0, 1)),
            source=1,
            by="",
            atom=(atom := draw(st.sampled_from([0, 32, 64, 96]))),
            owner=draw(st.sampled_from([0, atom])),
            removed=draw(st.booleans()),
            fields=fields,
        )
        for place, fields in enumerate(said, 1)
    ]


def folded(said: list[Said], cuts: set[int]) -> RecordState:
    """The state of these facts, written and read again after the facts at some places."""
    state = RecordState()
    for place, one in enumerate(said):
        tell(state, one)
        if place in cuts:
            state = msgspec.msgpack.decode(msgspec.msgpack.encode(in_order(state)), type=RecordState)
    return state


def packed(state: RecordState) -> bytes:
    return msgspec.msgpack.encode(in_order(state))


@given(facts(), st.data())
def test_any_order_and_cutting_gives_one_truth(said: list[Said], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(said))
    state = folded(shuffled, data.draw(st.sets(st.integers(0, 9))))
    assert packed(state) == packed(folded(said, set()))
    found = Truth(held(state), owner_of(state), is_removed(state), state.time, state.position, state.told)
    assert found == truth(said)


@given(facts(), st.sampled_from([32, 64, 96]))
def test_what_an_atom_said_is_taken_back_as_if_it_had_never_been(said: list[Said], atom: int) -> None:
    gone = {one.position for one in said if one.atom == atom}
    left = [one for one in said if one.atom != atom]
    assert packed(without(folded(said, set()), gone, left)) == packed(folded(left, set()))


STATEMENTS = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.sampled_from(["u1", "u2", ""]),
        st.integers(0, 5),
        st.sampled_from(
            [{"name": "x"}, {"name": "y"}, {"height": 1}, {"height": None}, {"removed": True}, {"sex": "dog"}]
        ),
    ),
    min_size=1,
    max_size=10,
)


def test_through_the_writer_each_record_is_what_the_oracle_says(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    """In blocks of any size: fields, the owner's profile and whether it is there."""
    numbers = iter(range(1, 1_000_000))
    send(storage, workspace, kind(0), origin="system")

    @given(STATEMENTS, st.integers(1, 4))
    def check(stated: list[tuple[str, str, int, dict[str, Any]]], size: int) -> None:
        mark = next(numbers)
        people = {"u1": 1, "u2": 2, "": 0}
        said: dict[str, list[Said]] = {}
        for place, (letter, user, at, values) in enumerate(stated, 1):
            fact = record(f"{letter}{mark}", next(numbers), user and f"{user}-{mark}", at, **values)
            send(storage, workspace, fact, origin="api")
            one = Said(
                key=KEY, position=place, time=at, rank=1, source=1, by="", atom=0, owner=people[user],
                removed=values.get("removed", False),
                fields={n: v if v is None else str(v) for n, v in values.items() if n in ("name", "height")},
            )  # fmt: skip
            said.setdefault(letter, []).append(one)
        run_writer(storage, workspace, size)
        keys = {letter: Key("child", f"{letter}{mark}") for letter in said}
        with storage.workspace(workspace).read() as db:
            rows = store.load(db, list(keys.values()))
            for letter, key in keys.items():
                known, row = truth(said[letter]), rows[key]
                assert held(row.state) == {n: v for n, v in known.fields.items() if v is not None}
                assert (is_removed(row.state), row.state.told) == (known.removed, known.told)
                user = {number: name for name, number in people.items()}[known.owner]
                holder = identity.find(db, *Identifier("user_id", f"{user}-{mark}")) if user else 0
                assert row.profile == holder
                assert len(store.versions(db, [key])[key]) == known.told

    settings(max_examples=15, deadline=None)(check)()


def field(kind_of: Any, **more: Any) -> Field:
    return Field(name="x", en="X", ru="X", type=kind_of, **more)


OPTIONS = (Option(value="Red", en="Red", ru="Красный"),)


@pytest.mark.parametrize(
    ("one", "value", "kept", "stored", "seen"),
    [
        (field("text"), 7.0, "7", "7", "7"),
        (field("number"), "1 234,50", "1234.5", msgspec.Raw(b"1234.5"), 1234.5),
        (field("number"), 10**12 - 1, "999999999999", msgspec.Raw(b"999999999999"), 999_999_999_999),
        (field("money", currency="RUB"), "10,5", 1_050, 1_050, "10.50"),
        (field("money", currency="JPY"), {"amount": 7, "currency": "jpy"}, 7, 7, "7"),
        (field("date"), "2020-02-29T10:00:00Z", "2020-02-29", "2020-02-29", "2020-02-29"),
        (field("date"), "1.2.2020", "2020-02-01", "2020-02-01", "2020-02-01"),
        (field("boolean"), "ДА", True, True, True),
        (field("choice", options=OPTIONS), "RED", "Red", "Red", "Red"),
        (field("texts"), "a, b,a,", ["a", "b"], ["a", "b"], ["a", "b"]),
        (field("text"), "", None, None, None),
    ],
)
def test_values(one: Field, value: Any, kept: Any, stored: Any, seen: Any) -> None:
    found = read(one, value)
    assert found == kept
    if kept is not None:
        assert msgspec.json.encode(json_of(one, found)) == msgspec.json.encode(stored)
        assert shown(one, found) == seen


@pytest.mark.parametrize(
    ("one", "value"),
    [
        (field("text"), ["a"]),
        (field("text"), "a" * 1_001),
        (field("number"), "many"),
        (field("number"), 10**12),
        (field("number"), True),
        (field("money", currency="RUB"), {"amount": 1, "currency": "USD"}),
        (field("date"), "2021-02-29"),
        (field("date"), 7),
        (field("boolean"), "maybe"),
        (field("choice", options=OPTIONS), "blue"),
        (field("texts"), ["a"] * 51),
        (field("texts"), [["a"]]),
    ],
)
def test_what_no_field_holds(one: Field, value: Any) -> None:
    with pytest.raises(UnreadableError):
        read(one, value)


LABEL = Labels("One", "Many")


def made(*fields: Field, name: str = "car") -> Kind:
    return Kind(name=name, en=LABEL, ru=LABEL, fields=fields)


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        (field("number"), "type"),
        (field("money", currency="USD"), "type"),
        (Field(name="y", en="Y", ru="Y", type="money", currency="USD"), "currency"),
        (Field(name="z", en="Z", ru="Z", type="money", currency="XXZ"), "ISO"),
        (Field(name="z", en="Z", ru="Z", currency="RUB"), "only money"),
        (Field(name="z", en="Z", ru="Z", options=OPTIONS), "only a choice"),
        (Field(name="z", en="Z", ru="Z", type="choice"), "options"),
    ],
)
def test_what_a_kind_refuses(stated: Field, said: str) -> None:
    money = Field(name="y", en="Y", ru="Y", type="money")
    first, faults = changed({}, made(field("text"), money))
    assert first is not None
    assert not faults
    assert first.by_name()["y"].currency == "RUB"
    second, faults = changed({"car": first}, made(stated))
    assert second is not None
    assert second.fields == first.fields
    assert said in faults[0]


def test_kinds_are_bounded() -> None:
    kinds = {f"k{n}": made(name=f"k{n}") for n in range(MOST_KINDS)}
    assert changed(kinds, made())[0] is None
    assert changed(kinds, made(name="k0"))[0] is not None
