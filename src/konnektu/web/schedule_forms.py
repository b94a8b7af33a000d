"""What a person needs to make a schedule: which kinds of jobs can come by themselves, and when a pattern comes.

In: requests. Out: views of what `jobs.api` knows. Invariant: reads nothing and changes nothing but answers.
"""

from typing import Annotated

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from msgspec import Struct
from msgspec.structs import fields

from konnektu.access.api import Caller, require
from konnektu.jobs import api as jobs

MOST_TIMES = 10
TIMES_USUAL = 3

Cron = Annotated[
    str, QueryParameter(min_length=1, max_length=200, description="Five fields of cron, as 30 4 * * 1-5.")
]
Times = Annotated[int, QueryParameter(ge=1, le=MOST_TIMES, description="How many times.")]


class ScheduleKindView(Struct, frozen=True, kw_only=True):
    """A kind of job that can come by itself."""

    kind: str
    title: jobs.Words
    needs: list[str]
    """Arguments without which it does not run; such schedules are made on the page of what they name."""
    is_allowed: bool
    """Whether the caller holds the right that its schedule needs."""


@get("/schedules/kinds", guards=[require("jobs.read")], sync_to_thread=False)
def list_schedule_kinds(caller: NamedDependency[Caller]) -> list[ScheduleKindView]:
    """Kinds of jobs that can come by themselves, by name."""
    return [
        ScheduleKindView(
            kind=one.name,
            title=one.title,
            needs=[each.name for each in fields(one.arguments) if each.required],
            is_allowed=one.right in caller.rights,
        )
        for _, one in sorted(jobs.kinds().items())
        if one.place == "anywhere"
    ]


@get("/schedules/times", guards=[require("jobs.read")], sync_to_thread=True)
def list_next_times(
    caller: NamedDependency[Caller],
    now: NamedDependency[int],
    cron: Cron,
    count: Times = TIMES_USUAL,
) -> list[int]:
    """When a pattern comes next in the workspace's zone, milliseconds UTC; a wrong pattern is refused with why."""
    found = [jobs.next_time(cron, caller.workspace.timezone, now)]
    while len(found) < count:
        found.append(jobs.next_time(cron, caller.workspace.timezone, found[-1]))
    return found


routes = [
    Router("/api/{workspace:str}", route_handlers=[list_schedule_kinds, list_next_times], tags=["jobs"])
]
