"""Sessions as people see them: which device, from where, since when. In: requests. Out: views.

Invariant: device and country are read from what the browser said at sign-in; neither opens or shuts anything.
"""

from typing import Annotated

from litestar import Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import PathParameter
from msgspec import Struct

from konnektu.access.api import (
    Caller,
    Session,
    end_other_sessions,
    end_own_session,
    end_session_of,
    end_sessions_of,
    own_sessions,
    require,
    sessions_of,
)
from konnektu.collect.api import agent, country
from konnektu.core.ids import internal_id, public_id
from konnektu.storage.api import Storage

Id = Annotated[str, PathParameter(max_length=100, description="Id as the list shows it.")]


class SessionView(Struct, frozen=True, kw_only=True):
    """Somebody signed in."""

    id: str
    device: str
    """desktop, smartphone, tablet, tv or console; empty where the browser does not show it."""
    os: str
    browser: str
    ip: str
    country: str
    """ISO 3166-1 alpha-2 of the address; empty where it is not known."""
    created_at: int
    seen_at: int
    """Last use, to the minute."""
    is_current: bool
    """The session that asks."""


class Ended(Struct, frozen=True):
    """How many sessions ended."""

    ended: int


@get("/me/sessions", guards=[require(None)], sync_to_thread=True)
def list_own_sessions(
    caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> list[SessionView]:
    """One's own sessions, the last used first."""
    return [_shown(one) for one in own_sessions(storage.control, caller, now=now)]


@delete("/me/sessions/{session:str}", guards=[require(None)], sync_to_thread=True)
def end_own_session_by_api(
    session: Id, caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> None:
    """End one of one's own sessions."""
    end_own_session(storage.control, caller, internal_id(session), now=now)


@post("/me/sessions/end-others", status_code=200, guards=[require(None)], sync_to_thread=True)
def end_other_sessions_by_api(
    caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> Ended:
    """End one's own sessions except the one that asks."""
    return Ended(end_other_sessions(storage.control, caller, now=now))


@get("/users/{user:str}/sessions", guards=[require("users.manage")], sync_to_thread=True)
def list_sessions(
    user: Id, caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> list[SessionView]:
    """Sessions of a user, the last used first."""
    return [_shown(one) for one in sessions_of(storage.control, caller, internal_id(user), now=now)]


@delete("/users/{user:str}/sessions/{session:str}", guards=[require("users.manage")], sync_to_thread=True)
def end_session(
    user: Id,
    session: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> None:
    """End one session of a user."""
    end_session_of(storage.control, caller, internal_id(user), internal_id(session), now=now)


@delete("/users/{user:str}/sessions", status_code=200, guards=[require("users.manage")], sync_to_thread=True)
def end_sessions(
    user: Id, caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> Ended:
    """Sign a user out everywhere."""
    return Ended(end_sessions_of(storage.control, caller, internal_id(user), now=now))


def _shown(session: Session) -> SessionView:
    seen = agent(session.user_agent)
    return SessionView(
        id=public_id(session.created_at, session.id),
        device=seen.device_type,
        os=seen.os,
        browser=seen.browser,
        ip=session.ip,
        country=country(session.ip),
        created_at=session.created_at,
        seen_at=session.seen_at,
        is_current=session.is_current,
    )


routes = [
    Router(
        "/api/{workspace:str}",
        route_handlers=[
            list_own_sessions,
            end_own_session_by_api,
            end_other_sessions_by_api,
            list_sessions,
            end_session,
            end_sessions,
        ],
        tags=["access"],
    )
]
