"""What facts make of computed attributes, and what cannot be. In: records. Out: records, faults in words. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct, structs

from konnektu.core.errors import NotFound
from konnektu.core.text import fold
from konnektu.rules import normal
from konnektu.rules.checking import check, check_formula, misfits, referred
from konnektu.rules.formulas import Formula, Labels
from konnektu.rules.model import Segment as Definition
from konnektu.rules.writing_out import (
    Formulas,
    formula_written_out,
    mentioned,
    segment_written_out,
)
from konnektu.segments.formulas.model import Standing, Stated, Told, Version

MOST: Final = 300
"""Computed attributes of a workspace that are not deleted."""
All = Mapping[str, Standing]
"""Those of a workspace by key, deleted ones too."""


class Place(Struct, frozen=True):
    """Where a fact stands, and whose it is."""

    position: int
    instant: int
    author: str


class Made(Struct, frozen=True):
    """What a fact makes of a computed attribute, and of its formula."""

    standing: Standing
    version: Version | None = None


def living(known: All) -> list[Standing]:
    """Those that are not deleted, in the order of titles."""
    return sorted(
        (one for one in known.values() if not one.is_deleted), key=lambda one: fold(one.stated.title)
    )


def one(known: All, key: str) -> Standing:
    """One that is not deleted. Raises `NotFound`."""
    found = known.get(key)
    if found is None or found.is_deleted:
        raise NotFound(f"There is no computed attribute {key} in this workspace.")
    return found


def formulas(known: All) -> dict[str, Formula]:
    """The formulas stated last, by key."""
    return {one.key: one.stated.formula for one in living(known)}


def users(key: str, known: All) -> list[Standing]:
    """The computed attributes whose formulas ask for another, in the order of titles."""
    return [one for one in living(known) if one.key != key and key in mentioned(one.stated.formula)]


def asking_for(segment: str, stated: Formulas) -> list[str]:
    """The keys of the computed attributes whose labels ask for a segment."""
    return [
        key
        for key, formula in stated.items()
        if isinstance(formula, Labels) and any(segment in referred(one.rule) for one in formula.labels)
    ]


def fault(told: Told, known: All) -> str:
    """Why a fact cannot be taken, as far as computed attributes decide it; empty where it can."""
    here = known.get(told.key)
    if told.act == "saved":
        return _fault_of_stated(told.key, told.computed, known)
    if here is None or here.is_deleted:
        return f"There is no computed attribute {told.key}."
    if told.act == "deleted" and (using := users(told.key, known)):
        names = ", ".join(f"“{one.stated.title}”" for one in using)
        return f"{here.stated.title} is used by {names}. Take it out of them first."
    if told.act == "built" and told.version != here.building:
        return f"Version {told.version} of {told.key} is not being built."
    return ""


def _fault_of_stated(key: str, stated: Stated | None, known: All) -> str:
    if stated is None:
        return "The computed attribute is missing."
    here = known.get(key)
    if here is not None and here.is_deleted:
        return f"The computed attribute {key} was deleted; its key is not given again."
    others = [one for one in living(known) if one.key != key]
    if len(others) >= MOST:
        return f"There are {MOST} computed attributes. Delete some first."
    if not stated.title.strip():
        return "The title is blank."
    if any(fold(one.stated.title) == fold(stated.title) for one in others):
        return f"There is a computed attribute “{stated.title}” already. Choose another title."
    return fault_of_formula(key, stated.formula, known)


def fault_of_formula(key: str, formula: Formula, known: All) -> str:
    """Why a formula cannot stand beside the others: it asks for what is not there, or for itself, or is too long."""
    stated = formulas(known) | {key: formula}
    if path := _cycle(key, stated):
        titles = {one.key: one.stated.title for one in known.values()}
        way = " → ".join(titles.get(one, one) for one in path)
        return f"Computed attributes ask for each other in a circle: {way}."
    if wrong := _fault_of_written(formula, stated):
        return wrong
    for each in living(known):
        if each.key != key and (wrong := _fault_of_written(each.stated.formula, stated)):
            return f"{each.stated.title} asks for it and could not be so: {wrong}"
    return ""


def _fault_of_written(formula: Formula, stated: Formulas) -> str:
    """Why a formula cannot be with what it asks for; those that ask for nothing were looked at when they were read."""
    if not mentioned(formula):
        return ""
    wrong = next(misfits(formula, stated), None)
    if wrong is None:
        wrong = next(iter(check_formula(formula_written_out(formula, stated))), None)
    return f"{wrong}." if wrong else ""


def fault_of_definition(definition: Definition, stated: Formulas) -> str:
    """Why a definition cannot ask for computed attributes as it does; empty where it can."""
    if not mentioned(definition):
        return ""
    wrong = next(misfits(definition, stated), None)
    if wrong is None and (found := check(segment_written_out(definition, stated))):
        return f"With its computed attributes written out, the definition cannot be: {found[0]}."
    return f"{wrong}." if wrong else ""


def _cycle(start: str, stated: Formulas) -> tuple[str, ...]:
    """The path of a cycle that can be reached from a formula, its first key repeated at the end; empty for none."""
    done: set[str] = set()

    def search(path: tuple[str, ...]) -> tuple[str, ...]:
        here = path[-1]
        if here in path[:-1]:
            return path[path.index(here) :]
        if here in done or here not in stated:
            return ()
        found = next((cycle for one in mentioned(stated[here]) if (cycle := search((*path, one)))), ())
        done.add(here)
        return found

    return search((start,))


def made(told: Told, known: All, place: Place) -> Made:
    """What a fact without fault makes of a computed attribute."""
    here, stated = known.get(told.key), told.computed
    if told.act == "saved" and stated is not None:
        begun = here or Standing(
            id=place.position, key=told.key, position=0, instant=0, author="", stated=stated
        )
        standing = _moved(structs.replace(begun, stated=stated), place)
        written = formula_written_out(stated.formula, formulas(known) | {told.key: stated.formula})
        before = None if here is None else formula_written_out(here.stated.formula, formulas(known))
        return _versioned(standing, written, told.note) if not is_same(written, before) else Made(standing)
    if here is None:
        message = f"There is no computed attribute {told.key}."
        raise ValueError(message)
    standing = _moved(here, place)
    if told.act == "built":
        return Made(structs.replace(standing, current=standing.building, building=0))
    return Made(structs.replace(standing, current=0, building=0, is_deleted=True))


def _moved(standing: Standing, place: Place) -> Standing:
    # What the system itself says, as that a version is built, is no change of anybody's.
    author = place.author or standing.author
    return structs.replace(standing, position=place.position, instant=place.instant, author=author)


def rewritten(changed: str, before: All, after: All, place: Place) -> Sequence[Made]:
    """The other computed attributes that are made otherwise because one was changed, each with its new version."""
    found = []
    for one in living(after):
        was = formula_written_out(one.stated.formula, formulas(before))
        written = formula_written_out(one.stated.formula, formulas(after))
        if one.key != changed and not is_same(was, written):
            title = after[changed].stated.title
            found.append(_versioned(_moved(one, place), written, f"“{title}”"))
    return found


def _versioned(standing: Standing, written: Formula, note: str) -> Made:
    number = standing.version + 1
    version = Version(
        computed=standing.id,
        version=number,
        position=standing.position,
        instant=standing.instant,
        formula=written,
        author=standing.author,
        note=note,
    )
    return Made(structs.replace(standing, version=number, building=number), version)


def is_same(left: Formula | None, right: Formula | None) -> bool:
    """Whether two formulas mean the same."""
    if left is None or right is None:
        return left is right
    return normal.key(left) == normal.key(right)
