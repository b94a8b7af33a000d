"""The second step of signing in, in a browser without scripts."""

import re

import httpx
import pytest

from konnektu.core.clock import SECOND
from tests.web.happy_access import Person, at_second_step, code_of, required, signed_in, user
from tests.web.house import NOW, PASSWORD, House

STEP = "/web-shop/sign-in/step"


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def sent(client: httpx.Client, page: str, code: str, **more: str) -> httpx.Response:
    return client.post(STEP, data={"token": hidden(page, "token"), "code": code, **more})


def test_the_password_leads_to_the_code_and_the_code_inside(client: httpx.Client, house: House) -> None:
    person = signed_in(client, house)
    secret = person.set_up()
    client.cookies.clear()
    page = client.get("/web-shop/").text
    form = {"login": person.login, "password": PASSWORD, "token": hidden(page, "token")}
    answer = client.post("/web-shop/sign-in", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, STEP)
    assert "konnektu_web-shop" not in client.cookies
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("konnektu_step_web-shop=")
    assert {"HttpOnly", "SameSite=strict"} <= set(cookie.split("; "))
    answer = sent(client, client.get(STEP).text, code_of(secret))
    assert (answer.status_code, answer.headers["location"]) == (303, "/web-shop/")
    assert client.get(house.path("/me")).json()["login"] == person.login
    assert client.get(STEP).headers["location"] == "/web-shop/", "the step is over"


@pytest.mark.parametrize(("language", "said"), [("en", "The code is wrong"), ("ru", "Код неверный")])
def test_a_wrong_code_is_told(client: httpx.Client, house: House, language: str, said: str) -> None:
    _, page = at_second_step(client, house)
    client.headers["Accept-Language"] = language
    answer = sent(client, page, "000000")
    assert answer.status_code == 401
    assert said in answer.text


def test_guessing_makes_wait(client: httpx.Client, house: House) -> None:
    secret, page = at_second_step(client, house)
    for _ in range(5):
        answer = sent(client, page, "000000")
        page = answer.text
    answer = sent(client, page, code_of(secret))
    assert answer.status_code == 429
    assert "Wait 30 s" in answer.text


def test_a_form_of_another_page_is_refused(client: httpx.Client, house: House) -> None:
    secret, _ = at_second_step(client, house)
    answer = client.post(STEP, data={"token": "x", "code": code_of(secret)})
    assert answer.status_code == 403
    assert "konnektu_web-shop" not in client.cookies


def test_without_a_sign_in_under_way_it_leads_to_the_first_step(client: httpx.Client, house: House) -> None:
    for slug in ("web-shop", "no-such-shop"):
        for cookie in ("", "x" * 80):
            client.cookies.set(f"konnektu_step_{slug}", cookie)
            answer = client.get(f"/{slug}/sign-in/step")
            assert (answer.status_code, answer.headers["location"]) == (303, f"/{slug}/")


def test_a_required_factor_is_set_up_on_the_page(client: httpx.Client, house: House) -> None:
    with required(house):
        person = Person(client, house, user(house, "read_only"))
        person.begin()
        page = client.get(STEP).text
        secret = re.search(r"<code>([A-Z2-7]{32})</code>", page)
        assert secret
        assert '<svg xmlns="http://www.w3.org/2000/svg"' in page
        slip = sent(client, page, "000000", offer=hidden(page, "offer"))
        assert slip.status_code == 401
        assert secret[1] in slip.text, "the same offer is shown again"
        answer = sent(client, slip.text, code_of(secret[1]), offer=hidden(slip.text, "offer"))
        codes = re.findall(r"<li><code>([a-z0-9-]{14})</code></li>", answer.text)
        assert len(set(codes)) == 10
        assert client.get(house.path("/me")).json()["login"] == person.login
        person.begin()
        assert person.post("/sign-in/code", {"code": codes[0]}).status_code == 200
        client.cookies.clear()


def test_a_factor_that_is_required_no_more_leads_to_the_first_step(
    client: httpx.Client, house: House
) -> None:
    with required(house):
        Person(client, house, user(house, "read_only")).begin()
        assert client.get(STEP).status_code == 200
    answer = client.get(STEP)
    assert (answer.status_code, answer.headers["location"]) == (303, "/web-shop/")


def test_another_site_enters_no_code(client: httpx.Client, house: House) -> None:
    secret, _ = at_second_step(client, house)
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = client.post(house.path("/sign-in/code"), json={"code": code_of(secret)}, headers=headers)
    assert answer.status_code == 403


def test_a_stolen_cookie_opens_nothing_after_signing_out(client: httpx.Client, house: House) -> None:
    person = signed_in(client, house)
    stolen = client.cookies["konnektu_web-shop"]
    assert person.post("/sign-out").status_code == 204
    client.cookies.set("konnektu_web-shop", stolen)
    assert client.get(house.path("/me")).status_code == 401


def test_a_code_of_the_step_before_is_accepted_once(client: httpx.Client, house: House) -> None:
    person = signed_in(client, house)
    secret = person.set_up()
    for status in (200, 401):
        person.begin()
        answer = person.post("/sign-in/code", {"code": code_of(secret, NOW + 30 * SECOND)})
        assert answer.status_code == status
