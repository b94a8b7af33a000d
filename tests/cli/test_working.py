"""`konnektu jobs`, `konnektu problems` and `konnektu doctor` say what works and what is broken."""

from pathlib import Path

import msgspec
import pytest

from konnektu.core.config import Config
from konnektu.core.secrets import installation_key
from konnektu.jobs.api import Words, defer, problems, raise_problem
from konnektu.storage import embedded
from konnektu.storage.api import Storage, find
from tests.cli.test_without_a_server import PEOPLE, konnektu


@pytest.mark.slow
def test_what_works_and_what_is_broken(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(PEOPLE.encode())
    assert konnektu(data, "workspace", "create", "shop", "--owner", "o@example.org").returncode == 0
    assert konnektu(data, "import", "shop", str(file)).returncode == 0
    (of_import,) = msgspec.json.decode(konnektu(data, "jobs", "shop").stdout)
    assert (of_import["kind"], of_import["state"]) == ("imports.import", "cancelled"), (
        "the command ran it itself"
    )
    assert msgspec.json.decode(konnektu(data, "problems", "shop").stdout) == []

    url = embedded.start(data)
    storage = Storage(url, installation_key(Config(data=data)))
    try:
        shop = find(storage, "shop")
        defer(storage, shop, "imports.import", "7", {"import": 7}, now=2, machine="elsewhere")
        what, to_do = Words("The feed is gone.", "Фида нет."), Words("Look at it.", "Посмотрите.")
        raise_problem(storage.control, shop, "feed:1", "problem", what=what, to_do=to_do, now=1)
        assert len(problems(storage.control, shop)) == 1
        waiting = msgspec.json.decode(konnektu(data, "jobs", "shop", "--state", "waiting").stdout)
        assert [one["key"] for one in waiting] == ["7"]
        (known,) = msgspec.json.decode(konnektu(data, "problems", "shop").stdout)
        assert known["what"]["ru"] == "Фида нет."
        embedded.start(data)  # the commands before stopped it, each at its end
        looked = konnektu(data, "doctor")
        assert looked.returncode == 1
        faults = [one for one in msgspec.json.decode(looked.stdout) if one["state"] == "fault"]
        assert [(one["what"], one["detail"]) for one in faults] == [
            ("shop: feed:1", "The feed is gone. Look at it.")
        ]
    finally:
        storage.close()
        embedded.stop(data)
