"""The fold against an oracle: any order of facts, any repetition, any cutting gives one truth."""

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from konnektu.core.entities import values
from konnektu.core.records import Identifier
from konnektu.identity import api as identity
from konnektu.orders import api as orders
from konnektu.orders import store
from konnektu.orders.logic import (
    MOST_STATUSES,
    OWNER,
    SOURCE,
    figures,
    history,
    in_order,
    merged_lines,
    owner_of,
    shown_lines,
    tell,
)
from konnektu.orders.model import OrderState, Refund, Stage, Told
from konnektu.orders.words import MOST_OTHER
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import run_writer, send, track
from tests.orders.facts import mapping, order
from tests.orders.oracle import Said, truth

TIMES = st.integers(1, 6)
AMOUNTS = st.sampled_from(["0", "0.005", "1", "9.99", "100", "250.5"])
QUANTITIES = st.sampled_from(["0", "1", "2", "0.5"])
LINE_FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "quantity": QUANTITIES,
        "price": AMOUNTS | st.none(),
        "discount": AMOUNTS,
        "total": AMOUNTS | st.none(),
        "returned": QUANTITIES,
    },
)
LINE_IDS = st.sampled_from(["p1", "p2", "p3"])
LISTS = st.dictionaries(LINE_IDS, LINE_FIELDS, max_size=3).map(
    lambda lines: [list(pair) for pair in lines.items()]
)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "total": AMOUNTS | st.none(),
        "revenue": AMOUNTS,
        "shipping": AMOUNTS,
        "discount": AMOUNTS,
        "returned": AMOUNTS | st.none(),
        "store": st.sampled_from(["a", "b", None]),
        "lines": LISTS,
        "other.note": st.integers(0, 2),
    },
)
STATUSES = st.sampled_from(["", "", "created", "paid", "shipped", "cancelled", "returned", "received"])
REFUNDS = st.none() | st.builds(
    Refund,
    TIMES,
    st.none() | AMOUNTS,
    st.dictionaries(LINE_IDS, st.tuples(QUANTITIES, st.none() | AMOUNTS), max_size=2),
)
TOLD = st.builds(
    Told,
    number=st.just("7"),
    fields=FIELDS,
    status=STATUSES,
    time=TIMES,
    line=st.none() | st.tuples(LINE_IDS, LINE_FIELDS),
    refund=REFUNDS,
)


@st.composite
def facts(draw: st.DrawFn) -> list[Said]:
    told = draw(st.lists(TOLD, min_size=1, max_size=9))
    ranks = st.integers(0, 1)
    return [
        Said(one, draw(ranks), place, draw(st.sampled_from([0, 0, 32, 64])))
        for place, one in enumerate(told, 1)
    ]


def folded(said: list[Said], cuts: set[int]) -> OrderState:
    """The state of these facts, written and read again after the facts at some places."""
    state = OrderState()
    for place, one in enumerate(said):
        assert not tell(state, one.told, one.rank, one.position, one.atom)
        if place in cuts:
            state = msgspec.msgpack.decode(msgspec.msgpack.encode(in_order(state)), type=OrderState)
    return state


@given(facts(), st.data())
def test_any_order_repetition_and_cutting_gives_one_truth(said: list[Said], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(said), max_size=5))
    shuffled = data.draw(st.permutations(said + again))
    state = folded(shuffled, data.draw(st.sets(st.integers(0, 12))))
    assert msgspec.msgpack.encode(in_order(state)) == msgspec.msgpack.encode(in_order(folded(said, set())))

    known, found = truth(said), figures(state, {})
    held = {name: one for name, one in values(state.fields).items() if name not in (OWNER, SOURCE)}
    assert held == {name: one for name, one in known.fields.items() if name != "lines"}
    assert owner_of(state) == known.owner
    assert [(status, at.time) for status, at in history(state)] == known.statuses
    assert merged_lines(state) == known.lines
    assert (state.first, state.position) == (known.first, known.position)
    assert (found.stage, found.gross, found.returned, found.net) == known[-4:]


def test_bounds_hold_whatever_the_order() -> None:
    told = [
        Told(number="7", status=f"s{n}", time=n, fields={f"other.f{n}": n})
        for n in range(1, MOST_STATUSES + 60)
    ]
    said = [Said(one, 1, place, 0) for place, one in enumerate(told, 1)]
    forth, back = folded(said, set()), folded(said[::-1], {3, 100})
    assert in_order(forth) == in_order(back)
    assert len(forth.statuses) == MOST_STATUSES
    assert sum(name.startswith("other.") for name in forth.fields) == MOST_OTHER
    assert figures(forth, {}).status == told[-1].status


def test_a_refund_finds_its_line_by_product_or_sku() -> None:
    lines: list[Any] = [["7-1", {"product_id": "p1", "sku": "s1", "price": "10", "quantity": "3"}]]
    told = [
        Told(number="7", time=1, fields={"lines": lines}),
        Told(number="7", time=2, refund=Refund(2, None, {"p1": ("1", None)})),
        Told(number="7", time=3, refund=Refund(3, None, {"s1": ("1", "9")})),
    ]
    state = folded([Said(one, 1, place, 0) for place, one in enumerate(told, 1)], set())
    assert figures(state, {}).returned == 1_900
    assert [(line.id, line.total, line.returned) for line in shown_lines(state)] == [("7-1", "30", "2")]


MAPPED = st.sampled_from(["created", "cancelled", "returned", "received", "partly_returned"])
STATEMENTS = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.sampled_from(["u1", "u2", ""]),
        st.integers(0, 5),
        st.sampled_from(
            [
                {"total": 10},
                {"total": "7.5"},
                {"status": "cancelled"},
                {"status": "X"},
                {"status": "y"},
                {"returned": 2},
            ]
        ),
    ),
    min_size=1,
    max_size=10,
)


def test_figures_are_what_the_orders_sum_up_to(storage: Storage, workspace: WorkspaceRecord) -> None:
    """Through the writer, in blocks of any size: the figures of each person are the sums over their orders."""
    numbers = iter(range(1, 1_000_000))

    @given(STATEMENTS, st.integers(1, 4), st.dictionaries(st.sampled_from("xy"), MAPPED))
    def check(
        stated: list[tuple[str, str, int, dict[str, Any]]], size: int, stages: dict[str, Stage]
    ) -> None:
        mark = next(numbers)
        for letter, user, at, said in stated:
            fact = order(f"{letter}{mark}", next(numbers), user and f"{user}-{mark}", at, **said)
            send(storage, workspace, fact, origin="api")
        # One more of each, so that everybody is there to be asked for.
        send(storage, workspace, *[track("Seen", next(numbers), user=f"u{n}-{mark}") for n in (1, 2)])
        send(storage, workspace, mapping(next(numbers), **stages), origin="system")
        run_writer(storage, workspace, size)
        with storage.workspace(workspace).read() as db:
            rows = [found for letter in "ab" if (found := store.one(db, f"{letter}{mark}"))]
            assert [row.figures for row in rows] == [figures(row.state, stages) for row in rows]
            for n in (1, 2):
                profile = identity.find(db, *Identifier("user_id", f"u{n}-{mark}"))
                assert profile is not None
                own = [row.figures for row in rows if row.profile == profile]
                bought = [one for one in own if one.stage not in ("cancelled", "returned")]
                for found_ in orders.figures_of(db, [profile]).get(profile, []):
                    assert found_.orders == len(own)
                    assert found_.purchases == len(bought)
                    assert found_.gross == sum(one.gross for one in own)
                    assert found_.net == sum(one.net for one in bought)
                    assert found_.cancelled == sum(one.gross for one in own if one.stage == "cancelled")
                    assert found_.gross == found_.net + found_.cancelled + found_.returned
                    assert found_.largest == max((one.net for one in bought), default=0)
                    assert found_.first_at == min((one.ordered_at for one in bought), default=None)
                    assert abs(found_.average * len(bought) - found_.net) * 2 <= len(bought)
                assert bool(own) == bool(orders.figures_of(db, [profile]))

    settings(max_examples=15, deadline=None)(check)()
