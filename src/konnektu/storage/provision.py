"""In: an administrator's connection. Out: login roles with a schema of their own, and nothing but it.

Invariant: every step may be repeated. A role made here is a member of nothing, cannot make roles or
databases (as every role that is not told otherwise), owns one schema, and may not enter `public`.
"""

from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Identifier, Literal

CONNECTIONS_PER_ROLE = 60


def close_public(conn: Connection[Any]) -> None:
    """Take from everybody what PostgreSQL gives to everybody in this database."""
    conn.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    conn.execute(SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(Identifier(conn.info.dbname)))


def make_role(conn: Connection[Any], role: str, password: str) -> None:
    """Make the login role, or give the existing one this password; let it connect and make temporary tables."""
    name = Identifier(role)
    if conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
        conn.execute(SQL("CREATE ROLE {}").format(name))
    # The verifier is computed here, so that the password never stands in the server's log.
    verifier = conn.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    conn.execute(
        SQL("ALTER ROLE {} LOGIN NOINHERIT CONNECTION LIMIT {} PASSWORD {}").format(
            name, Literal(CONNECTIONS_PER_ROLE), Literal(verifier)
        )
    )
    conn.execute(
        SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(Identifier(conn.info.dbname), name)
    )


def let_read(conn: Connection[Any], schema: str, role: str) -> None:
    """Let a role look into a schema that is another's; each table must let it in by itself."""
    if not _is_superuser(conn):
        # To drop the role later, and what it was granted.
        conn.execute(SQL("GRANT {} TO CURRENT_USER WITH SET TRUE, INHERIT TRUE").format(Identifier(role)))
    conn.execute(SQL("GRANT USAGE ON SCHEMA {} TO {}").format(Identifier(schema), Identifier(role)))


def make_schema(conn: Connection[Any], schema: str, role: str) -> None:
    """Make the schema that this role owns."""
    if not _is_superuser(conn):
        # Whoever makes a role may administer it, but must be able to become it to give it a schema.
        conn.execute(SQL("GRANT {} TO CURRENT_USER WITH SET TRUE, INHERIT TRUE").format(Identifier(role)))
    statement = SQL("CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION {}")
    conn.execute(statement.format(Identifier(schema), Identifier(role)))


def drop_schema(conn: Connection[Any], schema: str) -> None:
    """Drop a schema with all in it, if it is there."""
    conn.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(schema)))


def drop_role(conn: Connection[Any], schema: str, role: str) -> None:
    """End the role's connections, drop its schema with all in it, and the role."""
    name = Identifier(role)
    if conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
        return
    conn.execute(SQL("ALTER ROLE {} NOLOGIN").format(name))
    conn.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = %s", [role])
    conn.execute(SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(Identifier(schema)))
    conn.execute(SQL("DROP OWNED BY {}").format(name))
    conn.execute(SQL("DROP ROLE {}").format(name))


def _is_superuser(conn: Connection[Any]) -> bool:
    row = conn.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    return bool(row and row[0])
