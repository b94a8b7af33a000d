"""What rules may ask for in a workspace. In: a part, a search. Out: terms with their types and examples.

Names that a project made stand beside those that every project has; each picker of a builder asks for its part.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final, get_args

from msgspec import Struct

from konnektu.access import api as access
from konnektu.access.api import Caller
from konnektu.acquisition import api as acquisition
from konnektu.core.attributes import STANDARD, standard
from konnektu.core.ids import public_id
from konnektu.core.text import fold
from konnektu.dictionary import api as dictionary
from konnektu.dictionary.api import Subject
from konnektu.identity import api as identity
from konnektu.orders import api as orders
from konnektu.product_lists import api as product_lists
from konnektu.related import api as related
from konnektu.rules import subjects
from konnektu.rules.conditions import Op, TextOp
from konnektu.rules.formulas import COMPUTED, Labels, made_of
from konnektu.rules.words.phrases import OPS
from konnektu.segments import store
from konnektu.segments.formulas import logic as computed
from konnektu.segments.formulas import store as computed_store
from konnektu.segments.logic import living
from konnektu.segments.views import Part, TermView, TextView, VocabularyView
from konnektu.storage.api import Db, Storage

AT_ONCE: Final = 1_000
_NAMES: Final = {one.name: (one.en, one.ru) for one in STANDARD}
_TYPES: Final = {
    "boolean": "yes_no",
    "time": "instant",
    "choice": "text",
    "phone": "text",
    "email": "text",
    "sex": "text",
}
"""Types of other slices in the words of rules."""
_FIELDS: Final[Mapping[str, tuple[str, str]]] = {
    "number": ("Number", "Номер"),
    "stage": ("Stage", "Этап"),
    "status": ("Status", "Статус"),
    "gross": ("As ordered", "Сумма заказа"),
    "net": ("Net of returns", "Сумма без возвратов"),
    "stage_at": ("On its stage since", "На этапе с"),
    "product": ("Product", "Товар"),
    "variant": ("Variant", "Вариант"),
    "quantity": ("Quantity", "Количество"),
    "price": ("Price", "Цена"),
    "first": ("On the list since", "В списке с"),
    "last": ("Last word about it", "Последнее упоминание"),
    "name": ("Name", "Название"),
    "type": ("Type", "Тип"),
    "origin": ("Door", "Способ поступления"),
    "source": ("Source of data", "Источник данных"),
    "time": ("Time", "Время"),
    "device_type": ("Device", "Устройство"),
    "os": ("Operating system", "Операционная система"),
    "browser": ("Browser", "Браузер"),
    "country": ("Country", "Страна"),
    "city": ("City", "Город"),
    "referrer_host": ("Referring host", "Сайт, с которого пришли"),
    "traffic_source": ("Traffic source", "Источник перехода"),
}
_TEXT_OPS: Final[Mapping[str, tuple[str, str]]] = {
    "contains": ("contains", "содержит"),
    "begins": ("begins with", "начинается с"),
    "ends": ("ends with", "заканчивается на"),
    "between": ("between", "между"),
}
_BY_NUMBER: Final = ("number", "money", "date", "days_since", "years_since")


class Asked(Struct, frozen=True):
    """Who looks for what."""

    storage: Storage
    caller: Caller
    now: int
    of: str
    """The event as type:name, or the kind of record."""

    @property
    def db(self) -> Db:
        """The caller's door."""
        return self.storage.workspace(self.caller.workspace)


def vocabulary(asked: Asked, part: Part, search: str, limit: int) -> VocabularyView:
    """The terms of a part whose name or title holds the text that is searched for, the first so many."""
    wanted = fold(search.strip())
    found = (one for one in _PARTS[part](asked) if not wanted or wanted in _text(one))
    terms = list(islice(found, limit + 1))
    return VocabularyView(part, terms[:limit], len(terms) <= limit)


def _text(term: TermView) -> str:
    return fold(f"{term.name}\n{term.title.en}\n{term.title.ru}")


def _title(name: str, en: str = "", ru: str = "") -> TextView:
    return TextView(en or name, ru or en or name)


def _attributes(asked: Asked) -> Iterator[TermView]:
    yield from _computed(asked)
    seen: set[str] = set()
    is_open = asked.caller.may("profiles.personal")
    path = ""
    while rows := dictionary.attributes(asked.db, path, AT_ONCE):
        for one in rows:
            name = standard(one.row.path)
            seen.add(name)
            is_shown = is_open or not dictionary.is_personal(one.row, one.note)
            known = _NAMES.get(name, ("", ""))
            yield TermView(
                name=name,
                title=_title(name, one.note.en or known[0], one.note.ru or known[1]),
                type=_mostly(one.row.types),
                examples=list(one.row.samples) if is_shown else [],
                count=one.row.count,
            )
        path = rows[-1].row.path
    for standing in STANDARD:
        if standing.name not in seen:
            title = _title(standing.name, standing.en, standing.ru)
            yield TermView(name=standing.name, title=title, type=_TYPES.get(standing.type, standing.type))


def _computed(asked: Asked) -> Iterator[TermView]:
    """Computed attributes that rules can ask for as for attributes."""
    with asked.db.read() as own:
        found = computed_store.computed(own)
    for one in computed.living(found):
        if not made_of(one.stated.formula).in_rules:
            continue
        labels = one.stated.formula.labels if isinstance(one.stated.formula, Labels) else ()
        yield TermView(
            name=COMPUTED + one.key,
            title=_title(one.stated.title),
            type=made_of(one.stated.formula).type,
            of="computed",
            examples=[each.name for each in labels],
        )


def _mostly(types: Mapping[Any, int]) -> str:
    """The type that values mostly have."""
    found = Counter({name: count for name, count in types.items() if name != "null"}).most_common(1)
    return _TYPES.get(found[0][0], found[0][0]) if found else ""


def _events(asked: Asked) -> Iterator[TermView]:
    after = Subject("", "")
    while rows := dictionary.events(asked.db, after, AT_ONCE):
        for row, note in rows:
            yield TermView(
                name=row.name, title=_title(row.name, note.en, note.ru), of=row.type, count=row.count
            )
        after = Subject(rows[-1][0].type, rows[-1][0].name)


def _properties(asked: Asked) -> Iterator[TermView]:
    kind, _, name = asked.of.partition(":")
    is_open = asked.caller.may("profiles.personal")
    path = ""
    while rows := dictionary.properties(asked.db, Subject(kind, name), path, AT_ONCE):
        for row, note in rows:
            is_shown = is_open or not dictionary.is_personal(row, note)
            yield TermView(
                name=row.path,
                title=_title(row.path, note.en, note.ru),
                type=_mostly(row.types),
                of=asked.of,
                examples=list(row.samples) if is_shown else [],
                count=row.count,
            )
        path = rows[-1][0].path


def _event_fields(_asked: Asked) -> Iterator[TermView]:
    for name, kind in subjects.EVENT.items():
        yield TermView(name=name, title=_title(name, *_FIELDS.get(name, ("", ""))), type=kind)
    for name in subjects.DERIVED_NAMES:
        title = _title(name, *_FIELDS.get(name, ("", "")))
        yield TermView(name=f"{subjects.DERIVED}.{name}", title=title, type="text", of=subjects.DERIVED)


def _fields(
    types: Mapping[str, str], words: Iterable[tuple[str, str, str]] = ()
) -> Callable[[Asked], Iterator[TermView]]:
    names = dict(_FIELDS) | {name: (en, ru) for name, en, ru in words}

    def terms(_asked: Asked) -> Iterator[TermView]:
        for name, kind in types.items():
            yield TermView(name=name, title=_title(name, *names.get(name, ("", ""))), type=kind)

    return terms


def _lists(_asked: Asked) -> Iterator[TermView]:
    for name, title in product_lists.LISTS.items():
        if name != product_lists.BOUGHT:
            yield TermView(name=name, title=_title(name, *title))


def _kinds(asked: Asked) -> Iterator[TermView]:
    with asked.db.read() as own:
        kinds = related.kinds(own)
    for one in kinds.values():
        yield TermView(name=one.name, title=_title(one.name, one.en.one, one.ru.one))


def _record_fields(asked: Asked) -> Iterator[TermView]:
    with asked.db.read() as own:
        kind = related.kinds(own).get(asked.of)
    for one in kind.fields if kind else ():
        yield TermView(
            name=one.name,
            title=_title(one.name, one.en, one.ru),
            type=_TYPES.get(one.type, one.type),
            of=asked.of,
            examples=[option.value for option in one.options],
        )


def _tags(asked: Asked) -> Iterator[TermView]:
    with asked.db.read() as own:
        found = store.tags(own)
    for name in found:
        yield TermView(name=name, title=_title(name))


def _marketing_sources(asked: Asked) -> Iterator[TermView]:
    with asked.db.read() as own:
        found = acquisition.sources(own)
    for one in found.values():
        yield TermView(name=one.key, title=_title(one.stated.name), of=one.stated.kind)


def _data_sources(asked: Asked) -> Iterator[TermView]:
    after = 0
    record, control = asked.caller.workspace, asked.storage.control
    while rows := access.sources(control, record.id, after=after, limit=AT_ONCE, now=asked.now):
        for one in rows:
            yield TermView(name=str(one.id), title=_title(one.name), of=public_id(one.created_at, one.id))
        after = rows[-1].id


def _identifiers(asked: Asked) -> Iterator[TermView]:
    with asked.db.read() as own:
        rules = identity.rules(own)
    for one in rules.kinds:
        yield TermView(name=one.name, title=_title(one.name, *_NAMES.get(one.name, ("", ""))), of=one.level)


def _segments(asked: Asked) -> Iterator[TermView]:
    with asked.db.read() as own:
        found = store.segments(own)
    for one in living(found):
        yield TermView(name=one.key, title=_title(one.stated.name), of=one.status)


def _operators(_asked: Asked) -> Iterator[TermView]:
    for test, names in {"text": get_args(TextOp), **dict.fromkeys(_BY_NUMBER, get_args(Op))}.items():
        for name in names:
            title = _TEXT_OPS.get(name, (OPS.get(name, name),) * 2)
            yield TermView(name=name, title=TextView(*title), of=test)


_PARTS: Final[Mapping[Part, Callable[[Asked], Iterator[TermView]]]] = {
    "attributes": _attributes,
    "events": _events,
    "properties": _properties,
    "event_fields": _event_fields,
    "order_fields": _fields(subjects.ORDER, [(one.name, one.en, one.ru) for one in orders.FIELDS]),
    "line_fields": _fields(subjects.LINE, [(one.name, one.en, one.ru) for one in orders.LINE_FIELDS]),
    "item_fields": _fields(subjects.ITEM),
    "lists": _lists,
    "record_kinds": _kinds,
    "record_fields": _record_fields,
    "tags": _tags,
    "marketing_sources": _marketing_sources,
    "data_sources": _data_sources,
    "identifiers": _identifiers,
    "segments": _segments,
    "operators": _operators,
}
