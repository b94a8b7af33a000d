"""Feeds: price lists that are fetched again and again.

In: an address and what is known of its content. Out: a load each time. Invariant: content that has not
changed is not read; credentials are encrypted at rest and leave only to the feed's own host.
"""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiosql
import msgspec
from msgspec import Struct, structs
from psycopg.types.json import Jsonb

from konnektu.catalogue import loading, sheet, yml
from konnektu.catalogue.loading import Beginning, Now
from konnektu.catalogue.model import Feed, Load, Mapping, Subject
from konnektu.catalogue.store import load_of
from konnektu.core.clock import HOUR
from konnektu.core.config import Config
from konnektu.core.errors import Conflict, NotFound, Refused
from konnektu.core.folders import private_folder
from konnektu.core.secrets import seal, unseal
from konnektu.jobs.api import next_time
from konnektu.outgoing.api import Credentials, Fetched, Outgoing, checked_url
from konnektu.storage.api import Connection, Storage, WorkspaceRecord

Q: Any = aiosql.from_path(Path(__file__).with_name("feeds.sql"), "psycopg")
USE = "feeds"
"""What the installation's key is derived for."""
SCRATCH = "feeds"
"""Folder in the data folder where fetched files stand while they are loaded."""
PIECE = 1 << 20


class Shape(Struct, frozen=True, kw_only=True):
    """What a person says of a feed."""

    name: str
    address: str
    kind: str
    scope: str
    mapping: Mapping
    schedule: str
    is_active: bool
    late_hours: int = 0
    credentials: Credentials | None = None
    """None where the server lets in everybody, and in a change: as before."""


Fetch = Callable[[Feed, Credentials, Path], Fetched]
"""Brings a feed's file to a path; raises `Refused` or `Retry` where it cannot."""


def add_feed(storage: Storage, db: Connection, shape: Shape, *, now: int, by: str) -> Feed:
    """A feed. Raises `Conflict` where the name is taken, `Refused` where address or mapping are wrong."""
    _check(shape)
    number = Q.add_feed(
        db, name=shape.name, address=shape.address, kind=shape.kind, scope=shape.scope,
        mapping=Jsonb(msgspec.to_builtins(shape.mapping)), schedule=shape.schedule, is_active=shape.is_active,
        late_hours=shape.late_hours, credentials=_sealed(storage, shape.credentials), now=now, by=by,
    )  # fmt: skip
    if number is None:
        raise Conflict(f"There is a feed {shape.name} already.")
    return find_feed(db, number)


def change_feed(storage: Storage, db: Connection, feed: Feed, shape: Shape) -> Feed:
    """Another shape of a feed; an address elsewhere forgets the credentials unless they are given anew."""
    _check(shape)
    if any(one.name == shape.name and one.id != feed.id for one in list_feeds(db)):
        raise Conflict(f"There is a feed {shape.name} already.")
    Q.change_feed(
        db, id=feed.id, name=shape.name, address=shape.address, scope=shape.scope,
        mapping=Jsonb(msgspec.to_builtins(shape.mapping)), schedule=shape.schedule, is_active=shape.is_active,
        late_hours=shape.late_hours,
    )  # fmt: skip
    is_elsewhere = checked_url(shape.address).host != checked_url(feed.address).host
    if shape.credentials is not None or is_elsewhere:
        Q.set_credentials(db, id=feed.id, credentials=_sealed(storage, shape.credentials))
    return find_feed(db, feed.id)


def drop_feed(db: Connection, feed: Feed) -> None:
    """Forget a feed; what it told stays."""
    Q.drop_feed(db, id=feed.id)


def find_feed(db: Connection, number: int) -> Feed:
    """One feed; raises `NotFound`."""
    row = Q.find_feed(db, id=number)
    if row is None:
        raise NotFound("There is no such feed.")
    return _feed(row)


def list_feeds(db: Connection) -> list[Feed]:
    """Every feed, in the order of their making."""
    return [_feed(row) for row in Q.list_feeds(db)]


def latest_loads(db: Connection) -> list[Load]:
    """Each feed's latest load."""
    return [load_of(row) for row in Q.latest_loads(db)]


def fetch_and_load(
    storage: Storage,
    workspace: WorkspaceRecord,
    feed: Feed,
    *,
    scratch: Path,
    fetch: Fetch,
    now: Now,
    by: str,
) -> Load:
    """Bring a feed's file and load it. A feed that is refused to us ends as a failed load, not an exception.

    Raises `Retry` where its server, or one of ours, does not answer.
    """
    db = storage.workspace(workspace)
    beginning = _beginning(feed, by)
    with TemporaryDirectory(dir=private_folder(scratch)) as folder:
        path = Path(folder) / "feed"
        try:
            fetched = fetch(feed, credentials_of(storage, workspace, feed), path)
        except Refused as error:
            return loading.failed(db, beginning, error.message, now)
        sha256 = _sha256(path) if fetched.is_new else feed.sha256
        if sha256 == feed.sha256:
            return loading.unchanged(db, structs.replace(beginning, sha256=sha256), now)
        return _loaded(
            storage, workspace, feed, structs.replace(beginning, sha256=sha256), path, fetched, now
        )


def give_up(
    storage: Storage, workspace: WorkspaceRecord, feed: Feed, reason: str, *, now: Now, by: str
) -> Load:
    """Note that a feed's server does not answer, however often it was asked."""
    return loading.failed(storage.workspace(workspace), _beginning(feed, by), reason, now)


def is_late(storage: Storage, workspace: WorkspaceRecord, feed: Feed, now: int) -> bool:
    """Whether the feed's content has stood unchanged for longer than it may."""
    with storage.workspace(workspace).read() as db:
        changed_at = Q.changed_at(db, feed=feed.id)
    return bool(feed.late_hours) and now - (changed_at or feed.created_at) > feed.late_hours * HOUR


def fetcher(config: Config, outgoing: Outgoing) -> Fetch:
    """Fetching over HTTP, only what has changed since it last took effect."""

    def fetch(feed: Feed, credentials: Credentials, path: Path) -> Fetched:
        return outgoing.fetch(
            feed.address, path, limit=config.upload_bytes, credentials=credentials, etag=feed.etag,
            last_modified=feed.modified,
        )  # fmt: skip

    return fetch


def credentials_of(storage: Storage, workspace: WorkspaceRecord, feed: Feed) -> Credentials:
    """How the feed's server lets in."""
    with storage.workspace(workspace).read() as db:
        sealed = Q.sealed_credentials(db, id=feed.id)
    return (
        msgspec.json.decode(unseal(storage.secret_key, USE, sealed), type=Credentials)
        if sealed
        else Credentials()
    )


def subjects_of(kind: str, mapping: Mapping) -> tuple[Subject, ...]:
    """What a file speaks of: a full load of it takes away nothing else."""
    if kind == "yml":
        return ("products", "categories", "stock")
    return ("products", "stock") if mapping.subject == "products" else (mapping.subject,)


def told(path: Path, kind: str, mapping: Mapping) -> Any:
    """What a file tells, by its kind."""
    return yml.told(path) if kind == "yml" else sheet.told(path, mapping)


def _loaded(
    storage: Storage, workspace: WorkspaceRecord, feed: Feed, beginning: Beginning, path: Path, fetched: Fetched,
    now: Now,
) -> Load:  # fmt: skip
    db = storage.workspace(workspace)
    load = loading.load(db, beginning, told(path, feed.kind, feed.mapping), now)
    if load.state == "applied":
        with db.transaction() as conn:
            Q.set_seen(
                conn, id=feed.id, etag=fetched.etag, modified=fetched.last_modified, sha256=beginning.sha256
            )
    return load


def _beginning(feed: Feed, by: str) -> Beginning:
    return Beginning(
        kind=feed.kind, name=feed.name, by=by, scope=feed.scope, subjects=subjects_of(feed.kind, feed.mapping),
        feed=feed.id,
    )  # fmt: skip


def _check(shape: Shape) -> None:
    checked_url(shape.address)
    if shape.schedule:
        next_time(shape.schedule, "UTC", 0)
    if shape.kind == "csv":
        sheet.check_mapping(shape.mapping)


def _sealed(storage: Storage, credentials: Credentials | None) -> bytes | None:
    return seal(storage.secret_key, USE, msgspec.json.encode(credentials)) if credentials else None


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _feed(row: Sequence[Any]) -> Feed:
    return Feed(
        id=row[0], name=row[1], address=row[2], kind=row[3], scope=row[4],
        mapping=msgspec.convert(row[5], Mapping), schedule=row[6], is_active=row[7], late_hours=row[8],
        has_credentials=row[9], etag=row[10], modified=row[11], sha256=row[12], created_at=row[13],
        created_by=row[14],
    )  # fmt: skip
