"""What the API says of imports. In: records. Out: views; ids leave as UUIDs, times as milliseconds UTC."""

from collections.abc import Mapping as Named
from typing import Annotated, Any

from msgspec import Meta, Struct

from konnektu.core.ids import public_id
from konnektu.imports.model import DryRun, Import, Kind, Mapping, RowCounts, State
from konnektu.imports.saved import SavedMapping
from konnektu.imports.trial import Trial, TriedRow
from konnektu.profiles.api import covered
from konnektu.reading.api import Layout


class ImportView(Struct, frozen=True, kw_only=True):
    """One file on its way to the log."""

    id: str
    name: str
    file_name: str
    size: int
    """Bytes of the file as it came."""
    kind: Kind
    state: State
    rows: RowCounts
    """What became of its rows so far; read = accepted + rejected."""
    rows_expected: int
    """About how many rows the file has, for a progress bar; 0 where unknown."""
    reason: str
    """Why it failed; empty otherwise."""
    created_at: int
    created_by: str
    started_at: int | None
    finished_at: int | None


class ImportDetail(Struct, frozen=True, kw_only=True):
    """An import with how its file is read."""

    summary: ImportView
    layout: Layout
    mapping: Mapping
    samples: dict[str, list[str]]
    """First different values of each column; empty where the file is gone."""


class ImportChange(Struct, frozen=True):
    """Another way to read a file that has not run; null leaves a part as it is."""

    name: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    kind: Kind | None = None
    layout: Layout | None = None
    mapping: Mapping | None = None


class BadRowView(Struct, frozen=True):
    """One row that cannot be taken."""

    row: int
    reason: str
    detail: str
    text: str


class DryRunView(Struct, frozen=True, kw_only=True):
    """What an import would do. Nothing was written."""

    rows: RowCounts
    new: int
    updated: int
    merged: int
    refused: int
    nobody: int
    orders_new: int
    orders_updated: int
    repeated: int
    judged: int
    is_whole: bool
    reasons: dict[str, int]
    errors: list[BadRowView]


class MappingTry(Struct, frozen=True):
    """A mapping to try; null: the one that is kept."""

    mapping: Mapping | None = None


class TriedRowView(Struct, frozen=True, kw_only=True):
    """One row on its way. Without profiles.personal its values are covered."""

    row: int
    before: dict[str, Any]
    after: dict[str, Any]
    events: list[dict[str, Any]]
    """What it would put on the log."""
    reason: str
    """Why it would be rejected; empty where it would not."""
    detail: str


class TrialView(Struct, frozen=True, kw_only=True):
    """The last rows of a file under a mapping. Nothing was written."""

    rows: list[TriedRowView]
    passed: int
    """Rows of the file that were read."""
    is_whole: bool
    """The file was read to its end; of a very long one only the beginning is."""
    rejected: int
    """How many of the shown rows would be rejected."""


class SavedMappingDraft(Struct, frozen=True, kw_only=True):
    """A mapping to keep under a name."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    mapping: Mapping
    kind: Kind = "history"
    source: Annotated[str, Meta(max_length=100)] = ""
    """Whose files it reads; empty: the workspace's own source of imports."""


class SavedMappingView(Struct, frozen=True, kw_only=True):
    """A mapping under a name."""

    id: str
    name: str
    mapping: Mapping
    kind: Kind
    source: str
    created_at: int
    created_by: str


def of_trial(found: Trial, *, is_open: bool) -> TrialView:
    """The view of a trial. Unless `is_open`, values are covered and details are left out."""
    rows = [_tried(row, is_open=is_open) for row in found.rows]
    rejected = sum(bool(row.reason) for row in rows)
    return TrialView(rows=rows, passed=found.passed, is_whole=found.is_whole, rejected=rejected)


def _tried(row: TriedRow, *, is_open: bool) -> TriedRowView:
    def seen(values: Named[str, Any]) -> dict[str, Any]:
        return dict(values) if is_open else covered("", dict(values))

    return TriedRowView(
        row=row.number, before=seen(row.before), after=seen(row.after), events=[seen(event) for event in row.events],
        reason=row.reason, detail=row.detail if is_open else "",
    )  # fmt: skip


def of_saved(saved: SavedMapping) -> SavedMappingView:
    """The view of a saved mapping."""
    return SavedMappingView(
        id=public_id(saved.created_at, saved.id), name=saved.name, mapping=saved.mapping, kind=saved.kind,
        source=public_id(0, saved.source) if saved.source else "", created_at=saved.created_at,
        created_by=saved.created_by,
    )  # fmt: skip


def of_import(job: Import) -> ImportView:
    """The view of an import."""
    return ImportView(
        id=public_id(job.created_at, job.id),
        name=job.name,
        file_name=job.file_name,
        size=job.size,
        kind=job.kind,
        state=job.state,
        rows=job.counts,
        rows_expected=job.layout.rows,
        reason=job.reason,
        created_at=job.created_at,
        created_by=job.created_by,
        started_at=job.started_at,
        finished_at=job.finished_at,
    )


def of_dry_run(found: DryRun) -> DryRunView:
    """The view of a dry run."""
    return DryRunView(
        rows=found.counts,
        new=found.new,
        updated=found.updated,
        merged=found.merged,
        refused=found.refused,
        nobody=found.nobody,
        orders_new=found.orders_new,
        orders_updated=found.orders_updated,
        repeated=found.repeated,
        judged=found.judged,
        is_whole=found.is_whole,
        reasons=found.reasons,
        errors=[BadRowView(*row) for row in found.errors],
    )
