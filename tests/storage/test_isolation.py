"""A workspace's role reaches its own schema and nothing else, whatever SQL is slipped into its statements."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from konnektu.storage import api
from konnektu.storage.api import Storage, WorkspaceRecord

CREATED_AT = 1_760_000_000_000
SECRET = "vera@example.com"


@pytest.fixture
def neighbour(storage: Storage) -> Iterator[WorkspaceRecord]:
    """Another workspace, with something to steal."""
    record = api.create_workspace(storage, "neighbour", "Neighbour", created_at=CREATED_AT)
    with storage.workspace(record).transaction() as conn:
        conn.execute("CREATE TABLE secret AS SELECT %s::text AS email", [SECRET])
        conn.execute("CREATE FUNCTION leak() RETURNS text LANGUAGE sql AS 'SELECT email FROM secret'")
    yield record
    api.drop_workspace(storage, record)


ATTACKS = {
    "another schema's table": "SELECT * FROM {schema}.secret",
    "another schema's function": "SELECT {schema}.leak()",
    "another schema by the search path": "SET search_path = {schema}; SELECT * FROM secret",
    "search path within one statement": (
        "SELECT set_config('search_path', '{schema}', false),"
        " query_to_xml('SELECT * FROM secret', true, false, '')"
    ),
    "reset role": "RESET ROLE; SELECT * FROM {schema}.secret",
    "set role": "SET ROLE {role}",
    "set session authorization": "SET SESSION AUTHORIZATION {role}",
    "set_config role in one statement": (
        "SELECT set_config('role', '{role}', false), query_to_xml('SELECT * FROM {schema}.secret', true, false, '')"
    ),
    "ts_stat": "SELECT * FROM ts_stat('SELECT to_tsvector(email) FROM {schema}.secret')",
    "query_to_xml": "SELECT query_to_xml('SELECT * FROM {schema}.secret', true, false, '')",
    "table_to_xml": "SELECT table_to_xml('{schema}.secret'::regclass, true, false, '')",
    "schema_to_xml": "SELECT 1/(schema_to_xml('{schema}', true, false, '')::text LIKE '%@%')::int",
    "grant to itself": "GRANT {role} TO CURRENT_USER",
    "create a role": "CREATE ROLE thief",
    "another's password": "ALTER ROLE {role} PASSWORD 'x'",
    "superuser": "ALTER ROLE CURRENT_USER SUPERUSER",
    "control schema": "SELECT password_encrypted FROM control.workspace",
    "inbox schema": "CREATE TABLE inbox.mine (x int)",
    "public schema": "CREATE TABLE public.mine (x int)",
    "a schema of its own": "CREATE SCHEMA mine",
    "read a file": "SELECT pg_read_file('PG_VERSION')",
    "list a folder": "SELECT pg_ls_dir('.')",
    "copy to a program": "COPY (SELECT 1) TO PROGRAM 'cat'",
    "copy from a program": "CREATE TEMP TABLE t (x text); COPY t FROM PROGRAM 'id'",
    "copy from a file": "CREATE TEMP TABLE t (x text); COPY t FROM '/etc/passwd'",
    "import a file": "SELECT lo_import('/etc/passwd')",
    "export a file": "SELECT lo_export(1, '/tmp/x')",
    "dblink": "CREATE EXTENSION dblink",
    "postgres_fdw": "CREATE EXTENSION postgres_fdw",
    "a trusted extension": "CREATE EXTENSION hstore",
    "an untrusted language": "CREATE FUNCTION c() RETURNS int LANGUAGE c AS 'libc', 'getpid'",
    "passwords": "SELECT rolpassword FROM pg_authid",
    "statistics of another's table": (
        "SELECT 1/count(*) FROM pg_stats WHERE schemaname = '{schema}' AND tablename = 'secret'"
    ),
    "another's running statements": (
        "SELECT 1/count(*) FROM pg_stat_activity"
        " WHERE usename <> current_user AND query NOT IN ('', '<insufficient privilege>')"
    ),
    "kill another's connection": (
        # Of conditions the database takes any first; it must not begin with connections of one's own.
        "SELECT 1/count(*) FROM pg_stat_activity"
        " WHERE CASE WHEN usename = '{control}' THEN pg_terminate_backend(pid) END"
    ),
    "reload the settings": "SELECT pg_reload_conf()",
    "event trigger": "CREATE EVENT TRIGGER spy ON ddl_command_end EXECUTE FUNCTION {schema}.leak()",
    "publication": "CREATE PUBLICATION everything FOR ALL TABLES",
    "replication slot": "SELECT pg_create_logical_replication_slot('spy', 'pgoutput')",
    "security definer as another": "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION f() OWNER TO {role}",
}


FORBIDDEN, NOTHING_SEEN, NO_SUCH_TABLE = "42501", "22012", "42P01"


def expected_states(attack: str, sql: str) -> set[str]:
    """How an attack fails: by a privilege, by dividing by the nothing it saw, by a name the path does not reach."""
    if "1/" in sql:
        return {FORBIDDEN, NOTHING_SEEN}
    return {NO_SUCH_TABLE} if "search path" in attack else {FORBIDDEN}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_injected_statement_reaches_nothing_of_a_neighbour(
    storage: Storage, workspace: WorkspaceRecord, neighbour: WorkspaceRecord, attack: str
) -> None:
    control = f"{storage.prefix}_control"
    sql = ATTACKS[attack].format(schema=neighbour.schema, role=neighbour.role, control=control)
    with storage.control.read() as held:
        held.execute("SELECT count(*) FROM workspace")
        with (
            psycopg.connect(storage.workspace_conninfo(workspace), autocommit=True) as thief,
            pytest.raises(psycopg.Error) as refused,
        ):
            thief.execute(sql).fetchall()
    assert refused.value.sqlstate in expected_states(attack, sql), refused
    assert SECRET not in str(refused.value)


def test_stacked_statements_are_refused_by_the_door_itself(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    with (
        storage.workspace(workspace).transaction() as conn,
        pytest.raises(psycopg.errors.SyntaxError, match="multiple commands"),
        conn.transaction(),
    ):
        conn.execute("SELECT 1; SELECT 2")


def test_the_role_is_a_member_of_nothing(storage: Storage, workspace: WorkspaceRecord) -> None:
    with storage.administration() as admin:
        row = admin.execute(
            "SELECT rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls,"
            " EXISTS (SELECT 1 FROM pg_auth_members m WHERE m.member = r.oid)"
            " FROM pg_roles r WHERE rolname = %s",
            [workspace.role],
        ).fetchone()
    assert row == (False,) * 7


def test_other_databases_of_the_server_stay_closed(storage: Storage, workspace: WorkspaceRecord) -> None:
    for database in ("postgres", "template1", "konnektu"):
        conninfo = psycopg.conninfo.make_conninfo(storage.workspace_conninfo(workspace), dbname=database)
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(conninfo)


def test_the_inbox_role_cannot_read_profiles_and_the_control_role_cannot_either(
    storage: Storage, neighbour: WorkspaceRecord
) -> None:
    read = SQL("SELECT * FROM {}.secret").format(Identifier(neighbour.schema))
    for db in (storage.inbox, storage.control):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), db.read() as conn:
            conn.execute(read)


def test_another_workspaces_password_does_not_open_the_door(
    storage: Storage, workspace: WorkspaceRecord, neighbour: WorkspaceRecord
) -> None:
    crossed = psycopg.conninfo.make_conninfo(
        storage.workspace_conninfo(workspace), user=neighbour.role, options=""
    )
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(crossed)
