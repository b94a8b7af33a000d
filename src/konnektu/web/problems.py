"""In: whatever a request failed with. Out: one form of answer, application/problem+json (RFC 9457).

Invariant: an error of the caller says what to change; an error of ours says nothing of the inside but an id,
under which the log has the whole of it.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import psycopg
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from msgspec import Struct

from konnektu.core import errors
from konnektu.core.ids import uuid7
from konnektu.core.logging import Action, get

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:konnektu:problem:"
RETRY_SECONDS = 2
"""How soon a request that met a broken world may be repeated."""

type_of_request = Request[Any, Any, Any]
_log = get("web")

STATUSES: Mapping[int, type[errors.KonnektuError]] = {
    400: errors.BadRequest,
    401: errors.SignInNeeded,
    403: errors.Forbidden,
    404: errors.NotFound,
    409: errors.Conflict,
    413: errors.TooLarge,
    422: errors.Unprocessable,
    429: errors.TooMany,
    500: errors.Fatal,
    503: errors.Retry,
}
"""Error of each status that the API answers with; the types of problems are named after them."""


class Fault(Struct, frozen=True):
    """One thing that is wrong in a request."""

    field: str
    """Where: a path in the body, or the name of a parameter."""
    message: str


class Problem(Struct, frozen=True, kw_only=True):
    """Why a request was not done (RFC 9457)."""

    type: str
    """What kind of problem, as urn:konnektu:problem:not_found."""
    title: str
    """The status in words."""
    status: int
    detail: str
    """What happened and what to do."""
    faults: list[Fault]
    """Each thing that is wrong, where more than one can be."""
    id: str | None
    """Under which the log has more; null where there is no more."""
    right: str
    """The right that is missing; empty where that is not what it takes."""


def of_error(request: type_of_request, error: errors.KonnektuError) -> Response[Problem]:
    """Return the answer to an error of the product's own tree."""
    if isinstance(error, errors.Refused):
        seconds = {"retry-after": str(error.retry_after)} if isinstance(error, errors.TooMany) else {}
        right = error.right if isinstance(error, errors.Forbidden) else ""
        return answer(error.status, error.message, kind=_kind(type(error)), headers=seconds, right=right)
    return _logged(request, error, error.message if isinstance(error, errors.Retry) else "")


def of_http(request: type_of_request, error: HTTPException) -> Response[Problem]:
    """Return the answer to a request that the framework could not read or route."""
    if error.status_code >= 500:
        return of_any(request, error)
    headers = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
    detail = error.detail if error.status_code not in {404, 413} else ""
    detail = detail or STATUSES.get(error.status_code, errors.Refused).__doc__ or ""
    faults = _faults(error) if isinstance(error, ValidationException) else []
    if faults:
        detail = "The request breaks what the API documents. See `faults`."
    elif isinstance(error, ValidationException) and error.detail.startswith("Validation failed"):
        detail = "The request cannot be read. Is its body missing?"
    return answer(error.status_code, detail, faults=faults, headers=headers)


def of_text(request: type_of_request, error: psycopg.DataError) -> Response[Problem]:
    """Return the answer to text or a number that no table can hold, such as the NUL character."""
    if error.sqlstate is None or error.sqlstate.startswith("22"):
        return answer(422, "A text holds the NUL character, or a number is too large. Correct it.")
    return of_any(request, error)


def of_body(_: type_of_request, error: UnicodeDecodeError | RecursionError) -> Response[Problem]:
    """Return the answer to a body that is no text, or nested beyond reading."""
    return answer(
        400,
        "The body is nested too deeply." if isinstance(error, RecursionError) else "The body is not UTF-8.",
    )


def of_any(request: type_of_request, error: Exception) -> Response[Problem]:
    """Return the answer to a fault of ours."""
    return _logged(request, error, "")


def answer(
    status: int, detail: str, *, kind: str = "", faults: list[Fault] | None = None, id: str | None = None,  # noqa: A002  RFC 9457 lets us name it
    headers: Mapping[str, str] | None = None, right: str = "",
) -> Response[Problem]:  # fmt: skip
    """Return a problem as the answer to a request."""
    problem = Problem(
        type=TYPE_PREFIX + (kind or kind_of_status(status)),
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        faults=faults or [],
        id=id,
        right=right,
    )
    return Response(problem, status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def kind_of_status(status: int) -> str:
    """Return the last word of a problem's type, as `not_found` for 404."""
    if status in STATUSES:
        return _kind(STATUSES[status])
    return re.sub(r"[^a-z]+", "_", HTTPStatus(status).phrase.lower())


def _logged(request: type_of_request, error: Exception, detail: str) -> Response[Problem]:
    number = uuid7(request.app.state.gate.clock.now_ms())
    status = error.status if isinstance(error, errors.KonnektuError) else 500
    _log.error(
        Action.REQUEST_FAILED,
        id=number,
        method=request.method,
        path=request.scope.get("path_template", ""),
        error=repr(error),
        exc_info=error if status == 500 else None,
    )
    headers = {"retry-after": str(RETRY_SECONDS)} if status == 503 else {}
    detail = detail or f"Something went wrong on our side. Tell your administrator this number: {number}."
    return answer(status, detail, id=number, headers=headers)


def _faults(error: ValidationException) -> list[Fault]:
    extra = [one for one in error.extra if isinstance(one, dict)] if isinstance(error.extra, list) else []
    faults = [Fault(str(one.get("key", "body")), str(one.get("message", ""))) for one in extra]
    # Litestar names parts of the path that a handler does not take, with a KeyError's text: those are right.
    return [fault for fault in faults if fault.message != repr(fault.field)]


def _kind(error: type[errors.KonnektuError]) -> str:
    """`NotFound` → `not_found`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", error.__name__).lower()
