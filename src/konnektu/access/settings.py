"""In: a caller and what they want set. Out: a workspace's settings. Invariant: each change is audited."""

from collections.abc import Iterable

from msgspec.structs import asdict

from konnektu.access import logic, store
from konnektu.access.audit import record
from konnektu.access.caller import Caller
from konnektu.access.model import Settings
from konnektu.storage.api import Db


def settings(control: Db, workspace: int) -> Settings:
    """Return the settings of a workspace."""
    with control.read() as conn:
        return store.settings(conn, workspace)


def change_settings(
    control: Db,
    by: Caller,
    *,
    now: int,
    staff_ips: Iterable[str],
    staff_identifiers: Iterable[tuple[str, str]],
) -> Settings:
    """Replace the settings of the caller's workspace and return them in normal form."""
    changed = Settings(
        staff_ips=logic.checked_networks(staff_ips), staff_identifiers=tuple(dict.fromkeys(staff_identifiers))
    )
    with control.transaction() as conn:
        store.save_settings(conn, by.workspace.id, changed)
        record(conn, by, "settings.changed", by.workspace.slug, asdict(changed), now=now)
    return changed
