"""In: a schema of PostgreSQL. Out: the same schema with every slice's migrations applied.

Files lie in `<slice>/migrations/<target>/NNNN_pre_name.py` (targets control, inbox, workspace; `pre` adds
before the code, `post` removes after it). Each slice is a branch of its own: its first file has
`down_revision = None` and `branch_labels = ("<slice>",)`. Statements are written out in `op.execute`,
names without a schema. Invariant: each file is one transaction, so a run that was stopped goes on.
"""

import importlib.util
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Literal

import psycopg
import sqlalchemy
import sqlalchemy.exc
from alembic.config import Config as AlembicConfig
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy.engine import Connection as AlchemyConnection
from sqlalchemy.pool import StaticPool

from konnektu.core.errors import Fatal, Retry

Target = Literal["control", "inbox", "workspace"]
VERSION_TABLE = "schema_version"
LOCK_TIMEOUT = "5s"
"""A migration that waits longer for a lock would hold up everyone behind it; it is repeated instead."""


class MigrationError(Fatal):
    """A migration does not fit the schema. Restore it, or repair what the reason names, and start again."""


_one_at_a_time = Lock()
"""`alembic.op` is one variable of the process."""


class NewerSchema(Fatal):
    """The schema was made by a later release. Install that release or a later one."""


def upgrade(conninfo: str, target: Target, versions: Collection[str] = ()) -> None:
    """Bring the schema that this role's connections see up to date, or up to these versions where some are given.

    Two processes at once wait for each other. Raises `Retry` where the server is away or a lock is not given,
    `NewerSchema` for a version that this release does not know.
    """
    script = _scripts(target)
    check_versions(target, versions)
    with _one_at_a_time, _connection(conninfo) as raw:
        if not versions and _stands_at(raw, script.get_heads()):
            return
        engine = sqlalchemy.create_engine("postgresql+psycopg://", creator=lambda: raw, poolclass=StaticPool)
        with engine.connect() as connection:
            try:
                for destination in versions or ("heads",):
                    _run(connection, script, destination)
            except sqlalchemy.exc.OperationalError as error:
                raise Retry(
                    f"The schema could not be changed now: {error.orig}. It will be tried again."
                ) from error
            except (sqlalchemy.exc.SQLAlchemyError, CommandError) as error:
                raise MigrationError(
                    f"A migration of {target} failed: {getattr(error, 'orig', error)}"
                ) from error


def check_versions(target: Target, versions: Collection[str]) -> None:
    """Raise `NewerSchema` where this release does not know one of these versions of a schema."""
    known = {script.revision for script in _scripts(target).walk_revisions()}
    if not known.issuperset(versions):
        raise NewerSchema


def steps_after(target: Target, versions: Collection[str]) -> list[Path]:
    """Files of the migrations that a schema at these versions lacks, in the order they are carried out."""
    script = _scripts(target)
    have = (
        {each.revision for each in script.iterate_revisions(tuple(versions), "base")} if versions else set()
    )
    return [Path(each.path) for each in reversed(list(script.walk_revisions())) if each.revision not in have]


def folders(target: Target) -> list[Path]:
    """Return the migration folders of every slice for this target, by the slices' names."""
    spec = importlib.util.find_spec("konnektu")
    roots = spec.submodule_search_locations if spec else None
    return sorted(path for root in roots or () for path in Path(root).glob(f"*/migrations/{target}"))


@cache
def _scripts(target: Target) -> ScriptDirectory:
    return ScriptDirectory(
        str(Path(__file__).parent), version_locations=[str(path) for path in folders(target)]
    )


def _run(connection: AlchemyConnection, script: ScriptDirectory, destination: str) -> None:
    def steps(at: tuple[str, ...], _context: MigrationContext) -> list[object]:
        # What alembic.command.upgrade itself calls; its annotation knows of one branch only.
        return list(script._upgrade_revs(destination, at))  # type: ignore[arg-type]  # noqa: SLF001

    with EnvironmentContext(AlembicConfig(), script, fn=steps) as environment:
        environment.configure(
            connection=connection, version_table=VERSION_TABLE, transaction_per_migration=True
        )
        with environment.begin_transaction():
            environment.run_migrations()


def _stands_at(conn: "psycopg.Connection[tuple[str, ...]]", heads: list[str]) -> bool:
    """Whether the schema has exactly these heads; one cheap query spares an up-to-date schema Alembic's dozen."""
    found = conn.execute("SELECT to_regclass(%s)::text", [VERSION_TABLE]).fetchone()
    if found is None or not found[0]:
        conn.commit()
        return not heads
    rows = conn.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchall()  # noqa: S608  a constant
    conn.commit()
    return {row[0] for row in rows} == set(heads)


@contextmanager
def _connection(conninfo: str) -> Iterator["psycopg.Connection[tuple[str, ...]]"]:
    """A connection without statement limit that holds the schema's migration lock."""
    try:
        with psycopg.connect(conninfo, autocommit=True) as conn:
            conn.execute("SET statement_timeout = 0")
            conn.execute("SET lock_timeout = 0")
            conn.execute(
                "SELECT pg_advisory_lock(hashtextextended('konnektu migration ' || current_schema(), 0))"
            )
            conn.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
            conn.autocommit = False
            yield conn
    except psycopg.OperationalError as error:
        raise Retry(
            f"The schema could not be changed now: {str(error).strip()}. It will be tried again."
        ) from error
