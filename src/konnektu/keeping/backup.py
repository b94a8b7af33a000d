"""Backing up one workspace beside its writers. In: its doors. Out: a folder with everything that makes it anew.

PostgreSQL is read in one snapshot of three roles, the event store up to the position that was sealed in it; what lies
between that and the writer's place is in the blocks. Nobody waits for a backup but a run of retention, which would
take out what it has not read: it takes no lock that a writer wants, and reads the event store behind everybody else.
"""

import os
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import msgspec
from msgspec import Struct

from konnektu import __version__
from konnektu.core.ids import uuid7
from konnektu.core.secrets import keyed_hash
from konnektu.imports import api as imports
from konnektu.keeping import rows, shared
from konnektu.keeping.envelope import SALT_BYTES, key_of
from konnektu.keeping.facts import write_facts
from konnektu.keeping.folder import Target, writing
from konnektu.keeping.keys import Keys, write_keys
from konnektu.keeping.model import FORMAT, Facts, Kept, Manifest, Origin, Rows
from konnektu.log import api as log
from konnektu.privacy import api as privacy
from konnektu.storage.api import Snapshot, Storage, WorkspaceRecord, snapshot

NOTES = "erased"
"""Folder beside the backups with notes of erasures: the newest ones serve older backups too."""
BLOCKS = "blocks"
_encode = msgspec.msgpack.Encoder().encode

Progress = Callable[[str], None]
"""Told the name of each part that begins."""


class Place(Struct, frozen=True):
    """Where a backup is made and for how long."""

    data: Path
    """Data folder, whose import files are kept too."""
    notes: Path
    """Where this installation notes its erasures."""
    to: Path
    passphrase: str = ""


class State(Struct, frozen=True):
    """What one snapshot held."""

    position: int
    sealed: int
    last_block: int
    versions: dict[str, tuple[str, ...]]
    sequences: dict[str, int]
    tables: tuple[Rows, ...]
    control: tuple[Rows, ...]
    inbox: tuple[Rows, ...]
    blocks: Rows


def back_up(storage: Storage, record: WorkspaceRecord, place: Place, now: int, progress: Progress) -> Kept:
    """Make a backup of a workspace; where it stands and what is in it. `now` is the time in milliseconds.

    Raises `Retry` while PostgreSQL or the event store is away; then nothing stands under the backup's name.
    """
    began, number = monotonic(), uuid7(now)
    salt = os.urandom(SALT_BYTES) if place.passphrase else b""
    key = key_of(place.passphrase, salt) if place.passphrase else None
    name = f"{record.slug}-{log.store.day_of(now):%Y%m%d}-{number[-12:]}"
    history = storage.history(record)
    with writing(place.to, name, key) as target:
        with log.history_held(storage.workspace(record)):
            with snapshot(storage, record) as instant:
                state = _write_state(record, instant, target, progress)
            if key is not None:
                _write_keys(storage, record, target)
            progress("events")
            facts = tuple(write_facts(history, target, state.sealed))
        _write_imports(place.data, record, target)
        manifest = target.finish(_manifest(storage, record, number, now, salt, state, facts, target))
    privacy.add_notes(place.to / NOTES, record.uuid, privacy.all_notes(storage, record.uuid, [place.notes]))
    privacy.add_aged(place.to / NOTES, record.uuid, privacy.all_aged(storage, record.uuid, [place.notes]))
    size = sum(file.bytes for file in manifest.files.values())
    path = str(place.to / name)
    return Kept(path, record.slug, number, size, monotonic() - began, state.position, manifest.counts)


def _write_state(record: WorkspaceRecord, instant: Snapshot, target: Target, progress: Progress) -> State:
    """Write what PostgreSQL holds; the inbox first, so that its old days are held for as short as can be."""
    progress("inbox")
    unsealed = log.keeping.unsealed_blocks(instant.own)
    blocks = log.keeping.kept_blocks(instant.inbox, record.id, unsealed)
    kept_blocks = rows.write_rows(
        target, BLOCKS, f"{BLOCKS}.zst", (_encode(one).hex().encode() for one in blocks)
    )
    inbox = shared.write_shared(instant.inbox, target, shared.INBOX, "inbox", record.id)
    inbox_versions = rows.versions(instant.inbox)
    instant.inbox.commit()
    control = shared.write_shared(instant.control, target, shared.CONTROL, "control", record.id)
    control_versions = rows.versions(instant.control)
    instant.control.commit()
    written = []
    for table, columns in rows.tables(instant.own).items():
        progress(table)
        written.append(rows.copy_out(instant.own, target, table, columns))
    return State(
        position=log.store.place(instant.own).position,
        sealed=log.store.sealed(instant.own)[0],
        last_block=log.keeping.last_block(instant.own),
        versions={
            "workspace": rows.versions(instant.own),
            "control": control_versions,
            "inbox": inbox_versions,
        },
        sequences=rows.sequences(instant.own),
        tables=tuple(written),
        control=tuple(control),
        inbox=tuple(inbox),
        blocks=kept_blocks,
    )


def _write_keys(storage: Storage, record: WorkspaceRecord, target: Target) -> None:
    """What the secret key seals can be opened by whoever knows the passphrase; the key itself is not inside."""
    with storage.workspace(record).read() as db:
        tombstones = privacy.tombstone_key(storage, record, db)
    write_keys(target, Keys.of(storage.secret_key, tombstones))


def _write_imports(data: Path, record: WorkspaceRecord, target: Target) -> None:
    """Copy the files of imports; on a machine without them there are none."""
    folder = imports.Folder(data, record).path
    for path in sorted(folder.glob("*")) if folder.is_dir() else ():
        if path.is_file() and path.suffix != ".part":
            with target.file(f"imports/{path.name}", packed=False) as file, path.open("rb") as read:
                while piece := read.read(1 << 20):
                    file.write(piece)


def _manifest(
    storage: Storage,
    record: WorkspaceRecord,
    number: str,
    now: int,
    salt: bytes,
    state: State,
    facts: tuple[Facts, ...],
    target: Target,
) -> Manifest:
    return Manifest(
        format=FORMAT,
        id=number,
        product=__version__,
        made_at=now,
        workspace=Origin(
            uuid=record.uuid,
            slug=record.slug,
            name=record.name,
            timezone=record.timezone,
            created_at=record.created_at,
        ),
        key_mark=key_mark(storage.secret_key),
        salt=salt.hex(),
        position=state.position,
        sealed=state.sealed,
        last_block=state.last_block,
        versions=state.versions,
        tables=state.tables,
        sequences=state.sequences,
        control=state.control,
        inbox=state.inbox,
        blocks=state.blocks,
        facts=facts,
        files=target.files,
    )


def key_mark(secret_key: bytes) -> str:
    """What recognises a secret key without telling it, in hexadecimal."""
    return keyed_hash(secret_key, "backup", "which key").hex()
