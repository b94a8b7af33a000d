"""The whole OpenAPI document under schemathesis: whatever is sent, the answers are those that are documented."""

from typing import Any

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from litestar import Litestar
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from konnektu.access.api import Passwords
from konnektu.core.clock import MovableClock
from konnektu.core.config import Config
from konnektu.storage.api import Storage
from konnektu.web.app import make_app
from tests.web.house import House, bearer

EXAMPLES = 6
"""Requests for each operation and each way of being wrong. More find no more, and take minutes."""
SLUG = "web-shop"
"""Link of the house's workspace; it stands in the paths, so that what is sent reaches the operations."""


def document_of_house() -> dict[str, Any]:
    """The document as it is for one workspace."""
    app = make_app(Storage("postgresql:///nowhere", b""), Config(), MovableClock(0), Passwords())
    document: dict[str, Any] = msgspec.json.decode(app.state.openapi)
    paths = document["paths"]
    document["paths"] = {path.replace("{workspace}", SLUG): operations for path, operations in paths.items()}
    for operations in paths.values():
        for operation in operations.values():
            kept = [one for one in operation.get("parameters", []) if one["name"] != "workspace"]
            operation["parameters"] = kept
    return document


class Door:
    """An ASGI callable that serves the document before there is a database, and the application behind it after."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.app: Litestar | None = None
        self._document = msgspec.json.encode(document)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self.app is not None:
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            headers = [(b"content-type", b"application/json")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": self._document})


DOOR = Door(document_of_house())
SCHEMA = schemathesis.openapi.from_asgi("/document.json", DOOR)
OPERATIONS = {one.ok().label: one.ok() for one in SCHEMA.get_all_operations() if isinstance(one, Ok)}


def can_be_wrong(label: str) -> bool:
    """Whether an operation takes anything that can be sent wrong."""
    operation = OPERATIONS[label]
    return bool(list(operation.path_parameters) or list(operation.query) or list(operation.body))


CASES = [
    (label, mode)
    for label in sorted(OPERATIONS)
    for mode in GenerationMode
    if mode == GenerationMode.POSITIVE or can_be_wrong(label)
]


def test_the_whole_document_can_be_read() -> None:
    assert len(OPERATIONS) == len(list(SCHEMA.get_all_operations())) > 20


@pytest.mark.slow
@pytest.mark.usefixtures("event_store_server")
@pytest.mark.parametrize(("label", "mode"), CASES)
def test_answers_are_documented(app: Litestar, house: House, label: str, mode: GenerationMode) -> None:
    assert house.workspace.slug == SLUG
    DOOR.app = app

    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.generate],
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=OPERATIONS[label].as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case[Any]) -> None:
        # No writer runs here, so nobody waits for it.
        if isinstance(case.query, dict):
            case.query.pop("wait", None)
        # Rules that no schema can say (a name that is taken, an id that does not exist) are answered 404, 409, 422.
        case.call_and_validate(headers=bearer(house.token), excluded_checks=[positive_data_acceptance])

    ask()
