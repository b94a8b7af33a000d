"""Texts that no keyboard makes, wherever a stranger may put them: a clear answer, never a fault of ours."""

import httpx
import pytest

from tests.web.house import House, bearer

ODD = ["\\ud800", "\\u0000", "\\udfff\\ud800", "\\uffff", "\\u202e"]


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("field", ["login", "password"])
def test_signing_in_by_api(client: httpx.Client, house: House, text: str, field: str) -> None:
    other = "password" if field == "login" else "login"
    body = f'{{"{field}":"{text}","{other}":"olga"}}'
    answer = client.post(house.path("/sign-in"), content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 401}, answer.text


@pytest.mark.parametrize(
    "text", ["%ED%A0%80", "%00", "%FF%FE", "%C3%A9" * 300, "<script>", "a%0d%0aSet-Cookie:x=1"]
)
@pytest.mark.parametrize("field", ["login", "password", "token"])
def test_signing_in_by_page(client: httpx.Client, house: House, text: str, field: str) -> None:
    client.get(f"/{house.workspace.slug}")
    answer = client.post(
        f"/{house.workspace.slug}/sign-in",
        content=f"{field}={text}",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code in {400, 401, 403}, answer.text
    assert "<script>" not in answer.text
    assert "x=1" not in str(answer.headers.get_list("set-cookie"))


@pytest.mark.parametrize(
    "value", [b"\xff\xfe", b"konnektu_web-shop=\xed\xa0\x80", b"Bearer \xff", b"a" * 5_000]
)
@pytest.mark.parametrize(
    "header", ["Cookie", "Authorization", "X-CSRF-Token", "Accept-Language", "X-Forwarded-For"]
)
def test_headers(client: httpx.Client, house: House, header: str, value: bytes) -> None:
    for path in (f"/{house.workspace.slug}", house.path("/me"), "/readyz"):
        answer = client.get(path, headers=[(header.encode(), value)])
        assert answer.status_code in {200, 401}, (path, answer.text)


@pytest.mark.parametrize("text", ["%00", "%ED%A0%80", "..%2f..%2fetc%2fpasswd", "%27%3bselect", "9" * 90])
def test_ids_and_names_in_paths(client: httpx.Client, house: House, text: str) -> None:
    paths = [
        "/profiles/{}",
        "/profiles/{}/timeline",
        "/imports/{}",
        "/imports/{}/errors",
        "/exports/{}",
        "/sources/{}",
    ]
    paths += [
        "/profiles?after={}",
        "/quarantine?after={}",
        "/identity/decisions?after={}",
        "/profiles?tag={}",
    ]
    paths += ["/profiles/find?kind={}&value=x", "/profiles/find?kind=user_id&value={}", "/audit?after={}"]
    for path in paths:
        answer = client.get(house.path(path.format(text)), headers=bearer(house.token))
        assert answer.status_code in {200, 400, 404}, (path, answer.text)
