"""Folders: whose they are, who may change them, where they stand, and that a question gone wrong says so."""

from typing import Any

import pytest

from konnektu.access.api import audit
from konnektu.console import api, views
from konnektu.console.api import ColumnPlace, Person, Question
from konnektu.console.model import FoldersFull, FolderTaken, Nobody, NoFolder
from konnektu.core.errors import Conflict, Forbidden, NotFound, Unprocessable
from konnektu.core.section import sections
from konnektu.storage.api import Storage, WorkspaceRecord, create_workspace, drop_workspace
from tests.console.people import NOW, token, user, within, without

PAID = Question({"stage": "paid"}, "ordered_at", (ColumnPlace("number", 90),))


@pytest.fixture
def anna(storage: Storage, workspace: WorkspaceRecord) -> Person:
    return user(storage, workspace, "anna")


@pytest.fixture
def boris(storage: Storage, workspace: WorkspaceRecord) -> Person:
    return user(storage, workspace, "boris", "analyst")


def shown(person: Person, section: str = "orders") -> list[views.FolderView]:
    return [views.of_folder(one, api.ShownColumns(person).of(one)) for one in api.folders(person, section)]


def names(person: Person, section: str = "orders") -> list[str]:
    return [one.en for one in shown(person, section) if one.owner != "system"]


def test_the_folders_of_the_product_are_there_in_both_languages(anna: Person) -> None:
    declared = [one for one in shown(anna) if one.owner == "system"]
    assert [one.id for one in declared if one.is_pinned] == [
        "orders.unpaid",
        "orders.paid",
        "orders.cancelled",
    ]
    assert next((one.en, one.ru) for one in declared) == ("Not paid", "Не оплачены")
    assert not [one.fault for one in declared if one.fault]


def test_every_declared_folder_can_be_asked(storage: Storage, workspace: WorkspaceRecord) -> None:
    owner = user(storage, workspace, "olga", "owner")
    every = [one for one in api.folders(owner) if one.owner == "system"]
    assert len(every) == sum(len(one.folders) for one in sections().values())
    for one in every:
        assert views.of_folder(one, ()).fault == ""
        assert one.name.isascii()
        assert not one.ru.isascii()


def test_ones_own_folder_is_seen_by_nobody_else(anna: Person, boris: Person) -> None:
    made = api.make(anna, "orders", "  Мои   оплаченные ", "mine", PAID)
    (mine,) = [one for one in shown(anna) if one.owner == "mine"]
    assert (mine.en, mine.ru, mine.filters, mine.order) == ("Мои оплаченные",) * 2 + (
        {"stage": "paid"},
        "ordered_at",
    )
    assert mine.columns[0] == ColumnPlace("number", 90)
    assert len(mine.columns) == len(sections()["orders"].columns)
    assert mine.is_pinned
    assert names(boris) == []
    key = views.key_of(made)
    for act in (
        lambda: api.change(boris, key, "x", "mine", PAID),
        lambda: api.delete(boris, key),
        lambda: api.place(boris, key, is_pinned=True, position=None),
    ):
        with pytest.raises(NoFolder):
            act()
    assert names(anna) == ["Мои оплаченные"]


def test_a_shared_folder_is_everybodys_and_is_changed_by_holders_of_the_right(
    anna: Person, boris: Person, storage: Storage, workspace: WorkspaceRecord
) -> None:
    key = views.key_of(api.make(anna, "orders", "Оплаченные", "shared", PAID))
    assert names(boris) == ["Оплаченные"]
    with pytest.raises(Forbidden, match=r"console\.share"):
        api.make(boris, "orders", "Другие", "shared", PAID)
    for act in (lambda: api.change(boris, key, "x", "mine", PAID), lambda: api.delete(boris, key)):
        with pytest.raises(Forbidden, match=r"console\.share"):
            act()
    api.change(anna, key, "Все", "mine", Question())
    assert (names(anna), names(boris)) == (["Все"], [])
    api.change(anna, key, "Все", "shared", Question())
    api.delete(anna, key)
    assert names(anna) == []
    lines = [one.what for one in audit(storage.control, workspace.id, limit=4)]
    assert lines == ["folder.deleted", "folder.changed", "folder.changed", "folder.created"]


def test_another_workspace_sees_nothing(anna: Person, storage: Storage) -> None:
    key = views.key_of(api.make(anna, "orders", "Оплаченные", "shared", PAID))
    other = create_workspace(storage, "console-other", "Other", created_at=NOW)
    try:
        stranger = user(storage, other, "anna")
        assert names(stranger) == []
        with pytest.raises(NoFolder):
            api.delete(stranger, key)
    finally:
        drop_workspace(storage, other)


def test_who_may_not_see_a_section_sees_no_folders_of_it(anna: Person) -> None:
    key = views.key_of(api.make(anna, "orders", "Оплаченные", "shared", PAID))
    blind = without(anna, "orders.read")
    assert not [one for one in api.folders(blind) if one.section == "orders"]
    with pytest.raises(Forbidden, match=r"orders\.read"):
        api.folders(blind, "orders")
    with pytest.raises(Forbidden, match=r"orders\.read"):
        api.make(blind, "orders", "x", "mine", PAID)
    with pytest.raises(NoFolder):
        api.delete(blind, key)
    with pytest.raises(NotFound, match="people"):
        api.folders(anna, "wishes")


def test_within_a_limit_of_rows_only_sections_that_hold_to_it_have_folders(anna: Person) -> None:
    limited = within(anna, '{"store":["M-1"]}')
    api.make(limited, "orders", "Мои", "mine", PAID)
    assert {one.section for one in api.folders(limited)} <= {
        name for name, one in sections().items() if one.is_within_rows
    }
    with pytest.raises(Forbidden):
        api.folders(limited, "imports")


@pytest.mark.parametrize(
    ("section", "filters", "order", "said"),
    [
        ("orders", {"colour": "red"}, "", "stage, store"),
        ("orders", {"stage": "eaten"}, "", "created, paid"),
        ("orders", {}, "colour", "-ordered_at"),
        ("people", {"identifier": "+79031234567"}, "", "identifier"),
        ("orders", {"profile": "x"}, "", "profile"),
    ],
)
def test_a_question_that_cannot_be_asked_or_shared_is_refused(
    anna: Person, section: str, filters: dict[str, Any], order: str, said: str
) -> None:
    with pytest.raises(Unprocessable, match=said):
        api.make(anna, section, "x", "shared", Question(filters, order))


def test_a_folder_that_names_a_person_is_ones_own(anna: Person, boris: Person) -> None:
    made = api.make(anna, "people", "Он", "mine", Question({"identifier": "+79031234567"}))
    with pytest.raises(Unprocessable, match="names nobody"):
        api.change(anna, views.key_of(made), "Он", "shared", made.question)
    assert names(boris, "people") == []


def test_names_are_taken_once_by_each_owner(anna: Person, boris: Person) -> None:
    first = api.make(anna, "orders", "Оплаченные", "mine", PAID)
    for person, owner in ((anna, "shared"), (boris, "mine")):
        api.make(person, "orders", "Оплаченные", owner, PAID)  # type: ignore[arg-type]
    with pytest.raises(FolderTaken):
        api.make(anna, "orders", "Оплаченные", "mine", PAID)
    with pytest.raises(FolderTaken):
        api.change(anna, views.key_of(first), "Оплаченные", "shared", PAID)
    assert api.change(anna, views.key_of(first), "Оплаченные", "mine", Question()).question == Question()
    with pytest.raises(Unprocessable):
        api.make(anna, "orders", "\u200b", "mine", PAID)


def test_there_are_so_many_folders_and_no_more(anna: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("konnektu.console.folders.FOLDERS_MOST", 2)
    for name in ("a", "b"):
        api.make(anna, "orders", name, "mine", PAID)
    with pytest.raises(FoldersFull):
        api.make(anna, "orders", "c", "mine", PAID)
    made = api.make(anna, "orders", "c", "shared", PAID)
    with pytest.raises(FoldersFull):
        api.change(anna, views.key_of(made), "c", "mine", PAID)


def test_folders_of_the_product_are_not_changed_but_put_where_one_wants_them(
    anna: Person, boris: Person
) -> None:
    for act in (
        lambda: api.change(anna, "orders.unpaid", "x", "mine", PAID),
        lambda: api.delete(anna, "orders.unpaid"),
    ):
        with pytest.raises(Conflict):
            act()
    api.place(anna, "orders.unpaid", is_pinned=False, position=None)
    api.place(anna, "orders.cancelled", is_pinned=True, position=0)
    mine = api.make(anna, "orders", "Мои", "mine", PAID)
    api.place(anna, views.key_of(mine), is_pinned=True, position=1)
    pinned = [one.id for one in shown(anna) if one.is_pinned]
    assert pinned == ["orders.cancelled", views.key_of(mine), "orders.paid"]
    assert next(one.id for one in shown(boris) if one.is_pinned) == "orders.unpaid"
    api.place(anna, "orders.unpaid", is_pinned=True, position=0)
    assert next(one.id for one in shown(anna) if one.is_pinned) == "orders.unpaid"


def test_a_shared_folder_is_pinned_by_each_for_themselves(anna: Person, boris: Person) -> None:
    key = views.key_of(api.make(anna, "orders", "Общая", "shared", PAID))
    api.place(boris, key, is_pinned=True, position=None)
    pins = [[one.is_pinned for one in shown(person) if one.id == key] for person in (anna, boris)]
    assert pins == [[False], [True]]


def test_a_folder_that_asks_what_is_gone_says_so_and_stays(
    anna: Person, storage: Storage, workspace: WorkspaceRecord
) -> None:
    api.make(anna, "orders", "Старая", "mine", PAID)
    api.make(anna, "orders", "Раздел", "mine", PAID)
    with storage.control.transaction() as db:
        asks = "UPDATE folder SET question = %s WHERE name = 'Старая' AND workspace = %s"
        db.execute(asks, ['{"filters":{"colour":"red"},"columns":[{"name":"gone"}]}', workspace.id])
        db.execute(
            "UPDATE folder SET section = 'wishes' WHERE name = 'Раздел' AND workspace = %s", [workspace.id]
        )
    found = {one.en: one for one in shown(anna, "") if one.owner == "mine"}
    assert "colour" in found["Старая"].fault
    assert "gone" not in {one.name for one in found["Старая"].columns}
    assert "wishes" in found["Раздел"].fault
    for one in found.values():
        api.delete(anna, one.id)
    assert names(anna) == []


def test_a_token_shares_folders_and_has_none_of_its_own(storage: Storage, workspace: WorkspaceRecord) -> None:
    program = token(storage, workspace, "orders.read", "console.share")
    made = api.make(program, "orders", "Из CRM", "shared", PAID)
    assert names(program) == ["Из CRM"]
    for act in (
        lambda: api.make(program, "orders", "x", "mine", PAID),
        lambda: api.place(program, views.key_of(made), is_pinned=True, position=None),
    ):
        with pytest.raises(Nobody):
            act()
