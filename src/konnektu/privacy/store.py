"""The statements of privacy, one short function each."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import aiosql
import msgspec

from konnektu.privacy.model import Erasure
from konnektu.storage.api import Connection

Q: Any = aiosql.from_path(Path(__file__).with_name("queries.sql"), "psycopg")

_counts = msgspec.json.Decoder(dict[str, int])


def add_erasure(db: Connection, erasure: Erasure) -> None:
    """Keep an erasure that the writer has begun."""
    Q.add_erasure(
        db,
        position=erasure.position,
        instant=erasure.instant,
        profile=erasure.profile,
        atoms=list(erasure.atoms),
        removed=msgspec.json.encode(erasure.removed).decode(),
        sealed=erasure.sealed,
    )


def open_erasures(db: Connection) -> list[Erasure]:
    """Erasures that inbox and event store have not followed."""
    return [_erasure(row) for row in Q.open_erasures(db)]


def erasures(db: Connection, before: int, limit: int) -> list[Erasure]:
    """Erasures before a position, latest first."""
    return [_erasure(row) for row in Q.erasures(db, before=before, limit=limit)]


def finish_erasure(db: Connection, position: int, removed: Mapping[str, int]) -> None:
    """Close an erasure, adding what was removed to its counts."""
    Q.finish_erasure(db, position=position, removed=msgspec.json.encode(removed).decode())


def add_tombstones(db: Connection, hashes: Sequence[bytes], instant: int) -> None:
    """Remember these keyed hashes as erased at an instant."""
    Q.add_tombstones(db, hashes=list(hashes), instant=instant)


def any_tombstone(db: Connection) -> bool:
    """Whether anybody was ever erased here."""
    return bool(Q.any_tombstone(db))


def tombstones(db: Connection, hashes: Sequence[bytes]) -> dict[bytes, int]:
    """Instant of erasure by hash, of those that are tombstones."""
    return {bytes(found): instant for found, instant in Q.tombstones(db, hashes=list(hashes))}


def _erasure(row: tuple[Any, ...]) -> Erasure:
    position, instant, profile, atoms, removed, sealed, state = row
    return Erasure(position, instant, profile, tuple(atoms), _counts.decode(removed), sealed, state)
