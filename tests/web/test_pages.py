import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import httpx
import pytest
from litestar import Litestar

from konnektu.access.api import ROLES, Passwords, SourceKind, create_source, create_user
from konnektu.collect.model import Reason
from konnektu.core.clock import SECOND, MovableClock
from konnektu.core.config import Config
from konnektu.log.api import append_blocks
from konnektu.storage.api import Storage
from konnektu.web import look
from konnektu.web.app import make_app
from konnektu.web.headers import Headers
from konnektu.web.look import POLICY
from konnektu.web.status import Status
from konnektu.web.texts import NAMES, TEXTS, language_of, length_of
from tests.web.happy import form_token, rejected, signed_in
from tests.web.house import NOW, PASSWORD, House, client_of

RUSSIAN = {"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.8"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """No console is built: the pages that stand without it."""
    return tmp_path_factory.mktemp("nothing")


class Addresses(HTMLParser):
    """Everything that a page names in an attribute that could be loaded, and each tag."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loaded += [value or "" for name, value in attrs if name in {"src", "href", "action", "srcset"}]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("ru", "ru"),
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("en-US,en;q=0.9,ru;q=0.8", "en"),
        ("de,ru;q=0.1", "ru"),
        ("de", "en"),
        ("ru;q=0", "en"),
        ("ru;q=x,;;,", "en"),
    ],
)
def test_the_best_liked_language_is_spoken(accepted: str, language: str) -> None:
    assert language_of(accepted) == language


def test_every_language_has_every_word() -> None:
    assert TEXTS["ru"].keys() == TEXTS["en"].keys()
    for word, text in TEXTS["en"].items():
        assert re.findall(r"\{\w+\}", text) == re.findall(r"\{\w+\}", TEXTS["ru"][word]), word


def test_every_kind_and_reason_has_a_name_for_people() -> None:
    for names in NAMES.values():
        assert names.keys() == {
            *get_args(SourceKind),
            *get_args(Reason),
            "same_id_other_content",
            "unforeseen",
        }


@pytest.mark.parametrize(
    ("seconds", "told"), [(1, "1 s"), (119, "119 s"), (120, "2 min"), (121, "3 min"), (3600, "60 min")]
)
def test_a_length_of_time_is_told_in_a_unit_that_suits_it(seconds: int, told: str) -> None:
    assert length_of("en", seconds) == told


class TestDoor:
    def test_it_says_the_same_where_nobody_lives(self, client: httpx.Client, house: House) -> None:
        here, nowhere = client.get("/web-shop/"), client.get("/web-shoo/")
        assert here.status_code == nowhere.status_code == 200
        hide = re.compile(r'name="token" value="[^"]+"|web-sho[op]')
        assert hide.sub("", here.text) == hide.sub("", nowhere.text)

    def test_it_speaks_the_readers_language(self, client: httpx.Client, house: House) -> None:
        assert "Пароль" in client.get("/web-shop/", headers=RUSSIAN).text
        assert "Password" in client.get("/web-shop/").text

    def test_it_needs_no_script_and_nothing_from_elsewhere(self, client: httpx.Client, house: House) -> None:
        signed_in(client, house)
        for path in ("/", "/web-shop/", "/web-shoo/"):
            page = client.get(path)
            assert page.headers["content-security-policy"] == POLICY
            found = Addresses()
            found.feed(page.text)
            assert "script" not in found.tags
            assert not [one for one in found.loaded if urlsplit(one).netloc]

    def test_what_cannot_be_a_link_is_not_found(self, client: httpx.Client) -> None:
        for path in ("/favicon.ico", "/web-shop/nothing", "/wp-login.php", "/Web-Shop", "/a", "/%00", "/api"):
            assert client.get(path).status_code == 404, path

    def test_a_browser_gets_a_page_where_a_program_gets_a_problem(self, client: httpx.Client) -> None:
        browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", **RUSSIAN}
        for path in ("/web-shop/nothing", "/Web-Shop", "/a"):
            page = client.get(path, headers=browser)
            assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
            assert page.headers["content-security-policy"] == POLICY
            assert "Такой страницы нет" in page.text
            assert client.get(path).headers["content-type"] == "application/problem+json"
        for path in ("/api/web-shop/nothing", "/api/nothing"):
            assert client.get(path, headers=browser).headers["content-type"] == "application/problem+json"

    def test_a_right_password_opens(self, client: httpx.Client, house: House) -> None:
        form = {"login": "OLGA", "password": PASSWORD, "token": form_token(client, house)}
        answer = client.post("/web-shop/sign-in", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, "/web-shop/")
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("konnektu_web-shop=")
        assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
        assert "Secure" not in cookie
        assert "olga" in client.get("/web-shop/").text

    def test_a_wrong_password_is_told_and_the_login_kept(self, client: httpx.Client, house: House) -> None:
        form = {"login": '"><b>olga', "password": "x", "token": form_token(client, house)}
        answer = client.post("/web-shop/sign-in", data=form, headers=RUSSIAN)
        assert answer.status_code == 401
        assert "Неверный логин или пароль." in answer.text
        assert "<b>olga" not in answer.text

    def test_a_form_of_another_page_is_refused(self, client: httpx.Client, house: House) -> None:
        token = form_token(client, house)
        for wrong in ("", token + "x", "\u0416"):
            form = {"login": "olga", "password": PASSWORD, "token": wrong}
            assert client.post("/web-shop/sign-in", data=form).status_code == 403
        client.cookies.clear()
        form = {"login": "olga", "password": PASSWORD, "token": token}
        assert client.post("/web-shop/sign-in", data=form).status_code == 403
        assert "konnektu_web-shop" not in client.cookies

    def test_guessing_makes_wait(self, client: httpx.Client, house: House, clock: MovableClock) -> None:
        for _ in range(5):
            form = {"login": "olga", "password": "x", "token": form_token(client, house)}
            assert client.post("/web-shop/sign-in", data=form).status_code == 401
        form = {"login": "olga", "password": PASSWORD, "token": form_token(client, house)}
        answer = client.post("/web-shop/sign-in", data=form)
        assert answer.status_code == 429
        assert "Wait 30 s" in answer.text
        by_api = client.post(house.path("/sign-in"), json={"login": "olga", "password": PASSWORD})
        assert (by_api.status_code, by_api.headers["retry-after"]) == (429, "30")
        clock.advance(30 * SECOND)
        form["token"] = form_token(client, house)
        assert client.post("/web-shop/sign-in", data=form).status_code == 303

    def test_another_site_cannot_sign_a_browser_in(self, client: httpx.Client, house: House) -> None:
        body = {"login": "olga", "password": PASSWORD}
        answer = client.post(house.path("/sign-in"), json=body, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
        assert not client.cookies

    def test_signing_out_needs_the_pages_own_button(self, client: httpx.Client, house: House) -> None:
        csrf = signed_in(client, house)
        client.post("/web-shop/sign-out", data={"token": "x"})
        assert "olga" in client.get("/web-shop/").text
        client.post("/web-shop/sign-out", data={"token": csrf})
        assert 'name="password"' in client.get("/web-shop/").text

    def test_a_session_opens_its_own_workspace_alone(self, client: httpx.Client, house: House) -> None:
        signed_in(client, house)
        client.cookies.set("konnektu_web-other-shop", client.cookies["konnektu_web-shop"])
        assert 'name="password"' in client.get("/web-other-shop/").text


class TestState:
    def test_it_shows_what_is_there(
        self, client: httpx.Client, house: House, storage: Storage, clock: MovableClock
    ) -> None:
        create_source(storage.control, house.system, kind="web", name="Сайт <i>", now=NOW)
        rejected(storage, house, house.number())
        behind = (house.workspace.id, clock.now_ms() - 90 * SECOND, 12_345, b"")
        append_blocks(storage.inbox, [behind])
        signed_in(client, house)
        page = client.get("/web-shop/", headers=RUSSIAN).text
        assert "<h1>Лавка &lt;b&gt;</h1>" in page
        assert "Сайт &lt;i&gt;" in page
        assert "12\N{NARROW NO-BREAK SPACE}345" in page
        assert "отставание 90 с" in page
        assert "неверное время: 1" in page
        assert "<td>сайт</td>" in page
        assert "Последнее событие, Europe/Moscow" in page

    def test_where_nothing_is_it_tells_how_to_begin(self) -> None:
        nothing = Status(
            events=0,
            profiles=0,
            known_profiles=0,
            waiting_events=0,
            writer_lag_ms=0,
            sink_lag_events=0,
            quarantine={},
            is_history_there=True,
            sources=[],
        )
        page = look.figures("ru", nothing, "shop", "Europe/Moscow")
        assert "konnektu source create shop --kind web --name &quot;Сайт&quot;" in page
        assert "<table>" not in page

    def test_a_role_without_the_right_sees_no_figures(
        self, client: httpx.Client, house: House, storage: Storage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("konnektu.access.logic.ROLES", {**ROLES, "owner": frozenset()})
        signed_in(client, house)
        page = client.get("/web-shop/").text
        assert "Your role does not show" in page


@pytest.fixture
def encrypted(storage: Storage, clock: MovableClock, passwords: Passwords) -> Iterator[httpx.Client]:
    """The application of an installation that the world reaches by https."""
    app: Litestar = make_app(storage, Config(public_url="https://cdp.example.org"), clock, passwords)
    with client_of(Headers(app, is_encrypted=True)) as client:  # type: ignore[arg-type]
        yield client


def test_behind_tls_cookies_are_secure(encrypted: httpx.Client, house: House) -> None:
    answer = encrypted.post(house.path("/sign-in"), json={"login": "olga", "password": PASSWORD})
    assert "Secure" in answer.headers["set-cookie"].split("; ")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_who_may_see_events_sees_the_state(
    client: httpx.Client, house: House, storage: Storage, passwords: Passwords
) -> None:
    login = house.fresh("analyst")
    create_user(
        storage.control, passwords, house.system, login=login, password=PASSWORD, role="analyst", now=NOW
    )
    client.post(house.path("/sign-in"), json={"login": login, "password": PASSWORD})
    assert "figure" in client.get("/web-shop/").text
