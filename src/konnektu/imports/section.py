"""The section of imports. In: imports of the workspace. Out: rows with what became of their files."""

from konnektu.core.ids import public_id
from konnektu.core.section import (
    Action,
    Choice,
    Column,
    Filter,
    Folder,
    Found,
    Row,
    Section,
    Wanted,
    filters_of,
)
from konnektu.imports.model import Import
from konnektu.imports.store import imports_of
from konnektu.storage.api import Asker, Key, Listing, counted, listed

STATES = (
    Choice("uploaded", "Uploaded", "Загружен"),
    Choice("waiting", "Waits", "Ждёт"),
    Choice("running", "Runs", "Выполняется"),
    Choice("done", "Done", "Готов"),
    Choice("cancelled", "Cancelled", "Отменён"),
    Choice("failed", "Failed", "Ошибка"),
)
_LISTING = Listing(
    "SELECT id, name, file_name, sha256, size, source, kind, state, layout, mapping, as_of, chunk, cursor, read,"
    " accepted, rejected, events, partial, error_bytes, reason, created_at, created_by, started_at, finished_at,"
    " machine FROM import WHERE true",
    {"created_at": (Key("id", 0),)},
    {"state": "state = %(state)s"},
    {
        name: name
        for name in (
            "state",
            "name",
            "file_name",
            "kind",
            "rejected",
            "created_at",
            "created_by",
            "finished_at",
        )
    },
)


def rows(asker: Asker, wanted: Wanted) -> Found:
    """Imports."""
    with asker.db.read() as conn:
        found, more = listed(conn, _LISTING, wanted)
    return Found([_row(job) for job in imports_of(found)], more)


def count(asker: Asker, wanted: Wanted) -> int:
    """How many imports there are."""
    with asker.db.read() as conn:
        return counted(conn, _LISTING, wanted)


def _row(job: Import) -> Row:
    counts, key = job.counts, public_id(job.created_at, job.id)
    shown = (
        key, job.name, job.file_name, job.kind, job.state, counts.read, counts.accepted, counts.rejected,
        counts.partial, job.created_at, job.created_by, job.finished_at,
    )  # fmt: skip
    return Row(key, shown)


_COLUMNS = (
    Column("id", "Id", "Идентификатор", is_visible=False),
    Column("name", "Name", "Название", width=260),
    Column("file_name", "File", "Файл", width=220),
    Column("kind", "Kind", "Вид", width=120),
    Column("state", "State", "Состояние", width=120),
    Column("read", "Rows read", "Строк прочитано", "number", width=120),
    Column("accepted", "Accepted", "Принято", "number", width=120),
    Column("rejected", "Rejected", "Отклонено", "number", width=120),
    Column("partial", "Without some value", "Принято без части значений", "number", is_visible=False),
    Column("created_at", "Uploaded", "Загружен", "time"),
    Column("created_by", "By", "Кем"),
    Column("finished_at", "Ended", "Завершён", "time"),
)  # fmt: skip
IMPORTS = Section(
    name="imports",
    en="Imports",
    ru="Импорты",
    about=("Files with people, orders, consents that were loaded, with what became of each row.",
           "Загруженные файлы с клиентами, заказами, согласиями и судьба каждой строки."),
    right="imports.run",
    columns=_COLUMNS,
    rows=rows,
    count=count,
    orders=("-created_at", "created_at"),
    filters=(
        Filter(name="state", en="State", ru="Состояние", kind="choice", choices=STATES, ways=("any",)),
        *filters_of(_COLUMNS, "name", "created_at", "rejected", "created_by", always=True),
        *filters_of(_COLUMNS, "finished_at"),
        *filters_of(_COLUMNS, "file_name", "kind", always=True),
    ),
    actions=(
        Action(
            name="upload", en="New import", ru="Новый импорт", right="imports.run", on="none",
            operation="upload_import",
        ),
        Action(name="start", en="Start", ru="Запустить", right="imports.run", on="one", operation="start_import"),
        Action(name="cancel", en="Cancel", ru="Отменить", right="imports.run", on="one", operation="cancel_import"),
        Action(
            name="errors", en="Rejected rows", ru="Отклонённые строки", right="imports.run", on="one",
            operation="get_import_errors",
        ),
    ),
    folders=(
        Folder(name="running", en="Run now", ru="Выполняются", filters={"state": "running"}),
        Folder(name="failed", en="Failed", ru="С ошибкой", filters={"state": "failed"}),
    ),
)  # fmt: skip

SECTIONS = (IMPORTS,)
