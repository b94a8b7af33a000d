"""What the API says of the console. In: records. Out: views, every declared name in both languages."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, cast

from msgspec import Meta, Struct

from konnektu.access.api import Right
from konnektu.console.logic import fault_of
from konnektu.console.menu import BLOCKS, GROUPS, PAGES
from konnektu.console.model import (
    NAME_MOST,
    Card,
    ColumnPlace,
    Columns,
    Counted,
    Folder,
    From,
    Menu,
    MenuGroup,
    Owner,
)
from konnektu.core.ids import public_id
from konnektu.core.section import sections

FILTERS_MOST = 100
_NAMES = {one.name: (one.en, one.ru) for one in (*PAGES, *GROUPS)}
_RIGHTS = {one.name: one.right for one in PAGES}
_BLOCKS = {one.name: one for one in BLOCKS}

FolderName = Annotated[str, Meta(min_length=1, max_length=NAME_MOST)]
Filters = Annotated[
    dict[Annotated[str, Meta(min_length=1, max_length=100)], Any],
    Meta(
        max_length=FILTERS_MOST, description="One value for each filter, as rows of a section are asked for."
    ),
]
Order = Annotated[str, Meta(max_length=100)]


class CountView(Struct, frozen=True):
    """How many rows a folder held."""

    rows: int
    is_more: bool
    """There are more: so many were counted one by one."""
    at: int
    """When it was counted."""


class FolderView(Struct, frozen=True, kw_only=True):
    """A saved question to a section."""

    id: str
    section: str
    en: str
    ru: str
    """The same text as `en` where a person gave the name."""
    owner: Owner
    """mine: one's own; shared: everybody's who may see the section; system: comes with the product."""
    filters: dict[str, Any]
    order: str
    """Empty for the usual order."""
    columns: list[ColumnPlace]
    """Every column of the section in order; empty where the folder keeps none of its own."""
    is_pinned: bool
    position: int | None
    """Where one has put it among the folders of its section; null for its usual place."""
    fault: str
    """Why it asks what cannot be asked any more; empty where it can."""
    count: CountView | None
    """Null where it was not asked for, cannot be had, or not in time."""
    created_at: int | None
    created_by: str


class NewFolder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A folder to make."""

    section: Annotated[str, Meta(min_length=1, max_length=100)]
    name: FolderName
    owner: Literal["mine", "shared"] = "mine"
    filters: Filters = {}
    order: Order = ""
    columns: Columns = ()


class FolderChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A folder as it is to be; its section stays."""

    name: FolderName
    owner: Literal["mine", "shared"] = "mine"
    filters: Filters = {}
    order: Order = ""
    columns: Columns = ()


class FolderPlace(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where one puts a folder."""

    is_pinned: bool
    position: Annotated[int, Meta(ge=0, le=100_000)] | None = None


class ColumnsView(Struct, frozen=True):
    """The columns of a section as they hold for whoever asks."""

    whose: From
    """own: arranged by oneself; role, everybody: by an administrator; declared: by the product."""
    columns: list[ColumnPlace]
    """Every column once, in order."""


class ColumnsChange(Struct, frozen=True, forbid_unknown_fields=True):
    """Columns in order; those that are left out stand behind them as the product puts them."""

    columns: Columns


class ItemView(Struct, frozen=True, kw_only=True):
    """One item of the menu."""

    name: str
    kind: Literal["section", "page"]
    """section: a list of this name; page: a page of the console."""
    en: str
    ru: str
    right: Right | None
    """What opens it; null where every user may."""


class GroupView(Struct, frozen=True):
    """One group of the menu."""

    name: str
    en: str
    ru: str
    items: list[ItemView]


class MenuView(Struct, frozen=True):
    """The main menu of whoever asks: what they may open."""

    whose: From
    groups: list[GroupView]


class RoleMenuView(Struct, frozen=True):
    """The menu of a role, whatever its users may open."""

    whose: From
    groups: list[MenuGroup]
    hidden: list[str]
    known: list[GroupView]
    """Every group with every item there is, in the order of the product."""


class BlockView(Struct, frozen=True):
    """One block of a client's card."""

    name: str
    en: str
    ru: str
    right: Right
    """What shows it."""


class CardView(Struct, frozen=True):
    """The blocks of a client's card in order."""

    whose: From
    blocks: list[BlockView]


class RoleCardView(Struct, frozen=True):
    """The card of a role, whatever its users may see."""

    whose: From
    blocks: list[str]
    hidden: list[str]
    known: list[BlockView]
    """Every block there is, in the order of the product."""


def of_folder(one: Folder, columns: Sequence[ColumnPlace], counted: Counted | None = None) -> FolderView:
    """A folder as the API shows it."""
    return FolderView(
        id=key_of(one),
        section=one.section,
        en=one.name,
        ru=one.ru or one.name,
        owner=one.owner,
        filters=one.question.filters,
        order=one.question.order,
        columns=list(columns),
        is_pinned=one.is_pinned,
        position=one.position,
        fault=fault_of(one.section, one.question.filters, one.question.order),
        count=CountView(counted.rows, counted.is_more, counted.at) if counted else None,
        created_at=one.created_at if one.id else None,
        created_by=one.created_by,
    )


def key_of(folder: Folder) -> str:
    """By what the API knows a folder."""
    return folder.declared or public_id(folder.created_at, folder.id)


def of_menu(whose: From, groups: list[MenuGroup]) -> MenuView:
    """A menu as the API shows it."""
    return MenuView(whose, [_group(one) for one in groups])


def of_role_menu(whose: From, menu: Menu) -> RoleMenuView:
    """What was arranged for a role, beside all that there is."""
    every = [_group(MenuGroup(one.name, tuple(_known(one.items)))) for one in GROUPS]
    return RoleMenuView(whose, list(menu.groups), list(menu.hidden), every)


def _group(one: MenuGroup) -> GroupView:
    return GroupView(one.name, *_NAMES[one.name], [_item(name) for name in _known(one.items)])


def _known(names: tuple[str, ...]) -> list[str]:
    return [name for name in names if name in sections() or name in _NAMES]


def _item(name: str) -> ItemView:
    section = sections().get(name)
    if section:
        right = cast(Right, section.right)
        return ItemView(name=name, kind="section", en=section.en, ru=section.ru, right=right)
    en, ru = _NAMES[name]
    return ItemView(name=name, kind="page", en=en, ru=ru, right=_RIGHTS.get(name))


def of_card(whose: From, blocks: list[str]) -> CardView:
    """A card as the API shows it."""
    return CardView(whose, [_block(one) for one in blocks])


def of_role_card(whose: From, card: Card) -> RoleCardView:
    """What was arranged for a role, beside all that there is."""
    return RoleCardView(whose, list(card.blocks), list(card.hidden), [_block(one) for one in _BLOCKS])


def _block(name: str) -> BlockView:
    one = _BLOCKS[name]
    return BlockView(one.name, one.en, one.ru, one.right)
