"""Rejected events that wait for a person."""

from collections.abc import Iterator, Sequence
from typing import Any

from konnektu.core.ids import public_id
from konnektu.exports.declared import Asker, List
from konnektu.exports.lists.paging import PAGE, all_rows
from konnektu.exports.model import Column
from konnektu.log import api as log

COLUMNS = (
    Column("id", "Id", "Идентификатор"),
    Column("at", "Rejected", "Когда отклонено", "time"),
    Column("source", "Source", "Источник данных", "number"),
    Column("reason", "Reason", "Причина"),
    Column("detail", "What is wrong", "Что не так", is_personal=True),
    Column("event", "Event", "Событие", is_personal=True),
)
_LATEST = 2**62


def rows(asker: Asker) -> Iterator[Sequence[Any]]:
    """Open rejected events, the latest first."""
    db = asker.storage.workspace(asker.workspace)
    kept = all_rows(_LATEST, lambda before: log.quarantine(db, before, PAGE), lambda one: one.position)
    return (_row(one, asker) for one in kept)


def _row(one: log.Quarantined, asker: Asker) -> Sequence[Any]:
    said = (one.detail, bytes(one.body).decode("utf-8", "replace")) if asker.is_open else ("", "")
    return (public_id(one.instant, one.position), one.instant, one.source, one.reason, *said)


LIST = List("quarantine", "Rejected events", "Отклонённые события", "quarantine.manage", COLUMNS, rows)
