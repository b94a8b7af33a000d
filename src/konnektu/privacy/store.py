"""The statements of privacy, one short function each."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import aiosql
import msgspec

from konnektu.privacy.model import Erasure, Gone
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


def last_erased(db: Connection) -> int:
    """Position of the latest erasure that was applied; 0 where there was none."""
    return int(Q.last_erased(db))


def erased_after(db: Connection, position: int) -> set[int]:
    """The atoms of everybody whose erasure was applied after a position of the log."""
    return {row[0] for row in Q.erased_after(db, position=position)}


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


def carried_key(db: Connection) -> bytes | None:
    """The encrypted key of tombstones that was restored with the workspace; None where it has its own."""
    sealed = Q.carried_key(db)
    return None if sealed is None else bytes(sealed)


def carry_key(db: Connection, sealed: bytes) -> None:
    """Keep the encrypted key of tombstones that the workspace had where it comes from."""
    Q.carry_key(db, sealed=sealed)


def sealed_erasures(db: Connection) -> dict[int, bytes]:
    """Encrypted identifiers of unfinished erasures, by position."""
    return {position: bytes(sealed) for position, sealed in Q.sealed_erasures(db)}


def reseal_erasure(db: Connection, position: int, sealed: bytes) -> None:
    """Put the same identifiers under another key."""
    Q.reseal_erasure(db, position=position, sealed=sealed)


def note_erased(control: Connection, workspace: str, gone: Gone) -> None:
    """Note an erasure in control."""
    Q.note_erased(
        control,
        workspace=workspace,
        position=gone.position,
        instant=gone.instant,
        atoms=list(gone.atoms),
        hashes=list(gone.hashes),
    )


def is_noted(control: Connection, workspace: str, gone: Gone) -> bool:
    """Whether an erasure was noted in control."""
    return bool(Q.is_noted(control, workspace=workspace, position=gone.position, instant=gone.instant))


def noted(control: Connection, workspace: str) -> list[Gone]:
    """Erasures of a workspace that were noted in control, in order."""
    return [
        Gone(position, instant, tuple(atoms), tuple(map(bytes, hashes)))
        for position, instant, atoms, hashes in Q.noted(control, workspace=workspace)
    ]


def _erasure(row: tuple[Any, ...]) -> Erasure:
    position, instant, profile, atoms, removed, sealed, state = row
    return Erasure(position, instant, profile, tuple(atoms), _counts.decode(removed), sealed, state)
