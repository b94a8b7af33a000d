"""In: the application's routing table. Out: its OpenAPI 3.1 document, complete with errors and security.

Invariant: each operation says which right it needs and with which problems it answers.
"""

from collections.abc import Iterator
from typing import Any

from litestar import Litestar
from litestar._openapi.plugin import OpenAPIPlugin
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme, Server, Tag
from litestar.routes import HTTPRoute

from konnektu import __version__
from konnektu.web.problems import MEDIA_TYPE, STATUSES

PUBLIC = "public"
"""Key of a handler's `opt` that says: open to everybody, on purpose."""

ALWAYS = (400, 413, 429, 500, 503)
"""Problems that any operation may answer with; those behind a guard add the next."""
GUARDED = (401, 403, 404, 422)
CHANGING = (409,)
"""Problems of operations that change something."""

DESCRIPTION = """Management API of one workspace. Send an API token as `Authorization: Bearer …`, or the session's
cookie with the header `X-CSRF-Token` on every change. Times are integer milliseconds since 1970 UTC. Lists are
read page by page: give `next` as `after`. Errors are `application/problem+json` (RFC 9457)."""


def config() -> OpenAPIConfig:
    """Return what the document says beside its operations."""
    return OpenAPIConfig(
        title="KONNEKTU",
        version=__version__,
        description=DESCRIPTION,
        use_handler_docstrings=True,
        servers=[Server("/")],
        tags=[
            Tag("access", "Sign-in, sources, users, tokens, settings, audit log"),
            Tag("profiles", "People: attributes, consents, tags, timeline"),
        ],
        components=Components(
            security_schemes={
                "token": SecurityScheme(type="http", scheme="bearer", description="An API token."),
                "session": SecurityScheme(
                    type="apiKey", security_scheme_in="cookie", name="konnektu_{workspace}",
                    description="The session's cookie; its name ends in the workspace's slug.",
                ),
                "csrf": SecurityScheme(
                    type="apiKey", security_scheme_in="header", name="X-CSRF-Token",
                    description="`csrf` of the session, with every change made by cookie.",
                ),
            }
        ),
        operation_id_creator=lambda handler, _method, _path: handler.handler_name,
    )  # fmt: skip


def document_of(app: Litestar) -> dict[str, Any]:
    """Return the document: what the routes' signatures say, with problems, rights and security."""
    plugin = app.plugins.get(OpenAPIPlugin)
    # Given to the application itself, the settings would bring routes of the framework's own, with HTML errors.
    plugin._openapi_config = config()  # noqa: SLF001
    document = plugin.provide_openapi_schema()
    components = document["components"]
    for schema in components["schemas"].values():
        # A default is of the field that has it; the framework leaves that of some field here, now and then.
        schema.pop("default", None)
    components["schemas"]["Problem"] = PROBLEM
    components["responses"] = {kind(status): _response(status) for status in STATUSES}
    for handler, method, path in operations(app):
        operation = document["paths"].get(path, {}).get(method.lower())
        if operation is not None:
            _complete(operation, handler, method)
    complete: dict[str, Any] = _with_tuples(document)
    return complete


def operations(app: Litestar) -> Iterator[tuple[HTTPRouteHandler, str, str]]:
    """Yield (handler, method, path template) of each operation of the application."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                yield from (
                    (handler, str(method), route.path_format) for method in sorted(handler.http_methods)
                )


def right_of(handler: HTTPRouteHandler) -> tuple[bool, str | None]:
    """Return (whether a guard stands before the handler, the right it asks for)."""
    for guard in handler.guards or ():
        if hasattr(guard, "right"):
            return True, guard.right
    return False, None


def kind(status: int) -> str:
    """Return the name of a response component, as `NotFound`."""
    return STATUSES[status].__name__


def _complete(operation: dict[str, Any], handler: HTTPRouteHandler, method: str) -> None:
    is_guarded, right = right_of(handler)
    statuses = [*ALWAYS, *(GUARDED if is_guarded else ()), *(() if method == "GET" else CHANGING)]
    if handler.opt.get(PUBLIC) and method != "GET":
        statuses += [401, 403, 404, 422]
    answers = operation["responses"]
    answers.update({str(status): {"$ref": f"#/components/responses/{kind(status)}"} for status in statuses})
    operation["security"] = [{"token": []}, {"session": [], "csrf": []}] if is_guarded else []
    if is_guarded:
        needs = f"Needs the right `{right}`." if right else "Needs a caller of the workspace."
        operation["description"] = f"{operation.get('description', '')}\n\n{needs}".strip()
        operation["x-right"] = right


def _with_tuples(part: Any) -> Any:
    """The same document, its tuples written as JSON Schema 2020-12 writes them; the framework still lists `items`."""
    if isinstance(part, list):
        return [_with_tuples(one) for one in part]
    if not isinstance(part, dict):
        return part
    whole = {name: _with_tuples(one) for name, one in part.items()}
    if whole.get("type") == "array" and isinstance(whole.get("items"), list):
        places = whole["items"]
        whole |= {"prefixItems": places, "items": False, "minItems": len(places), "maxItems": len(places)}
    return whole


def _response(status: int) -> dict[str, Any]:
    error = STATUSES[status]
    headers: dict[str, Any] = {}
    if status in {429, 503}:
        headers["Retry-After"] = {"schema": {"type": "integer"}, "description": "Seconds to wait."}
    return {
        "description": (error.__doc__ or "").strip(),
        "headers": headers,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "Why a request was not done (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "detail", "faults", "id", "right"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "faults": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        "id": {"type": ["string", "null"]},
        "right": {
            "type": "string",
            "description": "The right that is missing; empty where that is not what it takes.",
        },
    },
}
"""Schema of `problems.Problem`; a test holds the two together."""
