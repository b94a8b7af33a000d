"""The sign-in page of a link, as every way in shows it. In: a request, and what went wrong before. Out: HTML."""

from typing import Any

from litestar import Request, Response

from konnektu.access.api import has_identity_provider
from konnektu.web import forms, look
from konnektu.web.gate import Gate


def door(
    request: Request[Any, Any, Any],
    slug: str,
    *,
    said: str = "",
    login: str = "",
    status_code: int = 200,
    to: str = "",
) -> Response[str]:
    """Return the sign-in page with a fresh form token, and the way to the identity provider where there is one.

    `to` is the address of the console that somebody wanted; they come there once they are signed in.
    """
    gate: Gate = request.app.state.gate
    token, by_provider = forms.fresh_token(), has_identity_provider(gate.storage, slug)
    page = look.door(forms.language(request), slug, token, said, login, to=to, by_provider=by_provider)
    return forms.with_token(request, slug, token, page, status_code)
