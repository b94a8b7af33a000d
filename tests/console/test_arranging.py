"""Columns, menus and cards: one's own before the role's, the role's before everybody's, that before the product's."""

import pytest

from konnektu.access.api import audit
from konnektu.console import api, views
from konnektu.console.api import Card, ColumnPlace, Menu, MenuGroup, Person
from konnektu.console.model import Nobody
from konnektu.core.errors import Forbidden, NotFound, Unprocessable
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.console.people import token, user, within


@pytest.fixture
def anna(storage: Storage, workspace: WorkspaceRecord) -> Person:
    return user(storage, workspace, "anna")


@pytest.fixture
def admin(storage: Storage, workspace: WorkspaceRecord) -> Person:
    return user(storage, workspace, "admin", "administrator")


def first(person: Person) -> tuple[str, str]:
    whose, placed = api.columns(person, "orders")
    return whose, placed[0].name


def test_the_nearest_arrangement_of_columns_holds(anna: Person, admin: Person) -> None:
    assert first(anna) == ("declared", "number")
    api.put_columns_of_role(admin, "orders", api.EVERYBODY, (ColumnPlace("store"),))
    assert first(anna) == ("everybody", "store")
    api.put_columns_of_role(admin, "orders", "marketer", (ColumnPlace("net"),))
    assert (first(anna), first(admin)) == (("role", "net"), ("everybody", "store"))
    api.put_columns(anna, "orders", (ColumnPlace("gross", 222, is_pinned=True),))
    assert first(anna) == ("own", "gross")
    assert api.columns(anna, "people")[0] == "declared"
    api.reset_columns(anna, "orders")
    assert first(anna) == ("role", "net")
    api.reset_columns_of_role(admin, "orders", "marketer")
    api.reset_columns_of_role(admin, "orders", "marketer")
    assert first(anna) == ("everybody", "store")


def test_what_is_arranged_again_takes_the_place_of_what_was(anna: Person) -> None:
    for name in ("store", "net"):
        api.put_columns(anna, "orders", (ColumnPlace(name),))
    assert first(anna) == ("own", "net")


def test_columns_of_sections_that_one_may_not_see_are_not_shown(anna: Person) -> None:
    for act in (
        lambda: api.columns(anna, "users"),
        lambda: api.put_columns(anna, "users", ()),
        lambda: api.reset_columns(anna, "users"),
        lambda: api.columns(within(anna, '{"store":["M-1"]}'), "imports"),
    ):
        with pytest.raises(Forbidden):
            act()
    assert api.columns(within(anna, '{"store":["M-1"]}'), "orders")[1]


def test_a_token_sees_what_holds_for_everybody_and_keeps_nothing(
    admin: Person, storage: Storage, workspace: WorkspaceRecord
) -> None:
    program = token(storage, workspace, "orders.read")
    api.put_columns_of_role(admin, "orders", api.EVERYBODY, (ColumnPlace("store"),))
    assert first(program) == ("everybody", "store")
    with pytest.raises(Nobody):
        api.put_columns(program, "orders", ())


def items(person: Person, group: str) -> tuple[str, ...]:
    return next((one.items for one in api.menu(person)[1] if one.name == group), ())


def test_the_menu_shows_what_one_may_open(anna: Person, admin: Person) -> None:
    assert "users" not in items(anna, "settings")
    assert "users" in items(admin, "settings")
    assert items(within(anna, '{"store":["M-1"]}'), "orders") == ("orders", "products", "stores")
    assert "imports" in items(anna, "data")
    assert "imports" not in items(within(anna, '{"store":["M-1"]}'), "data")
    assert [one.name for one in api.menu(admin)[1]] == [
        "home",
        "customers",
        "segments",
        "orders",
        "data",
        "settings",
    ]


def test_a_menu_is_arranged_for_a_role_or_for_everybody(anna: Person, admin: Person) -> None:
    api.put_menu(admin, "marketer", Menu((MenuGroup("data", ("orders", "people")),), ("visitors",)))
    whose, groups = api.menu(anna)
    assert (whose, groups[0].name, groups[0].items[:2]) == ("role", "data", ("orders", "people"))
    assert "visitors" not in {item for one in groups for item in one.items}
    assert api.menu(admin)[0] == "declared"
    kept = api.menu_of_role(anna, "marketer")
    assert kept == ("role", Menu((MenuGroup("data", ("orders", "people")),), ("visitors",)))
    assert api.menu_of_role(anna, "analyst")[0] == "declared"
    api.put_menu(admin, api.EVERYBODY, Menu((), ("home",)))
    assert api.menu_of_role(anna, "analyst")[0] == "everybody"
    api.reset_menu(admin, "marketer")
    assert api.menu(anna)[0] == "everybody"
    assert items(anna, "home") == ()
    shown = views.of_role_menu(*api.menu_of_role(anna, "marketer"))
    assert {one.ru for one in shown.known} >= {"Главная", "Клиенты"}


def test_a_card_is_arranged_for_a_role(anna: Person, admin: Person) -> None:
    assert api.card(anna)[1][:2] == ["summary", "timeline"]
    api.put_card(admin, "marketer", Card(("orders", "attributes"), ("timeline",)))
    whose, blocks = api.card(anna)
    assert (whose, blocks[:3]) == ("role", ["orders", "attributes", "summary"])
    assert "timeline" not in blocks
    assert api.card_of_role(anna, "marketer")[1] == Card(("orders", "attributes"), ("timeline",))
    api.reset_card(admin, "marketer")
    assert api.card(anna)[0] == "declared"
    assert views.of_role_card(*api.card_of_role(anna, "marketer")).known[0].ru == "Главное"


def test_blocks_that_one_may_not_see_are_left_out(storage: Storage, workspace: WorkspaceRecord) -> None:
    program = token(storage, workspace, "profiles.read", "orders.read")
    assert "orders" in api.card(program)[1]
    assert not {"timeline", "records", "identity"} & set(api.card(program)[1])


def test_what_is_arranged_for_others_is_audited_and_names_a_role(
    admin: Person, storage: Storage, workspace: WorkspaceRecord
) -> None:
    api.put_menu(admin, "analyst", Menu())
    api.put_columns_of_role(admin, "orders", api.EVERYBODY, ())
    api.reset_menu(admin, "analyst")
    lines = [(one.what, one.about, one.detail) for one in audit(storage.control, workspace.id, limit=3)]
    assert lines == [
        ("menu.reset", "analyst", {}),
        ("columns.arranged", "everybody", {"section": "orders"}),
        ("menu.arranged", "analyst", {}),
    ]
    with pytest.raises(NotFound, match="no such role"):
        api.put_menu(admin, "cook", Menu())
    with pytest.raises(Unprocessable):
        api.put_card(admin, "analyst", Card(("x",)))
