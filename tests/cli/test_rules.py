"""`konnektu rules` as a script sees it: the rules as a file, tried, and carried backwards, with nothing running."""

from pathlib import Path

import msgspec
import pytest

from konnektu.storage.api import stop_postgres
from tests.cli.test_without_a_server import konnektu

PEOPLE = (
    "ID клиента;Почта;Имя\n"
    "1;anna@shop.example;Анна\n"
    "1;work@shop.example;Анна\n"
    ";work@shop.example;Анна\n"
    "2;ivan@shop.example;Иван\n"
)


@pytest.mark.slow
def test_rules_are_shown_tried_and_carried_backwards(tmp_path: Path) -> None:
    data, file, rules = tmp_path / "data", tmp_path / "people.csv", tmp_path / "rules.json"
    file.write_text(PEOPLE)
    try:
        assert konnektu(data, "workspace", "create", "shop", "--owner", "owner@example.org").returncode == 0
        assert konnektu(data, "import", "shop", str(file)).returncode == 0
        shown = msgspec.json.decode(konnektu(data, "rules", "show", "shop").stdout)
        assert shown["version"] == 1
        for kind in shown["rules"]["kinds"]:
            if kind["name"] == "email":
                kind["limit"] = 1
        rules.write_bytes(msgspec.json.encode(shown))

        tried = konnektu(data, "rules", "preview", "shop", str(rules))
        assert tried.returncode == 0, tried.stderr
        found = msgspec.json.decode(tried.stdout)
        assert (found["people_before"], found["people_after"]) == (2, 3)
        assert (found["splits"], found["merges"]) == (1, 0)
        assert found["parted"][0]["evidence"] == ["email work@shop.example", "user_id 1"]

        carried = konnektu(data, "rules", "apply", "shop", str(rules), "--backwards")
        assert carried.returncode == 0, carried.stderr
        assert msgspec.json.decode(carried.stdout) == {"version": 2, "stated": True, "cuts": 1, "merges": 0}

        rules.write_text('{"vetoes": ["height"]}')
        refused = konnektu(data, "rules", "preview", "shop", str(rules))
        assert refused.returncode == 1
        assert msgspec.json.decode(refused.stderr)["error"]["type"] == "Unprocessable"
    finally:
        stop_postgres(data)
