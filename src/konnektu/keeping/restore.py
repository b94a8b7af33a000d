"""Loading a workspace from a backup. In: a backup, doors. Out: a workspace in state `restoring`, equal to the backup.

Every part is loaded once and compared: a restore that was killed is repeated with the same words and goes on. The
schema is made at the versions of the backup, loaded, and then brought up to date, so that an older backup meets the
migrations that its installation would have met. Invariant: nobody is served from it until it is opened, after the
erasures that came later than the backup were carried out anew (`belt.opening`).
"""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from time import monotonic

import msgspec
from msgspec import Struct

from konnektu.catalogue import api as catalogue
from konnektu.core.folders import private_folder
from konnektu.imports import api as imports
from konnektu.keeping import rows, shared
from konnektu.keeping.backup import NOTES, Progress, key_mark
from konnektu.keeping.facts import load_facts
from konnektu.keeping.folder import Source
from konnektu.keeping.keys import Keys, read_keys
from konnektu.keeping.model import Manifest, OtherKey, Restored
from konnektu.log import api as log
from konnektu.privacy import api as privacy
from konnektu.related import api as related
from konnektu.segments import api as segments
from konnektu.storage.api import (
    Storage,
    WorkspaceRecord,
    begin_restored,
    end_restored,
    find_restored,
    migrate_workspace,
)

EVENTS, ADAPTED = "the event store", "the schema adapted"
"""Steps of a restore that are noted when they are done, beside the names of tables."""
MIGRATING, OPENING = "migrations", "open"
"""Parts that a restore tells of; the others are tables and kinds of files."""
BLOCKS_AT_ONCE = 200
_block = msgspec.msgpack.Decoder(log.keeping.KeptBlock).decode


class From(Struct, frozen=True):
    """Where a workspace comes from."""

    source: Source
    secret_key: bytes | None = None
    """Of the installation that made the backup, where it is another's."""


def restore(
    storage: Storage, data: Path, origin: From, slug: str, now: int, progress: Progress
) -> tuple[WorkspaceRecord, Restored]:
    """Load a workspace from a backup under a slug; its record, still closed, and what was loaded.

    Raises `Damaged`, `OtherKey` and `Conflict` where the slug is taken; before anything is written where that can be
    known. Repeated after a crash it goes on.
    """
    began, source = monotonic(), origin.source
    manifest = source.manifest
    progress("check")
    source.check()
    keys = _keys(storage, origin)
    reason = f"restored from backup {manifest.id}"
    record = begin_restored(storage, _origin(manifest), slug, reason, manifest.versions["workspace"])
    _load_state(storage, record, source, progress)
    progress("blocks")
    _load_blocks(storage, record, source, log.store.day_of(now), now)
    progress("events")
    _load_facts(storage, record, source)
    _load_imports(data, record, source)
    progress(MIGRATING)
    migrate_workspace(storage, record)
    with storage.workspace(record).transaction() as own:
        related.index_kinds(own)
    loaded = _load_shared(storage, record, source)
    _adapt(storage, record, keys)
    counts = {**manifest.counts, **loaded.rows}
    return record, Restored(record.slug, manifest.id, monotonic() - began, counts, loaded.left_out)


def notes_of(storage: Storage, origin: From, installation: Path) -> list[privacy.Gone]:
    """Every erasure that is noted of the workspace: here, in control, and beside the backup."""
    folders = [installation, origin.source.path.parent / NOTES]
    return privacy.all_notes(storage, origin.source.manifest.workspace.uuid, folders)


def aged_of(storage: Storage, origin: From, installation: Path) -> list[privacy.Cut]:
    """Every cut of retention runs that are noted of the workspace: here, in control, and beside the backup."""
    folders = [installation, origin.source.path.parent / NOTES]
    aged = privacy.all_aged(storage, origin.source.manifest.workspace.uuid, folders)
    return [cut for one in aged for cut in one.cuts]


def opened(storage: Storage, record: WorkspaceRecord) -> WorkspaceRecord:
    """Open a restored workspace to everybody; its record."""
    active = end_restored(storage, record)
    with storage.workspace(record).transaction() as db:
        rows.forget_progress(db)
    return active


def unfinished(storage: Storage, slug: str) -> WorkspaceRecord | None:
    """The workspace of this slug whose restoring was begun and not ended, or None."""
    return find_restored(storage, slug)


def _keys(storage: Storage, origin: From) -> Keys:
    """The keys under which the backup's secrets were sealed. Raises `OtherKey` where nothing given has them."""
    secret, manifest = _secret(storage, origin), origin.source.manifest
    if secret is not None:
        return Keys.of(secret, privacy.own_key(secret, manifest.workspace.uuid))
    if manifest.salt:
        return read_keys(origin.source)
    raise OtherKey


def _secret(storage: Storage, origin: From) -> bytes | None:
    """The secret key under which the backup was made, where it is known."""
    mark = origin.source.manifest.key_mark
    known = (storage.secret_key, origin.secret_key)
    return next((key for key in known if key is not None and key_mark(key) == mark), None)


def _origin(manifest: Manifest) -> WorkspaceRecord:
    was = manifest.workspace
    return WorkspaceRecord(
        id=0,
        uuid=was.uuid,
        slug=was.slug,
        name=was.name,
        timezone=was.timezone,
        schema="",
        role="",
        database="",
        state="restoring",
        reason="",
        created_at=was.created_at,
    )


def _load_state(storage: Storage, record: WorkspaceRecord, source: Source, progress: Progress) -> None:
    """Load the workspace's schema, table by table."""
    db = storage.workspace(record)
    for kept in source.manifest.tables:
        progress(kept.table)
        with db.transaction() as own:
            own.execute("SET LOCAL statement_timeout = 0")
            rows.copy_in(own, source, kept)
    with db.transaction() as own:
        rows.set_sequences(own, source.manifest.sequences)


def _load_blocks(storage: Storage, record: WorkspaceRecord, source: Source, day: date, now: int) -> None:
    """Bring the blocks into today's partition, where they stay as long as blocks of today do."""
    kept = source.manifest.blocks
    rows.compare(kept, rows.lines_sum(source, kept))
    log.ensure_partitions(storage.inbox, [now])
    with storage.inbox.transaction() as inbox:
        log.keeping.raise_blocks(inbox, source.manifest.last_block)
    blocks = (_block(bytes.fromhex(line[:-1].decode())) for line in source.lines(kept.file))
    for part in _parts(blocks, BLOCKS_AT_ONCE):
        with storage.inbox.transaction() as inbox:
            log.keeping.restore_blocks(inbox, record.id, day, part)


def _parts(blocks: Iterator[log.keeping.KeptBlock], size: int) -> Iterator[list[log.keeping.KeptBlock]]:
    while part := list(islice(blocks, size)):
        yield part


def _load_facts(storage: Storage, record: WorkspaceRecord, source: Source) -> None:
    """Load the event store, once: what is erased while the workspace opens must not come again."""
    db, history = storage.workspace(record), storage.history(record)
    with db.read() as own:
        if rows.is_taken(own, EVENTS):
            return
    for kept in source.manifest.facts:
        load_facts(history, source, kept)
    with db.transaction() as own:
        rows.is_first(own, EVENTS)


def _load_imports(data: Path, record: WorkspaceRecord, source: Source) -> None:
    """Put the files of imports where this installation looks for them."""
    folder = imports.Folder(data, record).path
    for name in source.manifest.files:
        if name.startswith("imports/"):
            half = private_folder(folder) / f"{Path(name).name}.part"
            with half.open("wb") as file:
                file.writelines(source.read(name, packed=False))
            half.rename(folder / Path(name).name)


def _load_shared(storage: Storage, record: WorkspaceRecord, source: Source) -> shared.Loaded:
    """Add sources, users, tokens, settings and the audit log; then what the inbox knows of finished parcels."""
    with storage.control.transaction() as control:
        loaded = shared.load_shared(control, source, source.manifest.control, record.id)
        shared.raise_numbers(control)
    with storage.inbox.transaction() as inbox:
        other = shared.load_shared(inbox, source, source.manifest.inbox, record.id)
        log.keeping.renumber_keys(inbox, record.id)
    return shared.Loaded({**loaded.rows, **other.rows}, {**loaded.left_out, **other.left_out})


def _adapt(storage: Storage, record: WorkspaceRecord, keys: Keys) -> None:
    """Let the workspace speak of the blocks of this inbox and be opened by this installation's key, once."""
    with storage.inbox.read() as inbox, storage.workspace(record).transaction() as db:
        if not rows.is_first(db, ADAPTED):
            return
        log.keeping.renumber(inbox, db, record.id)
        catalogue.mirror_anew(db)
        segments.carry_anew(db)
        carried = privacy.carried_key(db)
        tombstones = keys.tombstones if carried is None else keys.opened(privacy.SEALED_FOR, carried)
        privacy.carry(storage, db, tombstones, lambda sealed: keys.opened(privacy.SEALED_FOR, sealed))
