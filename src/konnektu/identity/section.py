"""The sections of identity: refusals, merges, the kinds of identifiers that the rules know.

In: recorded decisions and rules. Out: rows. Invariant: values and evidence only for who may see personal data.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any, LiteralString

import msgspec

from konnektu.core.identifiers import Kind
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
from konnektu.identity.api import DEFAULT_RULES
from konnektu.identity.store import rules
from konnektu.identity.views import public
from konnektu.storage.api import Asker, Key, Listing, counted, few, listed

_ORDERS = {"position": (Key("position", 0), Key("ordinal", 1))}
_SEEN: dict[str, LiteralString] = {"identifier_kind": "identifier_kind", "reason": "reason"}
# Kinds stand in the text, because the indexes hold these kinds alone.
_REFUSALS = Listing(
    "SELECT position, ordinal, profile, other, identifier_kind, identifier_value, reason, rules, detail FROM decision"
    " WHERE kind = 'refuse'",
    _ORDERS,
    seen=_SEEN,
)
_MERGES = Listing(
    "SELECT position, ordinal, profile, other, identifier_kind, identifier_value, reason, rules, detail FROM decision"
    " WHERE kind = 'merge'",
    _ORDERS,
    seen=_SEEN,
)
_COLUMNS = (
    Column("position", "Position", "Позиция", "number", width=120),
    Column("profile", "Profile", "Клиент", refers="profiles", width=240),
    Column("other", "Other profile", "Другой клиент", refers="profiles", width=240),
    Column("identifier_kind", "Identifier", "Идентификатор"),
    Column("identifier_value", "Value", "Значение", is_personal=True, width=220),
    Column("reason", "Reason", "Причина"),
    Column("rules", "Version of the rules", "Версия правил", "number", is_visible=False),
    Column("detail", "Evidence", "Основание", is_personal=True, width=320),
)
LEVELS = {
    "person": ("A person", "Человек"),
    "household": ("A household", "Домохозяйство"),
    "device": ("A device", "Устройство"),
}


def refusal_rows(asker: Asker, wanted: Wanted) -> Found:
    """Joins that the rules refused."""
    return _decisions(asker, _REFUSALS, wanted)


def merge_rows(asker: Asker, wanted: Wanted) -> Found:
    """Profiles that became one."""
    return _decisions(asker, _MERGES, wanted)


def count(listing: Listing, asker: Asker, wanted: Wanted) -> int:
    """How many decisions of a listing there are."""
    with asker.db.read() as conn:
        return counted(conn, listing, wanted)


def _decisions(asker: Asker, listing: Listing, wanted: Wanted) -> Found:
    with asker.db.read() as conn:
        found, more = listed(conn, listing, wanted)
    return Found([_decision(asker, one) for one in found], more)


def _decision(asker: Asker, row: Sequence[Any]) -> Row:
    position, ordinal, profile, other, kind, value, reason, version, detail = row
    said = msgspec.json.encode(detail).decode() if detail and asker.is_open else ""
    shown = (
        position, public(profile), public(other), kind, value if asker.is_open else "", reason, version, said,
    )  # fmt: skip
    return Row(f"{position}.{ordinal}", shown)


def kind_rows(asker: Asker, wanted: Wanted) -> Found:
    """Kinds of identifiers of the rules in force, the strongest first."""
    with asker.db.read() as conn:
        known = (rules(conn) or DEFAULT_RULES).kinds
    return few(known, wanted, lambda one: (one.rank, one.name), _kind, _KIND_COLUMNS)


def kind_count(asker: Asker, wanted: Wanted) -> int:
    """How many kinds of identifiers the rules know."""
    return len(kind_rows(asker, wanted).rows)


def _kind(one: Kind) -> Row:
    shown = (
        one.name, one.rank, one.level, one.limit, one.window_days, one.life_days, one.unique, one.max_people, one.form,
    )  # fmt: skip
    return Row(one.name, shown)


REFUSALS = Section(
    name="identity_refusals",
    en="Refused joins",
    ru="Отказы в объединении",
    about=("Pairs that the rules did not join, for a person to decide.",
           "Пары, которые правила не объединили: решает человек."),
    right="identity.read",
    columns=_COLUMNS,
    rows=refusal_rows,
    count=partial(count, _REFUSALS),
    orders=("-position", "position"),
    filters=filters_of(_COLUMNS, "reason", "identifier_kind"),
    actions=(
        Action(
            name="merge", en="Merge", ru="Объединить", right="identity.decide", on="one", operation="merge_people"
        ),
        Action(
            name="separate", en="Never these two", ru="Никогда эти двое", right="identity.decide", on="one",
            operation="separate_people",
        ),
    ),
    is_within_rows=True,
)  # fmt: skip
MERGES = Section(
    name="merges",
    en="Merges",
    ru="Объединения",
    about=(
        "Profiles that became one, each with the evidence; any can be undone.",
        "Профили, ставшие одним, с основаниями; любое объединение можно отменить.",
    ),
    right="identity.read",
    columns=_COLUMNS,
    rows=merge_rows,
    count=partial(count, _MERGES),
    orders=("-position", "position"),
    filters=filters_of(_COLUMNS, "reason", "identifier_kind"),
    actions=(
        Action(
            name="cut", en="Cut", ru="Разъединить", right="identity.decide", on="one", operation="cut_person"
        ),
    ),
    is_within_rows=True,
)
_KIND_COLUMNS = (
    Column("name", "Kind", "Вид"),
    Column("rank", "Rank", "Ранг", "number", width=100),
    Column("level", "Speaks of", "О ком говорит"),
    Column("limit", "Values of one profile", "Значений у одного клиента", "number"),
    Column("window_days", "Counted over days", "Считается за дней", "number", is_visible=False),
    Column("life_days", "Life in days", "Срок жизни, дней", "number"),
    Column("unique", "Unique", "Уникален", "boolean", width=120),
    Column("max_people", "People who may carry one", "Людей на одно значение", "number"),
    Column("form", "Normal form", "Нормальный вид", is_visible=False),
)  # fmt: skip
KINDS = Section(
    name="identifier_kinds",
    en="Kinds of identifiers",
    ru="Виды идентификаторов",
    about=("By which identifiers people are told apart, the strongest first.",
           "По каким идентификаторам различают клиентов, от самого сильного."),
    right="identity.read",
    columns=_KIND_COLUMNS,
    rows=kind_rows,
    count=kind_count,
    orders=("rank", "-rank"),
    filters=(
        Filter(
            name="level", en="Speaks of", ru="О ком говорит", kind="choice", ways=("any",),
            choices=tuple(Choice(level, en, ru) for level, (en, ru) in LEVELS.items()),
        ),
        *filters_of(_KIND_COLUMNS, "name", "unique", always=True),
    ),
    actions=(
        Action(
            name="change", en="Change the rules", ru="Изменить правила", right="identity.rules", on="none",
            operation="change_rules",
        ),
    ),
    is_within_rows=True,
)  # fmt: skip

SECTIONS = (REFUSALS, MERGES, KINDS)
