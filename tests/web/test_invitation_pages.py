"""The page of an invitation's link, in a browser without scripts."""

import re

import httpx
import pytest

from tests.web.happy_access import invited, required
from tests.web.house import PASSWORD, House, bearer

RUSSIAN = {"Accept-Language": "ru"}


def token_of(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return found[1]


def test_it_greets_the_person_and_lets_them_in(client: httpx.Client, house: House) -> None:
    _, secret = invited(client, house)
    path = f"/web-shop/invitation/{secret}"
    page = client.get(path, headers=RUSSIAN).text
    assert "Здравствуйте, Max &lt;b&gt;Müller" in page
    answer = client.post(path, data={"token": token_of(page), "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/web-shop/")
    assert client.get(house.path("/me")).json()["role"] == "analyst"
    client.cookies.clear()
    assert client.get(path).status_code == 404


def test_a_required_second_factor_comes_first(client: httpx.Client, house: House) -> None:
    with required(house):
        _, secret = invited(client, house, "read_only")
        path = f"/web-shop/invitation/{secret}"
        answer = client.post(path, data={"token": token_of(client.get(path).text), "password": PASSWORD})
        assert answer.headers["location"] == "/web-shop/sign-in/step"
        assert "<svg" in client.get("/web-shop/sign-in/step").text


def test_a_short_password_is_told(client: httpx.Client, house: House) -> None:
    _, secret = invited(client, house)
    path = f"/web-shop/invitation/{secret}"
    answer = client.post(path, data={"token": token_of(client.get(path).text), "password": "short"})
    assert answer.status_code == 422
    assert "10 characters or more" in answer.text


def test_a_form_of_another_page_is_refused(client: httpx.Client, house: House) -> None:
    _, secret = invited(client, house)
    answer = client.post(f"/web-shop/invitation/{secret}", data={"token": "x", "password": PASSWORD})
    assert answer.status_code == 403


def test_links_that_are_not_open_look_alike(client: httpx.Client, house: House) -> None:
    number, withdrawn = invited(client, house)
    client.delete(house.path(f"/invitations/{number}"), headers=bearer(house.token))
    pages = {
        client.get(path).text
        for path in (
            f"/web-shop/invitation/{withdrawn}",
            f"/no-such-shop/invitation/{withdrawn}",
            "/web-shop/invitation/guess",
        )
    }
    assert len(pages) == 1
    assert "not open" in pages.pop()


@pytest.mark.parametrize("slug", ["web-shop", "no-such-shop"])
def test_accepting_what_is_not_open_is_not_found(client: httpx.Client, house: House, slug: str) -> None:
    body = {"secret": "guess", "password": PASSWORD}
    answer = client.post(f"/api/{slug}/invitations/accept", json=body)
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:konnektu:problem:not_found")
