import psycopg
import pytest

from konnektu.access.api import (
    Caller,
    change_settings,
    change_source,
    create_source,
    key_version,
    rotate,
    settings,
    source,
    sources,
    write_keys,
)
from konnektu.core.clock import SECOND
from konnektu.core.errors import Conflict, NotFound, Unprocessable
from konnektu.core.records import TEST
from konnektu.storage.api import Storage, WorkspaceRecord, create_workspace, drop_workspace
from tests.access.conftest import NOW


def own_keys(storage: Storage, workspace: WorkspaceRecord) -> dict[str, tuple[int, str, int, int | None]]:
    """The workspace's keys as a collector sees them: key → (source, state, marks, end)."""
    keys = [key for key in write_keys(storage.inbox) if key.workspace == workspace.id]
    return {key.key: (key.source, key.state, key.marks, key.expires_at) for key in keys}


def test_a_source_has_a_key_at_once(storage: Storage, workspace: WorkspaceRecord, system: Caller) -> None:
    made = create_source(storage.control, system, kind="web", name=" Site ", is_test=True, now=NOW)
    assert made.name == "Site"
    assert own_keys(storage, workspace) == {made.write_keys[0]: (made.id, "active", TEST, None)}
    assert made.write_keys[0].isalnum()
    assert sources(storage.control, workspace.id, now=NOW) == [made]


def test_names_are_unique_and_bounded(storage: Storage, system: Caller) -> None:
    create_source(storage.control, system, kind="web", name="Site", now=NOW)
    other = create_source(storage.control, system, kind="web", name="Other", now=NOW)
    with pytest.raises(Conflict):
        create_source(storage.control, system, kind="pos", name="Site", now=NOW)
    with pytest.raises(Conflict):
        change_source(storage.control, system, other.id, name="Site", now=NOW)
    for wrong in ("", "  ", "x" * 201, "a\nb"):
        with pytest.raises(Unprocessable):
            create_source(storage.control, system, kind="web", name=wrong, now=NOW)


def test_a_rotated_key_lives_through_its_grace(
    storage: Storage, workspace: WorkspaceRecord, system: Caller
) -> None:
    made = create_source(storage.control, system, kind="mobile", name="App", now=NOW)
    turned = rotate(storage.control, system, made.id, now=NOW, grace_seconds=60)
    fresh, old = turned.write_keys
    assert old == made.write_keys[0]
    keys = own_keys(storage, workspace)
    assert (keys[fresh][3], keys[old][3]) == (None, NOW + 60 * SECOND)
    assert source(storage.control, system, made.id, now=NOW + 60 * SECOND).write_keys == (fresh,)
    rotate(storage.control, system, made.id, now=NOW + 61 * SECOND)
    assert old not in own_keys(storage, workspace)


def test_a_change_reaches_the_collectors(
    storage: Storage, workspace: WorkspaceRecord, system: Caller
) -> None:
    made = create_source(storage.control, system, kind="web", name="Site", now=NOW, settings={"color": "red"})
    before = key_version(storage.inbox)
    with psycopg.connect(storage.inbox.conninfo, autocommit=True) as listener:
        listener.execute("LISTEN konnektu_keys")
        changed = change_source(storage.control, system, made.id, state="disabled", now=NOW)
        assert [note.channel for note in listener.notifies(timeout=5, stop_after=1)] == ["konnektu_keys"]
    assert key_version(storage.inbox) > before
    assert (changed.state, changed.name, changed.settings) == ("disabled", "Site", {"color": "red"})
    assert own_keys(storage, workspace)[made.write_keys[0]][1] == "disabled"


def test_the_collectors_role_sees_keys_alone(storage: Storage) -> None:
    for table in ("app_user", "session", "api_token", "source", "write_key", "workspace", "audit"):
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            storage.inbox.read() as conn,
        ):
            conn.execute(f"SELECT * FROM control.{table}")


def test_a_dropped_workspace_takes_its_keys_along(storage: Storage, system: Caller) -> None:
    other = create_workspace(storage, "short-lived", "Short", created_at=NOW)
    made = create_source(storage.control, system.__class__(workspace=other, actor=system.actor, rights=system.rights),
                         kind="web", name="Site", now=NOW)  # fmt: skip
    with pytest.raises(NotFound):
        source(storage.control, system, made.id, now=NOW)
    drop_workspace(storage, other)
    assert made.write_keys[0] not in {key.key for key in write_keys(storage.inbox)}


def test_settings_get_a_normal_form(storage: Storage, workspace: WorkspaceRecord, system: Caller) -> None:
    assert settings(storage.control, workspace.id).staff_ips == ()
    moved, changed = change_settings(
        storage,
        system,
        now=NOW,
        name="Boutique",
        timezone="Asia/Omsk",
        staff_ips=["192.0.2.1", "10.0.0.0/8"],
        staff_identifiers=[("email", " a@shop.ru ")],
    )
    assert (moved.name, moved.timezone) == ("Boutique", "Asia/Omsk")
    assert changed.staff_ips == ("192.0.2.1/32", "10.0.0.0/8")
    assert changed.staff_identifiers == (("email", "a@shop.ru"),)
    assert settings(storage.control, workspace.id) == changed
    assert change_settings(storage, system, now=NOW, staff_ips=[])[1].staff_identifiers == (
        ("email", "a@shop.ru"),
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"timezone": "Mars/Olympus"},
        {"name": "\x00"},
        {"staff_identifiers": [("email", "\x00")]},
        {"staff_ips": ["x"]},
    ],
    ids=str,
)
def test_wrong_settings_change_nothing(
    storage: Storage, workspace: WorkspaceRecord, system: Caller, wrong: dict[str, list[str]]
) -> None:
    with pytest.raises(Unprocessable):
        change_settings(storage, system, now=NOW, **wrong)  # type: ignore[arg-type]
    assert settings(storage.control, workspace.id).staff_ips == ()
