"""The whole OpenAPI document under schemathesis: whatever is sent, the answers are those that are documented."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from litestar import Litestar
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


class Door:
    """An ASGI callable that another application can be put behind: the document is read before there is a database."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


DOOR = Door(make_app(Storage("postgresql:///nowhere", b""), Config(), MovableClock(0), Passwords()))
SCHEMA = schemathesis.openapi.from_asgi("/api/openapi.json", DOOR)
OPERATIONS = {one.ok().label: one.ok() for one in SCHEMA.get_all_operations() if isinstance(one, Ok)}


def test_the_whole_document_can_be_read() -> None:
    assert len(OPERATIONS) == len(list(SCHEMA.get_all_operations())) > 20


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_answers_are_documented(
    app: Litestar, house: House, label: str, mode: schemathesis.GenerationMode
) -> None:
    operation = OPERATIONS[label]
    DOOR.app = app

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case[Any]) -> None:
        if "workspace" in case.path_parameters:
            case.path_parameters["workspace"] = house.workspace.slug
        # Rules that no schema can say (a name that is taken, an id that does not exist) are answered 404, 409, 422.
        case.call_and_validate(headers=bearer(house.token), excluded_checks=[positive_data_acceptance])

    ask()
