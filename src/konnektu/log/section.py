"""The section of rejected events. In: the quarantine. Out: rows; what an event says only for who may see it."""

from msgspec import structs

from konnektu.core.ids import internal_id, public_id
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
from konnektu.storage.api import Asker, Key, Listing, counted, listed

STATES = (
    Choice("open", "Open", "Открыто"),
    Choice("replayed", "Sent again", "Отправлено повторно"),
    Choice("discarded", "Closed", "Закрыто"),
)
# The instant never falls from position to position, so that both are one order.
_LISTING = Listing(
    "SELECT position, instant, source, reason, detail, body, state FROM quarantine WHERE true",
    {"at": (Key("instant", 1), Key("position", 0))},
    {
        "state": "state = %(state)s",
        "reason": "reason = %(reason)s",
        "source": "source = %(source)s",
        "at": "instant",
    },
    {"state": "state", "reason": "reason", "detail": "detail"},
)
_SELECTED = 6
"""Columns of the selected that are shown; what stands behind is asked for alone."""


def rows(asker: Asker, wanted: Wanted) -> Found:
    """Rejected events of a state."""
    with asker.db.read() as conn:
        found, more = listed(conn, _LISTING, _numbered(wanted))
    return Found([_row(asker, *one[:_SELECTED]) for one in found], more)


def count(asker: Asker, wanted: Wanted) -> int:
    """How many rejected events of a state there are."""
    with asker.db.read() as conn:
        return counted(conn, _LISTING, _numbered(wanted))


def _numbered(wanted: Wanted) -> Wanted:
    """The same question with the number of its source in place of the public id."""
    if "source" not in wanted.filters:
        return wanted
    named = {"source": internal_id(wanted.filters["source"])}
    return structs.replace(wanted, filters={**wanted.filters, **named})


def _row(
    asker: Asker, position: int, instant: int, source: int, reason: str, detail: str, body: bytes
) -> Row:
    said = (detail, bytes(body).decode("utf-8", "replace")) if asker.is_open else ("", "")
    key = public_id(instant, position)
    return Row(key, (key, instant, source, reason, *said))


_COLUMNS = (
    Column("id", "Id", "Идентификатор", is_visible=False),
    Column("at", "Rejected", "Когда отклонено", "time"),
    Column("source", "Source", "Источник данных", "number", width=120),
    Column("reason", "Reason", "Причина", width=200),
    Column("detail", "What is wrong", "Что не так", is_personal=True, width=320),
    Column("event", "Event", "Событие", is_personal=True, width=400),
)  # fmt: skip
QUARANTINE = Section(
    name="quarantine",
    en="Rejected events",
    ru="Отклонённые события",
    about=("Events that could not be taken, each with the reason. Nothing here: everything was taken.",
           "События, которые не удалось принять, с причинами. Если пусто, принято всё."),
    right="quarantine.manage",
    columns=_COLUMNS,
    rows=rows,
    count=count,
    orders=("-at", "at"),
    filters=(
        Filter(name="state", en="State", ru="Состояние", kind="choice", choices=STATES, default="open", ways=("any",)),
        *filters_of(_COLUMNS, "reason", always=True),
        Filter(name="source", en="Source", ru="Источник данных", kind="reference", refers="sources"),
        Filter(name="at", en="Rejected", ru="Когда отклонено", kind="period"),
        *filters_of(_COLUMNS, "detail"),
    ),
    actions=(
        Action(
            name="replay", en="Send again", ru="Отправить повторно", right="quarantine.manage", on="many",
            operation="replay_quarantine",
        ),
        Action(
            name="discard", en="Close", ru="Закрыть", right="quarantine.manage", on="many",
            operation="discard_quarantine",
        ),
    ),
    folders=(
        Folder(name="open", en="Open", ru="Открытые", filters={"state": "open"}),
        Folder(
            name="replayed", en="Sent again", ru="Отправлены повторно", filters={"state": "replayed"}, is_pinned=False
        ),
    ),
)  # fmt: skip

SECTIONS = (QUARANTINE,)
