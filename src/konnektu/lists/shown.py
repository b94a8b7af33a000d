"""Whom the rows of a file show. In: rows as they are written, or a file that was made. Out: atoms of people.

They are kept beside the file, so that an erasure takes the files alone that hold the person. Where it cannot be known
whom a file shows, nothing is kept, and any erasure takes it: rows that name nobody and hold personal values, a list
that refers to no people, a person who came apart while the rows were read.
"""

import os
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from konnektu.core.ids import internal_id
from konnektu.core.section import Row, Section
from konnektu.identity import api as identity
from konnektu.storage.api import Db

PEOPLE = "profiles"
"""What a column refers to whose values are people."""


def shows_people(section: Section) -> bool:
    """Whether rows of a section may tell of people."""
    return any(column.is_personal or column.refers == PEOPLE for column in section.columns)


def people_path(path: Path) -> Path:
    """Where it stands whom a file shows."""
    return path.with_name(f"{path.name}.people")


class Shown:
    """Whom the rows show that were written so far."""

    def __init__(self, db: Db, section: Section) -> None:
        """`db` is the door that sees everybody, whoever asks for the rows."""
        self._db = db
        self._people = [at for at, one in enumerate(section.columns) if one.refers == PEOPLE]
        self._personal = [at for at, one in enumerate(section.columns) if one.is_personal]
        self._atoms: list[NDArray[np.int64]] = []
        self._is_known = bool(self._people) or not self._personal

    def see(self, rows: Sequence[Row]) -> None:
        """Take some rows, in two statements."""
        named: set[int] = set()
        for row in rows:
            people = [internal_id(row.values[at]) for at in self._people if row.values[at]]
            named.update(people)
            if not people and any(row.values[at] is not None for at in self._personal):
                self._is_known = False
        if not (named and self._is_known):
            return
        with self._db.read(snapshot=True) as db:
            present = identity.current_many(db, sorted(named))
            persons = identity.persons(db, sorted(set(present.values())))
        atoms = named | {atom for one in persons for atom in one.atoms}
        self._atoms.append(np.array(sorted(atoms), np.int64))

    def keep(self, path: Path, since: int, upto: int) -> None:
        """Write beside a file whom it shows; its rows were read between these positions of the log."""
        beside = people_path(path)
        # Of a run before this one.
        beside.unlink(missing_ok=True)
        if not self._is_known or self._came_apart(since, upto):
            return
        part = beside.with_name(f"{beside.name}.part")
        with part.open("wb") as file:
            np.save(file, np.unique(np.concatenate([np.empty(0, np.int64), *self._atoms])))
            file.flush()
            os.fsync(file.fileno())
        part.replace(beside)

    def _came_apart(self, since: int, upto: int) -> bool:
        """Whether a person was cut meanwhile, whose row may have told of both."""
        with self._db.read() as db:
            return any(one.kind == "cut" for one in identity.decisions_between(db, since, upto))


def may_show(path: Path, atoms: Collection[int]) -> bool:
    """Whether a file shows any of these atoms, or it is not known whom it shows."""
    try:
        with people_path(path).open("rb") as file:
            shown: NDArray[np.int64] = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return True
    return bool(np.isin(np.array(sorted(atoms), np.int64), shown).any())
