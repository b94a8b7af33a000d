"""A formula tried before it is saved. In: a formula, perhaps a person. Out: their value, and what a sample has.

The values are computed from the facts themselves, as the reference evaluator does; nothing is kept.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from konnektu.core.errors import Unprocessable
from konnektu.core.ids import internal_id
from konnektu.identity import api as identity
from konnektu.rules.checking import formula_of
from konnektu.rules.formulas import Formula, Interest, made_of
from konnektu.rules.live.computing import parts
from konnektu.rules.live.values import Result
from konnektu.rules.memory import Asked, computed_value, interests
from konnektu.rules.model import Segment as Definition
from konnektu.rules.writing_out import formula_written_out
from konnektu.segments import seeking
from konnektu.segments.computed import views
from konnektu.segments.computed.reading import Looked, Looker, look
from konnektu.segments.computed.values import MOST_WEIGHTS, Weights
from konnektu.segments.formulas import store
from konnektu.segments.formulas.logic import formulas
from konnektu.segments.knowing import Knowledge, knowledge
from konnektu.segments.rewriting import fault_of_formula
from konnektu.storage.api import Storage

SAMPLE: Final = 200
"""People of a sample: their histories are read while somebody waits."""
MOST_SHARES: Final = 20
TRIED: Final = "tried"


class _Tried(Struct, frozen=True):
    looked: Looked
    written: Formula
    person: int
    people: Sequence[int]


def tried(looker: Looker, storage: Storage, asked: views.TrialAsked) -> views.TrialView:
    """Try a formula. Raises `RuleRefused`, `Unprocessable`, `NotFound` for a person, `Forbidden`."""
    looker.check_people()
    formula = formula_of(asked.formula)
    here = _prepared(looker, asked, formula)
    told = _known(looker, storage, here)
    values = {
        one: computed_value(here.written, Asked(each.known, each.at)) for one, each in told.people.items()
    }
    of_sample = [values[one] for one in here.people if one in values]
    made, is_open = made_of(formula), looker.is_open
    return views.TrialView(
        summary=here.looked.teller.formula(formula),
        type=made.type,
        currency=made.currency,
        position=told.position,
        instant=told.people[here.person].at if here.person else told.instant,
        value=views.shown(values.get(here.person), formula, is_open=is_open),
        people=len(of_sample),
        without=sum(one is None for one in of_sample),
        quarters=[] if made.type in {"text", "yes_no"} else _quarters(of_sample),
        shares=_shares(of_sample, formula, is_open=is_open) if made.type in {"text", "yes_no"} else [],
        weights=views.weights_of(_weights(told, here), formula, is_open=is_open),
        weights_in=views.weighed_in(formula),
    )


def _weights(told: Knowledge, here: _Tried) -> Weights:
    """Of the person asked about, where the formula is an interest."""
    person = told.people.get(here.person)
    if person is None or not isinstance(here.written, Interest):
        return ()
    return tuple(interests(here.written, Asked(person.known, person.at))[:MOST_WEIGHTS])


def _prepared(looker: Looker, asked: views.TrialAsked, formula: Formula) -> _Tried:
    with looker.db.read(snapshot=True) as db:
        seeking.check_formula(looker.caller, db, formula)
        looked = look(db, looker.caller.workspace.timezone)
        person = identity.person(db, internal_id(asked.profile)).id if asked.profile else 0
        people = store.sample(db, SAMPLE)
    key = asked.key or TRIED
    if wrong := fault_of_formula(key, formula, looked.known, looked.segments):
        raise Unprocessable(wrong)
    written = formula_written_out(formula, formulas(looked.known) | {key: formula})
    return _Tried(looked, written, person, people)


def _known(looker: Looker, storage: Storage, here: _Tried) -> Knowledge:
    wanted: Mapping[str, Definition] = {
        f"{TRIED}:{place}": Definition(leaf, people="all") for place, leaf in enumerate(parts(here.written))
    }
    people = sorted({*here.people, *([here.person] if here.person else [])})
    return knowledge(storage, looker.caller.workspace, people, lambda _stand, _force: wanted, looker.now)


def _quarters(values: Sequence[Result | None]) -> list[Any]:
    """The least, the quarters and the greatest of the values that there are."""
    held: list[Any] = sorted(one for one in values if one is not None)
    last = len(held) - 1
    return [views.plain(held[last * part // 4]) for part in range(5)] if held else []


def _shares(values: Sequence[Result | None], formula: Formula, *, is_open: bool) -> list[views.ShareView]:
    counted = Counter(one for one in values if one is not None)
    first = sorted(counted.items(), key=lambda each: (-each[1], str(each[0])))[:MOST_SHARES]
    return [views.ShareView(views.shown(value, formula, is_open=is_open), people) for value, people in first]
