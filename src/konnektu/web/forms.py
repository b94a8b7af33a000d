"""What the pages with forms have in common. In: a request of a browser. Out: HTML, with a token for its form.

Invariant: a form is heard where its token is the one in its cookie: another site can write neither.
"""

import secrets
from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie

from konnektu.core.errors import NotFound, Unprocessable
from konnektu.storage.api import checked_slug
from konnektu.web import look
from konnektu.web.gate import Gate
from konnektu.web.texts import TEXTS, Language, language_of

type_of_request = Request[Any, Any, Any]

TOKEN_BYTES = 18
LANGUAGE_COOKIE = "konnektu_language"
"""Written by the console where somebody chooses a language."""


def fresh_token() -> str:
    """Return a token for a form that is about to be shown."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def with_token(
    request: type_of_request, slug: str, token: str, text: str, status_code: int = 200
) -> Response[str]:
    """Return a page whose form hides the token, with the cookie that repeats it."""
    gate: Gate = request.app.state.gate
    answer = html(text, status_code)
    answer.set_cookie(
        Cookie(
            key=_cookie_name(slug),
            value=token,
            path=f"/{slug}",
            httponly=True,
            samesite="strict",
            secure=gate.is_secure(request),
        )
    )
    return answer


def is_own_form(request: type_of_request, slug: str, token: str) -> bool:
    """Whether a form came from a page of this link that this browser was shown last."""
    kept = request.cookies.get(_cookie_name(slug), "")
    return bool(kept) and secrets.compare_digest(kept.encode(), token.encode())


def html(text: str, status_code: int = 200) -> Response[str]:
    """Return a page with its headers."""
    return Response(text, media_type="text/html", headers=look.HEADERS, status_code=status_code)


def language(request: type_of_request) -> Language:
    """Return the language that the reader chose, else the one that their browser likes best."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return language_of(chosen if chosen in TEXTS else request.headers.get("accept-language", ""))


def refuse_no_link(slug: str) -> None:
    """Raise `NotFound` for what cannot be the link of any workspace."""
    try:
        checked_slug(slug)
    except Unprocessable:
        raise NotFound("There is no such page.") from None


def _cookie_name(slug: str) -> str:
    return f"konnektu_form_{slug}"
