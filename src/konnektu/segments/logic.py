"""What facts make of segments, and what cannot be. In: records. Out: records, faults in words. Pure."""

from collections.abc import Iterable, Mapping

from msgspec import Struct, structs

from konnektu.core.errors import NotFound
from konnektu.core.text import fold
from konnektu.rules import normal
from konnektu.rules.checking import cycle, referred
from konnektu.rules.model import Member
from konnektu.rules.model import Segment as Definition
from konnektu.rules.writing_out import Formulas, segment_written_out
from konnektu.segments.formulas import logic as computed
from konnektu.segments.model import LISTED, Act, Edit, Standing, Stated, Told, Version

NO_FORMULAS: Formulas = {}
MOST_SEGMENTS = 2_000
"""Segments of a workspace that are not deleted."""


class Made(Struct, frozen=True):
    """What a fact makes of a segment."""

    standing: Standing
    edit: Edit
    version: Version | None = None


def one(segments: Mapping[str, Standing], key: str) -> Standing:
    """A segment that is not deleted. Raises `NotFound`."""
    found = segments.get(key)
    if found is None or found.is_deleted:
        raise NotFound(f"There is no segment {key} in this workspace.")
    return found


class Place(Struct, frozen=True):
    """Where a fact stands, and whose it is."""

    position: int
    instant: int
    author: str


def living(segments: Mapping[str, Standing]) -> list[Standing]:
    """Those that are not deleted, in the order of names."""
    return sorted(
        (one for one in segments.values() if not one.is_deleted), key=lambda one: fold(one.stated.name)
    )


def users(key: str, segments: Mapping[str, Standing]) -> list[Standing]:
    """The segments whose definitions ask for another, in the order of names."""
    return [
        one
        for one in living(segments)
        if one.key != key and one.written is not None and key in referred(one.written)
    ]


def fault(told: Told, segments: Mapping[str, Standing], formulas: Formulas = NO_FORMULAS) -> str:
    """Why a fact cannot be taken, in words for a person; empty where it can."""
    known = segments.get(told.key)
    if told.act == "saved":
        return _fault_of_stated(told.key, told.segment, segments, formulas)
    if known is None or known.is_deleted:
        return f"There is no segment {told.key}."
    if told.act in {"deleted", "off"} and (using := _used_by(told.key, segments, formulas)):
        return f"{known.stated.name} is used by {using}. Take it out of them first."
    if told.act == "listed" and known.stated.kind == "live":
        return f"{known.stated.name} has rules: nobody is put into it by hand."
    if told.act in {"built", "dropped"} and told.version != known.building:
        return f"Version {told.version} of {told.key} is not being built."
    return ""


def _used_by(key: str, segments: Mapping[str, Standing], formulas: Formulas) -> str:
    """Whatever asks for a segment, in words; empty where nothing does."""
    if using := users(key, segments):
        return named(using)
    asking = computed.asking_for(key, formulas)
    return f"the computed attributes {', '.join(asking)}" if asking else ""


def named(segments: Iterable[Standing]) -> str:
    """Names of segments for a sentence."""
    return ", ".join(f"“{one.stated.name}”" for one in segments)


def _fault_of_stated(
    key: str, stated: Stated | None, segments: Mapping[str, Standing], formulas: Formulas
) -> str:
    if stated is None:
        return "The segment is missing."
    if wrong := _fault_of_place(key, segments) or _fault_of_name(key, stated, segments):
        return wrong
    known = segments.get(key)
    if known is not None and known.stated.kind != stated.kind:
        return f"Its kind is {known.stated.kind} and never changes."
    if (stated.definition is None) != (stated.kind == "list"):
        return "A list has no rules." if stated.kind == "list" else "Rules are missing."
    if stated.definition is None:
        return ""
    return fault_of_draft(key, stated.definition, segments, formulas)


def _fault_of_place(key: str, segments: Mapping[str, Standing]) -> str:
    known = segments.get(key)
    if known is not None and known.is_deleted:
        return f"The segment {key} was deleted; its key is not given again."
    if known is None and len(living(segments)) >= MOST_SEGMENTS:
        return f"There are {MOST_SEGMENTS} segments. Delete some first."
    return ""


def _fault_of_name(key: str, stated: Stated, segments: Mapping[str, Standing]) -> str:
    if not stated.name.strip() or not all(one.strip() for one in stated.tags):
        return "A name or a tag is blank."
    if any(one.key != key and fold(one.stated.name) == fold(stated.name) for one in living(segments)):
        return f"There is a segment “{stated.name}” already. Choose another name."
    return ""


def fault_of_draft(
    key: str, definition: Definition, segments: Mapping[str, Standing], formulas: Formulas
) -> str:
    """Why a definition that may ask for computed attributes cannot stand beside the others."""
    return computed.fault_of_definition(definition, formulas) or fault_of_definition(
        key, segment_written_out(definition, formulas), segments
    )


def fault_of_definition(key: str, definition: Definition, segments: Mapping[str, Standing]) -> str:
    """Why a definition cannot stand beside the others: it asks for segments that are not there, or for itself.

    Its computed attributes are written out.
    """
    for one in referred(definition):
        if one != key and (one not in segments or segments[one].is_deleted or not segments[one].is_on):
            return f"There is no segment {one} that is on."
    beside = {one.key: one.written for one in living(segments) if one.written is not None}
    path = cycle(key, {**beside, key: definition})
    names = {one.key: one.stated.name for one in segments.values()}
    return (
        f"Segments ask for each other in a circle: {' → '.join(names.get(one, one) for one in path)}."
        if path
        else ""
    )


def made(told: Told, known: Standing | None, place: Place, formulas: Formulas = NO_FORMULAS) -> Made:
    """What a fact without fault makes of a segment."""
    if told.act == "saved":
        return _saved(told, known, place, formulas)
    if known is None:
        message = f"There is no segment {told.key}."
        raise ValueError(message)
    # What the system itself says, as that a version is built, is no change of anybody's.
    author = place.author or known.author
    standing = structs.replace(known, position=place.position, instant=place.instant, author=author)
    return Made(_acted(standing, told), _edit(standing, told, place, None))


def _acted(standing: Standing, told: Told) -> Standing:
    if told.act == "built":
        return structs.replace(standing, current=standing.building, building=0)
    if told.act == "dropped":
        return structs.replace(standing, building=0)
    if told.act == "on":
        # What stands still learns nothing: it is built anew from the whole history.
        return (
            structs.replace(standing, is_on=True, building=standing.version)
            if not standing.is_on
            else standing
        )
    return structs.replace(standing, is_on=False, current=0, building=0, is_deleted=told.act == "deleted")


def _saved(told: Told, known: Standing | None, place: Place, formulas: Formulas) -> Made:
    stated = told.segment
    if stated is None:
        message = "The segment is missing."
        raise ValueError(message)
    written = segment_written_out(stated.definition, formulas) if stated.definition else None
    # People stand on a list or snapshot by name: it has one version for ever.
    is_other = known is None or (
        stated.kind == "live"
        and not (is_same(known.stated.definition, stated.definition) and is_same(known.written, written))
    )
    before = known.version if known else 0
    standing = Standing(
        id=known.id if known else place.position,
        key=told.key,
        position=place.position,
        instant=place.instant,
        author=place.author,
        stated=stated,
        is_on=known.is_on if known else True,
        version=before + is_other,
        current=known.current if known else 0,
        building=_building(known, before + 1) if is_other else (known.building if known else 0),
        written=written,
    )
    return Made(
        standing, _edit(standing, told, place, stated), _version(standing, told) if is_other else None
    )


def _building(known: Standing | None, version: int) -> int:
    return version if known is None or known.is_on else 0


class Done(Struct, frozen=True):
    """What one fact did to a segment."""

    position: int
    instant: int
    id: int
    key: str
    act: Act
    version: int
    """The version stated last by then; of `built` and `dropped` the one they name."""
    stated: int
    """Position of the fact that stated this version."""

    @property
    def switches(self) -> bool:
        """Whether it can have brought a definition into force, or out of it."""
        return self.act in {"built", "off", "deleted"}


class Following(Struct, frozen=True):
    """A definition that was followed."""

    id: int
    key: str
    version: int
    position: int
    """Of the fact that stated it."""
    is_building: bool


def followed_at(acts: Iterable[Done], position: int) -> list[Following]:
    """The definitions in force and those being built after all facts up to a position."""
    by_segment: dict[int, list[Done]] = {}
    for one in acts:
        if one.position <= position:
            by_segment.setdefault(one.id, []).append(one)
    return [each for several in by_segment.values() for each in _followed(several)]


def _followed(acts: list[Done]) -> list[Following]:
    """Of one segment: what `made` leaves current and building."""
    is_on, version, current, building = True, 0, 0, 0
    stated: dict[int, int] = {}
    for one in acts:
        stated.setdefault(one.version, one.stated)
        if one.act == "saved":
            building = one.version if one.version > version and is_on else building
            version = one.version
        elif one.act == "built":
            current, building = building, 0
        elif one.act == "dropped":
            building = 0
        elif one.act == "on":
            is_on, building = True, building if is_on else version
        else:
            is_on, current, building = False, 0, 0
    both = ((current, False), (building, True))
    return [
        Following(acts[0].id, acts[0].key, number, stated[number], is_building=is_building)
        for number, is_building in both
        if number
    ]


def is_same(one: Definition | None, other: Definition | None) -> bool:
    """Whether two definitions mean the same."""
    if one is None or other is None:
        return one is other
    return normal.key(one) == normal.key(other)


def on_list(key: str) -> Definition:
    """The rule by which people are in a list or snapshot: they stand on it."""
    return Definition(Member(LISTED + key), people="all")


def _version(standing: Standing, told: Told) -> Version:
    return Version(
        segment=standing.id,
        version=standing.version,
        position=standing.position,
        instant=standing.instant,
        definition=standing.stated.definition or on_list(standing.key),
        written=standing.written or on_list(standing.key),
        author=standing.author,
        note=told.note,
    )


def _edit(standing: Standing, told: Told, place: Place, stated: Stated | None) -> Edit:
    return Edit(
        segment=standing.id,
        position=place.position,
        instant=place.instant,
        act=told.act,
        author=place.author,
        note=told.note,
        version=told.version or standing.version,
        stated=structs.replace(stated, definition=None) if stated else None,
    )
