"""What the API says of related records. In: records. Out: views; money as decimal text, times as milliseconds UTC."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from msgspec import Meta, Struct

from konnektu.core.entities import SYSTEM
from konnektu.profiles import api as profiles
from konnektu.related.logic import held, is_removed, missing
from konnektu.related.model import MOST_FIELDS, Field, Kind, Labels, RecordRow, Said
from konnektu.related.values import shown

MOST_STATED = 1_000
SourceName = Callable[[int], str]
"""Public id of a source; empty for the platform itself."""


class RecordView(Struct, frozen=True, kw_only=True):
    """One record."""

    kind: str
    id: str
    profile: str | None
    """Whose it is; null while nobody is known."""
    is_removed: bool
    """Whether it was told that there is no such record any more."""
    fields: dict[str, Any]
    missing: list[str]
    """Required fields that hold nothing."""
    updated_at: int
    """The latest time that any statement about it names."""
    position: int
    """Place on the log of the newest fact about it."""


class VersionView(Struct, frozen=True, kw_only=True):
    """One statement about a record."""

    time: int
    position: int
    source: str
    """Public id of the source; empty for the console and the API."""
    by: str
    """Login of who said it in the console or by the API."""
    is_system: bool
    """Whether one of the company's own systems said so, not a browser or an app."""
    is_removed: bool
    fields: dict[str, Any]
    """What it says; null clears a field."""


class RecordDetail(Struct, frozen=True):
    """One record with what was said of it."""

    record: RecordView
    history: list[VersionView]
    """The latest first, 100 at most."""


class PersonRecords(Struct, frozen=True):
    """The records of a person."""

    counts: dict[str, int]
    """By kind, without those that were removed."""
    items: list[RecordView]
    next: str | None


class KindsView(Struct, frozen=True):
    """Every kind of records, retired ones among them."""

    items: list[Kind]


class KindChange(Struct, frozen=True, forbid_unknown_fields=True):
    """A kind to make or to change. Fields that it does not name stay as they are; the type of a field never changes."""

    en: Labels
    ru: Labels
    fields: Annotated[list[Field], Meta(max_length=MOST_FIELDS)] = []
    is_retired: bool = False
    """A retired kind takes no more statements; its records are kept."""


class RecordsStated(Struct, frozen=True):
    """Statements about records, each with the fields it knows."""

    records: Annotated[
        list[dict[str, Any]],
        Meta(
            min_length=1,
            max_length=MOST_STATED,
            description="Each names its `kind` and `id` and any of: `fields`, `removed`, `updated_at`; whose it is by"
            " `identifiers` [{kind, value}] or `profile`; and a `message_id` by which a repetition is known."
            " null clears a field.",
        ),
    ]


class ProblemView(Struct, frozen=True):
    """One statement that was not taken."""

    index: int
    """Its place in the request, from 0."""
    id: str
    detail: str


class RecordsAccepted(Struct, frozen=True):
    """Statements that are on disk, and those that were not taken."""

    block: str | None
    """Null where none was taken."""
    applied: bool
    """Whether the writer has applied them within the time asked for."""
    accepted: int
    problems: list[ProblemView]


class KindAccepted(Struct, frozen=True):
    """A change of a kind that is on disk."""

    block: str
    applied: bool


def of_record(row: RecordRow, kind: Kind, profile: str | None, *, is_open: bool) -> RecordView:
    """A record as the API shows it; `is_open` shows personal fields."""
    return RecordView(
        kind=row.key.kind,
        id=row.key.id,
        profile=profile,
        is_removed=is_removed(row.state),
        fields=shown_fields(kind, held(row.state), is_open=is_open),
        missing=missing(kind, row.state),
        updated_at=row.state.time,
        position=row.state.position,
    )


def of_version(said: Said, kind: Kind, source: SourceName, *, is_open: bool) -> VersionView:
    """A statement as the API shows it."""
    return VersionView(
        time=said.time,
        position=said.position,
        source=source(said.source),
        by=said.by,
        is_system=said.rank == SYSTEM,
        is_removed=said.removed,
        fields=shown_fields(kind, said.fields, is_open=is_open),
    )


def shown_fields(kind: Kind, fields: Mapping[str, Any], *, is_open: bool) -> dict[str, Any]:
    """Fields in the order of the kind's definition."""
    return {
        one.name: shown_value(one, fields[one.name], is_open=is_open)
        for one in kind.fields
        if one.name in fields
    }


def shown_value(field: Field, value: Any, *, is_open: bool) -> Any:
    """One value; of a personal field, and of one that looks like a contact, covered where not `is_open`."""
    if value is None:
        return None
    read = shown(field, value)
    if is_open:
        return read
    if not field.is_personal:
        return profiles.covered("", read)
    return [profiles.cover(one) for one in read] if isinstance(read, list) else profiles.cover(str(read))
