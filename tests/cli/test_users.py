"""Commands about people who sign in, on a machine of its own."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.cli.test_without_a_server import konnektu


def told(data: Path, *words: str) -> dict[str, Any]:
    done = konnektu(data, *words)
    assert done.returncode == 0, done.stderr
    return msgspec.json.decode(done.stdout)


def refused(data: Path, *words: str) -> tuple[str, str]:
    done = konnektu(data, *words)
    assert done.returncode == 1, done.stdout
    error = msgspec.json.decode(done.stderr)["error"]
    return error["type"], error["message"]


@pytest.mark.slow
def test_people_are_invited_up_to_the_limit_and_helped(data: Path) -> None:
    told(data, "workspace", "create", "shop", "--owner", "olga")
    assert told(data, "workspace", "limit", "shop", "2")["most"] == 2
    made = told(data, "user", "invite", "shop", "Anna", "--name", "Анна Орлова", "--role", "marketer")
    assert (made["login"], made["role"]) == ("anna", "marketer")
    assert made["link"].startswith("http://localhost:18765/shop/invitation/")
    seats = told(data, "workspace", "limit", "shop")
    assert seats == {"workspace": "shop", "most": 2, "users": 1, "invited": 1}
    kind, message = refused(data, "user", "invite", "shop", "max", "--name", "Max", "--role", "analyst")
    assert (kind, "2 users" in message) == ("Conflict", True)
    assert told(data, "workspace", "limit", "shop", "--none")["most"] is None
    assert refused(data, "user", "reset-second-factor", "shop", "olga")[0] == "NotFound"
    assert refused(data, "user", "reset-second-factor", "shop", "nobody")[0] == "NotFound"
    assert refused(data, "user", "unlock", "shop", "--login", "olga")[0] == "NotFound"
    assert refused(data, "user", "unlock", "shop")[0] == "BadRequest"
