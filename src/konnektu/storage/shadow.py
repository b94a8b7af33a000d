"""A second, empty schema beside a workspace's own, for state that is rebuilt from history.

In: a workspace. Out: a `Db` that enters the second schema as the workspace's login role, so that one
connection of that role can compare both. Invariant: it begins empty and is gone in the end.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import structs

from konnektu.storage import migrate, provision
from konnektu.storage.databases import Storage
from konnektu.storage.model import WorkspaceRecord
from konnektu.storage.postgres import Db


def shadow_schema(record: WorkspaceRecord) -> str:
    """The name of the schema beside a workspace's own."""
    return f"{record.schema}_rebuilt"


@contextmanager
def shadow(storage: Storage, record: WorkspaceRecord) -> Iterator[Db]:
    """Yield the door to an empty schema with every slice's tables; one left behind by a crash is removed first."""
    beside = structs.replace(record, schema=shadow_schema(record))
    with storage.administration() as conn:
        provision.drop_schema(conn, beside.schema)
        provision.make_schema(conn, beside.schema, record.role)
    conninfo = storage.workspace_conninfo(beside)
    migrate.upgrade(conninfo, "workspace")
    db = Db(conninfo, name=beside.schema)
    try:
        yield db
    finally:
        db.close()
        with storage.administration() as conn:
            provision.drop_schema(conn, beside.schema)
