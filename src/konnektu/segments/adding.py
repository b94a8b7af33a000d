"""Computed attributes as columns of lists of people. In: an asker, people. Out: columns and values.

Invariant: they are for holders of `segments.read` who see all rows, as the values are elsewhere.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from konnektu.core.attributes import standard
from konnektu.core.section import Column, ColumnType
from konnektu.core.text import fold
from konnektu.profiles.api import PERSONAL, Adding
from konnektu.rules.figures import ValueType
from konnektu.rules.formulas import COMPUTED, Formula, made_of
from konnektu.rules.live.values import Result
from konnektu.rules.reading import Amount
from konnektu.segments.computed import views
from konnektu.segments.computed.values import ready, values_of
from konnektu.segments.formulas import store
from konnektu.segments.formulas.logic import living
from konnektu.segments.formulas.model import Followed, Standing
from konnektu.storage.api import Asker, Connection

RIGHT = "segments.read"
_TYPES: Mapping[ValueType, ColumnType] = {
    "number": "number", "money": "number", "text": "text", "date": "date", "instant": "time", "yes_no": "boolean",
}  # fmt: skip


def columns(asker: Asker) -> tuple[Column, ...]:
    """A column for each computed attribute, in the order of titles."""
    if not asker.may_ask(RIGHT):
        return ()
    with asker.db.read(snapshot=True) as db:
        standing = sorted(living(store.computed(db)), key=lambda one: fold(one.stated.title))
        read = ready.of(db, asker.workspace.uuid).values
    return tuple(_column(one, read.get(COMPUTED + one.key)) for one in standing)


def values(db: Connection, people: Sequence[int], names: Sequence[str], asker: Asker) -> dict[int, Any]:
    """What is ready of these people, by the names of columns."""
    if not asker.may_ask(RIGHT):
        return {}
    workspace = asker.workspace.uuid
    read = ready.of(db, workspace).values
    wanted = [name for name in names if name in read]
    if not wanted:
        return {}
    told = values_of(db, workspace, people, asker.now, wanted)
    return {
        person: {
            name: _cell(value.value, read[name].formula, is_open=asker.is_open)
            for name, value in found.values.items()
            if value.is_ready
        }
        for person, found in told.people.items()
    }


def _column(one: Standing, read: Followed | None) -> Column:
    # While a changed formula is being built, values are still read by the one before it.
    formula = read.formula if read else one.stated.formula
    made, field, title = made_of(formula), views.field_of(formula), one.stated.title
    return Column(
        COMPUTED + one.key, title, title, _TYPES[made.type], is_visible=False,
        unit=one.stated.unit, currency=made.currency, asked_as=made.type if made.in_rules else "",
        is_personal=bool(field) and standard(field[-1]) in PERSONAL,
    )  # fmt: skip


def _cell(value: Result | None, formula: Formula, *, is_open: bool) -> Any:
    """A value as rows have it: amounts are decimals, so that files have them as numbers."""
    shown = views.shown(value, formula, is_open=is_open)
    is_whole = isinstance(value, Amount) and shown == views.plain(value)
    return Decimal(shown) if is_whole else shown


ADDINGS = (Adding(columns, values),)
