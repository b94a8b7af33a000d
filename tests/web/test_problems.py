import re
from collections.abc import Iterator

import httpx
import psycopg
import pytest
from litestar import Litestar, get

from konnektu.access.api import Passwords
from konnektu.core.clock import MovableClock
from konnektu.core.config import Config
from konnektu.core.errors import Fatal, KonnektuError, Retry, TooMany
from konnektu.log.api import append_blocks
from konnektu.storage.api import Storage
from konnektu.web import app as web_app
from konnektu.web.app import BODY_MOST, ROUTES, make_app
from konnektu.web.headers import Headers
from tests.web.house import NOW, House, bearer, client_of

FAILURES: dict[str, Exception] = {
    "secret": RuntimeError("password=hunter2"),
    "fatal": Fatal("the disk holds hunter2"),
    "retry": Retry("PostgreSQL does not serve."),
    "many": TooMany(retry_after=7),
    "nul": psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes"),
    "ours": psycopg.errors.UndefinedFunction("hunter2"),
}


@get("/fail/{what:str}", sync_to_thread=True)
def fail(what: str) -> None:
    raise FAILURES[what]


@pytest.fixture
def broken(
    storage: Storage, clock: MovableClock, passwords: Passwords, monkeypatch: pytest.MonkeyPatch
) -> Iterator[httpx.Client]:
    """The application with a route that fails in every way."""
    fail.fn.__annotations__["what"] = __import__("litestar.params").params.FromPath[str]
    monkeypatch.setattr(web_app, "ROUTES", [*ROUTES, fail])
    with client_of(Headers(make_app(storage, Config(), clock, passwords), is_encrypted=False)) as client:  # type: ignore[arg-type]
        yield client


@pytest.mark.parametrize(
    ("what", "status", "kind"),
    [
        ("secret", 500, "fatal"),
        ("fatal", 500, "fatal"),
        ("ours", 500, "fatal"),
        ("retry", 503, "retry"),
        ("many", 429, "too_many"),
        ("nul", 422, "unprocessable"),
    ],
)
def test_every_failure_has_one_form(
    broken: httpx.Client, capsys: pytest.CaptureFixture[str], what: str, status: int, kind: str
) -> None:
    answer = broken.get(f"/fail/{what}")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    problem = answer.json()
    assert problem["type"] == f"urn:konnektu:problem:{kind}"
    assert "hunter2" not in answer.text
    told = capsys.readouterr()
    if status >= 500:
        assert problem["id"] in told.out + told.err
    assert answer.headers.get("retry-after") == {"retry": "2", "many": "7"}.get(what)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing/here", 404), ("DELETE", "/healthz", 405), ("PUT", "/api/web-shop/sources", 405)],
)
def test_what_is_not_there_is_a_problem(client: httpx.Client, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert ("allow" in answer.headers) == (status == 405)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        pytest.param(b"", 400, id="nothing"),
        pytest.param(b"{", 400, id="truncated"),
        pytest.param(b"[]", 400, id="a list"),
        pytest.param(b'{"kind":"spaceship","name":"x"}', 400, id="an unknown kind"),
        pytest.param(b'{"kind":"web"}', 400, id="no name"),
        pytest.param(b'{"kind":"web","name":"a\\u0000b"}', 422, id="NUL in a name"),
        pytest.param(b'{"kind":"web","name":"NUL inside","settings":{"a":"\\u0000"}}', 422, id="NUL inside"),
        pytest.param(b'{"kind":"web","name":"\\ud800"}', 400, id="half a character"),
        pytest.param(b'{"kind":"web","name":"\xff"}', 400, id="no UTF-8"),
        pytest.param(b'{"kind":"web","name":"x","settings":{"a":1e999}}', 400, id="a huge number"),
        pytest.param(
            b'{"kind":"web","name":"deep","settings":' + b'{"a":' * 5000 + b"1" + b"}" * 5001, 400, id="deep"
        ),
        pytest.param(
            b'{"kind":"web","name":"deep","settings":' + b'{"a":' * 17 + b"1" + b"}" * 18,
            422,
            id="deep settings",
        ),
        pytest.param(
            b'{"kind":"web","name":"long","settings":{"a":"' + b"x" * 20_000 + b'"}}', 422, id="long settings"
        ),
        pytest.param(b'{"name":"' + b"x" * BODY_MOST + b'"}', 413, id="a long body"),
    ],
)
def test_a_wrong_body_is_explained(client: httpx.Client, house: House, content: bytes, status: int) -> None:
    answer = client.post(house.path("/sources"), content=content, headers=bearer(house.token))
    assert answer.status_code == status, answer.text
    assert answer.json()["detail"]


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", "after=x", "after=%00"])
def test_a_wrong_page_is_explained(client: httpx.Client, house: House, query: str) -> None:
    answer = client.get(house.path(f"/sources?{query}"), headers=bearer(house.token))
    assert answer.status_code == (404 if query.startswith("after") else 400)


def test_a_missing_parameter_is_named(client: httpx.Client, house: House) -> None:
    answer = client.get(house.path("/profiles/find?kind=phone"), headers=bearer(house.token))
    assert answer.status_code == 400
    assert "value" in answer.text


def test_each_wrong_field_is_named(client: httpx.Client, house: House) -> None:
    answer = client.get(house.path("/sources?limit=0"), headers=bearer(house.token))
    assert [fault["field"] for fault in answer.json()["faults"]] == ["limit"]


def test_every_answer_carries_the_headers(client: httpx.Client, house: House) -> None:
    for path in ("/healthz", "/", "/nothing/here", house.path("/me"), "/api/openapi.json"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
        assert "strict-transport-security" not in headers


class TestHealth:
    def test_a_lag_is_degraded_and_still_ready(
        self, client: httpx.Client, house: House, storage: Storage, clock: MovableClock
    ) -> None:
        block = (house.workspace.id, NOW - 3_600_000, 1, b"")
        append_blocks(storage.inbox, [block])
        checks = {check["name"]: check["state"] for check in client.get("/readyz").json()["checks"]}
        assert checks == {"postgres": "ok", "inbox": "degraded"}

    def test_without_postgres_nothing_is_ready(self, clock: MovableClock, passwords: Passwords) -> None:
        away = Storage("postgresql://nobody@127.0.0.1:1/nowhere", b"x" * 32)
        away.control._wait_seconds = away.inbox._wait_seconds = 0.2
        with client_of(make_app(away, Config(), clock, passwords)) as client:
            answer = client.get("/readyz")
            assert answer.status_code == 503
            assert {check["state"] for check in answer.json()["checks"]} == {"away"}
            assert client.get("/healthz").text == "ok"
            problem = client.get("/api/shop/me", headers=bearer("kt_x"))
            assert (problem.status_code, problem.headers["retry-after"]) == (503, "2")
        away.close()

    @pytest.mark.parametrize(
        ("address", "forwarded", "status"),
        [
            ("127.0.0.1", "", 200),
            ("10.1.2.3", "", 200),
            ("203.0.113.9", "", 404),
            ("127.0.0.1", "10.0.0.1", 404),
            ("198.51.100.7", "10.0.0.1", 200),
            ("198.51.100.7", "203.0.113.9", 404),
            ("198.51.100.7", "10.0.0.1, 203.0.113.9", 404),
        ],
    )
    def test_figures_are_for_those_who_stand_near(
        self, app: Litestar, address: str, forwarded: str, status: int
    ) -> None:
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}
        with client_of(app, (address, 1)) as client:
            assert client.get("/metrics", headers=headers).status_code == status


def test_every_status_of_the_tree_is_documented() -> None:
    from konnektu.web.problems import STATUSES

    def leaves(kind: type[KonnektuError]) -> Iterator[type[KonnektuError]]:
        yield kind
        for child in kind.__subclasses__():
            if child.__module__ == "konnektu.core.errors":
                yield from leaves(child)

    assert {kind.status for kind in leaves(KonnektuError)} == set(STATUSES)


def test_a_person_is_told_the_number_of_a_fault_of_ours(broken: httpx.Client) -> None:
    page = broken.get("/fail/secret", headers={"Accept": "text/html"})
    assert page.status_code == 500
    assert "Something does not work" in page.text
    assert re.search(r"this number: [0-9a-f-]{36}", page.text)
    assert "hunter2" not in page.text
    again = broken.get("/fail/retry", headers={"Accept": "text/html"})
    assert (again.status_code, again.headers["retry-after"]) == (503, "2")
