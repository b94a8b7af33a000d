"""Erasure of a person from related records. In: profiles and atoms. Out: keys of the records that are gone.

Invariant: what stands afterwards is what the facts that are left make.
"""

from collections.abc import Sequence

from konnektu.related import store
from konnektu.related.logic import without
from konnektu.related.model import Key, RecordRow
from konnektu.storage.api import Connection


def erase(db: Connection, profiles: Sequence[int], atoms: Sequence[int]) -> list[Key]:
    """Remove the records of erased people, and from other people's records what these atoms said; the keys removed."""
    owned = store.erase_owned(db, profiles)
    gone = store.erase_said(db, atoms)
    if gone:
        _take_back(db, gone)
    return owned


def _take_back(db: Connection, gone: dict[Key, set[int]]) -> None:
    left = store.versions(db, sorted(gone))
    rows: list[RecordRow] = []
    for key, row in store.load(db, sorted(gone)).items():
        state = without(row.state, gone[key], left.get(key, ()))
        rows.append(RecordRow(key=key, profile=row.profile, state=state))
    if empty := [row.key for row in rows if row.state.told <= 0]:
        store.delete(db, empty)
    if kept := [row for row in rows if row.state.told > 0]:
        store.put(db, kept, store.kinds(db))
