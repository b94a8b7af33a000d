"""The sections of the dictionary: events, attributes, the tracking plan and what breaks it.

In: what was seen, said and expected. Out: rows. Invariant: samples of values only for who may see personal data; the
dictionary bounds how many names it learns, so that its lists are short.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from konnektu.core.section import Action, Column, Found, Row, Section, Wanted, filters_of
from konnektu.dictionary import looking, store
from konnektu.dictionary.looking import Attribute
from konnektu.dictionary.model import MOST_ATTRIBUTES, MOST_EVENTS, EventRow, Note, Subject
from konnektu.dictionary.plan import Expected
from konnektu.dictionary.uses import EventsUsed
from konnektu.dictionary.values import is_personal
from konnektu.jobs.api import Words
from konnektu.storage.api import Asker, Key, Listing, counted, few, few_count, listed

_FIRST = Subject("", "")
_VIOLATIONS = Listing(
    "SELECT type, name, path, rule, count, first_at, last_at, samples FROM plan_violation WHERE true",
    {
        "type": (
            Key("type", 0, is_text=True),
            Key("name", 1, is_text=True),
            Key("path", 2, is_text=True),
            Key("rule", 3, is_text=True),
        )
    },
    seen={name: name for name in ("type", "name", "path", "rule", "count", "first_at", "last_at")},
)


def event_rows(asker: Asker, wanted: Wanted) -> Found:
    """Names of events with how often each came."""
    used = looking.used_events(asker.db)
    return few(
        _events(asker),
        wanted,
        lambda one: _place(one[0], wanted),
        lambda one: _event(*one, used, asker),
        _EVENT_COLUMNS,
    )


def event_count(asker: Asker, wanted: Wanted) -> int:
    """How many names of events there are."""
    used = looking.used_events(asker.db)
    return few_count(_events(asker), wanted, lambda one: _event(*one, used, asker), _EVENT_COLUMNS)


def _events(asker: Asker) -> list[tuple[EventRow, Note]]:
    return looking.events(asker.db, _FIRST, MOST_EVENTS)


def _place(one: EventRow, wanted: Wanted) -> tuple[int | str, str, str]:
    ways: Mapping[str, int | str] = {"name": one.name, "count": one.count, "last_at": one.last_at}
    return ways[wanted.order.removeprefix("-")], one.name, one.type


def _event(row: EventRow, note: Note, used: EventsUsed, asker: Asker) -> Row:
    shown = (
        row.name, row.type, row.count, len(row.sources), _used(used.of(row.type, row.name), asker), row.first_at,
        row.last_at, _said(note, asker), note.owner,
        note.is_deprecated,
    )  # fmt: skip
    return Row(f"{row.type}:{row.name}", shown)


def _said(note: Note, asker: Asker) -> str:
    return note.ru if asker.language == "ru" else note.en


def _used(uses: Sequence[Words], asker: Asker) -> str:
    return "; ".join(use.ru if asker.language == "ru" else use.en for use in uses)


def attribute_rows(asker: Asker, wanted: Wanted) -> Found:
    """Attributes of people with what they hold and what reads them."""
    return few(
        _attributes(asker),
        wanted,
        lambda one: _rank(one, wanted),
        lambda one: _attribute(one, asker),
        _ATTRIBUTE_COLUMNS,
    )


def attribute_count(asker: Asker, wanted: Wanted) -> int:
    """How many attributes there are."""
    return few_count(_attributes(asker), wanted, lambda one: _attribute(one, asker), _ATTRIBUTE_COLUMNS)


def _attributes(asker: Asker) -> list[Attribute]:
    return looking.attributes(asker.db, "", MOST_ATTRIBUTES)


def _rank(one: Attribute, wanted: Wanted) -> tuple[int | str, str]:
    ways: Mapping[str, int | str] = {
        "attribute": one.row.path,
        "count": one.row.count,
        "last_at": one.row.last_at,
    }
    return ways[wanted.order.removeprefix("-")], one.row.path


def _attribute(one: Attribute, asker: Asker) -> Row:
    row, note = one.row, one.note
    samples = "; ".join(row.samples) if asker.is_open else ""
    shown = (
        row.path, row.count, ", ".join(row.types), one.counted[0] if one.counted else None, _used(one.uses, asker),
        is_personal(row, note), row.first_at, row.last_at, samples, _said(note, asker), note.owner, note.is_deprecated,
    )  # fmt: skip
    return Row(row.path, shown)


def plan_rows(asker: Asker, wanted: Wanted) -> Found:
    """What is expected of which event."""
    return few(
        _plan(asker),
        wanted,
        lambda one: (one[0].name, one[0].type),
        lambda one: _expected(*one),
        _PLAN_COLUMNS,
    )


def plan_count(asker: Asker, wanted: Wanted) -> int:
    """Of how many events something is expected."""
    return few_count(_plan(asker), wanted, lambda one: _expected(*one), _PLAN_COLUMNS)


def _plan(asker: Asker) -> list[tuple[Subject, Expected]]:
    with asker.db.read() as conn:
        return list(store.plans(conn).items())


def _expected(subject: Subject, expected: Expected) -> Row:
    required = sum(one.is_required for one in expected.properties)
    shown = (
        subject.name, subject.type, expected.mode, len(expected.properties), required, expected.is_closed,
        len(expected.sources),
    )  # fmt: skip
    return Row(f"{subject.type}:{subject.name}", shown)


def violation_rows(asker: Asker, wanted: Wanted) -> Found:
    """How often events broke the plan."""
    with asker.db.read() as conn:
        found, more = listed(conn, _VIOLATIONS, wanted)
    return Found([_violation(*one) for one in found], more)


def violation_count(asker: Asker, wanted: Wanted) -> int:
    """How many rules of the plan were broken."""
    with asker.db.read() as conn:
        return counted(conn, _VIOLATIONS, wanted)


def _violation(kind: str, name: str, path: str, rule: str, *rest: Any) -> Row:
    count, first, last, samples = rest
    key = f"{kind}:{name}:{path}:{rule}"
    return Row(key, (kind, name, path, rule, count, first, last, ", ".join(samples)))


_NOTE = Action(
    name="describe", en="Describe", ru="Описать", right="dictionary.manage", on="one", operation="put_note"
)
_ABOUT = (
    Column("description", "Description", "Описание", width=320),
    Column("owner", "Owner", "Ответственный", is_visible=False),
    Column("deprecated", "Deprecated", "Устарело", "boolean", is_visible=False, width=110),
)
_EVENT_COLUMNS = (
    Column("name", "Event", "Событие", width=260),
    Column("type", "Type", "Тип", width=110),
    Column("count", "Count", "Количество", "number", width=130),
    Column("sources", "Sources", "Источников", "number", width=110),
    Column("used", "Used for", "Где используется", width=220),
    Column("first_at", "First seen", "Впервые", "time"),
    Column("last_at", "Last seen", "В последний раз", "time"),
    *_ABOUT,
)  # fmt: skip
EVENTS = Section(
    name="dictionary_events",
    en="Dictionary: events",
    ru="Справочник: события",
    about=(
        "Names of events that were seen. They stand here with the first events.",
        "Названия пришедших событий. Появятся с первыми событиями.",
    ),
    right="dictionary.read",
    columns=_EVENT_COLUMNS,
    rows=event_rows,
    count=event_count,
    orders=("name", "-name", "-count", "count", "-last_at", "last_at"),
    filters=(
        *filters_of(_EVENT_COLUMNS, "name", "type", "last_at", "first_at", "count", always=True),
        *filters_of(_EVENT_COLUMNS, "description", "owner"),
        *filters_of(_EVENT_COLUMNS, "deprecated", always=True),
    ),
    actions=(_NOTE,),
)
_ATTRIBUTE_COLUMNS = (
    Column("attribute", "Attribute", "Атрибут", width=220),
    Column("count", "Count", "Количество", "number", width=130),
    Column("types", "Types", "Типы"),
    Column("profiles", "Profiles", "Клиентов", "number", width=120),
    Column("used", "Used for", "Где используется", width=220),
    Column("personal", "Personal", "Персональные данные", "boolean", width=120),
    Column("first_at", "First seen", "Впервые", "time", is_visible=False),
    Column("last_at", "Last seen", "В последний раз", "time"),
    Column("samples", "Samples", "Примеры", is_personal=True, width=260),
    *_ABOUT,
)  # fmt: skip
ATTRIBUTES = Section(
    name="dictionary_attributes",
    en="Dictionary: attributes",
    ru="Справочник: атрибуты",
    about=("Attributes of people that were seen. They stand here with the first profiles.",
           "Встреченные атрибуты клиентов. Появятся с первыми профилями."),
    right="dictionary.read",
    columns=_ATTRIBUTE_COLUMNS,
    rows=attribute_rows,
    count=attribute_count,
    orders=("attribute", "-attribute", "-count", "count", "-last_at", "last_at"),
    filters=(
        *filters_of(_ATTRIBUTE_COLUMNS, "attribute", "personal", always=True),
        *filters_of(_ATTRIBUTE_COLUMNS, "used", "profiles"),
        *filters_of(_ATTRIBUTE_COLUMNS, "last_at", "first_at", "count", always=True),
        *filters_of(_ATTRIBUTE_COLUMNS, "description", "owner"),
        *filters_of(_ATTRIBUTE_COLUMNS, "deprecated", always=True),
    ),
    actions=(
        _NOTE,
        Action(
            name="count", en="Count profiles", ru="Пересчитать клиентов", right="dictionary.manage", on="none",
            operation="count_attributes",
        ),
    ),
)  # fmt: skip
_PLAN_COLUMNS = (
    Column("name", "Event", "Событие", width=260),
    Column("type", "Type", "Тип", width=110),
    Column("mode", "Where it is broken", "При нарушении"),
    Column("properties", "Properties", "Свойств", "number", width=110),
    Column("required", "Required ones", "Обязательных", "number", width=130),
    Column("closed", "Nothing else", "Только они", "boolean", width=120),
    Column("sources", "Sources", "Источников", "number", is_visible=False, width=110),
)  # fmt: skip
PLAN = Section(
    name="tracking_plan",
    en="Tracking plan",
    ru="План событий",
    about=(
        "What each event is to have. What breaks the plan is counted, or is not taken.",
        "Что должно быть в каждом событии. Нарушения считаются или не принимаются.",
    ),
    right="dictionary.read",
    columns=_PLAN_COLUMNS,
    rows=plan_rows,
    count=plan_count,
    orders=("name", "-name"),
    filters=filters_of(_PLAN_COLUMNS, "name", "type", "mode", "closed", always=True),
    actions=(
        Action(
            name="put", en="Expect", ru="Задать", right="dictionary.manage", on="none", operation="put_plan"
        ),
        Action(
            name="change",
            en="Change",
            ru="Изменить",
            right="dictionary.manage",
            on="one",
            operation="put_plan",
        ),
        Action(
            name="withdraw",
            en="Take out of the plan",
            ru="Убрать из плана",
            right="dictionary.manage",
            on="one",
            operation="put_plan",
        ),
    ),
)
_VIOLATION_COLUMNS = (
    Column("type", "Type", "Тип", width=110),
    Column("name", "Event", "Событие", width=260),
    Column("path", "Property", "Свойство", width=200),
    Column("rule", "Rule", "Правило"),
    Column("count", "Times", "Раз", "number", width=110),
    Column("first_at", "First", "Впервые", "time"),
    Column("last_at", "Last", "В последний раз", "time"),
    Column("samples", "Latest events", "Последние события", is_visible=False, width=320),
)  # fmt: skip
VIOLATIONS = Section(
    name="plan_violations",
    en="Violations of the plan",
    ru="Нарушения плана",
    about=(
        "How often events broke the plan. Nothing here: they keep to it.",
        "Как часто события нарушали план. Если пусто, план соблюдается.",
    ),
    right="dictionary.read",
    columns=_VIOLATION_COLUMNS,
    rows=violation_rows,
    count=violation_count,
    orders=("type", "-type"),
    filters=(
        *filters_of(_VIOLATION_COLUMNS, "name", "rule", "last_at", "count", "type", always=True),
        *filters_of(_VIOLATION_COLUMNS, "path"),
    ),
)

SECTIONS = (EVENTS, ATTRIBUTES, PLAN, VIOLATIONS)
