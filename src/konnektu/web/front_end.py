"""The console's front end as it was built. In: its folder in the package. Out: its files, and the page that starts it.

Invariant: nothing outside of the folder's assets is ever given; the page runs the package's own scripts alone.
"""

import mimetypes
import secrets
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath
from msgspec import Struct

from konnektu.core.errors import NotFound
from konnektu.web.openapi import PUBLIC
from konnektu.web.texts import Language

BUILT = Path(__file__).resolve().parent.parent / "_ui"
"""Where scripts/console.py builds to."""
ASSETS = "assets"
FOR_EVER = "public, max-age=31536000, immutable"
"""The name of an asset holds a hash of what is in it."""
NONCE_BYTES = 16

type_of_request = Request[Any, Any, Any]


class Asset(Struct, frozen=True):
    """One file of the console."""

    media_type: str
    forms: Mapping[str, bytes]
    """Its bytes by content coding: identity, and br and gzip where that makes them fewer."""


class FrontEnd(Struct, frozen=True):
    """The front end of a build, in memory."""

    page: str
    assets: Mapping[str, Asset]


def load(folder: Path = BUILT) -> FrontEnd | None:
    """The front end that was built into a folder, or None where none was."""
    page = folder / "index.html"
    if not page.is_file():
        return None
    files = (one for one in (folder / ASSETS).iterdir() if one.suffix not in {".br", ".gz"})
    return FrontEnd(page.read_text(encoding="utf-8"), {one.name: _asset(one) for one in files})


def page(built: FrontEnd, language: Language, slug: str, name: str) -> Response[str]:
    """The page that starts the console of a workspace, for somebody who is signed in."""
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    text = built.page
    for place, said in (
        ("language", language),
        ("workspace", slug),
        ("nonce", nonce),
        ("title", f"{name} · KONNEKTU"),
    ):
        text = text.replace(f"%{place}%", escape(said))
    headers = {"content-security-policy": policy(), "cache-control": "no-cache, private"}
    return Response(text, media_type="text/html", headers=headers)


def policy() -> str:
    """Content security policy of the console: its own files, and styles that components make while they live."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


@get("/assets/{name:str}", opt={PUBLIC: True}, sync_to_thread=False, include_in_schema=False)
def asset(request: type_of_request, name: FromPath[str]) -> Response[bytes]:
    """A file of the console, in the smallest form that the browser reads."""
    built: FrontEnd | None = request.app.state.front_end
    found = built.assets.get(name) if built else None
    if found is None:
        raise NotFound("There is no such file.")
    coding = best(request.headers.get("accept-encoding", ""), found.forms)
    headers = {"cache-control": FOR_EVER, "vary": "accept-encoding"}
    if coding != "identity":
        headers["content-encoding"] = coding
    return Response(found.forms[coding], media_type=found.media_type, headers=headers)


def best(accepted: str, forms: Mapping[str, bytes]) -> str:
    """The coding with the fewest bytes among those that an Accept-Encoding header names and does not refuse."""
    named = dict(_weighed(part) for part in accepted.lower().split(","))
    usable = [
        coding for coding in forms if coding == "identity" or named.get(coding, named.get("*", 0.0)) > 0
    ]
    return min(usable, key=lambda coding: len(forms[coding]))


def _weighed(part: str) -> tuple[str, float]:
    name, _, quality = part.strip().partition(";q=")
    try:
        return name.strip(), float(quality) if quality else 1.0
    except ValueError:
        return name.strip(), 0.0


def _asset(path: Path) -> Asset:
    content = path.read_bytes()
    forms = {"identity": content}
    for coding, ending in (("br", ".br"), ("gzip", ".gz")):
        packed = path.with_name(path.name + ending)
        if packed.exists() and packed.stat().st_size < len(content):
            forms[coding] = packed.read_bytes()
    return Asset(mimetypes.guess_type(path.name)[0] or "application/octet-stream", forms)


routes = [asset]
