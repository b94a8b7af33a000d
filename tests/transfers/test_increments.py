"""Queries that go on where they stopped: nothing is lost or taken twice, whatever breaks on the way."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from konnektu.core.errors import Unprocessable
from konnektu.transfers import api
from konnektu.transfers.increments import Reaching, asked
from konnektu.transfers.model import PlaceSilent, ScheduledImport, WrongQuery
from konnektu.transfers.place_model import Entry, Increment
from konnektu.transfers.places.sql import SqlDoor
from tests.doubles.line import Line
from tests.doubles.mysql import PASSWORD, USER, MysqlDouble
from tests.imports.support import SimulatedCrash, dying_before
from tests.transfers.conftest import Desk
from tests.transfers.test_sql import AT, door_of, plan_of, settings_of

QUERY = "SELECT phone, paid, at FROM shop_of_others.buyers WHERE at >= {since} AND phone LIKE '%7903%'"


def bought(shop: Any, hours: int, *phones: int) -> None:
    """Buyers of an hour after AT."""
    for phone in phones:
        shop.execute(
            "INSERT INTO shop_of_others.buyers VALUES (%s, %s, %s)",
            [f"+7903{1_000_000 + phone}", phone, AT + timedelta(hours=hours)],
        )


@pytest.fixture
def plan(desk: Desk, shop: Any, line: Line) -> ScheduledImport:
    made = plan_of(desk, settings_of(shop, line), "a word of others", "SELECT 1")
    wanted = replace(made, query=QUERY, increment="at", since="2025-01-01", size_factor=0.0)
    return api.change_scheduled(desk.storage, desk.caller, wanted, now=desk.now)


def taken(desk: Desk) -> list[str]:
    """Phones of the rows that were taken, in order of phones."""
    events = [msgspec.json.decode(event) for event in desk.imports.events()]
    return sorted(event["traits"]["phone"][-2:] for event in events)


def test_what_was_read_is_not_asked_for_again(desk: Desk, plan: ScheduledImport, shop: Any) -> None:
    bought(shop, 0, 1, 2)
    bought(shop, 1, 3)
    for _ in range(3):
        assert desk.run_to_end(plan) == "done"
        assert (taken(desk), desk.problems()) == (["01", "02", "03"], {})
    assert len(desk.files(plan)) == 1
    bought(shop, 1, 4)
    bought(shop, 2, 5)
    shop.execute("DELETE FROM shop_of_others.buyers WHERE phone LIKE '%1000001'")
    assert desk.run_to_end(plan) == "done"
    assert taken(desk) == ["01", "02", "03", "04", "05"]
    found = api.find_scheduled(desk.storage, desk.workspace, plan.id)
    assert found.since == (AT + timedelta(hours=2)).isoformat()
    assert len(found.edge) == 1
    again = replace(found, since="2025-01-01")
    api.change_scheduled(desk.storage, desk.caller, again, now=desk.now)
    assert desk.run_to_end(plan) == "done"
    assert taken(desk) == ["01", "02", "02", "03", "03", "04", "04", "05", "05"]


def test_wherever_a_run_dies_each_row_is_taken_once(desk: Desk, plan: ScheduledImport, shop: Any) -> None:
    statement, is_dead = 0, True
    while is_dead:
        bought(shop, statement, statement)
        with suppress(SimulatedCrash), dying_before(statement):
            desk.run(plan)
            is_dead = False
        assert desk.run_to_end(plan) == "done"
        assert taken(desk) == [f"{number:02}" for number in range(statement + 1)]
        statement += 1
    assert statement > 10


def test_a_line_that_breaks_amid_a_result_moves_nothing(
    desk: Desk, plan: ScheduledImport, shop: Any, line: Line
) -> None:
    shop.execute(
        "INSERT INTO shop_of_others.buyers"
        " SELECT '+7903' || (1000000 + n), n, %s::timestamptz + n * interval '1 second' FROM generate_series(1, 20000) n",
        [AT],
    )
    line.cut_after = 200_000
    with pytest.raises(PlaceSilent):
        desk.run(plan)
    assert api.find_scheduled(desk.storage, desk.workspace, plan.id).since == "2025-01-01"
    assert desk.run_to_end(plan) == "done"
    assert len(taken(desk)) == 20_000


@pytest.mark.parametrize(
    ("column", "query", "said"),
    [
        ("phone", "SELECT phone FROM shop_of_others.buyers WHERE phone <> {since}", "holds texts"),
        ("changed", "SELECT phone FROM shop_of_others.buyers WHERE phone <> {since}", "no column 'changed'"),
    ],
)
def test_a_column_that_cannot_be_gone_on_by_is_said(
    shop: Any, line: Line, tmp_path: Any, column: str, query: str, said: str
) -> None:
    bought(shop, 0, 1)
    door = door_of(shop, line, query)
    door._increment = Increment(column, "0")
    with pytest.raises(WrongQuery, match=said):
        door.fetch(Entry("x", None, None), tmp_path / "x", 1 << 20)


@pytest.mark.parametrize(
    "wrong", [{"query": "SELECT 1"}, {"since": None}, {"increment": "phone", "since": None}]
)
def test_a_rule_says_where_it_begins(desk: Desk, plan: ScheduledImport, wrong: dict[str, Any]) -> None:
    place = api.find_scheduled(desk.storage, desk.workspace, plan.id)
    if wrong == {"since": None}:
        with pytest.raises(Unprocessable, match="begins"):
            desk.plan(
                api.places(desk.storage, desk.workspace)[0], "x", query=QUERY, increment="at", after="keep"
            )
        api.change_scheduled(desk.storage, desk.caller, replace(place, since=None), now=desk.now)
        assert api.find_scheduled(desk.storage, desk.workspace, plan.id).since == "2025-01-01"
    else:
        with pytest.raises(Unprocessable):
            api.change_scheduled(desk.storage, desk.caller, replace(place, **wrong), now=desk.now)


def test_mysql_is_told_how_far_it_came(tmp_path: Any) -> None:
    with MysqlDouble([("+79031000001", 5)], ("phone", "paid")) as server:
        settings = api.SqlPlace(
            engine="mysql", host="127.0.0.1", port=server.port, user=USER, database="shop", encryption="off"
        )
        query = "SELECT phone, paid FROM buyers WHERE name LIKE '%а%' AND paid > {since}"
        increment = Increment("paid", "4' OR '1")
        door = SqlDoor(settings, api.Secret(PASSWORD), query, "127.0.0.1", increment)
        fetched = door.fetch(Entry("x", None, None), tmp_path / "x", 1 << 20)
        assert fetched.reached is not None
        assert fetched.reached.since == "5"
        assert (
            "SELECT phone, paid FROM buyers WHERE name LIKE '%а%' AND paid > '4\\' OR \\'1'" in server.asked
        )


def test_a_value_is_never_part_of_the_text() -> None:
    query = "SELECT '100%', {since} WHERE x > {since}"
    assert asked(query, Increment("x", "7")) == ("SELECT '100%%', %s WHERE x > %s", ("7", "7"))


KINDS: dict[str, tuple[Any, ...]] = {
    "whole": (1, 2, 10, 11),
    "exact": (Decimal("0.10"), Decimal("0.2"), Decimal(1), Decimal(10)),
    "binary": (0.1, 0.2, 0.30000000000000004, 1e300),
    "day": (date(2025, 1, 1), date(2025, 1, 2), date(2025, 2, 1), date(2026, 1, 1)),
    "moment": tuple(datetime(2025, 1, 1, tzinfo=UTC) + timedelta(microseconds=n) for n in (0, 1, 2, 10**9)),
    "local": tuple(datetime(2025, 1, 1) + timedelta(microseconds=n) for n in (0, 1, 2, 10**9)),
}


@pytest.mark.parametrize("kind", KINDS)
@given(steps=st.lists(st.lists(st.integers(0, 3), max_size=4), max_size=5))
def test_rows_are_new_once_as_the_base_grows(kind: str, steps: list[list[int]]) -> None:
    values, increment = KINDS[kind], Increment("at", "beginning")
    base: list[tuple[int, int]] = []
    found: list[int] = []
    least = 0
    for step in steps:
        # The column never falls: what comes later is at least what was read.
        base += [(len(base) + n, max(least, value)) for n, value in enumerate(step)]
        reaching = Reaching(increment)
        rows = [(number, {"at": values[value]}) for number, value in base]
        found += [number for number, row in rows if reaching.is_new(row, f"{number}".encode())]
        increment = reaching.reached
        least = max([least, *(max(least, value) for value in step)])
    assert found == [number for number, _ in base]
