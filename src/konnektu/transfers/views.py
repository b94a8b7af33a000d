"""What the API says of transfers. In: records. Out: views; ids leave as UUIDs, times as milliseconds UTC, no secret."""

from typing import Annotated

from msgspec import Meta, Struct

from konnektu.core.ids import internal_id, public_id
from konnektu.transfers.model import After, FileState, Held, ScheduledImport, SeenFile
from konnektu.transfers.place_model import Place, Secret, Settings
from konnektu.transfers.places.sftp import fingerprint

Id = Annotated[str, Meta(max_length=100)]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Path = Annotated[str, Meta(max_length=1_000)]


class PlaceView(Struct, frozen=True, kw_only=True):
    """Somewhere outside that files are fetched from or put to."""

    id: str
    name: str
    settings: Settings
    has_secret: bool
    """Whether a password or key is kept. It is never shown."""
    host_key: str
    """Fingerprint of the server's key, from the first meeting on; compare it with what the server's keeper says."""
    created_at: int
    created_by: str


class PlaceDraft(Struct, frozen=True, kw_only=True):
    """A place to keep."""

    name: Name
    settings: Settings
    secret: Secret | None = None
    """null: none, or when changing: the one that is kept."""
    forget_key: bool = False
    """Take whatever key the server shows next; only when its keeper confirms that it changed."""


class TriedView(Struct, frozen=True):
    """What a place showed."""

    files: list[str]
    """The first names; empty for a place that cannot be listed."""
    host_key: str
    """Fingerprint of the server's key."""


class ScheduledDraft(Struct, frozen=True, kw_only=True):
    """A scheduled import to keep."""

    name: Name
    place: Id
    pattern: Path
    """Path in the place; its name may hold *, ? and the date parts {YYYY} {MM} {DD} {hh} {mm}."""
    mapping: Id
    """A saved mapping."""
    source: Id = ""
    """Whose events these are; empty: the mapping's."""
    cron: Annotated[str, Meta(max_length=200)]
    """Five fields, in the zone of the workspace."""
    query: Annotated[str, Meta(max_length=100_000)] = ""
    """What a database is asked, one SELECT; the pattern is then the name its result is shown under."""
    increment: Annotated[str, Meta(max_length=200)] = ""
    """Column of numbers, dates or times by which the query, which holds {since}, goes on where it stopped."""
    since: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    """Where it begins; where it is left out, a query goes on as far as it came."""
    is_on: bool = True
    ready_suffix: Annotated[str, Meta(max_length=20)] = ""
    """A file is read only when one of its name with this suffix lies beside it, as .ok."""
    after: After = "archive"
    archive: Path = "archive"
    settle_seconds: Annotated[int, Meta(ge=0, le=3_600)] = 30
    """Without a ready-file, a file must look the same for so long before it is read."""
    size_factor: Annotated[float, Meta(ge=0, le=1_000)] = 3.0
    """So many times larger or smaller than the middle of the last ten is unusual; 0: any size will do."""
    late_hours: Annotated[int, Meta(ge=0, le=10_000)] = 0
    """A warning is raised when nothing was taken for so long; 0: never."""


class ScheduledView(Struct, frozen=True, kw_only=True):
    """A scheduled import."""

    id: str
    name: str
    place: str
    pattern: str
    mapping: str
    source: str
    cron: str
    query: str
    increment: str
    since: str
    """How far it came."""
    is_on: bool
    ready_suffix: str
    after: After
    archive: str
    settle_seconds: int
    size_factor: float
    late_hours: int
    created_at: int
    created_by: str
    taken_at: int | None
    """When the last file was taken."""


class FileView(Struct, frozen=True, kw_only=True):
    """One content of one path."""

    id: str
    path: str
    size: int | None
    """Bytes; null where the place did not say and nothing was read yet."""
    modified: int | None
    sha256: str
    state: FileState
    held: Held
    detail: str
    imported: int
    """Number of the import; 0 before."""
    seen_at: int
    taken_at: int | None


def of_place(place: Place) -> PlaceView:
    """The view of a place."""
    return PlaceView(
        id=public_id(place.created_at, place.id), name=place.name, settings=place.settings,
        has_secret=place.has_secret, host_key=fingerprint(place.host_key), created_at=place.created_at,
        created_by=place.created_by,
    )  # fmt: skip


def of_scheduled(plan: ScheduledImport) -> ScheduledView:
    """The view of a scheduled import. Ids of what it names carry no moment of their own."""
    return ScheduledView(
        id=public_id(plan.created_at, plan.id), name=plan.name, place=public_id(0, plan.place), pattern=plan.pattern,
        mapping=public_id(0, plan.mapping), source=public_id(0, plan.source) if plan.source else "", cron=plan.cron,
        query=plan.query, increment=plan.increment, since=plan.since or "", is_on=plan.is_on,
        ready_suffix=plan.ready_suffix, after=plan.after, archive=plan.archive,
        settle_seconds=plan.settle_seconds, size_factor=plan.size_factor, late_hours=plan.late_hours,
        created_at=plan.created_at, created_by=plan.created_by, taken_at=plan.taken_at,
    )  # fmt: skip


def to_scheduled(draft: ScheduledDraft, number: int = 0) -> ScheduledImport:
    """The record that a draft asks for. Raises `NotFound` for ids that lead nowhere."""
    return ScheduledImport(
        id=number, name=draft.name, place=internal_id(draft.place), pattern=draft.pattern,
        mapping=internal_id(draft.mapping), source=internal_id(draft.source) if draft.source else 0, cron=draft.cron,
        query=draft.query, increment=draft.increment, since=draft.since, is_on=draft.is_on,
        ready_suffix=draft.ready_suffix, after=draft.after, archive=draft.archive,
        settle_seconds=draft.settle_seconds, size_factor=draft.size_factor, late_hours=draft.late_hours,
    )  # fmt: skip


def of_file(file: SeenFile) -> FileView:
    """The view of a remembered file."""
    return FileView(
        id=public_id(file.seen_at, file.id), path=file.path,
        size=file.bytes or (file.size if file.size >= 0 else None), modified=file.modified or None,
        sha256=file.sha256, state=file.state, held=file.held, detail=file.detail, imported=file.imported,
        seen_at=file.seen_at, taken_at=file.taken_at,
    )  # fmt: skip
