"""Sections over the API: who sees which, what is covered, what is refused, and pages by their cursors."""

from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from konnektu.access.api import RIGHTS, create_token
from konnektu.core.section import sections
from konnektu.storage.api import Storage
from tests.sections.story import PERSONAL, tell_everything
from tests.web.house import NOW, House, bearer

pytestmark = pytest.mark.usefixtures("event_store_server")


@pytest.fixture(scope="module")
def shop(storage: Storage, house: House, event_store_server: Path) -> House:
    """The house, in which something of everything happened; `olga` is there already."""
    with storage.control.transaction() as conn:
        conn.execute("UPDATE app_user SET login = 'other' WHERE workspace = %s", [house.workspace.id])
    tell_everything(storage, house.workspace)
    return house


def rows(client: httpx.Client, house: House, name: str, token: str = "", **asked: Any) -> httpx.Response:
    path = house.path(f"/sections/{name}/rows")
    return client.get(path, params=asked, headers=bearer(token or house.token))


def declared(client: httpx.Client, house: House, token: str) -> dict[str, dict[str, Any]]:
    answer = client.get(house.path("/sections"), headers=bearer(token))
    assert answer.status_code == 200, answer.text
    return {one["name"]: one for one in answer.json()}


def test_the_holder_of_all_rights_sees_every_section_as_it_is_declared(
    client: httpx.Client, shop: House
) -> None:
    shown = declared(client, shop, shop.token)
    assert list(shown) == list(sections())
    for name, section in sections().items():
        one = shown[name]
        own = [column["name"] for column in one["columns"] if not column["is_added"]]
        assert own == [column.name for column in section.columns]
        assert [order["name"] for order in one["orders"]] == list(section.orders)
        assert all(order["en"] and order["ru"] for order in one["orders"])
        assert [each["name"] for each in one["filters"]] == [each.name for each in section.filters]
        assert [each["name"] for each in one["actions"]] == [each.name for each in section.actions]
    added = {name: [one for one in shown[name]["columns"] if one["is_added"]] for name in shown}
    assert {name for name, found in added.items() if found} == {"people", "profiles", "visitors"}
    assert {one["name"] for one in added["people"]} == {"computed:visits", "computed:habit"}
    assert not any(one["is_sortable"] or one["is_visible"] for one in added["people"])
    sortable = {column["name"] for column in shown["orders"]["columns"] if column["is_sortable"]}
    assert sortable == {"ordered_at"}


def test_each_section_gives_its_rows_by_column(client: httpx.Client, shop: House) -> None:
    for name, section in sections().items():
        answer = rows(client, shop, name)
        assert answer.status_code == 200, (name, answer.text)
        found = answer.json()
        assert found["items"], name
        assert all(list(row["values"]) == [one.name for one in section.columns] for row in found["items"])


def test_columns_of_the_workspace_are_for_who_sees_everybody_and_may_read_segments(
    client: httpx.Client, shop: House
) -> None:
    unseen = shop.token_without("segments.read")
    assert not [one for one in declared(client, shop, unseen)["people"]["columns"] if one["is_added"]]
    asked = {"added": "computed:visits,computed:gone"}
    for token in (shop.token, unseen):
        found = rows(client, shop, "people", token, **asked).json()["items"]
        assert found and all("computed:visits" not in row["values"] for row in found), (
            "not read for anybody yet"
        )


def test_pages_follow_their_cursors(client: httpx.Client, shop: House) -> None:
    whole = rows(client, shop, "orders", filters='{"stage":"paid"}', order="ordered_at").json()["items"]
    assert len(whole) == 6
    assert {row["values"]["stage"] for row in whole} == {"paid"}
    paged: list[Any] = []
    after: str | None = ""
    while after is not None:
        page = rows(
            client, shop, "orders", filters='{"stage":"paid"}', order="ordered_at", after=after, limit=4
        )
        paged += page.json()["items"]
        after = page.json()["next"]
    assert paged == whole


def test_without_the_right_a_section_is_neither_listed_nor_read(client: httpx.Client, shop: House) -> None:
    for name, section in sections().items():
        token = shop.token_without(section.right)  # type: ignore[arg-type]
        assert name not in declared(client, shop, token)
        answer = rows(client, shop, name, token)
        assert answer.status_code == 403
        assert section.right in answer.json()["detail"]


def test_actions_are_shown_to_who_may_take_them(client: httpx.Client, shop: House) -> None:
    shown = declared(client, shop, shop.token_without("identity.decide"))["people"]["actions"]
    assert [one["name"] for one in shown] == ["make", "edit", "tag", "erase"]


def test_without_the_right_to_personal_data_personal_columns_are_covered(
    client: httpx.Client, shop: House
) -> None:
    token = shop.token_without("profiles.personal")
    said = ""
    for name in sections():
        whole, covered = rows(client, shop, name).text, rows(client, shop, name, token).text
        assert not [secret for secret in PERSONAL if secret in covered], name
        said += whole
    assert not [secret for secret in PERSONAL if secret not in said]


@pytest.mark.parametrize(
    ("name", "asked", "status", "named"),
    [
        ("orders", {"filters": '{"colour":"red"}'}, 422, "stage, store, profile, ordered_at"),
        ("orders", {"order": "colour"}, 422, "-ordered_at, ordered_at"),
        ("products", {"filters": '{"brand":"First"}', "order": "name"}, 422, "made"),
        ("orders", {"filters": "[1]"}, 400, "JSON object"),
        ("orders", {"filters": "[" * 9_000}, 400, "JSON object"),
        ("orders", {"filters": "{"}, 400, "JSON object"),
        ("orders", {"after": "x"}, 400, "next"),
        ("orders", {"limit": 1_001}, 400, "faults"),
        ("orders", {"language": "de"}, 400, "faults"),
        ("wishes", {}, 404, "people"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(
    client: httpx.Client, shop: House, name: str, asked: dict[str, Any], status: int, named: str
) -> None:
    answer = rows(client, shop, name, **asked)
    assert answer.status_code == status, answer.text
    assert named in answer.json()["detail"]


def test_what_the_system_says_is_said_in_the_language_asked_for(client: httpx.Client, shop: House) -> None:
    for language, text in (("ru", "опаздывает"), ("en", "is late")):
        found = rows(client, shop, "problems", language=language).json()["items"]
        assert any(text in row["values"]["what"] for row in found)


def test_no_row_holds_a_key(client: httpx.Client, shop: House, storage: Storage) -> None:
    made = create_token(storage.control, shop.system, name="secret", scopes=RIGHTS, now=NOW)
    keys = [made.secret]
    with storage.control.read() as conn:
        keys += [row[0] for row in conn.execute("SELECT key FROM write_key")]
        keys += [row[0] for row in conn.execute("SELECT password_hash FROM app_user")]
    for name in sections():
        text = msgspec.json.encode(rows(client, shop, name).json()).decode()
        assert not [key for key in keys if key in text], name
