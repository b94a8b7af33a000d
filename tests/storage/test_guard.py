"""What the store refuses to a workspace's user beside its grants; texts are as the engine formats them."""

import pytest

from konnektu.storage.eventstore.guard import is_safe_setting, made_database, refusal

TABLE_FUNCTIONS = frozenset(
    {"file", "url", "merge", "numbers", "values", "view", "format", "executable", "eval"}
)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count() FROM fact WHERE name = 'Order Completed' AND time > {from:DateTime64(3)}",
        "WITH a AS (SELECT 1 AS x) SELECT x FROM a SETTINGS max_threads = 1, join_algorithm = 'hash'",
        "SELECT windowFunnel(10)(t, a = 1, b = 2) FROM (SELECT 1 AS t SETTINGS final = 1) WHERE t = 1",
        "SELECT properties.file, `p.url`, url FROM fact ORDER BY file ASC",
        "SELECT 'file(1) INTO OUTFILE system.processes SETTINGS x = 1'",
        "SELECT system FROM t",
        "SELECT name FROM system.columns",
        "INSERT INTO fact (position) FORMAT Native",
        "ALTER TABLE fact (DELETE WHERE atom = 1)",
        "DELETE FROM fact WHERE 1",
        "SHOW TABLES",
        "SELECT format('{}', 1) FROM numbers(3)",
        "SELECT 1 SETTINGS output_format_json_quote_64bit_integers = 1",
    ],
)
def test_what_the_product_asks_is_let_through(statement: str) -> None:
    assert refusal(statement, TABLE_FUNCTIONS) == ""


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("SELECT file('/etc/passwd')", "function file"),
        ("SELECT `file`('/etc/passwd')", "function file"),
        ("SELECT * APPLY(file) FROM t", "function file"),
        ("SELECT * APPLY file FROM t", "function file"),
        ("SELECT * FROM url('http://x')", "function url"),
        ("SELECT aiGenerate('x')", "function aiGenerate"),
        ("SELECT AIGenerate('x')", "function AIGenerate"),
        ("SELECT * FROM system.processes", "table system.processes"),
        ("SELECT * FROM {t:Identifier}", "a name as parameter"),
        ("SELECT 1 INTO OUTFILE 'x'", "INTO OUTFILE"),
        ("INSERT INTO t FROM INFILE 'x' FORMAT CSV", "FROM INFILE"),
        ("SELECT 1 SETTINGS format_schema = 'x'", "setting format_schema"),
        ("SELECT 1 SETTINGS max_threads = 1, dialect = 'prql'", "setting dialect"),
        (
            "SELECT 1 FROM (SELECT 2 SETTINGS additional_table_filters = {'a':'b, c'}, s3 = 1)",
            "setting additional_table_filters",
        ),
        (
            "SELECT 1 SETTINGS max_threads = [1, (2)], output_format_schema = 'x'",
            "setting output_format_schema",
        ),
        ("SET ROLE x", "statement SET"),
        ("SHOW PROCESSLIST", "statement SHOW PROCESSLIST"),
        ("CREATE VIEW v AS SELECT 1", "statement CREATE"),
        ("", "statement "),
    ],
)
def test_what_leads_out_is_refused_with_its_name(statement: str, reason: str) -> None:
    assert refusal(statement, TABLE_FUNCTIONS) == reason


def test_settings_that_name_files_are_not_safe() -> None:
    assert not any(
        map(is_safe_setting, ("format_schema", "format_template_row", "output_format_schema", "role", ""))
    )


def test_a_database_that_a_statement_makes_is_found() -> None:
    assert made_database("CREATE DATABASE IF NOT EXISTS konnektu_ws_1") == "konnektu_ws_1"
    assert made_database("CREATE TABLE x (a Int64) ENGINE = Memory") is None
