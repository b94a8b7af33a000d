"""Workspaces are made, found, paused and dropped; a crash in between is taken up again."""

import psycopg
import pytest

from konnektu.core.errors import Conflict, NotFound, Unprocessable
from konnektu.storage import api, migrate, store
from konnektu.storage.api import Storage, WorkspaceRecord

CREATED_AT = 1_760_000_000_000


def test_a_new_workspace_has_a_schema_that_its_own_role_owns(
    storage: Storage, workspace: WorkspaceRecord
) -> None:
    with storage.workspace(workspace).read() as conn:
        row = conn.execute(
            "SELECT current_user::text, current_schema()::text, pg_get_userbyid(nspowner)::text"
            " FROM pg_namespace WHERE nspname = current_schema()"
        ).fetchone()
    assert row == (workspace.role, workspace.schema, workspace.role)
    assert workspace.state == "active"
    assert api.find(storage, workspace.slug) == workspace == api.find_by_id(storage, workspace.id)
    assert workspace in api.list_workspaces(storage)


def test_a_taken_slug_is_a_conflict(storage: Storage, workspace: WorkspaceRecord) -> None:
    with pytest.raises(Conflict):
        api.create_workspace(storage, workspace.slug, "Other", created_at=CREATED_AT)


@pytest.mark.parametrize(
    "slug", ["ab", "a" * 41, "Shop", "shop_1", "-shop", "shop-", "магазин", "api", "sign-in", ""]
)
def test_a_slug_that_breaks_the_rule_is_refused(storage: Storage, slug: str) -> None:
    with pytest.raises(Unprocessable):
        api.create_workspace(storage, slug, "Shop", created_at=CREATED_AT)


def test_an_unknown_zone_is_refused(storage: Storage) -> None:
    with pytest.raises(Unprocessable, match="Mars/Olympus"):
        api.create_workspace(storage, "shop-on-mars", "Shop", created_at=CREATED_AT, timezone="Mars/Olympus")


def test_a_dropped_workspace_leaves_nothing(storage: Storage) -> None:
    record = api.create_workspace(storage, "short-lived", "Shop", created_at=CREATED_AT)
    with storage.workspace(record).transaction() as conn:
        conn.execute("CREATE TABLE made_by_hand AS SELECT 1 AS one")
    api.drop_workspace(storage, record)
    with pytest.raises(NotFound):
        api.find(storage, "short-lived")
    with storage.administration() as admin:
        roles = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [record.role]).fetchall()
        schemas = admin.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [record.schema]).fetchall()
    assert (roles, schemas) == ([], [])


def test_a_workspace_left_half_made_is_finished_by_the_next_call(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("konnektu.storage.provision.make_schema", _power_cut)
        with pytest.raises(KeyboardInterrupt):
            api.create_workspace(storage, "half-made", "Shop", created_at=CREATED_AT)
    with pytest.raises(NotFound):
        api.find(storage, "half-made")
    record = api.create_workspace(storage, "half-made", "Shop", created_at=CREATED_AT)
    assert record.state == "active"
    api.drop_workspace(storage, record)


def _power_cut(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_workspace_whose_migration_fails_is_paused_and_the_others_go_on(
    storage: Storage, workspace: WorkspaceRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = api.create_workspace(storage, "the-other", "Shop", created_at=CREATED_AT)
    with monkeypatch.context() as patched:
        patched.setattr("konnektu.storage.workspaces.migrate.upgrade", _failing_for(storage, other))
        done = api.migrate_workspaces(storage)
    assert [slug for slug, _ in done.paused] == ["the-other"]
    assert api.find(storage, "the-other").state == "paused"
    assert api.find(storage, workspace.slug).state == "active"
    assert api.migrate_workspaces(storage).paused == ()
    assert api.find(storage, "the-other").state == "active"
    api.drop_workspace(storage, other)


def _failing_for(storage: Storage, record: WorkspaceRecord) -> object:
    real = migrate.upgrade

    def upgrade(conninfo: str, target: migrate.Target) -> None:
        if f"user={record.role}" in conninfo:
            raise migrate.MigrationError
        real(conninfo, target)

    return upgrade


def test_the_password_is_not_stored_in_clear(storage: Storage, workspace: WorkspaceRecord) -> None:
    password = storage.workspace_password(workspace)
    with storage.control.read() as conn:
        sealed = store.sealed_password(conn, workspace.id)
    assert sealed is not None
    assert password.encode() not in sealed
    with psycopg.connect(storage.workspace_conninfo(workspace)) as conn:
        assert conn.info.user == workspace.role
