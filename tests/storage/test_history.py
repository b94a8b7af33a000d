"""The event store through the unmodified driver: typed inserts, Arrow both ways, parameters, JSON, errors, tokens."""

import datetime as dt
import socket
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import clickhouse_connect
import pyarrow as pa
import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError

from konnektu.core.errors import Fatal, Retry
from konnektu.storage import clickhouse, credentials, histories
from konnektu.storage.api import (
    EventStore,
    History,
    MissingTable,
    Storage,
    WorkspaceRecord,
    create_workspace,
    drop_workspace,
)
from konnektu.storage.clickhouse import Busy, Patience

CREATED_AT = 1_760_000_000_000
COLUMNS = (
    "id Int64, name String, kind LowCardinality(String), at DateTime64(3, 'UTC'), amount Decimal(38, 9),"
    " tags Array(String), note Nullable(String), sums Map(String, Float64), flag Bool, ident UUID, body JSON"
)
ENGINE = "ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 100"


@pytest.fixture
def sample(storage: Storage, history: History) -> str:
    """A table with a column of each kind the product uses."""
    storage.histories.administration.command(f"CREATE TABLE {history.database}.sample ({COLUMNS}) {ENGINE}")
    return "sample"


@pytest.fixture
def driver(storage: Storage, history: History) -> Iterator[Client]:
    """The driver as anyone would use it, compression and session included."""
    client = connected(storage, history.database)
    yield client
    client.close()


def connected(storage: Storage, user: str, **options: Any) -> Client:
    """The driver signed in as this user."""
    return clickhouse_connect.get_client(
        dsn=storage.histories._address(),
        username=user,
        password=credentials.event_store_password(storage.secret_key, user),
        database=user,
        **options,
    )


def rows(count: int) -> pa.Table:
    """So many rows for `sample`."""
    at = dt.datetime(2026, 3, 29, 1, 59, 59, 123_000, tzinfo=dt.UTC)
    return pa.table(
        {
            "id": pa.array(range(count), pa.int64()),
            "name": [f"Ёлка «{n}» \\ ' \t\n" for n in range(count)],
            "kind": ["page" if n % 2 else "track" for n in range(count)],
            "at": pa.array(
                [at + dt.timedelta(milliseconds=n) for n in range(count)], pa.timestamp("ms", "UTC")
            ),
            "amount": pa.array([Decimal("12345.678900001")] * count, pa.decimal128(38, 9)),
            "tags": pa.array([["a", "b'c"], []] * (count // 2) + [[]] * (count % 2), pa.list_(pa.string())),
            "note": pa.array([None] * count, pa.string()),
            "flag": pa.array([True] * count),
        }
    )


def test_arrow_goes_in_and_comes_back_the_same(history: History, sample: str) -> None:
    history.insert(sample, rows(1000), "batch-1")
    found = history.table("SELECT id, name, kind, at, amount, tags, note, flag FROM sample ORDER BY id")
    assert found.num_rows == 1000
    assert found.column("name").to_pylist() == rows(1000).column("name").to_pylist()
    assert found.column("at").cast(pa.timestamp("ms", "UTC")) == rows(1000).column("at")
    assert found.column("amount").to_pylist()[0] == Decimal("12345.678900001")
    assert found.column("tags").to_pylist() == rows(1000).column("tags").to_pylist()
    assert found.column("note").null_count == 1000


@pytest.mark.parametrize("compress", [False, "lz4", "zstd", "gzip"])
def test_typed_inserts_of_the_driver(storage: Storage, history: History, sample: str, compress: str) -> None:
    client = connected(storage, history.database, compress=compress)
    at = dt.datetime(2026, 3, 29, 1, 59, 59, 123_000, tzinfo=dt.UTC)
    row = [7, "Вера", "page", at, Decimal("0.000000001"), ["x"], None, {"a": 1.5}, False]
    names = ["id", "name", "kind", "at", "amount", "tags", "note", "sums", "flag"]
    client.insert("sample", [row] * 3, column_names=names)
    found = client.query(f"SELECT {', '.join(names)} FROM sample").result_rows
    assert [[*r[:3], r[4], list(r[5]), *r[6:]] for r in found] == [[*row[:3], row[4], row[5], *row[6:]]] * 3
    assert found[0][3].replace(tzinfo=dt.UTC) == at
    client.close()


def test_json_columns(driver: Client, sample: str) -> None:
    body = {"order": {"id": "A-1", "items": [{"sku": "x", "price": 10.5}]}, "ok": True}
    driver.insert("sample", [[1, body]], column_names=["id", "body"])
    assert driver.query("SELECT body.order.id::String, body.ok::Bool, body FROM sample").result_rows[0][
        :2
    ] == ("A-1", True)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("String", "a\tb\n'c' \\ \"d\" {x} ; -- Ёж"),
        ("Int64", -(2**63)),
        ("Array(String)", ["a'b", "c\\d", "e\tf", ""]),
        ("Array(Int64)", [1, 2, 3]),
        ("Nullable(String)", None),
        ("Float64", 1.5),
        ("Decimal(38, 9)", Decimal("1.000000001")),
        ("Bool", True),
    ],
)
def test_parameters_are_values_and_never_code(history: History, kind: str, value: object) -> None:
    assert history.scalar(f"SELECT {{value:{kind}}}", {"value": value}) == value


def test_parameters_may_be_longer_than_an_address(history: History) -> None:
    numbers = list(range(10**12, 10**12 + 5_000))
    texts = ["Вера", "it's\\", "a\r\n--b", "\t", ""] * 1_000
    asked = "SELECT {numbers:Array(Int64)} AS numbers, {texts:Array(String)} AS texts"
    assert history.rows(asked, {"numbers": numbers, "texts": texts}) == [(numbers, texts)]
    assert history.table(asked, {"numbers": numbers, "texts": texts}).column("numbers").to_pylist() == [
        numbers
    ]


def test_a_repeated_token_adds_nothing_also_across_partitions_and_restarts(
    storage: Storage, history: History
) -> None:
    storage.histories.administration.command(
        f"CREATE TABLE {history.database}.parted (id Int64) ENGINE = MergeTree PARTITION BY id % 3 ORDER BY id"
        " SETTINGS non_replicated_deduplication_window = 100"
    )
    batch = pa.table({"id": pa.array(range(9), pa.int64())})
    for _ in range(3):
        history.insert("parted", batch, "token-1")
    assert history.scalar("SELECT count() FROM parted") == 9
    history.insert("parted", batch, "token-2")
    assert history.scalar("SELECT count() FROM parted") == 18


def test_without_a_token_the_same_rows_are_added_each_time(storage: Storage, history: History) -> None:
    table = f"CREATE TABLE {history.database}.plain (id Int64) ENGINE = MergeTree ORDER BY id"
    storage.histories.administration.command(f"{table} SETTINGS non_replicated_deduplication_window = 100")
    for _ in range(3):
        history.insert("plain", pa.table({"id": [1, 2]}), token=None)
    history.command("DELETE FROM plain WHERE id = 1")
    history.insert("plain", pa.table({"id": [1, 2]}), token=None)
    assert history.rows("SELECT id, count() FROM plain GROUP BY id ORDER BY id") == [(1, 1), (2, 4)]


def test_deleting_has_taken_effect_when_it_returns(history: History, sample: str) -> None:
    history.insert(sample, rows(100), "batch")
    history.command("DELETE FROM sample WHERE id < {upto:Int64}", {"upto": 60})
    assert history.scalar("SELECT count() FROM sample") == 40
    history.command("ALTER TABLE sample DELETE WHERE id < {upto:Int64}", {"upto": 90})
    assert history.scalar("SELECT count() FROM sample") == 10


def test_errors_say_what_is_wrong_and_of_which_kind(history: History, driver: Client, sample: str) -> None:
    with pytest.raises(MissingTable, match="no_such_table"):
        history.table("SELECT * FROM no_such_table")
    with pytest.raises(Fatal, match=r"(?i)syntax error"):
        history.table("SELEC 1")
    with pytest.raises(Retry, match=r"(?i)memory limit"):
        history.scalar(
            "SELECT length(groupArray(number)) FROM numbers(100000000) SETTINGS max_memory_usage = 50000000"
        )
    with pytest.raises(DatabaseError) as error:
        driver.query("SELECT * FROM no_such_table")
    assert error.value.code == 60
    with pytest.raises(Fatal, match="id"):
        history.insert(sample, pa.table({"id": ["not a number"]}), "bad")
    assert history.scalar("SELECT count() FROM sample") == 0


def test_large_answers_and_settings(driver: Client) -> None:
    found = driver.query_arrow("SELECT number, toString(number) AS text FROM numbers(300000)")
    assert found.num_rows == 300_000
    assert driver.query("SELECT getSetting('max_threads')", settings={"max_threads": 1}).result_rows == [(1,)]
    assert driver.command("SELECT 1") == 1
    assert driver.ping()


def test_insert_values_and_select(driver: Client, sample: str) -> None:
    driver.command("INSERT INTO sample (id, name) VALUES (1, 'FORMAT Native\n')")
    driver.command("INSERT INTO sample (id, name) SELECT id + 1, name FROM sample")
    driver.raw_insert("sample", ["id", "name"], b"3\tx\n4\ty\n", fmt="TSV")
    assert driver.query("SELECT id, name FROM sample ORDER BY id").result_rows == [
        (1, "FORMAT Native\n"), (2, "FORMAT Native\n"), (3, "x"), (4, "y"),
    ]  # fmt: skip


def test_wrong_passwords_and_strangers_are_refused(storage: Storage, history: History) -> None:
    for user, password in ((history.database, "x"), (histories.ADMIN, ""), ("default", ""), ("'; --", "")):
        door = History(storage.histories._address, user=user, password=password, database=history.database)
        with pytest.raises(Fatal, match="Authentication failed"):
            door.scalar("SELECT 1")


@pytest.fixture(scope="module")
def neighbours(
    event_store_server: Path, storage: Storage
) -> Iterator[tuple[WorkspaceRecord, WorkspaceRecord]]:
    """Two workspaces: one with something to steal, one that tries."""
    rich, poor = (
        create_workspace(storage, slug, "Shop", created_at=CREATED_AT) for slug in ("rich-one", "poor-one")
    )
    admin = storage.histories.administration
    admin.command(f"CREATE TABLE {rich.database}.secret (email String) ENGINE = MergeTree ORDER BY email")
    storage.history(rich).insert("secret", pa.table({"email": ["vera@example.com"]}), "x")
    admin.command(f"CREATE TABLE {poor.database}.sample ({COLUMNS}) {ENGINE}")
    yield rich, poor
    drop_workspace(storage, rich)
    drop_workspace(storage, poor)


@pytest.fixture
def neighbour(neighbours: tuple[WorkspaceRecord, WorkspaceRecord]) -> WorkspaceRecord:
    """The one with something to steal."""
    return neighbours[0]


@pytest.fixture
def thief(storage: Storage, neighbours: tuple[WorkspaceRecord, WorkspaceRecord]) -> Iterator[Client]:
    """The driver in the hands of the one that tries."""
    client = connected(storage, neighbours[1].database)
    yield client
    client.close()


ATTACKS = [
    "SELECT * FROM {db}.secret",
    "SELECT * FROM (SELECT * FROM {db}.secret)",
    "WITH s AS (SELECT * FROM {db}.secret) SELECT * FROM s",
    "SELECT 1 WHERE 'a' IN (SELECT email FROM {db}.secret)",
    "SELECT 'a' IN {db}.secret",
    "SELECT * FROM merge('{db}', 'secret')",
    "SELECT * FROM merge(REGEXP('.*'), 'secret')",
    "SELECT * FROM view(SELECT * FROM {db}.secret)",
    "SELECT * FROM remote('127.0.0.1', '{db}', 'secret')",
    "SELECT * FROM cluster('default', '{db}', 'secret')",
    "SELECT * FROM loop('{db}', 'secret')",
    "SELECT * FROM mergeTreeIndex('{db}', 'secret')",
    "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
    "SELECT * FROM s3('http://127.0.0.1:1/x', 'LineAsString')",
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    "SELECT file('/etc/passwd')",
    "SELECT `file`('/etc/passwd')",
    "SELECT FILE /* */ ('/etc/passwd')",
    "SELECT * APPLY file FROM (SELECT '/etc/passwd' AS x)",
    "SELECT arrayMap(x -> file(x), ['/etc/passwd'])",
    "SELECT * FROM `/etc/passwd`",
    "DESCRIBE file('/etc/passwd')",
    "SELECT * FROM executable('id', 'TSV', 'x String')",
    "SELECT * FROM sqlite('/tmp/x', 't')",
    "SELECT * FROM python('x')",
    "SELECT * FROM {{table:Identifier}}",
    "SELECT 1 INTO OUTFILE '/tmp/x'",
    "INSERT INTO sample FROM INFILE '/etc/passwd' FORMAT TSV",
    "INSERT INTO FUNCTION file('/tmp/x') SELECT 1",
    "INSERT INTO {db}.secret VALUES ('x')",
    "INSERT INTO {db}.secret FORMAT TSV\nx\n",
    "INSERT INTO sample (name) SELECT email FROM {db}.secret",
    "SELECT 1; SELECT * FROM {db}.secret",
    "USE {db}",
    "SET ROLE {db}",
    "SET ROLE ALL",
    "EXECUTE AS default SELECT * FROM {db}.secret",
    "GRANT SELECT ON {db}.* TO default",
    "CREATE TABLE thief ENGINE = Buffer('{db}', 'secret', 1, 1, 1, 1, 1, 1, 1)",
    "CREATE VIEW thief AS SELECT * FROM {db}.secret",
    "CREATE MATERIALIZED VIEW thief ENGINE = Memory AS SELECT * FROM {db}.secret",
    "CREATE TEMPORARY TABLE t (x Int8)",
    "CREATE DATABASE thief",
    "CREATE FUNCTION f AS x -> x",
    "DROP TABLE {db}.secret",
    "TRUNCATE TABLE {db}.secret",
    "ALTER TABLE {db}.secret DELETE WHERE 1",
    "DELETE FROM {db}.secret WHERE 1",
    "RENAME TABLE {db}.secret TO stolen",
    "ATTACH TABLE {db}.secret",
    "BACKUP DATABASE {db} TO File('/tmp/x')",
    "SELECT query FROM system.processes",
    "SELECT query FROM `system`.`processes`",
    "SELECT last_error_message FROM system.errors",
    "SELECT * FROM merge('system', 'processes')",
    "SHOW PROCESSLIST",
    "KILL QUERY WHERE 1",
    "SYSTEM SHUTDOWN",
    "SHOW CREATE TABLE {db}.secret",
    "DESCRIBE {db}.secret",
    "EXPLAIN SELECT * FROM {db}.secret",
    "EXISTS TABLE {db}.secret",
    "SELECT hasColumnInTable('{db}', 'secret', 'email')",
    "SELECT 1 FORMAT Template SETTINGS format_template_resultset = '/etc/passwd'",
    "SELECT 1 SETTINGS max_memory_usage = 99999999999999",
    "SELECT 1 SETTINGS dialect = 'prql'",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_workspaces_user_reaches_its_own_database_alone(
    thief: Client, neighbour: WorkspaceRecord, attack: str
) -> None:
    with pytest.raises(DatabaseError) as refused:
        thief.raw_query(
            attack.format(db=neighbour.database), parameters={"table": f"{neighbour.database}.secret"}
        )
    assert refused.value.code in {497, 62, 452, 60}, refused.value
    if refused.value.code == 60:
        assert "/etc/passwd" in attack, refused.value
    assert "vera@example.com" not in str(refused.value)
    assert "root:" not in str(refused.value)


def test_the_catalogue_shows_a_workspace_only_its_own(thief: Client, neighbour: WorkspaceRecord) -> None:
    for table in (
        "system.tables",
        "system.columns",
        "system.databases",
        "system.parts",
        "information_schema.tables",
    ):
        assert neighbour.database not in thief.raw_query(f"SELECT * FROM {table} FORMAT TSV").decode(), table


@pytest.mark.parametrize(
    "setting", ["database", "role", "format_schema", "format_template_resultset", "dialect"]
)
def test_settings_of_the_request_do_not_lead_out(
    thief: Client, neighbour: WorkspaceRecord, setting: str
) -> None:
    thief.set_client_setting(setting, neighbour.database)
    if setting == "database":
        thief.database = neighbour.database
    if setting == "role":
        assert thief.raw_query("SELECT currentRoles() FORMAT TSV") == f"['{thief.database}']\n".encode()
    else:
        with pytest.raises(DatabaseError, match="Not enough privileges"):
            thief.raw_query("SELECT 1")


@pytest.fixture
def mute() -> Iterator[str]:
    """The address of a server that takes questions and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_store_that_hangs_is_waited_for_so_long(mute: str) -> None:
    door = History(lambda: mute, user="someone", password="", database="default", patience=Patience(1))
    with pytest.raises(Retry, match="does not answer"):
        door.rows("SELECT 1")


def test_a_store_that_hangs_holds_some_threads_alone(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clickhouse, "BUSY_SECONDS", 0.01)
    patience = Patience(at_once=2)
    monkeypatch.setattr(history, "_patience", patience)
    with patience.place():
        assert history.rows("SELECT 1") == [(1,)]
        with patience.place(), pytest.raises(Busy):
            history.rows("SELECT 1")
    assert history.rows("SELECT 1") == [(1,)]


def test_a_store_that_never_ran_leaves_workspaces_without_a_history(
    postgres_url: str, workspace: WorkspaceRecord, storage: Storage
) -> None:
    without = Storage(postgres_url, storage.secret_key, event_store=EventStore())
    with pytest.raises(Retry, match="has never run"):
        without.history(workspace)
    without.close()
