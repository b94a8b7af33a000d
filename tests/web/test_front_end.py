import gzip

import httpx
import pytest

from konnektu.storage.api import WorkspaceRecord
from konnektu.web.front_end import best, policy
from tests.web.happy import form_token, signed_in
from tests.web.house import PASSWORD, SCRIPT, House

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


class TestPage:
    def test_every_address_of_the_link_is_the_console_for_who_is_signed_in(
        self, client: httpx.Client, house: House
    ) -> None:
        signed_in(client, house)
        for path in ("/web-shop/", "/web-shop/people", "/web-shop/profiles/0190-7/orders"):
            page = client.get(path, headers=BROWSER)
            assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
            assert 'content="web-shop"' in page.text
            assert "<title>Лавка &lt;b&gt; · KONNEKTU</title>" in page.text
            assert page.headers["content-security-policy"] == policy()
            assert page.headers["cache-control"] == "no-cache, private"

    def test_strangers_are_asked_to_sign_in_whether_somebody_lives_there_or_not(
        self, client: httpx.Client, house: House, other: WorkspaceRecord
    ) -> None:
        signed_in(client, house)
        for path in ("/web-other-shop/people", "/no-such-shop/people"):
            page = client.get(path, headers=BROWSER)
            assert page.status_code == 200
            assert 'name="password"' in page.text

    @pytest.mark.parametrize(
        ("to", "arrives"),
        [
            ("/web-shop/orders?o=-at", "/web-shop/orders?o=-at"),
            ("https://evil.example/", "/web-shop/"),
            ("//evil.example/", "/web-shop/"),
            ("/web-other-shop/", "/web-shop/"),
            ("/web-shop/\r\nSet-Cookie: x", "/web-shop/"),
            ("", "/web-shop/"),
        ],
    )
    def test_signing_in_leads_to_the_address_that_was_wanted_and_nowhere_else(
        self, client: httpx.Client, house: House, to: str, arrives: str
    ) -> None:
        form = {"login": "olga", "password": PASSWORD, "token": form_token(client, house), "to": to}
        answer = client.post("/web-shop/sign-in", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, arrives)

    def test_the_wanted_address_is_kept_over_a_wrong_password(
        self, client: httpx.Client, house: House
    ) -> None:
        page = client.get("/web-shop/orders?o=-at", headers=BROWSER)
        assert 'name="to" value="/web-shop/orders?o=-at"' in page.text
        form = {
            "login": "olga",
            "password": "x",
            "token": form_token(client, house),
            "to": "/web-shop/orders",
        }
        assert 'name="to" value="/web-shop/orders"' in client.post("/web-shop/sign-in", data=form).text

    def test_programs_and_what_is_no_link_get_no_page(self, client: httpx.Client, house: House) -> None:
        signed_in(client, house)
        assert client.get("/web-shop/people").status_code == 404
        assert client.get("/Web-Shop/people", headers=BROWSER).status_code == 404

    def test_the_chosen_language_goes_before_the_browsers(self, client: httpx.Client, house: House) -> None:
        signed_in(client, house)
        assert 'lang="en"' in client.get("/web-shop/", headers=BROWSER).text
        client.cookies.set("konnektu_language", "ru")
        assert 'lang="ru"' in client.get("/web-shop/", headers=BROWSER).text
        client.cookies.set("konnektu_language", "xx")
        assert 'lang="en"' in client.get("/web-shop/", headers=BROWSER).text

    def test_scripts_come_from_the_console_alone(self) -> None:
        parts = dict(part.split(" ", 1) for part in policy().split("; "))
        assert parts["script-src"] == parts["connect-src"] == parts["font-src"] == "'self'"
        assert parts["default-src"] == parts["frame-ancestors"] == parts["base-uri"] == "'none'"


class TestAssets:
    def test_they_are_kept_for_ever_and_packed_for_who_unpacks(self, client: httpx.Client) -> None:
        plain = client.get("/assets/main-1.js", headers={"Accept-Encoding": "identity"})
        packed = client.get("/assets/main-1.js", headers={"Accept-Encoding": "gzip, br"})
        assert plain.content == packed.content == SCRIPT
        assert "content-encoding" not in plain.headers
        assert packed.headers["content-encoding"] == "gzip"
        assert int(packed.headers["content-length"]) == len(gzip.compress(SCRIPT))
        for answer in (plain, packed):
            assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert answer.headers["vary"] == "accept-encoding"
            assert answer.headers["content-type"] == "text/javascript; charset=utf-8"

    @pytest.mark.parametrize("name", ["nothing.js", "main-1.js.gz", "..%2Findex.html", "%2e%2e/index.html"])
    def test_nothing_else_is_given(self, client: httpx.Client, name: str) -> None:
        assert client.get(f"/assets/{name}").status_code == 404

    @pytest.mark.parametrize(
        ("accepted", "coding"),
        [
            ("", "identity"),
            ("gzip", "gzip"),
            ("gzip, deflate, br", "br"),
            ("br;q=0, gzip", "gzip"),
            ("*", "br"),
            ("br;q=x", "identity"),
            ("*;q=0", "identity"),
        ],
    )
    def test_the_smallest_form_that_the_browser_reads(self, accepted: str, coding: str) -> None:
        assert best(accepted, {"identity": b"123", "br": b"1", "gzip": b"12"}) == coding
