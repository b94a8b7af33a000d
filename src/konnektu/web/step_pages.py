"""The second step of signing in, as a page: a code, or a second factor to begin with.

In: requests of a browser whose cookie carries a sign-in with the right password. Out: HTML. Invariant: without such
a cookie the pages lead back to the first step and tell nothing.
"""

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from msgspec import Struct

from konnektu.access.api import (
    NextStep,
    SignedIn,
    begin_enrolment,
    enter_code,
    finish_enrolment,
    needed_step,
    session_cookie,
    step_cookie,
    step_cookie_name,
)
from konnektu.core.errors import Conflict, SignInNeeded, TooMany, Unprocessable
from konnektu.storage.api import Storage
from konnektu.web import forms, look_steps
from konnektu.web.gate import Gate
from konnektu.web.openapi import PUBLIC
from konnektu.web.texts import TEXTS, length_of

type_of_request = Request[Any, Any, Any]


class StepForm(Struct, frozen=True):
    """What the page of the second step sends."""

    code: str = ""
    offer: str = ""
    token: str = ""


@get("/step", opt={PUBLIC: True}, sync_to_thread=True)
def step_page(
    request: type_of_request,
    workspace: FromPath[str],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> Response[Any]:
    """The page that asks for a code, or sets up the second factor that the workspace requires."""
    forms.refuse_no_link(workspace)
    return _asked(request, storage, _step_of(request, workspace, StepForm()), now)


@post("/step", opt={PUBLIC: True}, sync_to_thread=True)
def step_by_page(
    data: URLEncodedBody[StepForm],
    request: type_of_request,
    workspace: FromPath[str],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> Response[Any]:
    """Begin the session, or ask again with what went wrong."""
    forms.refuse_no_link(workspace)
    language = forms.language(request)
    words = TEXTS[language]
    step = _step_of(request, workspace, data)
    if not forms.is_own_form(request, workspace, data.token):
        return _asked(request, storage, step, now, said=words["stale_code"], status_code=403)
    try:
        begun, codes = _entered(storage, step, now)
    except TooMany as error:
        said = words["wait"].format(wait=length_of(language, error.retry_after))
        return _asked(request, storage, step, now, said=said, status_code=429)
    except (SignInNeeded, Unprocessable, Conflict):
        return _asked(request, storage, step, now, said=words["wrong_code"], status_code=401)
    cookies = _cookies(request, workspace, begun)
    if not codes:
        return Redirect(f"/{workspace}/", status_code=303, cookies=cookies)
    answer = forms.html(look_steps.recovery_codes(language, workspace, codes))
    for cookie in cookies:
        answer.set_cookie(cookie)
    return answer


def _entered(storage: Storage, step: NextStep, now: int) -> tuple[SignedIn, list[str]]:
    """The session, and recovery codes where the second factor begins with it."""
    if needed_step(storage, step, now=now) == "enrolment":
        return finish_enrolment(storage, step, now=now)
    return enter_code(storage, step, now=now), []


def _asked(
    request: type_of_request,
    storage: Storage,
    step: NextStep,
    now: int,
    *,
    said: str = "",
    status_code: int = 200,
) -> Response[Any]:
    """The page that asks for the code with a fresh form token; the first step where no sign-in is under way."""
    try:
        needs = needed_step(storage, step, now=now)
        offer = begin_enrolment(storage, step, now=now) if needs == "enrolment" else None
    except (SignInNeeded, Conflict):
        return Redirect(f"/{step.slug}/", status_code=303)
    token = forms.fresh_token()
    page = look_steps.step(forms.language(request), step.slug, token, said, offer)
    return forms.with_token(request, step.slug, token, page, status_code)


def _step_of(request: type_of_request, slug: str, form: StepForm) -> NextStep:
    gate: Gate = request.app.state.gate
    return NextStep(
        slug=slug,
        ticket=request.cookies.get(step_cookie_name(slug), ""),
        code=form.code,
        offered=form.offer,
        ip=gate.address_of(request),
        user_agent=request.headers.get("user-agent", ""),
    )


def _cookies(request: type_of_request, slug: str, begun: SignedIn) -> list[Cookie]:
    gate: Gate = request.app.state.gate
    is_secure = gate.is_secure(request)
    return [
        Cookie(**session_cookie(slug, begun.secret, is_secure=is_secure)),
        Cookie(**step_cookie(slug, "", is_secure=is_secure)),
    ]


routes = [
    Router("/{workspace:str}/sign-in", route_handlers=[step_page, step_by_page], include_in_schema=False)
]
