"""Notes of erasures apart from their workspace, so that a restored backup forgets the same people.

In: an erasure. Out: a row in control and a line in a file, each with the person's atoms and keyed hashes of the
identifiers; neither names anybody. Who restores an older backup learns from them who is to be erased again: who
has an identifier whose atom and hash are both of one erasure. Invariant: a note is on disk before its erasure is done.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from konnektu.core.config import Config
from konnektu.core.folders import private_folder
from konnektu.core.records import Identifier
from konnektu.identity import api as identity
from konnektu.privacy import store
from konnektu.privacy.logic import tombstone_of
from konnektu.privacy.model import Gone
from konnektu.storage.api import Connection, Storage, WorkspaceRecord

FOLDER = "erased"
"""Name of the folder of notes inside the data folder."""
_decode = msgspec.json.Decoder(Gone).decode
_encode = msgspec.json.Encoder().encode


def notes_folder(config: Config) -> Path:
    """Where this installation notes its erasures."""
    return Path(config.erased_folder) if config.erased_folder else config.data / FOLDER


def note(storage: Storage, record: WorkspaceRecord, folder: Path, gone: Gone) -> None:
    """Note an erasure in the folder's file of the workspace and in control; once, however often it is called."""
    with storage.control.read() as control:
        if store.is_noted(control, record.uuid, gone):
            return
    add_notes(folder, record.uuid, [gone])
    with storage.control.transaction() as control:
        store.note_erased(control, record.uuid, gone)


def add_notes(folder: Path, workspace: str, notes: Iterable[Gone]) -> None:
    """Bring these notes into the folder's file of a workspace, durably, but for those that stand there."""
    missing = sorted(set(notes) - set(read_notes(folder, workspace)), key=lambda gone: gone.instant)
    if not missing:
        return
    with (private_folder(folder) / _file(workspace)).open("ab") as file:
        # A line that a crash cut off is ended here, and is read as none.
        file.write(b"\n" + b"".join(_encode(gone) + b"\n" for gone in missing))
        file.flush()
        os.fsync(file.fileno())


def read_notes(folder: Path, workspace: str) -> list[Gone]:
    """The notes of the folder's file of a workspace; a line that was never finished is none."""
    path = folder / _file(workspace)
    lines = path.read_bytes().split(b"\n") if path.exists() else []
    return [_decode(line) for line in lines if line.endswith(b"}")]


def all_notes(storage: Storage, workspace: str, folders: Iterable[Path]) -> list[Gone]:
    """Every note of a workspace, from control and from these folders, in order of time."""
    with storage.control.read() as control:
        found = set(store.noted(control, workspace))
    for folder in folders:
        found.update(read_notes(folder, workspace))
    return sorted(found, key=lambda gone: (gone.instant, gone.position))


def to_erase(db: Connection, key: bytes, notes: Iterable[Gone]) -> list[int]:
    """Profiles of the people whom these notes name and the workspace, older than a note, knows."""
    unmet = _unmet(db, notes)
    homes = identity.current_many(db, sorted({atom for gone in unmet for atom in gone.atoms}))
    people = identity.persons(db, sorted(set(homes.values())))
    return [person.id for person in people if any(_names(person, key, gone) for gone in unmet)]


def add_tombstones(db: Connection, notes: Iterable[Gone]) -> None:
    """Let the tombstones of these notes stand in the workspace, each with its own instant."""
    for gone in _unmet(db, notes):
        store.add_tombstones(db, gone.hashes, gone.instant)


def _unmet(db: Connection, notes: Iterable[Gone]) -> list[Gone]:
    """Notes of erasures that the workspace has not seen."""
    listed = list(notes)
    known = store.tombstones(db, sorted({one for gone in listed for one in gone.hashes}))
    return [gone for gone in listed if not _is_met(gone, known)]


def _is_met(gone: Gone, known: Mapping[bytes, int]) -> bool:
    return all(known.get(one, -1) >= gone.instant for one in gone.hashes)


def _names(person: identity.Person, key: bytes, gone: Gone) -> bool:
    """Whether one of the person's identifiers has both its atom and its hash in the note."""
    atoms, hashes = set(gone.atoms), set(gone.hashes)
    return any(
        number in atoms and tombstone_of(key, Identifier(atom.kind, atom.value)) in hashes
        for number, atom in person.atoms.items()
    )


def _file(workspace: str) -> str:
    return f"{workspace}.jsonl"
