"""In: a caller and what they want of a source. Out: sources with their write keys.

Invariant: each change is audited, and tells the collectors.
"""

import secrets
import string
from collections.abc import Mapping
from typing import Any

import msgspec

from konnektu.access import store
from konnektu.access.audit import record
from konnektu.access.caller import Caller
from konnektu.access.model import Source, SourceKind, SourceState, WriteKey
from konnektu.core.clock import SECOND
from konnektu.core.errors import Conflict, NotFound, Unprocessable
from konnektu.storage.api import Db

KEY_LETTERS = string.ascii_letters + string.digits
KEY_LENGTH = 32
"""Letters and digits alone: keys stand in addresses, headers and user names."""
NAME_MOST = 200
SETTINGS_BYTES, SETTINGS_DEPTH = 16_384, 16
"""Largest settings of a source as JSON, and how deep they may be nested: every list of sources reads them."""


def write_keys(db: Db) -> list[WriteKey]:
    """Return every write key of the installation, of disabled sources too. `db` is the inbox's door or control's."""
    with db.read() as conn:
        return store.write_keys(conn)


def key_version(db: Db) -> int:
    """Return a number that grows with each change of keys; `NOTIFY konnektu_keys` tells of it at once.

    `db` is the inbox's door or control's.
    """
    with db.read() as conn:
        return store.key_version(conn)


def create_source(
    control: Db, by: Caller, *, kind: SourceKind, name: str, now: int, is_test: bool = False,
    settings: Mapping[str, Any] | None = None,
) -> Source:  # fmt: skip
    """Make a source with its first write key. Raises `Conflict` where the name is taken."""
    name, settings = _checked_name(name), _checked_settings(settings or {})
    with control.transaction() as conn:
        number = store.add_source(
            conn,
            by.workspace.id,
            kind=kind,
            name=name,
            is_test=is_test,
            settings=settings,
            created_at=now,
        )
        if number is None:
            raise Conflict(f"There is a source named {name}. Choose another name.")
        store.add_write_key(conn, by.workspace.id, number, _new_key(), now)
        record(conn, by, "source.created", name, {"kind": kind}, now=now)
        return _found(conn, by, number, now)


def sources(control: Db, workspace: int, *, after: int = 0, limit: int = 1_000, now: int) -> list[Source]:
    """Return sources in the order of their making, from ids above `after`."""
    with control.read() as conn:
        return store.sources(conn, workspace, after=after, limit=limit, at=now)


def source_kinds(control: Db, workspace: int) -> dict[int, SourceKind]:
    """Return the kind of every source; a source keeps its kind for ever."""
    with control.read() as conn:
        return store.source_kinds(conn, workspace)


def test_sources(control: Db, workspace: int) -> frozenset[int]:
    """Return the ids of the sources whose events are marked as a test."""
    with control.read() as conn:
        return store.test_sources(conn, workspace)


def source(control: Db, by: Caller, number: int, *, now: int) -> Source:
    """Return one source; raises `NotFound`."""
    with control.read() as conn:
        return _found(conn, by, number, now)


def change_source(
    control: Db, by: Caller, number: int, *, now: int, name: str | None = None, state: SourceState | None = None,
    is_test: bool | None = None, settings: Mapping[str, Any] | None = None,
) -> Source:  # fmt: skip
    """Change what is given of a source and return it. A disabled source's keys open nothing."""
    name = None if name is None else _checked_name(name)
    settings = None if settings is None else _checked_settings(settings)
    wanted = {"name": name, "state": state, "is_test": is_test, "settings": settings}
    given = {field: value for field, value in wanted.items() if value is not None}
    with control.transaction() as conn:
        before = _found(conn, by, number, now)
        changed = store.change_source(
            conn, by.workspace.id, number, name=name, state=state, is_test=is_test, settings=settings
        )
        if not changed:
            raise Conflict(f"There is a source named {name}. Choose another name.")
        record(conn, by, "source.changed", before.name, given, now=now)
        return _found(conn, by, number, now)


def rotate(control: Db, by: Caller, number: int, *, now: int, grace_seconds: int = 0) -> Source:
    """Give a source a fresh write key; the ones before it go on for the grace period, then open nothing."""
    with control.transaction() as conn:
        before = _found(conn, by, number, now)
        store.forget_ended_keys(conn, by.workspace.id, number, at=now)
        store.end_write_keys(conn, by.workspace.id, number, at=now + grace_seconds * SECOND)
        store.add_write_key(conn, by.workspace.id, number, _new_key(), now)
        record(conn, by, "source.rotated", before.name, {"grace_seconds": grace_seconds}, now=now)
        return _found(conn, by, number, now)


def _found(conn: store.type_of_conn, by: Caller, number: int, now: int) -> Source:
    found = store.source(conn, by.workspace.id, number, at=now)
    if found is None:
        raise NotFound("There is no such source in this workspace.")
    return found


def _checked_name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= NAME_MOST or not name.isprintable():
        raise Unprocessable(f"A source's name has 1 to {NAME_MOST} printable characters.")
    return name


def _checked_settings(settings: Mapping[str, Any]) -> Mapping[str, Any]:
    if _depth(settings) > SETTINGS_DEPTH or len(msgspec.json.encode(settings)) > SETTINGS_BYTES:
        raise Unprocessable(
            f"Settings have at most {SETTINGS_BYTES} bytes of JSON, nested {SETTINGS_DEPTH} deep at most."
        )
    return settings


def _depth(value: object, limit: int = SETTINGS_DEPTH) -> int:
    """How deep a JSON value is nested; whatever is deeper than the limit counts as one above it."""
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return 0 if limit < 0 else 1 + max((_depth(one, limit - 1) for one in inner), default=0)


def _new_key() -> str:
    return "".join(secrets.choice(KEY_LETTERS) for _ in range(KEY_LENGTH))
