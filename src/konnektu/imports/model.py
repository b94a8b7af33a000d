"""Records of imports: how a file is laid out, what a row is, what became of an import."""

from typing import Any, Literal

from msgspec import Struct

from konnektu.imports.steps import Step
from konnektu.reading.api import BadRow, Layout

Kind = Literal["history", "live"]
"""history starts nothing (the default); live is treated as traffic that arrives at this moment."""
State = Literal["uploaded", "waiting", "running", "done", "cancelled", "failed"]

Target = Literal["people", "events", "orders", "records", "wire"]
"""people: a row is a person; events: a row is something that happened; orders: a row is an order or one line of it,
told as of the row's time; records: a row is a related record of one kind; wire: a row is an event of the tracking
API as it stands."""
Role = Literal[
    "identifier",
    "attribute",
    "property",
    "order",
    "line",
    "record",
    "time",
    "event",
    "key",
    "consent",
    "tag",
    "ignore",
]
"""order and line: a field of an order and of one line of it; rows of one number give the lines of that order.
record: the id or a field of a related record."""
JOB = "imports.import"
"""The kind of job that runs an import; its key is the import's number."""

ValueType = Literal["", "text", "number", "boolean", "date", "time", "list"]


class ConsentOf(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a column of yes and no is a consent to; the file itself is the proof."""

    channel: str = ""
    """email, sms, call, telegram, …; empty for every channel."""
    entity: str = ""
    category: str = ""
    purpose: str = ""
    text_version: str = ""
    given: tuple[str, ...] = (
        "да",
        "yes",
        "true",
        "1",
        "+",
        "y",
        "д",
        "согласен",
        "согласна",
        "given",
        "истина",
    )
    withdrawn: tuple[str, ...] = (
        "нет", "no", "false", "0", "-", "n", "н", "отказ", "не согласен", "не согласна", "withdrawn", "ложь",
    )  # fmt: skip
    """Words in lower case; an empty cell says nothing."""


class Column(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What one column of the file means."""

    column: str
    """Its name in the file."""
    role: Role
    name: str = ""
    """Attribute, property, field of an order or identifier kind; for a key: the property to keep it in as well; for a
    tag: the tag that yes sets, or empty where the cells hold the tags themselves."""
    type: ValueType = ""
    """Empty: the value as it stands, text in CSV."""
    format: str = ""
    """Of dates and times, in the words of strptime; empty: ISO 8601, 31.12.2025 or 31/12/2025, Unix time."""
    separator: str = ","
    """Between the items of a list or of tags."""
    consent: ConsentOf | None = None


class Mapping(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How rows become facts. Columns that are not named are left out."""

    target: Target
    columns: tuple[Column, ...] = ()
    event: str = ""
    """Name of every event, where no column holds it."""
    kind: str = ""
    """Name of the kind, of related records."""
    constants: dict[str, Any] = {}
    """Attributes (of people) or properties (of events) that every row gets where it says nothing itself."""
    tags: tuple[str, ...] = ()
    """Tags that every person of the file gets."""
    zone: str = "UTC"
    """IANA zone of times that name none."""
    steps: tuple[Step, ...] = ()
    """What is done to the cells first, one after another; `columns` name what they leave."""


class Inspection(Struct, frozen=True):
    """What was found in a file, to be shown, corrected and confirmed."""

    layout: Layout
    mapping: Mapping
    """Proposed from the names and values of the columns."""
    samples: dict[str, list[str]]
    """First different values of each column."""


class RowCounts(Struct, frozen=True):
    """What became of the rows so far. Invariant: read = accepted + rejected."""

    read: int = 0
    accepted: int = 0
    rejected: int = 0
    events: int = 0
    """Events the accepted rows made; one row may make several (a person, a consent, a tag)."""
    partial: int = 0
    """Accepted rows of which some value was left out, because its attribute cannot take it."""

    def plus(self, other: "RowCounts") -> "RowCounts":
        """The sum of both."""
        return RowCounts(
            self.read + other.read,
            self.accepted + other.accepted,
            self.rejected + other.rejected,
            self.events + other.events,
            self.partial + other.partial,
        )


class Import(Struct, frozen=True, kw_only=True):
    """One file on its way to the log."""

    id: int
    name: str
    file_name: str
    sha256: str
    """Digest of the file as it came; the upload is kept under this name."""
    size: int
    """Bytes as it came."""
    source: int
    """Whose events these are."""
    kind: Kind
    state: State
    layout: Layout
    mapping: Mapping
    as_of: int
    """Time of rows that name none: when this content was first uploaded, so that a second upload repeats it."""
    chunk: int
    """Chunks that are done; the next one has this number."""
    cursor: int
    """Number of the last row that is done."""
    counts: RowCounts
    error_bytes: int
    """Length of the file of errors that belongs to the done rows."""
    reason: str
    """Why it failed, for a person."""
    created_at: int
    created_by: str
    started_at: int | None = None
    finished_at: int | None = None
    machine: str = ""
    """Which machine holds its file; empty where nobody knows."""


class DryRun(Struct, frozen=True):
    """What an import would do. Nothing was written."""

    counts: RowCounts
    new: int
    """Rows that would make a person."""
    updated: int
    """Rows about a person who is there already, or was made by an earlier row."""
    merged: int
    """Merges of two people the rows would cause."""
    refused: int
    """Merges that the identity rules would refuse."""
    nobody: int
    """Rows that name an order and nobody."""
    orders_new: int
    """Orders that the rows would make."""
    orders_updated: int
    """Orders that are there already and that the rows tell more of."""
    repeated: int
    """Rows that the log holds already."""
    judged: int
    """Rows whose people were looked up; the rest of a very long file is only read."""
    errors: list[BadRow]
    """The first rows that were rejected or lost a value."""
    reasons: dict[str, int]
    """How many rows are rejected, by reason."""
    is_whole: bool = True
    """The file was read to its end."""
