"""Imports with what became of their rows."""

from collections.abc import Iterator, Sequence
from typing import Any

from konnektu.core.ids import public_id
from konnektu.exports.declared import Asker, List
from konnektu.exports.lists.paging import PAGE, all_rows
from konnektu.exports.model import Column
from konnektu.imports import api as imports

COLUMNS = (
    Column("id", "Id", "Идентификатор"),
    Column("name", "Name", "Название"),
    Column("file_name", "File", "Файл"),
    Column("kind", "Kind", "Вид"),
    Column("state", "State", "Состояние"),
    Column("read", "Rows read", "Строк прочитано", "number"),
    Column("accepted", "Accepted", "Принято", "number"),
    Column("rejected", "Rejected", "Отклонено", "number"),
    Column("partial", "Without some value", "Принято без части значений", "number"),
    Column("created_at", "Uploaded", "Загружен", "time"),
    Column("created_by", "By", "Кем"),
    Column("finished_at", "Ended", "Завершён", "time"),
)
_LATEST = 2**62


def rows(asker: Asker) -> Iterator[Sequence[Any]]:
    """Every import, the latest first."""

    def page(before: int) -> Sequence[imports.Import]:
        return imports.imports(asker.storage, asker.workspace, before=before, limit=PAGE)

    return (_row(job) for job in all_rows(_LATEST, page, lambda job: job.id))


def _row(job: imports.Import) -> Sequence[Any]:
    counts = job.counts
    return (
        public_id(job.created_at, job.id),
        job.name,
        job.file_name,
        job.kind,
        job.state,
        counts.read,
        counts.accepted,
        counts.rejected,
        counts.partial,
        job.created_at,
        job.created_by,
        job.finished_at,
    )


LIST = List("imports", "Imports", "Импорты", "imports.run", COLUMNS, rows)
