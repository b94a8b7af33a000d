"""The first page of the console: what is still to set up, how far the events got, and what needs a person.

In: the workspace's databases and the control schema. Out: `Home`. Invariant: each part is there for who may see it
alone; nothing here waits for the event store; what is counted stops at a number of rows.
"""

from collections.abc import Callable, Iterator

from litestar import Router, get
from litestar.di import NamedDependency
from msgspec import Struct

from konnektu.access import api as access
from konnektu.access.api import Caller, SourceKind, require
from konnektu.acquisition import api as acquisition
from konnektu.console.api import Person
from konnektu.core.clock import DAY
from konnektu.core.paging import LIMIT_MOST
from konnektu.core.section import Wanted, sections
from konnektu.imports import api as imports
from konnektu.jobs import api as jobs
from konnektu.log import api as log
from konnektu.profiles import api as profiles
from konnektu.storage.api import Storage
from konnektu.web.jobs import JobView, ProblemView, of_job, problems_of

COUNTED_MOST = 200_000
"""Profiles that are counted one by one."""
LATEST_MOST = 50_000
"""Profiles that are looked at for how many are new."""
SHOWN = 5
"""Imports, jobs and sources with trouble that are shown; their lists have the rest."""
PROBLEMS_SHOWN = 10
BACKUP = "keeping.backup"
"""Kind of the job that makes backups."""


class StepView(Struct, frozen=True, kw_only=True):
    """One step of setting up."""

    name: str
    en: str
    ru: str
    is_done: bool
    goes_to: str
    """Section or page where it is done."""


class PeopleView(Struct, frozen=True, kw_only=True):
    """How many people there are, and how many are new."""

    everybody: int
    known: int
    """Those who name a person."""
    is_about: bool
    """Both numbers are near the truth: so many people are not counted one by one for a page."""
    new_day: int
    """Made within 24 hours."""
    known_day: int
    """Of them, those who name a person."""
    is_more: bool
    """There are more new ones than were looked at."""


class SourceTrouble(Struct, frozen=True, kw_only=True):
    """A source of data that somebody should look at."""

    id: str
    name: str
    kind: SourceKind
    is_silent: bool
    """Nothing came for longer than it may."""
    rejected_day: int
    """Events that were rejected within 24 hours."""
    accepted_day: int
    last: int | None
    """When the last event came that was accepted."""


class Flow(Struct, frozen=True, kw_only=True):
    """How far the events got."""

    waiting_events: int
    """Accepted, not yet applied by the writer."""
    writer_lag_ms: int
    sink_lag_events: int
    """Applied, not yet in the event store."""
    quarantine: dict[str, int]
    """Open rejected events by reason."""


class Home(Struct, frozen=True, kw_only=True):
    """What the first page shows; a part is null for who may not see it."""

    steps: list[StepView]
    """Those that the caller can take, in order."""
    flow: Flow | None
    people: PeopleView | None
    sources: list[SourceTrouble] | None
    """Sources with trouble, the worst first."""
    imports: list[imports.ImportView] | None
    problems: list[ProblemView] | None
    running: list[JobView] | None
    """Jobs at work."""


@get("/home", guards=[require(None)], sync_to_thread=True)
def get_home(
    caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> Home:
    """What is still to set up, how far the events got, and what needs a person."""
    person = Person(caller, storage, now)
    heard = acquisition.data_sources(storage, caller.workspace, 0, LIMIT_MOST, now).items
    may = caller.may
    return Home(
        steps=list(_steps(person, heard)),
        flow=_flow(person) if may("events.read") else None,
        people=_people(person) if may("profiles.read") else None,
        sources=_troubled(heard) if may("acquisition.read") else None,
        imports=_imports(person) if may("imports.run") else None,
        problems=problems_of(storage, caller)[:PROBLEMS_SHOWN] if may("jobs.read") else None,
        running=_running(person) if may("jobs.read") else None,
    )


def _flow(person: Person) -> Flow:
    workspace = person.caller.workspace
    db = person.storage.workspace(workspace)
    behind = log.lag(db, person.storage.inbox, workspace.id)
    return Flow(
        waiting_events=behind.waiting_events,
        writer_lag_ms=max(0, person.now - behind.waiting_since) if behind.waiting_since else 0,
        sink_lag_events=behind.position - behind.sealed,
        quarantine=log.quarantine_counts(db),
    )


def _people(person: Person) -> PeopleView:
    with person.storage.workspace(person.caller.workspace).read() as db:
        everybody, known = profiles.about(db)
        is_about = everybody > COUNTED_MOST
        if not is_about:
            everybody, known = profiles.counts(db)
        new, known_new = profiles.newcomers(db, person.now - DAY, LATEST_MOST)
    return PeopleView(
        everybody=everybody, known=known, is_about=is_about, new_day=new, known_day=known_new,
        is_more=new == LATEST_MOST,
    )  # fmt: skip


def _troubled(heard: list[acquisition.DataSourceView]) -> list[SourceTrouble]:
    found = [
        SourceTrouble(
            id=one.id, name=one.name, kind=one.kind, is_silent=one.silent, last=one.accepted.last,
            rejected_day=sum(sent.day for sent in one.rejected.values()), accepted_day=one.accepted.day,
        )
        for one in heard if one.state == "active"
    ]  # fmt: skip
    troubled = [one for one in found if one.is_silent or one.rejected_day]
    return sorted(troubled, key=lambda one: (not one.is_silent, -one.rejected_day, one.name))[:SHOWN]


def _imports(person: Person) -> list[imports.ImportView]:
    found = imports.imports(person.storage, person.caller.workspace, limit=SHOWN)
    return [imports.of_import(one) for one in found]


def _running(person: Person) -> list[JobView]:
    found = jobs.jobs(person.storage.control, person.caller.workspace, state="running", limit=SHOWN)
    return [of_job(one) for one in found]


def _steps(person: Person, heard: list[acquisition.DataSourceView]) -> Iterator[StepView]:
    """The steps that the caller can take, whether each is done."""
    done: dict[str, Callable[[], bool]] = {
        "source": lambda: any(one.state == "active" and one.kind != "import" for one in heard),
        "event": lambda: any(one.accepted.last for one in heard if one.kind != "import"),
        "base": lambda: _has_loaded(person),
        "catalogue": lambda: _has_any(person, "products"),
        "team": lambda: _has_team(person),
        "backup": lambda: _has_backups(person),
    }
    opens = person.opens()
    for name, en, ru, goes_to in STEPS:
        if goes_to in opens:
            yield StepView(name=name, en=en, ru=ru, is_done=done[name](), goes_to=goes_to)


STEPS = (
    ("source", "Connect a source of events", "Подключите источник событий", "sources"),
    ("event", "Receive the first event", "Получите первое событие", "status"),
    ("base", "Load your customers", "Загрузите базу клиентов", "import_wizard"),
    ("catalogue", "Load your products", "Загрузите товары", "products"),
    ("team", "Invite a colleague", "Пригласите коллегу", "users"),
    ("backup", "Schedule backups", "Настройте резервное копирование", "schedules"),
)
"""(name, English, Russian, where it is done), in the order in which they are best taken."""


def _has_loaded(person: Person) -> bool:
    found = imports.imports(person.storage, person.caller.workspace, limit=LIMIT_MOST)
    return any(one.counts.accepted for one in found)


def _has_any(person: Person, section: str) -> bool:
    count = sections()[section].count
    return count is not None and count(person.asker, Wanted(order="", limit=1)) > 0


def _has_team(person: Person) -> bool:
    found = access.users(person.storage.control, person.caller.workspace.id, limit=LIMIT_MOST)
    return sum(one.state == "active" for one in found) > 1


def _has_backups(person: Person) -> bool:
    found = jobs.schedules(person.storage, person.caller.workspace)
    return any(one.kind == BACKUP and one.is_on for one in found)


routes = [Router("/api/{workspace:str}", route_handlers=[get_home], tags=["console"])]
