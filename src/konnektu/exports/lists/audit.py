"""The audit log: who did what, and when."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from konnektu.access import api as access
from konnektu.exports.declared import Asker, List
from konnektu.exports.lists.paging import PAGE, all_rows
from konnektu.exports.model import Column

COLUMNS = (
    Column("at", "When", "Когда", "time"),
    Column("actor_kind", "Kind of actor", "Вид участника"),
    Column("actor", "Who", "Кто"),
    Column("ip", "Address", "Адрес"),
    Column("what", "What", "Что"),
    Column("about", "About", "О чём"),
    Column("detail", "Detail", "Подробности"),
)
_LATEST = 2**62


def rows(asker: Asker) -> Iterator[Sequence[Any]]:
    """Every line, the latest first."""

    def page(before: int) -> Sequence[access.Audited]:
        return access.audit(asker.storage.control, asker.workspace.id, before=before, limit=PAGE)

    return (_row(line) for line in all_rows(_LATEST, page, lambda line: line.id))


def _row(line: access.Audited) -> Sequence[Any]:
    detail = msgspec.json.encode(line.detail).decode() if line.detail else ""
    return (line.at, line.actor.kind, line.actor.name, line.actor.ip, line.what, line.about, detail)


LIST = List("audit", "Audit log", "Журнал действий", "audit.read", COLUMNS, rows)
