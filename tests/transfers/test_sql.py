"""Results of queries: streamed whole from a read-only transaction, taken once, each error said."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from konnektu.core.errors import TooLarge, Unprocessable
from konnektu.imports import api as imports
from konnektu.imports.model import Column, Mapping
from konnektu.transfers import api
from konnektu.transfers.logic import pattern
from konnektu.transfers.model import PlaceRefused, PlaceSilent, WrongQuery
from konnektu.transfers.place_model import Entry
from konnektu.transfers.places.sql import SqlDoor
from tests.doubles.line import Line
from tests.doubles.mysql import PASSWORD, USER, MysqlDouble
from tests.transfers.conftest import READER, Desk

PEOPLE = Mapping(
    target="people", columns=(Column("phone", "attribute", "phone"), Column("paid", "attribute", "paid"))
)
QUERY = "SELECT phone, paid, at FROM {}.buyers ORDER BY phone"
AT = datetime(2025, 12, 31, 21, tzinfo=UTC)


def fill(shop: psycopg.Connection[Any], first: int, count: int) -> None:
    shop.execute(
        "INSERT INTO shop_of_others.buyers"
        " SELECT '+7903' || (1000000 + n), 0.10 + n, %s FROM generate_series(%s::int, %s::int) n",
        [AT, first, first + count - 1],
    )


def settings_of(shop: psycopg.Connection[Any], line: Line) -> api.SqlPlace:
    return api.SqlPlace(
        engine="postgresql", host="127.0.0.1", port=line.port, user=READER, database=shop.info.dbname,
        encryption="off",
    )  # fmt: skip


def door_of(shop: psycopg.Connection[Any], line: Line, query: str) -> SqlDoor:
    return SqlDoor(settings_of(shop, line), api.Secret("a word of others"), query, "127.0.0.1")


def plan_of(desk: Desk, settings: api.SqlPlace, word: str, query: str) -> api.ScheduledImport:
    if not imports.all_saved(desk.storage, desk.workspace):
        desk.mapping(PEOPLE)
    name = f"base {len(api.places(desk.storage, desk.workspace))}"
    place = api.add_place(desk.storage, desk.caller, name, settings, api.Secret(word), now=desk.now)
    return desk.plan(place, "buyers.jsonl", name=name, query=query, after="keep")


def test_a_result_is_taken_once_and_again_when_it_differs(desk: Desk, line: Line, shop: Any) -> None:
    fill(shop, 0, 2_500)
    plan = plan_of(desk, settings_of(shop, line), "a word of others", QUERY.format("shop_of_others"))
    for _ in range(2):
        assert desk.run_to_end(plan) == "done"
        assert (desk.people(), desk.problems()) == (2_500, {})
    fill(shop, 5_000, 1)
    assert desk.run_to_end(plan) == "done"
    assert desk.people() == 5_001
    assert [file.state for file in desk.files(plan)] == ["done", "done"]
    traits = msgspec.json.decode(desk.imports.events()[0])["traits"]
    assert traits == {"phone": "+79031000000", "paid": "0.10"}
    tried = api.try_scheduled(desk.storage, desk.workspace, plan.id, desk.config, mapping=None, now=desk.now)
    assert (tried.passed, tried.rows[-1].before["at"]) == (2_501, "2025-12-31T21:00:00Z")


def test_a_query_reads_and_nothing_more(shop: Any, line: Line, tmp_path: Path) -> None:
    fill(shop, 0, 3)
    insert = "INSERT INTO shop_of_others.buyers VALUES ('x', 1, now()) RETURNING phone"
    for query in (insert, f"WITH made AS ({insert}) SELECT * FROM made", "SELECT 1; DROP TABLE buyers", "SELEC",
                  "SELECT 1 AS a, 2 AS a", "SELECT * FROM shop_of_others.nothing"):  # fmt: skip
        with pytest.raises(WrongQuery):
            door_of(shop, line, query).fetch(Entry("x", None, None), tmp_path / "x", 1 << 20)
    assert list(tmp_path.iterdir()) == []
    assert shop.execute("SELECT count(*) FROM shop_of_others.buyers").fetchone() == (3,)


@pytest.mark.parametrize("query", ["SELECT '100%' AS a, ':b' AS b, 'c'::text AS c WHERE 'x' LIKE '%x%'"])
def test_a_query_is_sent_as_it_stands(shop: Any, line: Line, tmp_path: Path, query: str) -> None:
    door_of(shop, line, query).fetch(Entry("x", None, None), tmp_path / "x", 1 << 20)
    assert (tmp_path / "x").read_text() == '{"a":"100%","b":":b","c":"c"}\n'


def test_a_line_that_breaks_amid_a_result_leaves_nothing(desk: Desk, shop: Any, line: Line) -> None:
    fill(shop, 0, 20_000)
    plan = plan_of(desk, settings_of(shop, line), "a word of others", QUERY.format("shop_of_others"))
    line.cut_after = 200_000
    with pytest.raises(PlaceSilent):
        desk.run(plan)
    assert (imports.imports(desk.storage, desk.workspace), list(desk.problems())) == ([], ["place"])
    assert desk.run_to_end(plan) == "done"
    assert (desk.people(), desk.problems()) == (20_000, {})


def test_a_result_above_the_limit_is_not_kept(shop: Any, line: Line, tmp_path: Path) -> None:
    fill(shop, 0, 3_000)
    with pytest.raises(TooLarge):
        door_of(shop, line, QUERY.format("shop_of_others")).fetch(
            Entry("x", None, None), tmp_path / "x", 100_000
        )
    assert list(tmp_path.iterdir()) == []


def test_who_is_not_let_in_hears_why(desk: Desk, shop: Any, line: Line) -> None:
    plan = plan_of(desk, settings_of(shop, line), "guess", "SELECT 1")
    with pytest.raises(PlaceRefused, match="does not let this user in"):
        desk.run(plan)
    assert "guess" not in desk.problems()["place"]
    nowhere = msgspec.structs.replace(settings_of(shop, line), database="nowhere")
    with pytest.raises(PlaceRefused, match="nowhere"):
        desk.run(plan_of(desk, nowhere, "a word of others", "SELECT 1"))


def test_mysql_is_read_as_well(desk: Desk, tmp_path: Path) -> None:
    rows = [(f"+7903{1_000_000 + n}", Decimal("0.10") + n) for n in range(2_500)]
    with MysqlDouble(rows, ("phone", "paid")) as server:
        settings = api.SqlPlace(
            engine="mysql", host="127.0.0.1", port=server.port, user=USER, database="shop", encryption="off"
        )
        plan = plan_of(desk, settings, PASSWORD, "SELECT phone, paid FROM buyers WHERE name LIKE '%а%'")
        assert desk.run_to_end(plan) == "done"
        assert (desk.people(), desk.problems()) == (2_500, {})
        assert "SET SESSION TRANSACTION READ ONLY" in server.asked
        assert "SELECT phone, paid FROM buyers WHERE name LIKE '%а%'" in server.asked
        door = SqlDoor(settings, api.Secret(PASSWORD), "SELECT * FROM nothing", "127.0.0.1")
        with pytest.raises(WrongQuery, match="doesn't exist"):
            door.fetch(next(door.list(pattern("x"))), tmp_path / "x", 1 << 20)
        with pytest.raises(PlaceRefused):
            desk.run(plan_of(desk, settings, "guess", "SELECT 1"))
    with pytest.raises(PlaceSilent):
        desk.run(plan)


def test_a_query_belongs_to_a_database(desk: Desk, shop: Any, line: Line) -> None:
    settings = settings_of(shop, line)
    for query, after in (("", "keep"), ("SELECT 1", "archive")):
        place = api.add_place(desk.storage, desk.caller, f"b{after}", settings, api.Secret("x"), now=desk.now)
        with pytest.raises(Unprocessable):
            desk.plan(place, "x.jsonl", query=query, after=after)
