"""PostgreSQL killed under the load of an official client: 503 meanwhile, and in the end every event once."""

from collections import Counter

import pytest

from tests.collect.raw import basic, post
from tests.sdk.delivery import finish, started
from tests.system.installation import Installation, event, until

pytestmark = [pytest.mark.slow, pytest.mark.sdk]


def test_postgres_killed_under_an_official_client_costs_and_doubles_nothing(
    installation: Installation,
) -> None:
    belt = installation.start_role("belt")
    with (
        installation.door(patience=1.0) as door,
        started("segment-python", door.url, installation.key, calls=300, pause_ms=10) as client,
    ):
        until(lambda: installation.position() > 20, "the first calls are applied")
        installation.kill_postgres()
        away = post(door.port, "/v1/track", event("alone", "u"), basic(installation.key))
        assert (away.status, int(away.headers["retry-after"]) > 0) == (503, True)
        assert client.poll() is None, "the client ended before the kill, so the test proves nothing"
        installation.start_postgres()
        made = finish(client)
        until(installation.is_applied, "everything is applied")
    assert belt.poll() is None
    marks = Counter(_mark(fact) for fact in installation.facts() if fact["messageId"] != "alone")
    assert marks == Counter(made.keys())


def _mark(fact: dict[str, object]) -> int:
    if fact["type"] == "alias":
        return int(str(fact["previousId"]).removeprefix("old-"))
    said = fact["traits"] if fact["type"] in {"identify", "group"} else fact["properties"]
    assert isinstance(said, dict)
    return int(said["mark"])
