"""In: nothing. Out: the words of transfers: scheduled imports and exports, what they saw and made, what goes wrong."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from konnektu.core.errors import Conflict, NotFound, Refused, Retry, Unprocessable
from konnektu.transfers.place_model import Increment, Text

After = Literal["archive", "delete", "keep"]
"""What becomes of a file at its place once its import is done."""
FileState = Literal["seen", "held", "importing", "imported", "repeated", "failed", "done"]
"""seen: looked at once, and is looked at again before it is read; held: waits for a person or for another content;
importing: its import was added; imported: the import is done, the file waits to be put away; repeated: the same
content was taken before, the file waits to be put away; failed: its import was cancelled; done: taken and put away."""
Held = Literal[
    "",
    "growing",
    "empty",
    "half_written",
    "unusual_size",
    "changed_while_read",
    "unreadable",
    "wrong_mapping",
    "too_large",
]
"""Why a file is held."""


class ScheduledImport(Struct, frozen=True, kw_only=True):
    """Files of one name pattern at one place, imported by a saved mapping whenever its time comes."""

    id: int
    name: str
    place: int
    pattern: str
    """Path in the place; its last part may hold *, ? and the date parts {YYYY} {MM} {DD} {hh} {mm}."""
    mapping: int
    """Number of the saved mapping."""
    source: int
    """Whose events these are."""
    cron: str
    """Five fields, in the zone of the workspace."""
    query: str = ""
    """What a database is asked; its result is read as one file of JSON Lines."""
    increment: str = ""
    """The column by which the query goes on where it stopped; empty: it is asked for all each time."""
    since: str | None = None
    """How far it came; None, where it is changed: as far as it is."""
    edge: tuple[str, ...] = ()
    """Marks of the rows that were read with that value."""
    is_on: bool = True
    ready_suffix: str = ""
    """A file is read only when one of its name with this suffix lies beside it, as .ok; empty: no such rule."""
    after: After = "archive"
    archive: str = "archive"
    """Folder in the place, for `after` archive."""
    settle_seconds: int = 30
    """Without a ready-file, a file must look the same for so long before it is read."""
    size_factor: float = 3.0
    """A file so many times larger or smaller than the middle of the last ten is unusual; 0: any size will do."""
    late_hours: int = 0
    """A warning is raised when nothing was taken for so long; 0: never."""
    created_at: int = 0
    created_by: str = ""
    taken_at: int | None = None
    """When the last file was taken."""


def increment_of(plan: ScheduledImport) -> Increment | None:
    """Where the query of a scheduled import goes on; None where it does not."""
    return Increment(plan.increment, plan.since or "", plan.edge) if plan.increment else None


class SeenFile(Struct, frozen=True, kw_only=True):
    """One content of one path, remembered so that it is taken once."""

    id: int
    scheduled: int
    path: str
    size: int
    """Bytes as the place shows them; -1 where it does not."""
    modified: int
    """Milliseconds UTC; 0 where the place does not say."""
    tag: str
    bytes: int
    """Bytes that were read; 0 before."""
    sha256: str
    """Of the content; empty before it was read."""
    state: FileState
    held: Held
    detail: str
    """What is wrong, for a person."""
    is_accepted: bool
    """A person said to take it though it looked wrong."""
    imported: int
    """Number of its import; 0 before."""
    seen_at: int
    """First look at this content."""
    taken_at: int | None


class ToPlace(Struct, frozen=True, forbid_unknown_fields=True, tag="place"):
    """An export is put to a place."""

    place: int
    path: Text
    """Path in the place; its name may hold date parts, of the day of the export."""


class ToMail(Struct, frozen=True, forbid_unknown_fields=True, tag="mail"):
    """An export is kept here, and its link mailed to one user, who signs in to open it."""

    login: Text
    """Who may open it."""
    address: Text
    """Where the letter goes."""
    days: Annotated[int, Meta(ge=1, le=30)] = 3
    """How long the link lives."""


Target = ToPlace | ToMail


class ScheduledExport(Struct, frozen=True, kw_only=True):
    """A list that leaves as a file whenever its time comes, with the rights of its owner at that moment."""

    id: int
    name: str
    list: str
    """Name of an export list."""
    form: Literal["csv", "xlsx", "jsonl"]
    language: Literal["ru", "en"]
    target: Target
    reason: str
    """Why personal columns are shown whole; empty: they are covered."""
    cron: str
    is_on: bool
    owner: str
    """Login of the user whose rights it has."""
    created_at: int
    done_at: int | None = None
    """When the last file left."""


class ExportFile(Struct, frozen=True, kw_only=True):
    """A file that waits for one user."""

    id: int
    scheduled: int
    job: int
    name: str
    list: str
    login: str
    is_open: bool
    """Personal columns are whole."""
    size: int
    created_at: int
    expires_at: int
    mailed_at: int | None
    row_limit: str = ""
    """The rows that whoever made it might see; empty for all of them."""


class WrongPlace(Unprocessable):
    """The place cannot be used as it is described. Correct its settings."""


class WrongPattern(Unprocessable):
    """This is no pattern of a name. Write one like in/orders_{YYYY}{MM}{DD}*.csv."""


class PlaceRefused(Refused):
    """The place refuses. Look at its settings and credentials."""

    status = 422


class WrongQuery(PlaceRefused):
    """The database refuses the query. Correct it."""


class HostKeyChanged(PlaceRefused):
    """The server shows another key than before. Forget the old key only when its keeper confirms the new one."""


class PlaceSilent(Retry):
    """The place does not answer as it should. It will be asked again."""


class FileAway(PlaceRefused):
    """The file is not at its place any more."""


class NoPlace(NotFound):
    """There is no such place in this workspace."""


class PlaceInUse(Conflict):
    """Scheduled imports or exports use this place. Delete them first."""


class NoScheduledImport(NotFound):
    """There is no such scheduled import in this workspace."""


class NoScheduledExport(NotFound):
    """There is no such scheduled export in this workspace."""


class NoExportFile(NotFound):
    """There is no such file, or its term is over. Ask whoever sent the link for another one."""


class OwnerLacksRights(Refused):
    """The owner of the scheduled export may not export this any more. Let somebody with the rights save it anew."""

    status = 403


class NoMail(Unprocessable):
    """This installation has no mail server. Whoever runs it names one in KONNEKTU_SMTP_URL and KONNEKTU_SMTP_FROM."""


class NotHeld(Conflict):
    """Only a file that is held can be accepted."""
