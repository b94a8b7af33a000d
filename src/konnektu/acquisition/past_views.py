"""What the API says of jobs that try the rules of sources on the past, or apply them to it. In: jobs. Out: views."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from konnektu.acquisition.difference import Sides, SourceStep
from konnektu.jobs import api as jobs

PREVIEW_JOB: Final = "acquisition.preview"
"""Kind of the job that tries the rules in force on the whole past."""
APPLY_JOB: Final = "acquisition.past"
"""Kind of the job that applies them to it."""

PastWork = Literal["trial", "application"]
KINDS: Final[Mapping[str, PastWork]] = {PREVIEW_JOB: "trial", APPLY_JOB: "application"}
"""What each kind of job does with the rules."""


class PastAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """The rules that are to hold for the past."""

    version: Annotated[int, Meta(ge=1, le=2**53)]
    """`version` of the trial that was looked at: where the sources were changed since, nothing is done."""


class PastSample(Struct, frozen=True):
    """A person whose sources would differ."""

    profile: str
    first: Sides
    last: Sides
    every: Sides


class PastDifference(Struct, frozen=True, kw_only=True):
    """How people's sources would differ."""

    version: int
    """Place on the log of the latest statement about a source: what an application names."""
    events: int
    """Up to which place on the log it was tried."""
    people: int
    """Who came from some source, as it is or would be."""
    changed: int
    """Of whom the first, the last or any source would differ."""
    first: int
    last: int
    any: int
    sources: list[SourceStep]
    """Sources whose figures would change, the most first."""
    samples: list[PastSample]
    """At most 20."""


class PastDone(Struct, frozen=True, kw_only=True):
    """What was needed to bring the past in step."""

    version: int
    identifiers: int
    """Identifiers whose arrivals were told anew."""


class PastJobView(jobs.Progress, frozen=True, kw_only=True):
    """A job that tries the rules on the past or applies them to it."""

    work: PastWork
    difference: PastDifference | None
    """Of a trial that is done."""
    carried_out: PastDone | None
    """Of an application that is done."""


def of_job(job: jobs.Job) -> PastJobView:
    """The view of one of these jobs."""
    work = KINDS[job.kind]
    result = job.result if job.state == "done" else None
    return PastJobView(
        **jobs.progress(job),
        work=work,
        difference=msgspec.convert(result, PastDifference) if result and work == "trial" else None,
        carried_out=msgspec.convert(result, PastDone) if result and work == "application" else None,
    )
