"""Who may ask rules about values that are covered for them. In: a caller, rules. Out: a refusal, or nothing.

By counting a draft, explaining it, trying a formula or making a segment, a covered value could be guessed letter by
letter: such rules are for who may see personal data. What others made of such rules may be asked for by its name.
"""

from collections.abc import Iterable, Iterator, Mapping

from konnektu.access.api import Caller
from konnektu.core.errors import Forbidden
from konnektu.related import api as related
from konnektu.rules.figures import Related
from konnektu.rules.formulas import Formula, Measuring, asked_for
from konnektu.rules.live.computing import parts
from konnektu.rules.model import Attribute, Leaf, Rule, Segment
from konnektu.rules.walking import fields, figures, leaves
from konnektu.segments.formulas import logic as computed
from konnektu.segments.formulas import store as computed_store
from konnektu.segments.personal import is_personal
from konnektu.storage.api import Connection


def check(caller: Caller, db: Connection, asked: Iterable[Rule | Segment]) -> None:
    """Raise `Forbidden` where rules ask for what is covered for the caller."""
    if not caller.may("profiles.personal"):
        refuse_covered(db, asked)


def check_formula(caller: Caller, db: Connection, formula: Formula) -> None:
    """The same of a formula: its value is covered where it is shown, what it rests on is not."""
    check(caller, db, parts(formula))


def refuse_covered(db: Connection, asked: Iterable[Rule | Segment]) -> None:
    """Raise `Forbidden` where rules ask for values that name or reach a person."""
    rules = tuple(asked)
    found = [leaf for rule in rules for leaf in leaves(rule)]
    if any(map(is_personal, rules)) or _of_computed(db, found) or _of_records(db, found):
        raise Forbidden(
            "These conditions ask for personal data: they need the right profiles.personal. Ask an administrator."
        )


def _of_computed(db: Connection, found: Iterable[Leaf]) -> bool:
    """Whether a computed attribute is asked for whose value is read from a personal field."""
    asked = [(key, one) for one in found if isinstance(one, Attribute) and (key := asked_for(one.name))]
    formulas = computed.formulas(computed_store.computed(db)) if asked else {}
    return any(
        is_personal(Attribute(name, one.test)) for key, one in asked for name in _field(formulas.get(key))
    )


def _field(formula: Formula | None) -> tuple[str, ...]:
    return formula.figure.measure.field[-1:] if isinstance(formula, Measuring) else ()


def _of_records(db: Connection, found: Iterable[Leaf]) -> bool:
    """Whether fields of related records are asked for that their kind calls personal."""
    asked = [one for leaf in found for one in figures(leaf) if isinstance(one, Related)]
    kinds = related.kinds(db) if asked else {}
    return any(name in _personal(kinds, one.kind) for one in asked for name in _named(one))


def _named(figure: Related) -> Iterator[str]:
    yield from figure.measure.field[:1]
    yield from (one.path[0] for one in fields(figure.where)) if figure.where is not None else ()


def _personal(kinds: Mapping[str, related.Kind], name: str) -> frozenset[str]:
    kind = kinds.get(name)
    return frozenset(one.name for one in kind.fields if one.is_personal) if kind else frozenset()


__all__ = ["check", "check_formula", "refuse_covered"]
