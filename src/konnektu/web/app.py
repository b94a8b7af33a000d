"""The application behind the public port: every route of the product in one table, one form of errors.

In: the doors of the installation. Out: an ASGI callable. Invariant: handlers are synchronous and run in a
bounded pool of threads; a request that meets an error is answered with a problem (RFC 9457).
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import msgspec
import psycopg
from litestar import Litestar, Request
from litestar.concurrency import set_asyncio_executor
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException
from litestar.types import ControllerRouterHandler

from konnektu.access import http as access
from konnektu.access.api import Caller, Passwords
from konnektu.acquisition import http as acquisition
from konnektu.acquisition.api import arrivals_of
from konnektu.catalogue import http as catalogue
from konnektu.collect.api import Options
from konnektu.console import http as console
from konnektu.console.api import Counts
from konnektu.core.clock import Clock
from konnektu.core.config import Config
from konnektu.core.errors import KonnektuError
from konnektu.desk import http as desk
from konnektu.dictionary import http as dictionary
from konnektu.exports import http as exports
from konnektu.flow import options
from konnektu.identity import http as identity
from konnektu.imports import http as imports
from konnektu.lists import http as lists
from konnektu.orders import http as orders
from konnektu.orders.api import figures_of, within
from konnektu.privacy import http as privacy
from konnektu.product_lists import http as product_lists
from konnektu.product_lists.api import figures_of as list_figures_of
from konnektu.profiles import http as profiles
from konnektu.profiles.api import Tellers
from konnektu.related import http as related
from konnektu.related.api import counts_of
from konnektu.segments import http as segments
from konnektu.segments.api import computed_of
from konnektu.storage.api import Db, Storage
from konnektu.transfers import http as transfers
from konnektu.web import (
    event_page,
    front_end,
    health,
    home,
    home_plots,
    invitation_pages,
    jobs,
    pages,
    problems,
    provider_pages,
    quarantine,
    schedule_forms,
    sections,
    sessions,
    status,
    step_pages,
    system,
)
from konnektu.web.gate import Gate
from konnektu.web.headers import Application, Headers
from konnektu.web.openapi import document_of
from konnektu.web.patience import Patience
from konnektu.web.trouble import Handler, page_for_people

ROUTES: Sequence[ControllerRouterHandler] = [
    *health.routes,
    *access.routes,
    *sessions.routes,
    *profiles.routes,
    *acquisition.routes,
    *orders.routes,
    *related.routes,
    *desk.routes,
    *segments.routes,
    *product_lists.routes,
    *identity.routes,
    *catalogue.routes,
    *dictionary.routes,
    *quarantine.routes,
    *jobs.routes,
    *schedule_forms.routes,
    *imports.routes,
    *exports.routes,
    *lists.routes,
    *transfers.routes,
    *privacy.routes,
    *sections.routes,
    *console.routes,
    *home.routes,
    *home_plots.routes,
    *status.routes,
    *system.routes,
    *event_page.routes,
    *front_end.routes,
    *pages.routes,
    *step_pages.routes,
    *provider_pages.routes,
    *invitation_pages.routes,
]
"""The routing table of the product. A slice's routes stand in its `http.py`; they are listed here alone."""

ANSWERS: Mapping[type[Exception], Handler] = {
    KonnektuError: problems.of_error,
    HTTPException: problems.of_http,
    RecursionError: problems.of_body,
    UnicodeDecodeError: problems.of_body,
    psycopg.DataError: problems.of_text,
    Exception: problems.of_any,
}
"""What answers a request that ends with an exception."""

THREADS = 16
"""Handlers at work at once; more wait their turn. Twice the connections of a pool: half of them wait for disks."""
BODY_MOST = 1_048_576
"""Largest body of a management request; an upload says its own limit."""

type_of_request = Request[Any, Any, Any]


def application(storage: Storage, config: Config, clock: Clock, passwords: Passwords) -> Application:
    """Return the application with its security headers, ready to stand behind the collector."""
    app = make_app(storage, config, clock, passwords)
    # Litestar types the messages of ASGI more narrowly than ASGI does.
    patient = Patience(cast(Application, app), config.request_seconds)
    return Headers(patient, is_encrypted=config.public_url.startswith("https://"))


def make_app(
    storage: Storage, config: Config, clock: Clock, passwords: Passwords, built: Path = front_end.BUILT
) -> Litestar:
    """Return the bare application; `built` is the folder of the console's front end."""
    app = Litestar(
        ROUTES,
        dependencies={
            "caller": Provide(caller_of_guard, sync_to_thread=False),
            "clock": Provide(clock_of, sync_to_thread=False),
            "config": Provide(config_of, sync_to_thread=False),
            "db": Provide(db_of_caller, sync_to_thread=True),
            "now": Provide(now_of, sync_to_thread=False),
            "options": Provide(options_of_caller, sync_to_thread=True),
            "passwords": Provide(passwords_of, sync_to_thread=False),
            "storage": Provide(storage_of, sync_to_thread=False),
        },
        exception_handlers={kind: page_for_people(handler) for kind, handler in ANSWERS.items()},
        request_max_body_size=BODY_MOST,
        logging_config=None,
        openapi_config=None,
        state=State(
            {
                "counts": Counts(),
                "front_end": front_end.load(built),
                "gate": Gate(storage, config, clock, passwords),
                "tellers": Tellers(figures_of, arrivals_of, list_figures_of, counts_of, within, computed_of),
            }
        ),
    )
    app.state.openapi = msgspec.json.encode(document_of(app))
    return app


def bound_threads(threads: int = THREADS) -> ThreadPoolExecutor:
    """Let handlers run in a pool of so many threads; call before the event loop runs. Returns the pool."""
    pool = ThreadPoolExecutor(threads, thread_name_prefix="web")
    set_asyncio_executor(pool)
    return pool


def caller_of_guard(request: type_of_request) -> Caller:
    """Return the caller whom the route's guard has let in."""
    caller: Caller = request.scope["user"]
    return caller


def storage_of(request: type_of_request) -> Storage:
    """Return the doors to the databases."""
    gate: Gate = request.app.state.gate
    return gate.storage


def db_of_caller(caller: NamedDependency[Caller], storage: NamedDependency[Storage]) -> Db:
    """Return the door to the schema of the caller's workspace."""
    return storage.workspace(caller.workspace)


def clock_of(request: type_of_request) -> Clock:
    """Return the clock, for work that takes long."""
    gate: Gate = request.app.state.gate
    return gate.clock


def config_of(request: type_of_request) -> Config:
    """Return the settings of the installation."""
    gate: Gate = request.app.state.gate
    return gate.config


def options_of_caller(caller: NamedDependency[Caller], storage: NamedDependency[Storage]) -> Options:
    """Return what decoding depends on in the caller's workspace."""
    with storage.workspace(caller.workspace).read() as db:
        return options(storage, caller.workspace, db)


def now_of(request: type_of_request) -> int:
    """Return the instant at which the request is done, in milliseconds UTC."""
    gate: Gate = request.app.state.gate
    return gate.clock.now_ms()


def passwords_of(request: type_of_request) -> Passwords:
    """Return the hasher that bounds how many passwords are checked at once."""
    gate: Gate = request.app.state.gate
    return gate.passwords
