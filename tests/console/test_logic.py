"""What stands where somebody has arranged something: pure functions, against what was declared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konnektu.access.model import RIGHTS
from konnektu.console import logic
from konnektu.console.menu import BLOCKS, GROUPS, PAGES
from konnektu.console.model import Card, ColumnPlace, Menu, MenuGroup
from konnektu.core.errors import Unprocessable
from konnektu.core.section import Column, sections

DECLARED = (Column("a", "A", "А"), Column("b", "B", "Б", is_visible=False, width=70), Column("c", "C", "В"))
MENU = (MenuGroup("one", ("a", "b")), MenuGroup("two", ("c", "d")))
ALL = frozenset("abcd")


def test_columns_stand_as_declared_until_somebody_moves_them() -> None:
    assert logic.columns(DECLARED, ()) == (
        ColumnPlace("a", 160),
        ColumnPlace("b", 70, is_hidden=True),
        ColumnPlace("c", 160),
    )


def test_columns_that_came_since_stand_behind_and_gone_ones_are_left_out() -> None:
    placed = (ColumnPlace("c", 300, is_pinned=True), ColumnPlace("gone"), ColumnPlace("a", is_hidden=True))
    assert logic.columns(DECLARED, placed) == (
        ColumnPlace("c", 300, is_pinned=True),
        ColumnPlace("a", 160, is_hidden=True),
        ColumnPlace("b", 70, is_hidden=True),
    )


@given(st.lists(st.sampled_from(["a", "b", "c", "gone"]), unique=True))
def test_every_declared_column_stands_once(names: list[str]) -> None:
    found = logic.columns(DECLARED, [ColumnPlace(name) for name in names])
    assert sorted(one.name for one in found) == ["a", "b", "c"]
    assert [one.name for one in found if one.name in names] == [name for name in names if name != "gone"]


@pytest.mark.parametrize(
    ("placed", "said"),
    [
        ([ColumnPlace("number"), ColumnPlace("number")], "once only"),
        ([ColumnPlace("colour")], "no column 'colour'"),
        ([ColumnPlace(one.name, is_hidden=True) for one in sections()["orders"].columns], "in sight"),
    ],
)
def test_columns_that_cannot_be_are_refused(placed: list[ColumnPlace], said: str) -> None:
    with pytest.raises(Unprocessable, match=said):
        logic.checked_columns(sections()["orders"], sections()["orders"].columns, placed)


def test_a_menu_shows_what_may_be_opened_in_the_order_of_its_arrangement() -> None:
    arranged = Menu((MenuGroup("two", ("d", "a")),), hidden=("b",))
    assert logic.arranged_menu(MENU, None, ALL) == list(MENU)
    assert logic.arranged_menu(MENU, None, {"c"}) == [MenuGroup("two", ("c",))]
    assert logic.arranged_menu(MENU, arranged, ALL) == [MenuGroup("two", ("d", "a", "c"))]
    assert logic.arranged_menu(MENU, arranged, ALL - {"a", "d"}) == [MenuGroup("two", ("c",))]


def test_groups_and_items_that_came_since_stand_where_the_product_puts_them() -> None:
    arranged = Menu((MenuGroup("gone", ("x",)), MenuGroup("one", ("b", "x"))))
    assert logic.arranged_menu(MENU, arranged, ALL) == [
        MenuGroup("one", ("b", "a")),
        MenuGroup("two", ("c", "d")),
    ]


@given(st.permutations(["a", "b", "c", "d"]), st.integers(0, 4), st.integers(0, 4))
def test_every_item_stands_once_or_is_hidden(items: list[str], cut: int, hidden: int) -> None:
    arranged = Menu((MenuGroup("two", tuple(items[:cut])),), tuple(items[cut : cut + hidden]))
    shown = [item for group in logic.arranged_menu(MENU, arranged, ALL) for item in group.items]
    assert sorted([*shown, *arranged.hidden]) == sorted(ALL)


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        (Menu((MenuGroup("three"),)), "no group 'three'"),
        (Menu((MenuGroup("one", ("x",)),)), "no item 'x'"),
        (Menu((MenuGroup("one"), MenuGroup("one"))), "group can stand once"),
        (Menu((MenuGroup("one", ("a",)),), ("a",)), "item can stand once"),
    ],
)
def test_menus_that_cannot_be_are_refused(stated: Menu, said: str) -> None:
    with pytest.raises(Unprocessable, match=said):
        logic.checked_menu(MENU, stated)


def test_blocks_of_a_card() -> None:
    names = ["a", "b", "c"]
    assert logic.arranged_blocks(names, None, ["c", "a"]) == ["a", "c"]
    assert logic.arranged_blocks(names, Card(("c", "gone"), ("b",)), ALL) == ["c", "a"]
    with pytest.raises(Unprocessable, match="block can stand once"):
        logic.checked_card(names, Card(("a",), ("a",)))
    with pytest.raises(Unprocessable, match="no block 'x'"):
        logic.checked_card(names, Card(("x",)))


def test_every_section_and_page_stands_in_the_menu_once_and_says_what_it_is_in_both_languages() -> None:
    items = [item for group in GROUPS for item in group.items]
    assert sorted(items) == sorted({*sections(), *(one.name for one in PAGES)})
    for one in (*GROUPS, *PAGES, *BLOCKS):
        assert one.en.isascii()
        assert not one.ru.isascii()
    assert {one.right for one in (*PAGES, *BLOCKS)} - {None} <= RIGHTS
