"""The section of retention runs. In: the runs of a workspace. Out: rows, with what each removed."""

from datetime import UTC, datetime
from typing import Any

from konnektu.core.ids import public_id
from konnektu.core.section import (
    Action,
    Choice,
    Column,
    Filter,
    Found,
    Row,
    Section,
    Wanted,
    filters_of,
)
from konnektu.privacy.aging_store import run_of
from konnektu.privacy.model import Cut, Run
from konnektu.storage.api import Asker, Key, Listing, counted, listed

STATES = (
    Choice("open", "Being removed", "Удаляется"),
    Choice("removed", "Removed, people are told anew", "Удалено, профили пересчитываются"),
    Choice("done", "Done", "Готово"),
)
SUBJECTS = {
    "event": ("events", "события"),
    "attribute": ("attribute", "атрибут"),
    "purpose": ("consents for", "согласия с целью"),
}
_LISTING = Listing(
    "SELECT position, instant, cuts::text, state, removed::text, people, done_at FROM retention_run WHERE true",
    {"position": (Key("position", 0),)},
    {"state": "state = %(state)s"},
    {"state": "state", "at": "instant", "people": "people", "done_at": "done_at"},
)


def rows(asker: Asker, wanted: Wanted) -> Found:
    """Runs with their counts."""
    with asker.db.read() as conn:
        found, more = listed(conn, _LISTING, wanted)
    return Found([_row(asker, run_of(one)) for one in found], more)


def count(asker: Asker, wanted: Wanted) -> int:
    """How many runs there were."""
    with asker.db.read() as conn:
        return counted(conn, _LISTING, wanted)


def _row(asker: Asker, run: Run) -> Row:
    facts = sum(run.removed.get(cut.key, 0) for cut in run.cuts)
    by_rule = "; ".join(_said(asker, cut, run.removed.get(cut.key, 0)) for cut in run.cuts)
    others = [run.removed.get(name, 0) for name in ("in_inbox", "rejected", "row_of_import")]
    values: tuple[Any, ...] = (
        run.position, run.instant, run.state, facts, by_rule, *others, run.people, run.done_at,
    )  # fmt: skip
    return Row(public_id(run.instant, run.position), values)


def _said(asker: Asker, cut: Cut, count: int) -> str:
    en, ru = SUBJECTS[cut.subject]
    day = datetime.fromtimestamp(cut.before / 1_000, UTC).date().isoformat()
    named = ", ".join(cut.purposes)
    if asker.language == "ru":
        return f"{ru} {cut.name}{f' (для: {named})' if named else ''} до {day}: {count}"
    return f"{en} {cut.name}{f' (for: {named})' if named else ''} before {day}: {count}"


_COLUMNS = (
    Column("position", "Position", "Позиция", "number", width=120),
    Column("at", "Begun", "Начато", "time"),
    Column("state", "State", "Состояние", width=200),
    Column("facts", "Facts removed or changed", "Фактов удалено или изменено", "number"),
    Column("by_rule", "By rule", "По правилам", width=400),
    Column("in_inbox", "Of them in the inbox", "Из них во входящих", "number", is_visible=False),
    Column("rejected", "Rejected events", "Отклонённых событий", "number"),
    Column("row_of_import", "Bad rows of imports", "Ошибочных строк импортов", "number", is_visible=False),
    Column("people", "People told anew", "Профилей пересчитано", "number"),
    Column("done_at", "Ended", "Завершено", "time"),
)  # fmt: skip
RETENTION = Section(
    name="retention",
    en="Retention",
    ru="Удаление по срокам хранения",
    about=("Runs that removed what is older than the terms of keeping.",
           "Запуски, удалившие данные старше сроков хранения."),
    right="privacy.retention",
    columns=_COLUMNS,
    rows=rows,
    count=count,
    orders=("-position", "position"),
    filters=(
        Filter(name="state", en="State", ru="Состояние", kind="choice", choices=STATES, ways=("any",)),
        *filters_of(_COLUMNS, "at", "people", always=True),
        *filters_of(_COLUMNS, "done_at"),
    ),
    actions=(
        Action(
            name="run", en="Run now", ru="Выполнить сейчас", right="privacy.retention", on="none",
            operation="run_retention",
        ),
    ),
)  # fmt: skip

SECTIONS = (RETENTION,)
