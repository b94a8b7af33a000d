"""Pages of a workspace's link: the sign-in page, and the console for who is signed in.

In: requests of a browser, with or without scripts. Out: HTML; the state of the workspace where no console is built.
Invariant: the page of a link that does not exist is the same as of one that does.
"""

from pathlib import Path
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from msgspec import Struct

from konnektu.access.api import (
    Caller,
    Passwords,
    SecondStep,
    SignIn,
    caller_of,
    session_cookie,
    sign_in,
    sign_out,
    step_cookie,
)
from konnektu.core.errors import KonnektuError, NotFound, SignInNeeded, TooMany
from konnektu.storage.api import Storage
from konnektu.web import forms, front_end, look
from konnektu.web.doors import door
from konnektu.web.gate import Gate
from konnektu.web.openapi import PUBLIC
from konnektu.web.status import status
from konnektu.web.texts import TEXTS, length_of

type_of_request = Request[Any, Any, Any]

ADDRESS_MOST = 4_000
"""Longest address that is kept over the sign-in."""


class SignInForm(Struct, frozen=True):
    """What the sign-in page sends."""

    login: str = ""
    password: str = ""
    token: str = ""
    to: str = ""
    """Address of the console that the person wanted."""


class SignOutForm(Struct, frozen=True):
    """What the button sends that signs out."""

    token: str = ""


@get("/", opt={PUBLIC: True}, sync_to_thread=False, include_in_schema=False)
def lobby(request: type_of_request) -> Response[str]:
    """The bare address: tells of no workspace."""
    gate: Gate = request.app.state.gate
    return forms.html(look.lobby(forms.language(request), f"{gate.home_of(request)}/shop/"))


@get("/{workspace:str}", opt={PUBLIC: True}, sync_to_thread=True, include_in_schema=False)
def workspace_page(
    request: type_of_request,
    workspace: FromPath[str],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> Response[str]:
    """The console for who is signed in there, else the sign-in page."""
    forms.refuse_no_link(workspace)
    try:
        caller = caller_of(request)
    except (SignInNeeded, NotFound):
        return door(request, workspace)
    built: front_end.FrontEnd | None = request.app.state.front_end
    if built is not None:
        return front_end.page(built, forms.language(request), workspace, caller.workspace.name)
    return forms.html(_state(request, caller, storage, now))


@get("/{workspace:str}/{rest:path}", opt={PUBLIC: True}, sync_to_thread=True, include_in_schema=False)
def console_page(
    request: type_of_request,
    workspace: FromPath[str],
    rest: FromPath[Path],  # noqa: ARG001 - the console itself reads the rest of the address
) -> Response[str]:
    """A page of the console, which knows its own addresses; the sign-in page for strangers."""
    forms.refuse_no_link(workspace)
    built: front_end.FrontEnd | None = request.app.state.front_end
    if built is None or "text/html" not in request.headers.get("accept", ""):
        raise NotFound("There is no such page.")
    try:
        caller = caller_of(request)
    except (SignInNeeded, NotFound):
        return door(request, workspace, to=_address(request))
    return front_end.page(built, forms.language(request), workspace, caller.workspace.name)


@post("/{workspace:str}/sign-in", opt={PUBLIC: True}, sync_to_thread=True, include_in_schema=False)
def sign_in_by_page(
    data: URLEncodedBody[SignInForm],
    request: type_of_request,
    workspace: FromPath[str],
    storage: NamedDependency[Storage],
    passwords: NamedDependency[Passwords],
    now: NamedDependency[int],
) -> Response[Any]:
    """Begin a session and show the state of the workspace; or the sign-in page with what went wrong."""
    forms.refuse_no_link(workspace)
    gate: Gate = request.app.state.gate
    language = forms.language(request)
    words = TEXTS[language]
    if not forms.is_own_form(request, workspace, data.token):
        return door(request, workspace, said=words["stale"], login=data.login, to=data.to, status_code=403)
    tried = SignIn(
        slug=workspace,
        login=data.login,
        password=data.password,
        ip=gate.address_of(request),
        user_agent=request.headers.get("user-agent", ""),
    )
    try:
        begun = sign_in(storage, passwords, tried, now=now)
    except TooMany as error:
        said = words["wait"].format(wait=length_of(language, error.retry_after))
        return door(request, workspace, said=said, login=data.login, to=data.to, status_code=429)
    except SignInNeeded:
        return door(request, workspace, said=words["wrong"], login=data.login, to=data.to, status_code=401)
    is_secure = gate.is_secure(request)
    if isinstance(begun, SecondStep):
        step = Cookie(**step_cookie(workspace, begun.ticket, is_secure=is_secure))
        return Redirect(f"/{workspace}/sign-in/step", status_code=303, cookies=[step])
    cookie = Cookie(**session_cookie(workspace, begun.secret, is_secure=is_secure))
    return Redirect(_wanted(workspace, data.to), status_code=303, cookies=[cookie])


@post("/{workspace:str}/sign-out", opt={PUBLIC: True}, sync_to_thread=True, include_in_schema=False)
def sign_out_by_page(
    data: URLEncodedBody[SignOutForm],
    request: type_of_request,
    workspace: FromPath[str],
    storage: NamedDependency[Storage],
) -> Response[Any]:
    """End the session, if the button of its own page was pressed."""
    forms.refuse_no_link(workspace)
    gate: Gate = request.app.state.gate
    try:
        sign_out(storage, caller_of(request, csrf=data.token))
    except KonnektuError:
        return Redirect(f"/{workspace}/", status_code=303)
    ended = Cookie(**session_cookie(workspace, "", is_secure=gate.is_secure(request)))
    return Redirect(f"/{workspace}/", status_code=303, cookies=[ended])


def _address(request: type_of_request) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{request.url.path}{query}"[:ADDRESS_MOST]


def _wanted(slug: str, to: str) -> str:
    """The wanted address where it is one of this link's console, else its first page."""
    is_own = to.startswith(f"/{slug}/") and len(to) <= ADDRESS_MOST and to.isascii() and to.isprintable()
    return to if is_own else f"/{slug}/"


def _state(request: type_of_request, caller: Caller, storage: Storage, now: int) -> str:
    language = forms.language(request)
    if caller.may("events.read") and not caller.workspace.row_limit:
        found = status(storage, caller.workspace, now=now)
        content = look.figures(language, found, caller.workspace.slug, caller.workspace.timezone)
    else:
        content = look.no_right(language)
    return look.state(
        language, caller.workspace.slug, caller.workspace.name, caller.login, caller.csrf, content
    )


routes = [lobby, workspace_page, console_page, sign_in_by_page, sign_out_by_page]
