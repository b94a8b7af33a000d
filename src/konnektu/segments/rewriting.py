"""What computed attributes make of the segments that ask for them. In: records. Out: records, faults in words. Pure."""

from collections.abc import Mapping

from msgspec import structs

from konnektu.rules.checking import referred
from konnektu.rules.formulas import Formula, Labels
from konnektu.rules.writing_out import Formulas, formula_written_out, mentioned, segment_written_out
from konnektu.segments.formulas import logic as computed
from konnektu.segments.formulas.model import Told as ToldComputed
from konnektu.segments.logic import Made, Place, fault_of_definition, is_same, living, made, named
from konnektu.segments.model import Standing, Told


def users_of_computed(key: str, known: computed.All, segments: Mapping[str, Standing]) -> list[Standing]:
    """The segments whose definitions ask for a computed attribute, by itself or through others, in order of names."""
    asking = {key}
    while more := {one.key for each in asking for one in computed.users(each, known)} - asking:
        asking |= more
    return [
        one
        for one in living(segments)
        if one.stated.kind == "live"
        and one.stated.definition is not None
        and asking & set(mentioned(one.stated.definition))
    ]


def fault_of_computed(told: ToldComputed, known: computed.All, segments: Mapping[str, Standing]) -> str:
    """Why a fact about a computed attribute cannot be taken: by itself, or for the segments that ask for it."""
    if wrong := computed.fault(told, known):
        return wrong
    using = users_of_computed(told.key, known, segments)
    if told.act == "deleted" and using:
        return f"{known[told.key].stated.title} is used by {named(using)}. Take it out of them first."
    if told.computed is None:
        return ""
    formulas = computed.formulas(known) | {told.key: told.computed.formula}
    if wrong := fault_of_formula(told.key, told.computed.formula, known, segments):
        return wrong
    changed = {one.key: _rewritten(one, formulas) for one in living(segments)}
    for one in using:
        definition = one.stated.definition
        wrong = computed.fault_of_definition(definition, formulas) if definition else ""
        written = changed[one.key].written
        if wrong := wrong or (
            fault_of_definition(one.key, written, {**segments, **changed}) if written else ""
        ):
            return f"{one.stated.name} asks for it and could not be so: {wrong}"
    return ""


def fault_of_formula(
    key: str, formula: Formula, known: computed.All, segments: Mapping[str, Standing]
) -> str:
    """Why a formula cannot be: by itself, or because it asks for segments that are not on."""
    if wrong := computed.fault_of_formula(key, formula, known):
        return wrong
    written = formula_written_out(formula, computed.formulas(known) | {key: formula})
    rules = [one.rule for one in written.labels] if isinstance(written, Labels) else []
    for name in dict.fromkeys(name for rule in rules for name in referred(rule)):
        if name not in segments or segments[name].is_deleted or not segments[name].is_on:
            return f"There is no segment {name} that is on."
    return ""


def _rewritten(one: Standing, formulas: Formulas) -> Standing:
    definition = one.stated.definition
    written = segment_written_out(definition, formulas) if definition else one.written
    return structs.replace(one, written=written)


def rewritten(one: Standing, formulas: Formulas, place: Place, note: str) -> Made | None:
    """What a changed formula makes of a segment; None where it means the same."""
    definition = one.stated.definition
    if definition is None or one.stated.kind != "live":
        return None
    written = segment_written_out(definition, formulas)
    if is_same(one.written, written):
        return None
    told = Told(key=one.key, act="saved", segment=one.stated, note=note)
    return made(told, one, place, formulas)
