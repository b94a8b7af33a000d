"""In: a caller and what they want set. Out: a workspace's settings. Invariant: each change is audited."""

from collections.abc import Sequence

from msgspec.structs import replace

from konnektu.access import logic, store
from konnektu.access.audit import record
from konnektu.access.author import Author
from konnektu.access.caller import Caller
from konnektu.access.model import Settings
from konnektu.core.errors import Unprocessable
from konnektu.storage.api import Db, Storage, WorkspaceRecord, change_workspace, check_timezone


def settings(control: Db, workspace: int) -> Settings:
    """Return the settings of a workspace."""
    with control.read() as conn:
        return store.settings(conn, workspace)


def change_settings(
    storage: Storage, by: Caller, *, now: int, name: str | None = None, timezone: str | None = None,
    staff_ips: Sequence[str] | None = None, staff_identifiers: Sequence[tuple[str, str]] | None = None,
) -> tuple[WorkspaceRecord, Settings]:  # fmt: skip
    """Change what is given of the caller's workspace; return its record and settings in normal form."""
    wanted = {
        "name": name if name is None else _checked_name(name),
        "timezone": timezone,
        "staff_ips": None if staff_ips is None else logic.checked_networks(staff_ips),
        "staff_identifiers": None if staff_identifiers is None else _checked_identifiers(staff_identifiers),
    }
    given = {field: value for field, value in wanted.items() if value is not None}
    own = {field: value for field, value in given.items() if field in Settings.__struct_fields__}
    if timezone is not None:
        _move(storage, by, timezone, now)
    workspace = change_workspace(storage, by.workspace, name=name, timezone=timezone)
    with storage.control.transaction() as conn:
        kept = store.settings(conn, by.workspace.id)
        changed = replace(kept, **own)
        store.save_settings(conn, by.workspace.id, changed)
        was = {field: getattr(kept if field in own else by.workspace, field) for field in given}
        record(conn, by, "settings.changed", by.workspace.slug, {**given, "before": was}, now=now)
    return workspace, changed


def _move(storage: Storage, by: Caller, timezone: str, now: int) -> None:
    """Say on the log by whose clock the days of people begin from here on; saying it again changes nothing."""
    check_timezone(timezone)
    author = Author(storage, by, now, 0)
    author.state(author.fact("zone", {"told": {"zone": timezone}}))


def _checked_name(name: str) -> str:
    if not name.strip() or not name.isprintable():
        raise Unprocessable("A workspace's name has printable characters.")
    return name.strip()


def _checked_identifiers(identifiers: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    for kind, value in identifiers:
        if not (kind.isidentifier() and value.strip() and value.isprintable()):
            raise Unprocessable(
                f"{kind}: {value!r} is not an identifier. Write a kind and a printable value."
            )
    return tuple(dict.fromkeys((kind, value.strip()) for kind, value in identifiers))
