"""Records of backups and restores, and what can be wrong with them."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from konnektu.core.errors import Conflict, Fatal, NotFound

FORMAT = 1
"""Of a backup's folder. A reader refuses one that it does not know."""
MANIFEST = "manifest.json"


class File(Struct, frozen=True):
    """One file of a backup as it lies on disk."""

    bytes: int
    sha256: str


class Rows(Struct, frozen=True, kw_only=True):
    """Rows of one table of PostgreSQL."""

    table: str
    file: str
    columns: tuple[str, ...]
    rows: int
    hash: str
    """Sum of the rows' BLAKE2b-128, so that their order is nothing; hexadecimal."""


class Facts(Struct, frozen=True, kw_only=True):
    """Rows of one table of the event store with positions in (after, upto]."""

    table: str
    file: str
    columns: tuple[str, ...]
    after: int
    upto: int
    rows: int
    hash: str
    """Sum of the rows' sipHash64 as ClickHouse computes it."""


class Origin(Struct, frozen=True, kw_only=True):
    """The workspace that was backed up."""

    uuid: str
    slug: str
    name: str
    timezone: str
    created_at: int


class Manifest(Struct, frozen=True, kw_only=True):
    """What a backup holds. It names nobody and is never encrypted."""

    format: int
    id: str
    product: str
    """Version of the product that made it."""
    made_at: int
    workspace: Origin
    key_mark: str
    """Recognises the installation's secret key without telling it."""
    salt: str
    """Of the passphrase, in hexadecimal; empty where the files are not encrypted."""
    position: int
    """Last fact on the log."""
    sealed: int
    """Last fact that is in the files of the event store; later ones are in the blocks."""
    last_block: int
    versions: Mapping[str, tuple[str, ...]]
    """Versions of the schemas by target."""
    tables: tuple[Rows, ...]
    """The workspace's schema."""
    sequences: Mapping[str, int]
    control: tuple[Rows, ...]
    inbox: tuple[Rows, ...]
    blocks: Rows
    facts: tuple[Facts, ...]
    files: Mapping[str, File]
    seal: str = ""
    """Keyed hash of all the rest under the passphrase; empty without one."""

    @property
    def counts(self) -> dict[str, int]:
        """Rows by table, those of the event store summed up."""
        counted = {each.table: each.rows for each in (*self.tables, *self.control, *self.inbox, self.blocks)}
        for each in self.facts:
            counted[f"events.{each.table}"] = counted.get(f"events.{each.table}", 0) + each.rows
        return counted


class Kept(Struct, frozen=True):
    """A backup that was made."""

    path: str
    workspace: str
    id: str
    bytes: int
    seconds: float
    position: int
    counts: Mapping[str, int]


class Restored(Struct, frozen=True):
    """A workspace that was loaded from a backup and not opened yet."""

    workspace: str
    backup: str
    seconds: float
    counts: Mapping[str, int]
    left_out: Mapping[str, int]
    """Rows of control that another workspace here has already, as write keys; by table."""


class Damaged(Fatal):
    """The backup is damaged. Use another one."""


class NoBackup(NotFound):
    """There is no whole backup. Look where it was written: folders whose name begins with a dot were never finished."""


class OtherKey(Conflict):
    """The backup was made under another secret key. Give that key's file with --key, or a passphrase if it has one."""


class WrongPassphrase(Conflict):
    """The passphrase does not open this backup."""


Row = Mapping[str, Any]
