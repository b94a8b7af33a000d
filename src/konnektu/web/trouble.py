"""In: a request that failed, and the problem that answers it. Out: the same answer as a page where a person asked.

Invariant: programs get problems; a page tells no more than the problem does.
"""

from collections.abc import Callable
from typing import Any

from litestar import Request, Response

from konnektu.web import look
from konnektu.web.problems import Problem
from konnektu.web.texts import language_of

type_of_request = Request[Any, Any, Any]
Handler = Callable[[type_of_request, Any], Response[Problem]]


def page_for_people(handler: Handler) -> Callable[[type_of_request, Any], Response[Any]]:
    """Return a handler of exceptions that shows browsers a page in place of what `handler` answers."""

    def answer(request: type_of_request, error: Exception) -> Response[Any]:
        problem = handler(request, error)
        return _page(request, problem) if _is_by_a_person(request) else problem

    return answer


def _page(request: type_of_request, problem: Response[Problem]) -> Response[str]:
    language = language_of(request.headers.get("accept-language", ""))
    status = problem.status_code or problem.content.status
    return Response(
        look.trouble(language, status, problem.content.id or ""),
        media_type="text/html",
        status_code=status,
        headers={**problem.headers, **look.HEADERS},
    )


def _is_by_a_person(request: type_of_request) -> bool:
    """Whether a browser asks for a page; the API speaks to programs alone, whatever they accept."""
    is_api = request.url.path.startswith("/api/")
    return not is_api and "text/html" in request.headers.get("accept", "")
