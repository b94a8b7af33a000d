"""The sections of transfers: places, imports and exports by schedule. In: the workspace's tables. Out: rows.

Invariant: no row holds a secret. These lists are short: a person makes each of their lines.
"""

from typing import Any

from konnektu.core.ids import public_id
from konnektu.core.section import Action, Column, Found, Row, Section, Wanted, filters_of
from konnektu.storage.api import Asker, few
from konnektu.transfers import export_store, store
from konnektu.transfers.model import ScheduledExport, ScheduledImport, ToPlace
from konnektu.transfers.place_model import HttpsPlace, Place, S3Place, Settings


def place_rows(asker: Asker, wanted: Wanted) -> Found:
    """Places by name."""
    return few(_places(asker), wanted, lambda one: (one.name, one.id), _place, _PLACE_COLUMNS)


def place_count(asker: Asker, wanted: Wanted) -> int:
    """How many places there are."""
    return len(place_rows(asker, wanted).rows)


def _places(asker: Asker) -> list[Place]:
    with asker.db.read() as conn:
        return store.places(conn)


def _place(one: Place) -> Row:
    kind, where = _where(one.settings)
    key = public_id(one.created_at, one.id)
    return Row(key, (one.name, kind, where, one.has_secret, one.created_at, one.created_by))


def _where(settings: Settings) -> tuple[str, str]:
    """The kind of a place, and where it is."""
    if isinstance(settings, HttpsPlace):
        return "https", settings.url.partition("?")[0]
    if isinstance(settings, S3Place):
        return "s3", f"{settings.bucket}/{settings.folder}".rstrip("/")
    return settings.__struct_config__.tag, f"{settings.host}:{settings.port}"  # type: ignore[return-value]


def import_rows(asker: Asker, wanted: Wanted) -> Found:
    """Scheduled imports by name."""
    names = {one.id: one.name for one in _places(asker)}
    return few(
        _imports(asker),
        wanted,
        lambda one: (one.name, one.id),
        lambda one: _import(one, names),
        _IMPORT_COLUMNS,
    )


def import_count(asker: Asker, wanted: Wanted) -> int:
    """How many scheduled imports there are."""
    return len(import_rows(asker, wanted).rows)


def _imports(asker: Asker) -> list[ScheduledImport]:
    with asker.db.read() as conn:
        return store.all_scheduled(conn)


def _import(one: ScheduledImport, places: dict[int, str]) -> Row:
    shown = (
        one.name, places.get(one.place, ""), one.pattern, one.cron, one.is_on, one.taken_at, one.after, one.late_hours,
        one.created_at, one.created_by,
    )  # fmt: skip
    return Row(public_id(one.created_at, one.id), shown)


def export_rows(asker: Asker, wanted: Wanted) -> Found:
    """Scheduled exports by name."""
    names = {one.id: one.name for one in _places(asker)}
    return few(
        _exports(asker), wanted, lambda one: (one.name, one.id), lambda one: _export(one, names, asker),
        _EXPORT_COLUMNS,
    )  # fmt: skip


def export_count(asker: Asker, wanted: Wanted) -> int:
    """How many scheduled exports there are."""
    return len(export_rows(asker, wanted).rows)


def _exports(asker: Asker) -> list[ScheduledExport]:
    with asker.db.read() as conn:
        return export_store.all_exports(conn)


def _export(one: ScheduledExport, places: dict[int, str], asker: Asker) -> Row:
    target: Any = one.target
    if isinstance(target, ToPlace):
        to = f"{places.get(target.place, '')}: {target.path}"
    else:
        to = target.address if asker.is_open else ""
    shown = (
        one.name, one.list, one.form, to, one.cron, one.is_on, one.done_at, one.owner, bool(one.reason), one.created_at
    )  # fmt: skip
    return Row(public_id(one.created_at, one.id), shown)


_PLACE_COLUMNS = (
    Column("name", "Name", "Название", width=220),
    Column("kind", "Kind", "Вид", width=100),
    Column("where", "Where", "Где", width=320),
    Column("has_secret", "Has a secret", "Есть секрет", "boolean", width=120),
    Column("created_at", "Made", "Создано", "time"),
    Column("created_by", "By", "Кем"),
)  # fmt: skip
PLACES = Section(
    name="places",
    en="Places",
    ru="Места обмена файлами",
    about=("Servers and storages that files are taken from and put to.",
           "Серверы и хранилища, откуда берут файлы и куда их кладут."),
    right="transfers.manage",
    columns=_PLACE_COLUMNS,
    rows=place_rows,
    count=place_count,
    orders=("name", "-name"),
    filters=(
        *filters_of(_PLACE_COLUMNS, "name", "kind", "where", "has_secret", "created_at", always=True),
        *filters_of(_PLACE_COLUMNS, "created_by"),
    ),
    actions=(
        Action(
            name="create", en="New place", ru="Новое место", right="transfers.manage", on="none",
            operation="create_place",
        ),
        Action(
            name="change", en="Change", ru="Изменить", right="transfers.manage", on="one", operation="change_place"
        ),
        Action(name="try", en="Try", ru="Проверить", right="transfers.manage", on="one", operation="try_place"),
        Action(
            name="delete", en="Delete", ru="Удалить", right="transfers.manage", on="one", operation="delete_place"
        ),
    ),
)  # fmt: skip
_IMPORT_COLUMNS = (
    Column("name", "Name", "Название", width=220),
    Column("place", "Place", "Место", width=180),
    Column("pattern", "Files", "Файлы", width=260),
    Column("cron", "Schedule", "Расписание", width=140),
    Column("is_on", "On", "Включён", "boolean", width=100),
    Column("taken_at", "Last file", "Последний файл", "time"),
    Column("after", "Then the file is", "Что потом с файлом", is_visible=False),
    Column("late_hours", "Late after hours", "Опаздывает через, ч", "number", is_visible=False, width=120),
    Column("created_at", "Made", "Создан", "time", is_visible=False),
    Column("created_by", "By", "Кем", is_visible=False),
)  # fmt: skip
SCHEDULED_IMPORTS = Section(
    name="scheduled_imports",
    en="Scheduled imports",
    ru="Импорт по расписанию",
    about=("Files that are taken from a place by schedule.",
           "Файлы, которые забираются из места обмена по расписанию."),
    right="transfers.manage",
    columns=_IMPORT_COLUMNS,
    rows=import_rows,
    count=import_count,
    orders=("name", "-name"),
    filters=(
        *filters_of(_IMPORT_COLUMNS, "name", "place", "is_on", always=True),
        *filters_of(_IMPORT_COLUMNS, "taken_at"),
        *filters_of(_IMPORT_COLUMNS, "pattern", always=True),
        *filters_of(_IMPORT_COLUMNS, "created_by"),
    ),
    actions=(
        Action(
            name="create", en="New scheduled import", ru="Новый импорт по расписанию", right="transfers.manage",
            on="none", operation="create_scheduled_import",
        ),
        Action(
            name="change", en="Change", ru="Изменить", right="transfers.manage", on="one",
            operation="change_scheduled_import",
        ),
        Action(
            name="run", en="Look now", ru="Проверить сейчас", right="transfers.manage", on="one",
            operation="run_scheduled_import",
        ),
        Action(
            name="delete", en="Delete", ru="Удалить", right="transfers.manage", on="one",
            operation="delete_scheduled_import",
        ),
    ),
)  # fmt: skip
_EXPORT_COLUMNS = (
    Column("name", "Name", "Название", width=220),
    Column("list", "List", "Список", width=180),
    Column("form", "Format", "Формат", width=90),
    Column("target", "To", "Куда", is_personal=True, width=260),
    Column("cron", "Schedule", "Расписание", width=140),
    Column("is_on", "On", "Включена", "boolean", width=100),
    Column("done_at", "Last file", "Последний файл", "time"),
    Column("owner", "With the rights of", "С правами"),
    Column("is_open", "With personal data", "С персональными данными", "boolean", is_visible=False, width=140),
    Column("created_at", "Made", "Создана", "time", is_visible=False),
)  # fmt: skip
SCHEDULED_EXPORTS = Section(
    name="scheduled_exports",
    en="Scheduled exports",
    ru="Выгрузки по расписанию",
    about=("Lists that leave as files by schedule.",
           "Списки, которые выгружаются файлами по расписанию."),
    right="transfers.manage",
    columns=_EXPORT_COLUMNS,
    rows=export_rows,
    count=export_count,
    orders=("name", "-name"),
    filters=(
        *filters_of(_EXPORT_COLUMNS, "name", "list", "is_on", always=True),
        *filters_of(_EXPORT_COLUMNS, "done_at", "owner"),
        *filters_of(_EXPORT_COLUMNS, "form", "is_open", always=True),
    ),
    actions=(
        Action(
            name="create", en="New scheduled export", ru="Новая выгрузка по расписанию", right="transfers.manage",
            on="none", operation="create_scheduled_export",
        ),
        Action(
            name="run", en="Send now", ru="Выгрузить сейчас", right="transfers.manage", on="one",
            operation="run_scheduled_export",
        ),
        Action(
            name="delete", en="Delete", ru="Удалить", right="transfers.manage", on="one",
            operation="delete_scheduled_export",
        ),
    ),
)  # fmt: skip

SECTIONS = (PLACES, SCHEDULED_IMPORTS, SCHEDULED_EXPORTS)
