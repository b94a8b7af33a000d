"""Imports and exports over HTTP: upload, look, change, try, start, run, errors, cancel; lists as files."""

import csv
import io
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest
from litestar.testing import TestClient
from python_calamine import CalamineWorkbook

from konnektu.access.api import RIGHTS, Passwords, create_token, system_caller
from konnektu.belt.writer import Writer
from konnektu.core.clock import MovableClock
from konnektu.core.config import Config
from konnektu.jobs.api import Job, cancel, jobs, serve
from konnektu.log import store as log_store
from konnektu.storage.api import Storage, WorkspaceRecord
from konnektu.web.app import make_app
from tests.imports.support import NOW

TEXT = (
    "ID клиента;Имя;Телефон;Согласие на email\n1;Иван;+79031111111;да\n2;=Ольга;+79032222222;\nбез номера\n"
)


WHY = "?reason=a+yearly+check"


class Site:
    """The application, and whoever calls it."""

    def __init__(
        self, client: httpx.Client, storage: Storage, workspace: WorkspaceRecord, data: Path
    ) -> None:
        self.client = client
        self.storage = storage
        self.workspace = workspace
        self.data = data
        self.token = self.token_of(RIGHTS)

    def token_of(self, rights) -> str:
        by = system_caller(self.workspace)
        return create_token(self.storage.control, by, name="test", scopes=rights, now=NOW).secret

    def call(self, method: str, path: str, token: str = "", **more) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token or self.token}"}
        return self.client.request(method, f"/api/{self.workspace.slug}{path}", headers=headers, **more)

    def uploaded(self, text: str = TEXT) -> dict:
        answer = self.call("POST", "/imports?file_name=people.csv", content=text.encode("cp1251"))
        assert answer.status_code == 201, answer.text
        return answer.json()

    def run_waiting(self) -> None:
        """A process that runs jobs, until none is left."""
        stop, config = threading.Event(), Config(data=self.data)
        thread = threading.Thread(target=serve, args=(self.storage, config, MovableClock(NOW), stop))
        thread.start()
        try:
            while self.open_jobs() and thread.is_alive():
                thread.join(0.05)
        finally:
            stop.set()
            thread.join()

    def open_jobs(self) -> list[Job]:
        return [
            job for job in jobs(self.storage.control, self.workspace) if job.state in {"waiting", "running"}
        ]

    def write(self) -> None:
        with self.storage.inbox.read() as inbox:
            waiting = log_store.pending_blocks(inbox, self.workspace.id, 10_000)
        Writer(self.storage, self.workspace, 1).apply(waiting, 5_000)


@pytest.fixture
def site(storage: Storage, workspace: WorkspaceRecord, tmp_path: Path) -> Iterator[Site]:
    app = make_app(storage, Config(data=tmp_path), MovableClock(NOW), Passwords(time_cost=1, memory_kib=64))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Site(client, storage, workspace, tmp_path)


def test_from_upload_to_errors_and_lists(site: Site):
    found = site.uploaded()
    number = found["summary"]["id"]
    assert found["layout"]["encoding"] == "cp1251"
    assert [c["role"] for c in found["mapping"]["columns"]] == [
        "identifier",
        "attribute",
        "attribute",
        "consent",
    ]
    assert found["samples"]["Имя"] == ["Иван", "=Ольга"]

    changed = site.call(
        "PATCH", f"/imports/{number}", json={"name": "Клиенты салона", "mapping": found["mapping"]}
    )
    assert changed.json()["summary"]["name"] == "Клиенты салона"

    trial = site.call("POST", f"/imports/{number}/dry-run").json()
    assert (trial["new"], trial["rows"]["rejected"]) == (2, 1)

    started = site.call("POST", f"/imports/{number}/start")
    assert (started.status_code, started.json()["state"]) == (202, "waiting")
    site.run_waiting()
    done = site.call("GET", f"/imports/{number}").json()
    assert done["summary"]["state"] == "done"
    assert done["summary"]["rows"] == {"read": 3, "accepted": 2, "rejected": 1, "events": 3, "partial": 0}
    assert done["samples"] == {}

    errors = site.call("GET", f"/imports/{number}/errors")
    rows = list(csv.DictReader(io.StringIO(errors.content.decode("utf-8-sig")), delimiter=";"))
    assert [(row["row"], row["reason"], row["text"]) for row in rows] == [("4", "ragged", "без номера")]
    listed = site.call("GET", "/imports?limit=1").json()
    assert [one["name"] for one in listed["items"]] == ["Клиенты салона"]

    site.write()
    people = exported(site, "profiles")
    assert [(row["ID клиента"], row["Имя"], row["Телефон"]) for row in people] == [
        ("1", "Иван", "+79031111111"), ("2", "'=Ольга", "+79032222222"),
    ]  # fmt: skip
    (consent,) = exported(site, "consents")
    assert (consent["Состояние"], consent["Канал связи"], consent["Клиент"]) == (
        "given",
        "email",
        people[0]["Клиент"],
    )
    assert [(row["Принято"], row["Отклонено"]) for row in exported(site, "imports")] == [("2", "1")]
    assert "import.started" in {row["Что"] for row in exported(site, "audit")}


def exported(site: Site, name: str, token: str = "") -> list[dict[str, str]]:
    answer = site.call("GET", f"/exports/{name}{'' if token else WHY}", token)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def test_lists_in_other_formats_and_without_personal_data(site: Site, tmp_path: Path):
    number = site.uploaded()["summary"]["id"]
    site.call("POST", f"/imports/{number}/start")
    site.run_waiting()
    site.write()
    lines = site.call("GET", "/exports/profiles?format=jsonl&reason=a+yearly+check").content.splitlines()
    assert [msgspec.json.decode(line)["phone"] for line in lines] == ["+79031111111", "+79032222222"]
    (tmp_path / "p.xlsx").write_bytes(
        site.call("GET", "/exports/profiles?format=xlsx&language=en&reason=a+yearly+check").content
    )
    with CalamineWorkbook.from_path(str(tmp_path / "p.xlsx")) as book:
        rows = book.get_sheet_by_name("Profiles").to_python()
    assert rows[1][rows[0].index("Phone")] == "+79031111111"
    assert list((site.data / "exports").iterdir()) == []

    covered = exported(site, "profiles", site.token_of({"exports.run", "profiles.read"}))
    assert "+79031111111" not in str(covered)
    assert "Иван" not in str(covered)
    assert covered[0]["Клиент"]


def test_personal_data_leaves_for_a_stated_reason_and_is_counted(site: Site):
    number = site.uploaded()["summary"]["id"]
    site.call("POST", f"/imports/{number}/start")
    site.run_waiting()
    site.write()
    assert "+79031111111" not in site.call("GET", "/exports/profiles").text, "no reason, no personal data"
    for reason in ("abc", "     x", "x" * 501):
        assert site.call("GET", "/exports/profiles", params={"reason": reason}).status_code in {400, 422}
    weak = site.token_of({"exports.run", "profiles.read"})
    refused = site.call("GET", "/exports/profiles?reason=a+yearly+check", weak)
    assert (refused.status_code, "exports.personal" in refused.text) == (403, True)
    for form in ("csv", "jsonl", "xlsx"):
        path = f"/exports/profiles?format={form}&reason=a+%20+yearly+check"
        assert site.call("GET", path).status_code == 200
        ended, begun = site.call("GET", "/audit?limit=2").json()["items"]
        assert (begun["what"], begun["detail"]["reason"]) == ("list.exported", "a yearly check")
        assert (ended["what"], ended["about"], ended["detail"]) == (
            "list.export_ended",
            "profiles",
            {"people": 2},
        )


def test_lists_are_named_and_guarded(site: Site):
    everything = {one["name"] for one in site.call("GET", "/exports").json()}
    assert everything == {
        "profiles", "events", "consents", "orders", "order_lines", "product_list_items", "products", "stores",
        "dictionary_events", "dictionary_attributes", "marketing_sources", "quarantine", "imports", "audit",
    }  # fmt: skip
    weak = site.token_of({"exports.run", "profiles.read"})
    assert {one["name"] for one in site.call("GET", "/exports", weak).json()} == {
        "profiles",
        "consents",
        "product_list_items",
    }
    assert site.call("GET", "/exports/audit", weak).status_code == 403
    assert site.call("GET", "/exports/nothing").status_code == 404
    assert site.call("GET", "/imports", weak).status_code == 403
    assert site.client.get(f"/api/{site.workspace.slug}/exports/profiles").status_code == 401


def test_an_import_cancelled_as_a_job_is_cancelled(site: Site):
    number = site.uploaded()["summary"]["id"]
    site.call("POST", f"/imports/{number}/start")
    (job,) = site.open_jobs()
    assert (job.kind, job.arguments) == ("imports.import", {"import": int(job.key)})
    cancel(site.storage.control, site.workspace, job.id, now=NOW)
    site.run_waiting()
    assert site.call("GET", f"/imports/{number}").json()["summary"]["state"] == "cancelled"
    assert jobs(site.storage.control, site.workspace)[0].state == "cancelled"


def test_an_import_that_is_cancelled_leaves_no_job(site: Site):
    number = site.uploaded()["summary"]["id"]
    site.call("POST", f"/imports/{number}/start")
    site.call("POST", f"/imports/{number}/start")
    assert len(site.open_jobs()) == 1
    site.call("POST", f"/imports/{number}/cancel")
    assert site.open_jobs() == []


def test_cancelling_and_what_cannot_be_done(site: Site):
    number = site.uploaded()["summary"]["id"]
    assert site.call("POST", f"/imports/{number}/cancel").json()["state"] == "cancelled"
    assert site.call("POST", f"/imports/{number}/cancel").status_code == 409
    assert site.call("POST", f"/imports/{number}/start").status_code == 409
    assert site.call("PATCH", f"/imports/{number}", json={"name": "x"}).status_code == 409
    assert site.call("GET", "/imports/00000000-0000-7000-8000-000000000000").status_code == 404
    assert site.call("POST", f"/imports/{number}/dry-run").status_code in (409, 422)


def test_unreadable_uploads_are_refused_and_not_kept(site: Site):
    for body in (b"", b"\n\n", b"PK\x03\x04junk"):
        answer = site.call("POST", "/imports?file_name=x", content=body)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert list((site.data / "imports" / str(site.workspace.id)).iterdir()) == []


def test_an_upload_above_the_limit_is_refused(storage: Storage, workspace: WorkspaceRecord, tmp_path: Path):
    config = Config(data=tmp_path, upload_bytes=2_000_000)
    app = make_app(storage, config, MovableClock(NOW), Passwords(time_cost=1, memory_kib=64))
    with TestClient(app, raise_server_exceptions=False) as client:
        site = Site(client, storage, workspace, tmp_path)
        answer = site.call("POST", "/imports?file_name=x", content=b"a;b\n" * 600_000)
        assert answer.status_code == 413
        assert (
            site.call(
                "POST", "/imports?file_name=x", content=b"name;phone\n" + b"a;1234567\n" * 150_000
            ).status_code
            == 201
        )
