"""Routes of signing in and out, and of one's own password and second factor.

In: requests. Out: views. Invariant: thin; every rule stands behind `access.api`.
"""

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody

from konnektu.access import api, views_sign_in
from konnektu.access.api import Caller, Credentials, Gate, NextStep, Passwords, SecondStep, SignedIn, require
from konnektu.core.errors import Forbidden
from konnektu.storage.api import Storage

type_of_request = Request[Any, Any, Any]

PUBLIC = {"public": True}
STEP = {
    202: ResponseSpec(views_sign_in.StepView, description="The password is right; a second step is needed.")
}


@post("/sign-in", status_code=200, sync_to_thread=True, opt=PUBLIC, responses=STEP)
def sign_in_by_api(
    data: JSONBody[views_sign_in.SignInRequest],
    request: type_of_request,
    workspace: FromPath[str],
    storage: NamedDependency[Storage],
    passwords: NamedDependency[Passwords],
    now: NamedDependency[int],
) -> Response[views_sign_in.MeView]:
    """Begin a session: sets the cookie and returns the CSRF token that each change must repeat.

    Answers 202 and sets another cookie where a second step is needed: `sign-in/code` or `sign-in/enrolment`.
    """
    refuse_other_sites(request)
    tried = api.SignIn(
        slug=workspace,
        login=data.login,
        password=data.password,
        ip=gate_of(request).address_of(request),
        user_agent=request.headers.get("user-agent", ""),
    )
    return answer_of(request, workspace, storage, api.sign_in(storage, passwords, tried, now=now), now)


@post("/sign-in/code", status_code=200, sync_to_thread=True, opt=PUBLIC)
def enter_code(
    data: JSONBody[views_sign_in.CodeEntered],
    request: type_of_request,
    workspace: FromPath[str],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> Response[views_sign_in.MeView]:
    """Begin a session whose password was right, by a code of the second factor or a recovery code."""
    refuse_other_sites(request)
    begun = api.enter_code(storage, _next_step(request, workspace, code=data.code), now=now)
    return _entered(request, workspace, storage, begun, now)


@post("/sign-in/enrolment", status_code=200, sync_to_thread=True, opt=PUBLIC)
def begin_enrolment(
    request: type_of_request,
    workspace: FromPath[str],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views_sign_in.OfferView:
    """Offer the second factor that the workspace requires and this user does not have yet."""
    refuse_other_sites(request)
    return views_sign_in.of_offer(api.begin_enrolment(storage, _next_step(request, workspace), now=now))


@post("/sign-in/enrolment/confirm", status_code=200, sync_to_thread=True, opt=PUBLIC)
def finish_enrolment(
    data: JSONBody[views_sign_in.OfferConfirmed],
    request: type_of_request,
    workspace: FromPath[str],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> Response[views_sign_in.RecoveryCodes]:
    """Turn the offered second factor on and begin the session; `me` then tells who is signed in."""
    refuse_other_sites(request)
    step = _next_step(request, workspace, code=data.code, offered=data.offer)
    begun, codes = api.finish_enrolment(storage, step, now=now)
    return Response(views_sign_in.RecoveryCodes(codes), cookies=_cookies(request, workspace, begun))


@post("/sign-out", status_code=204, guards=[require(None)], sync_to_thread=True)
def sign_out_by_api(caller: NamedDependency[Caller], storage: NamedDependency[Storage]) -> None:
    """End the session of the cookie."""
    api.sign_out(storage, caller)


@get("/me", guards=[require(None)], sync_to_thread=True)
def me(caller: NamedDependency[Caller]) -> views_sign_in.MeView:
    """Who calls, and what they may do here."""
    return views_sign_in.of_caller(caller)


@post("/me/password", status_code=204, guards=[require(None)], sync_to_thread=True)
def change_own_password(
    data: JSONBody[views_sign_in.OwnPassword],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    passwords: NamedDependency[Passwords],
    now: NamedDependency[int],
) -> None:
    """Change one's own password; every other session of the user ends."""
    api.change_own_password(
        storage.control, passwords, caller, present=data.present, password=data.password, now=now
    )


@get("/me/second-factor", guards=[require(None)], sync_to_thread=True)
def get_second_factor(
    caller: NamedDependency[Caller], storage: NamedDependency[Storage]
) -> views_sign_in.FactorView:
    """One's own second factor: whether it is on, is required, and how many recovery codes are left."""
    return views_sign_in.of_factor(api.own_state(storage, caller))


@post("/me/second-factor", status_code=200, guards=[require(None)], sync_to_thread=True)
def offer_second_factor(
    data: JSONBody[views_sign_in.PasswordShown],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    passwords: NamedDependency[Passwords],
    now: NamedDependency[int],
) -> views_sign_in.OfferView:
    """Begin to set up one's own second factor: a QR code for the app. Nothing holds until it is confirmed."""
    return views_sign_in.of_offer(api.offer_own(storage, passwords, caller, password=data.password, now=now))


@post("/me/second-factor/confirm", status_code=200, guards=[require(None)], sync_to_thread=True)
def confirm_second_factor(
    data: JSONBody[views_sign_in.OfferConfirmed],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views_sign_in.RecoveryCodes:
    """Turn one's own second factor on by its first code; every other session of the user ends."""
    return views_sign_in.RecoveryCodes(
        api.confirm_own(storage, caller, offered=data.offer, code=data.code, now=now)
    )


@post("/me/second-factor/recovery-codes", status_code=200, guards=[require(None)], sync_to_thread=True)
def renew_recovery_codes(
    data: JSONBody[views_sign_in.BothShown],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    passwords: NamedDependency[Passwords],
    now: NamedDependency[int],
) -> views_sign_in.RecoveryCodes:
    """Make other recovery codes; the present ones open nothing any more."""
    return views_sign_in.RecoveryCodes(
        api.renew_own_codes(storage, passwords, caller, password=data.password, code=data.code, now=now)
    )


@post("/me/second-factor/off", status_code=204, guards=[require(None)], sync_to_thread=True)
def turn_second_factor_off(
    data: JSONBody[views_sign_in.BothShown],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    passwords: NamedDependency[Passwords],
    now: NamedDependency[int],
) -> None:
    """Turn one's own second factor off, where the workspace does not require it."""
    api.turn_own_off(storage, passwords, caller, password=data.password, code=data.code, now=now)


def answer_of(
    request: type_of_request, slug: str, storage: Storage, begun: SignedIn | SecondStep, now: int
) -> Response[views_sign_in.MeView]:
    """Return who is signed in with their cookie, or 202 and the cookie of the second step."""
    if not isinstance(begun, SecondStep):
        return _entered(request, slug, storage, begun, now)
    cookie = api.step_cookie(slug, begun.ticket, is_secure=gate_of(request).is_secure(request))
    shown: Any = views_sign_in.StepView(begun.needs, begun.expires_at)
    return Response(shown, status_code=202, cookies=[Cookie(**cookie)])


def gate_of(request: type_of_request) -> Gate:
    """Return what the application keeps for its guards."""
    gate: Gate = request.app.state.gate
    return gate


def refuse_other_sites(request: type_of_request) -> None:
    """Raise `Forbidden` where another site's page sends the request: it must not sign a browser in."""
    if request.headers.get("sec-fetch-site") == "cross-site":
        raise Forbidden("Sign in from this installation's own pages.")


def _next_step(request: type_of_request, slug: str, *, code: str = "", offered: str = "") -> NextStep:
    return NextStep(
        slug=slug,
        ticket=request.cookies.get(api.step_cookie_name(slug), ""),
        code=code,
        offered=offered,
        ip=gate_of(request).address_of(request),
        user_agent=request.headers.get("user-agent", ""),
    )


def _entered(
    request: type_of_request, slug: str, storage: Storage, begun: SignedIn, now: int
) -> Response[views_sign_in.MeView]:
    shown = Credentials(slug=slug, cookie=begun.secret, ip=gate_of(request).address_of(request))
    caller = api.caller_of_request(storage, shown, now=now)
    return Response(views_sign_in.of_caller(caller), cookies=_cookies(request, slug, begun))


def _cookies(request: type_of_request, slug: str, begun: SignedIn) -> list[Cookie]:
    """The session's cookie, and the end of the one that led to it."""
    is_secure = gate_of(request).is_secure(request)
    return [
        Cookie(**api.session_cookie(slug, begun.secret, is_secure=is_secure)),
        Cookie(**api.step_cookie(slug, "", is_secure=is_secure)),
    ]


routes = [
    sign_in_by_api,
    enter_code,
    begin_enrolment,
    finish_enrolment,
    sign_out_by_api,
    me,
    change_own_password,
    get_second_factor,
    offer_second_factor,
    confirm_second_factor,
    renew_recovery_codes,
    turn_second_factor_off,
]
