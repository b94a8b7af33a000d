"""What is asked of whole lists: each request by a signed-in user, for a token has nothing of its own."""

import httpx

from konnektu.core.config import Config
from konnektu.core.ids import internal_id
from konnektu.lists.files import file_path
from tests.web.happy import happy, signed_in, simple
from tests.web.house import House, bearer

simple("count_section_rows", "/sections/people/count?filters=%7B%22tag%22%3A%22vip%22%7D")
EXPORT = {
    "section": "orders",
    "question": {"filters": {"ordered_at": {"days": 7}}, "order": "-ordered_at"},
    "export": {"columns": ["number", "stage"], "form": "csv"},
}


def asked(client: httpx.Client, house: House) -> str:
    """An export that waits; its id."""
    answer = client.post(
        house.path("/lists/exports"), json=EXPORT, headers={"X-CSRF-Token": signed_in(client, house)}
    )
    return str(answer.json()["id"])


def forget(client: httpx.Client, house: House, number: str) -> httpx.Response:
    return client.delete(
        house.path(f"/lists/asked/{number}"), headers={"X-CSRF-Token": signed_in(client, house)}
    )


@happy("ask_list_export")
def _(client: httpx.Client, house: House) -> httpx.Response:
    path = house.path("/lists/exports")
    assert client.post(path, json=EXPORT, headers=bearer(house.token)).status_code == 403
    headers = {"X-CSRF-Token": signed_in(client, house)}
    for wrong, status in (
        ({"section": "nothing"}, 404),
        ({"export": {"columns": ["nothing"]}}, 422),
        ({"question": {"filters": {"ordered_at": {"days": 0}}}}, 422),
    ):
        assert client.post(path, json=EXPORT | wrong, headers=headers).status_code == status
    answer = client.post(path, json=EXPORT, headers=headers)
    assert forget(client, house, answer.json()["id"]).status_code == 204
    return answer


@happy("ask_list_tag")
def _(client: httpx.Client, house: House) -> httpx.Response:
    headers = {"X-CSRF-Token": signed_in(client, house)}
    body = {"section": "people", "question": {}, "tag": {"tag": "spring"}}
    path = house.path("/lists/tags")
    assert client.post(path, json=body | {"section": "orders"}, headers=headers).status_code == 422
    answer = client.post(path, json=body, headers=headers)
    assert forget(client, house, answer.json()["id"]).status_code == 204
    return answer


@happy("list_list_work")
def _(client: httpx.Client, house: House) -> httpx.Response:
    number = asked(client, house)
    answer = client.get(house.path("/lists/asked"))
    assert [one["id"] for one in answer.json()][:1] == [number]
    forget(client, house, number)
    return answer


@happy("forget_list_work")
def _(client: httpx.Client, house: House) -> httpx.Response:
    return forget(client, house, asked(client, house))


@happy("open_list_file")
def _(client: httpx.Client, house: House) -> httpx.Response:
    number = asked(client, house)
    path = house.path(f"/lists/asked/{number}/file")
    assert client.get(path).status_code == 404
    kept = file_path(Config(data=house.data), house.workspace, internal_id(number))
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(b"a;b")
    with house.storage.workspace(house.workspace).transaction() as db:
        db.execute("UPDATE list_work SET size = 3 WHERE id = %s", [internal_id(number)])
    assert client.get(path, headers=bearer(house.token)).status_code == 404
    signed_in(client, house)
    answer = client.get(path)
    assert answer.content == b"a;b"
    forget(client, house, number)
    return answer
