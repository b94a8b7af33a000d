"""In: nothing. Out: the words of jobs, schedules and problems. Invariant: arguments hold ids, never secrets."""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct

from konnektu.core.errors import Conflict, NotFound, Retry, Unprocessable

State = Literal["waiting", "running", "done", "failed", "cancelled"]
Severity = Literal["problem", "warning"]
Lock = Literal["key", "kind", "none"]
Place = Literal["anywhere", "machine"]


class Job(Struct, frozen=True, kw_only=True):
    """One piece of work and what became of it."""

    id: int
    workspace: int
    kind: str
    key: str
    """Which one of its kind, as the number of an import. A second one with the same key is not added while it waits."""
    arguments: Mapping[str, Any]
    state: State
    attempt: int
    """How often it was begun."""
    is_cancel_asked: bool
    done: int
    """Progress, in units of its kind."""
    total: int | None
    """What `done` is going to be; None where nobody knows."""
    note: str
    """What it is at, for a person."""
    result: Mapping[str, Any] | None
    error: str
    """The last error, for a person: of a failure, or of the try before the next one."""
    created_at: int
    created_by: str
    due_at: int
    """Not begun before."""
    started_at: int | None
    finished_at: int | None


class Schedule(Struct, frozen=True, kw_only=True):
    """When a kind of job is added by itself."""

    workspace: int
    kind: str
    key: str
    cron: str
    """Five fields of cron, in the zone of the workspace."""
    arguments: Mapping[str, Any]
    is_on: bool
    next_at: int
    last_at: int | None
    last_job: int | None


class Words(Struct, frozen=True):
    """One text in both languages."""

    en: str
    ru: str


class Problem(Struct, frozen=True, kw_only=True):
    """Something that is broken and waits for a person."""

    workspace: int | None
    """None: of the whole installation."""
    key: str
    severity: Severity
    what: Words
    to_do: Words
    link: str
    """Where it can be mended, as a path of the console; empty where there is none."""
    since: int
    seen_at: int
    """When it was last said to be so."""


class Stopped(Retry):
    """The work was asked to stop and stopped. It was cancelled, or goes on elsewhere."""


class Later(Retry):
    """The work cannot be done now. It is tried again after `seconds`, however often."""

    def __init__(self, seconds: float, message: str | None = None) -> None:
        super().__init__(message)
        self.seconds = seconds


class UnknownKind(Unprocessable):
    """There is no such kind of job. The list of kinds names them."""


class NoJob(NotFound):
    """There is no such job in this workspace."""


class NoSchedule(NotFound):
    """There is no such schedule in this workspace."""


class JobEnded(Conflict):
    """The job has ended already."""


class JobOpen(Conflict):
    """The job waits or runs. Cancel it first."""


class WrongCron(Unprocessable):
    """This is no time that comes again. Write five fields: minute hour day month weekday, as 30 4 * * 1-5."""


class WrongArguments(Unprocessable):
    """The arguments are not those that this kind of job takes. Its page in the documents names them."""


class Arguments(Struct, frozen=True, forbid_unknown_fields=True):
    """What a kind of job is told. A kind that declares no other takes none."""

    def key(self) -> str | None:
        """The key under which alone it may come again; None for any."""
        return None


class SecretArgument(Unprocessable):
    """Arguments of a job are shown to many. Keep the secret where it belongs and name its id."""
