"""The way to a workspace's identity provider and back. In: requests of a browser. Out: redirects, or the sign-in page.

Invariant: a browser that did not leave from here comes back to the sign-in page and nothing else.
"""

from typing import Annotated, Any

from litestar import Request, Response, Router, get
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from konnektu.access.api import (
    Passwords,
    Returning,
    come_back,
    leave,
    provider_cookie,
    provider_cookie_name,
    session_cookie,
)
from konnektu.core.errors import Conflict, Refused, Retry, TooMany
from konnektu.storage.api import Storage
from konnektu.web import forms
from konnektu.web.doors import door
from konnektu.web.gate import Gate
from konnektu.web.openapi import PUBLIC
from konnektu.web.texts import TEXTS, length_of

type_of_request = Request[Any, Any, Any]

Code = Annotated[str, QueryParameter(max_length=4096)]
Shown = Annotated[str, QueryParameter(name="state", max_length=200)]
Issuer = Annotated[str, QueryParameter(name="iss", max_length=500)]


@get("/provider", opt={PUBLIC: True}, sync_to_thread=True)
def leave_for_provider(
    request: type_of_request,
    workspace: FromPath[str],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> Response[Any]:
    """Lead the browser to the workspace's identity provider."""
    forms.refuse_no_link(workspace)
    gate: Gate = request.app.state.gate
    try:
        leaving = leave(storage, gate.providers, workspace, _back(gate, request, workspace), now=now)
    except Retry:
        return _away(request, workspace)
    cookie = provider_cookie(workspace, leaving.ticket, is_secure=gate.is_secure(request))
    return Redirect(leaving.url, status_code=303, cookies=[Cookie(**cookie)])


@get("/provider/back", opt={PUBLIC: True}, sync_to_thread=True)
def come_back_from_provider(
    request: type_of_request,
    workspace: FromPath[str],
    storage: NamedDependency[Storage],
    passwords: NamedDependency[Passwords],
    now: NamedDependency[int],
    code: Code = "",
    shown: Shown = "",
    issuer: Issuer = "",
) -> Response[Any]:
    """Begin the session of whom the provider vouches for; or the sign-in page with what went wrong."""
    forms.refuse_no_link(workspace)
    gate: Gate = request.app.state.gate
    language = forms.language(request)
    words = TEXTS[language]
    by = Returning(
        slug=workspace,
        ticket=request.cookies.get(provider_cookie_name(workspace), ""),
        code=code,
        state=shown,
        issuer=issuer,
        back=_back(gate, request, workspace),
        ip=gate.address_of(request),
        user_agent=request.headers.get("user-agent", ""),
    )
    try:
        begun = come_back(storage, gate.providers, passwords, by, now=now)
    except TooMany as error:
        said = words["wait"].format(wait=length_of(language, error.retry_after))
        return door(request, workspace, said=said, status_code=429)
    except Conflict:
        return door(request, workspace, said=words["no_seat"], status_code=409)
    except Refused:
        return door(request, workspace, said=words["provider_refused"], status_code=401)
    except Retry:
        return _away(request, workspace)
    is_secure = gate.is_secure(request)
    cookies = [
        Cookie(**session_cookie(workspace, begun.secret, is_secure=is_secure)),
        Cookie(**provider_cookie(workspace, "", is_secure=is_secure)),
    ]
    return Redirect(f"/{workspace}/", status_code=303, cookies=cookies)


def _away(request: type_of_request, slug: str) -> Response[str]:
    words = TEXTS[forms.language(request)]
    return door(request, slug, said=words["provider_away"], status_code=503)


def _back(gate: Gate, request: type_of_request, slug: str) -> str:
    """The address that the provider leads back to; it has to be registered there."""
    return f"{gate.home_of(request)}/{slug}/sign-in/provider/back"


routes = [
    Router(
        "/{workspace:str}/sign-in",
        route_handlers=[leave_for_provider, come_back_from_provider],
        include_in_schema=False,
    )
]
