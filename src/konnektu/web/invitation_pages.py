"""The page that an invitation's link opens. In: requests of a browser. Out: HTML.

Invariant: a link that invites nobody any more, never did, or belongs to no workspace is answered alike.
"""

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from msgspec import Struct

from konnektu.access.api import (
    PASSWORD_LEAST,
    Acceptance,
    Passwords,
    SecondStep,
    SignedIn,
    accept,
    open_invitation,
    session_cookie,
    step_cookie,
)
from konnektu.core.errors import Conflict, NotFound, Unprocessable
from konnektu.storage.api import Storage
from konnektu.web import forms, look_steps
from konnektu.web.gate import Gate
from konnektu.web.openapi import PUBLIC
from konnektu.web.texts import TEXTS

type_of_request = Request[Any, Any, Any]


class AcceptanceForm(Struct, frozen=True):
    """What the page of an invitation sends."""

    password: str = ""
    token: str = ""


@get("/{secret:str}", opt={PUBLIC: True}, sync_to_thread=True)
def invitation_page(
    request: type_of_request,
    workspace: FromPath[str],
    secret: FromPath[str],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> Response[str]:
    """The page on which an invited person chooses a password."""
    return _asked(request, storage, workspace, secret, now)


@post("/{secret:str}", opt={PUBLIC: True}, sync_to_thread=True)
def accept_by_page(
    data: URLEncodedBody[AcceptanceForm],
    request: type_of_request,
    workspace: FromPath[str],
    secret: FromPath[str],
    storage: NamedDependency[Storage],
    passwords: NamedDependency[Passwords],
    now: NamedDependency[int],
) -> Response[Any]:
    """Become a user and sign in; or the page again with what went wrong."""
    gate: Gate = request.app.state.gate
    words = TEXTS[forms.language(request)]
    if not forms.is_own_form(request, workspace, data.token):
        said = words["stale_invitation"]
        return _asked(request, storage, workspace, secret, now, said=said, status_code=403)
    by = Acceptance(
        slug=workspace,
        secret=secret,
        password=data.password,
        ip=gate.address_of(request),
        user_agent=request.headers.get("user-agent", ""),
    )
    try:
        begun = accept(storage, passwords, by, now=now)
    except Unprocessable:
        said = words["bad_password"].format(least=PASSWORD_LEAST)
        return _asked(request, storage, workspace, secret, now, said=said, status_code=422)
    except Conflict:
        return _asked(request, storage, workspace, secret, now, said=words["no_seat"], status_code=409)
    except NotFound:
        return _asked(request, storage, workspace, secret, now)
    return _entered(workspace, begun, is_secure=gate.is_secure(request))


def _asked(
    request: type_of_request, storage: Storage, slug: str, secret: str, now: int, *, said: str = "",
    status_code: int = 200,
) -> Response[str]:  # fmt: skip
    """The page of an open invitation with a fresh form token, or the one that says that there is none."""
    language = forms.language(request)
    try:
        invited = open_invitation(storage.control, slug, secret, now=now)
    except NotFound:
        return forms.html(look_steps.no_invitation(language), 404)
    token = forms.fresh_token()
    page = look_steps.invitation(language, slug, secret, token, invited, said)
    return forms.with_token(request, slug, token, page, status_code)


def _entered(slug: str, begun: SignedIn | SecondStep, *, is_secure: bool) -> Redirect:
    if isinstance(begun, SecondStep):
        cookie = Cookie(**step_cookie(slug, begun.ticket, is_secure=is_secure))
        return Redirect(f"/{slug}/sign-in/step", status_code=303, cookies=[cookie])
    cookie = Cookie(**session_cookie(slug, begun.secret, is_secure=is_secure))
    return Redirect(f"/{slug}/", status_code=303, cookies=[cookie])


routes = [
    Router(
        "/{workspace:str}/invitation",
        route_handlers=[invitation_page, accept_by_page],
        include_in_schema=False,
    )
]
