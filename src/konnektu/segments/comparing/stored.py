"""What the event store says of some people. In: what is known of them, definitions. Out: verdicts, where it has a form.

Events are read as the log sealed them; what stands beside them is written as a copy of the mirrors for these people
alone, and taken away afterwards.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Final

import pyarrow as pa

from konnektu.rules import sql
from konnektu.rules.model import Segment as Definition
from konnektu.segments.copying import sealed_up_to
from konnektu.segments.knowing import Person
from konnektu.segments.sending import MIRROR_SCHEMA
from konnektu.storage.api import History, Storage, WorkspaceRecord

SEAL_SECONDS: Final = 30
Verdicts = Mapping[tuple[int, str], bool]
"""By person and key of the segment."""


def verdicts(
    storage: Storage,
    record: WorkspaceRecord,
    people: Sequence[Person],
    definitions: Mapping[str, Definition],
    place: tuple[int, str],
) -> Verdicts:
    """One query for each definition; `place` is the position, and the zone of the workspace there.

    Raises `Retry` where the event store is away or stays behind.
    """
    position, _ = place
    sealed_up_to(storage.workspace(record), position, SEAL_SECONDS)
    history, copy = storage.history(record), secrets.randbits(62) + 1
    written = _write(history, copy, people, position)
    try:
        found = _asked(history, copy, people, definitions, place)
        there = history.scalar("SELECT count() FROM mirror WHERE copy = {copy:Int64}", {"copy": copy})
        # An erasure empties the mirrors: what was answered after that says nothing.
        return found if int(there) == written else {}
    finally:
        history.command("ALTER TABLE mirror DELETE WHERE copy = {copy:Int64}", {"copy": copy})


def _write(history: History, copy: int, people: Sequence[Person], position: int) -> int:
    rows = [
        {"copy": copy, **row._asdict()}
        for one in people
        for row in sql.mirrored(one.id, None, one.known, position, one.at)
    ]
    history.insert("mirror", pa.Table.from_pylist(rows, MIRROR_SCHEMA), None)
    return len(rows)


def _asked(
    history: History,
    copy: int,
    people: Sequence[Person],
    definitions: Mapping[str, Definition],
    place: tuple[int, str],
) -> Verdicts:
    pairs = [sql.Pair(one.id, one.at, one.known.zone) for one in people]
    found: dict[tuple[int, str], bool] = {}
    for key, definition in definitions.items():
        try:
            statement = sql.membership(definition, pairs, *place, copy)
        except sql.NotInSql:
            continue
        for number, verdict in history.rows(statement.sql, statement.parameters):
            found[people[number].id, key] = bool(verdict)
    return found
