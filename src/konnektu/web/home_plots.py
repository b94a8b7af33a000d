"""What the first page plots: events by hour, new people by day.

In: the event store for events, the workspace for people. Out: every hour and day in order, empty ones too. Invariant:
the last hour and day have not ended; what is looked at for people stops at a number of rows.
"""

from typing import Annotated

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from msgspec import Struct

from konnektu.access.api import Caller, require
from konnektu.console.api import Person
from konnektu.core.clock import HOUR
from konnektu.log import api as log
from konnektu.profiles import api as profiles
from konnektu.storage.api import Storage

LATEST_MOST = 200_000
"""Profiles that are looked at."""


class HourView(Struct, frozen=True):
    """One hour, UTC."""

    at: int
    """Its beginning."""
    events: int


class DayView(Struct, frozen=True):
    """Profiles made on one day of the project's time zone."""

    at: int
    """Its beginning, milliseconds UTC."""
    everybody: int
    known: int
    """Those of them who name a person by now."""


class Newcomers(Struct, frozen=True):
    """New people by day."""

    days: list[DayView]
    is_more: bool
    """There were very many: the first day had more, and those before it are left out."""


@get("/home/hours", guards=[require("events.read")], sync_to_thread=True)
def list_home_hours(
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    hours: Annotated[int, QueryParameter(ge=1, le=168, description="How many, the present one too.")] = 48,
) -> list[HourView]:
    """Events that happened in each of the last hours, imported history apart."""
    last = now - now % HOUR
    first = last - (hours - 1) * HOUR
    counted = log.hourly(storage.history(caller.workspace), first, last + HOUR)
    return [HourView(at, counted.get(at, 0)) for at in range(first, last + HOUR, HOUR)]


@get("/home/newcomers", guards=[require("profiles.read")], sync_to_thread=True)
def list_home_newcomers(
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    days: Annotated[int, QueryParameter(ge=1, le=90, description="How many, the present one too.")] = 30,
) -> Newcomers:
    """How many people were new on each of the last days."""
    asker = Person(caller, storage, now).asker
    starts = [asker.day(ago) for ago in range(days - 1, -1, -1)]
    with storage.workspace(caller.workspace).read() as db:
        counted = profiles.newcomers_by_span(db, starts, LATEST_MOST)
    told = zip(starts[len(starts) - len(counted) :], counted, strict=True)
    return Newcomers(
        [DayView(at, everybody, known) for at, (everybody, known) in told],
        is_more=sum(everybody for everybody, _ in counted) >= LATEST_MOST,
    )


routes = [
    Router("/api/{workspace:str}", route_handlers=[list_home_hours, list_home_newcomers], tags=["console"])
]
