"""The sections of jobs and of problems. In: the control schema. Out: rows of the asker's workspace."""

from typing import Any

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
from konnektu.jobs.kinds import kinds
from konnektu.jobs.model import Problem, Words
from konnektu.jobs.problems import problems
from konnektu.storage.api import Asker, Key, Listing, counted, few, listed

STATES = (
    Choice("waiting", "Waits", "Ждёт"),
    Choice("running", "Runs", "Выполняется"),
    Choice("done", "Done", "Готово"),
    Choice("failed", "Failed", "Ошибка"),
    Choice("cancelled", "Cancelled", "Отменено"),
)
SEVERITIES = (Choice("problem", "Problem", "Проблема"), Choice("warning", "Warning", "Предупреждение"))
_LISTING = Listing(
    "SELECT id, kind, key, state, attempt, done, total, note, error, created_at, created_by, due_at, started_at,"
    " finished_at FROM job WHERE workspace = %(workspace)s",
    {"created_at": (Key("id", 0),)},
    {"kind": "kind = %(kind)s", "state": "state = %(state)s"},
    {
        name: name
        for name in ("kind", "state", "created_by", "created_at", "finished_at", "error", "note", "key")
    },
)


def job_rows(asker: Asker, wanted: Wanted) -> Found:
    """Jobs of the last 30 days and those that wait or run."""
    with asker.storage.control.read() as conn:
        found, more = listed(conn, _LISTING, wanted, {"workspace": asker.workspace.id})
    return Found([_job(asker, *one) for one in found], more)


def job_count(asker: Asker, wanted: Wanted) -> int:
    """How many jobs there are."""
    with asker.storage.control.read() as conn:
        return counted(conn, _LISTING, wanted, {"workspace": asker.workspace.id})


def _job(asker: Asker, number: int, kind: str, key: str, *shown: Any) -> Row:
    known = kinds().get(kind)
    title = known.title if known else Words(kind, kind)
    return Row(
        public_id(shown[6], number), (title.ru if asker.language == "ru" else title.en, kind, key, *shown)
    )


def problem_rows(asker: Asker, wanted: Wanted) -> Found:
    """What is broken in the workspace and in the installation."""
    found = problems(asker.storage.control, asker.workspace)
    return few(found, wanted, _place, lambda one: _problem(asker, one), _PROBLEM_COLUMNS)


def problem_count(asker: Asker, wanted: Wanted) -> int:
    """How much is broken."""
    return len(problem_rows(asker, wanted).rows)


def _place(one: Problem) -> tuple[str, int, str]:
    return one.severity, one.since, _key(one)


def _key(one: Problem) -> str:
    """Its key, apart from the same one of the installation."""
    return one.key if one.workspace else f"installation:{one.key}"


def _problem(asker: Asker, one: Problem) -> Row:
    what, to_do = (one.what.ru, one.to_do.ru) if asker.language == "ru" else (one.what.en, one.to_do.en)
    shown = (one.severity, what, to_do, one.link, one.workspace is None, one.since, one.seen_at)
    return Row(_key(one), shown)


_JOB_COLUMNS = (
    Column("title", "Job", "Задание", width=240),
    Column("kind", "Kind", "Вид", is_visible=False),
    Column("key", "Which", "Какое", is_visible=False),
    Column("state", "State", "Состояние", width=120),
    Column("attempt", "Attempt", "Попытка", "number", is_visible=False, width=100),
    Column("done", "Done", "Сделано", "number", width=100),
    Column("total", "Of", "Из", "number", width=100),
    Column("note", "Note", "Пояснение", width=240),
    Column("error", "Error", "Ошибка", width=320),
    Column("created_at", "Added", "Добавлено", "time"),
    Column("created_by", "By", "Кем"),
    Column("due_at", "Not before", "Не раньше", "time", is_visible=False),
    Column("started_at", "Begun", "Начато", "time"),
    Column("finished_at", "Ended", "Завершено", "time"),
)  # fmt: skip
JOBS = Section(
    name="jobs",
    en="Jobs",
    ru="Задания",
    about=("What the product does in the background: imports, exports, loads.",
           "То, что выполняется в фоне: импорты, выгрузки, загрузки."),
    right="jobs.read",
    columns=_JOB_COLUMNS,
    rows=job_rows,
    count=job_count,
    orders=("-created_at", "created_at"),
    filters=(
        *filters_of(_JOB_COLUMNS, "kind", always=True),
        Filter(name="state", en="State", ru="Состояние", kind="choice", choices=STATES, ways=("any",)),
        *filters_of(_JOB_COLUMNS, "created_at", always=True),
        *filters_of(_JOB_COLUMNS, "created_by", "finished_at", "error", "note", "key"),
    ),
    actions=(
        Action(name="cancel", en="Cancel", ru="Отменить", right="jobs.manage", on="one", operation="cancel_job"),
        Action(name="retry", en="Begin again", ru="Повторить", right="jobs.manage", on="one", operation="retry_job"),
    ),
    folders=(
        Folder(name="running", en="Run now", ru="Выполняются", filters={"state": "running"}),
        Folder(name="waiting", en="Wait", ru="Ждут", filters={"state": "waiting"}),
        Folder(name="failed", en="Failed", ru="С ошибкой", filters={"state": "failed"}),
    ),
)  # fmt: skip
_PROBLEM_COLUMNS = (
    Column("severity", "Severity", "Важность", width=140),
    Column("what", "What is broken", "Что сломано", width=360),
    Column("to_do", "What to do", "Что делать", width=360),
    Column("link", "Where", "Где", is_visible=False),
    Column("is_of_installation", "Whole installation", "Вся установка", "boolean", is_visible=False),
    Column("since", "Since", "С какого времени", "time"),
    Column("seen_at", "Last seen", "Замечено", "time"),
)  # fmt: skip
PROBLEMS = Section(
    name="problems",
    en="Problems",
    ru="Проблемы",
    about=(
        "What is broken, since when, and what to do. Nothing here: everything works.",
        "Что сломано, с какого времени и что делать. Если пусто, всё работает.",
    ),
    right="jobs.read",
    columns=_PROBLEM_COLUMNS,
    rows=problem_rows,
    count=problem_count,
    orders=("severity", "-severity"),
    filters=(
        Filter(
            name="severity", en="Severity", ru="Важность", kind="choice", choices=SEVERITIES, ways=("any",)
        ),
        *filters_of(_PROBLEM_COLUMNS, "what", "since", "is_of_installation", always=True),
    ),
    folders=(
        Folder(name="broken", en="Problems", ru="Проблемы", filters={"severity": "problem"}),
        Folder(name="warnings", en="Warnings", ru="Предупреждения", filters={"severity": "warning"}),
    ),
)

SECTIONS = (JOBS, PROBLEMS)
