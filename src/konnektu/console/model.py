"""In: nothing. Out: the words of the console: folders, columns, menus, card layouts, and what a search finds.

Invariant: what somebody arranged names things by their declared names; what is not declared any more is left out
when it is read, and what came since stands where the product puts it.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from konnektu.core.errors import Conflict, Forbidden, NotFound

NAME_MOST = 100
COLUMNS_MOST = 300
FOLDERS_MOST = 500
"""Folders of one person, and shared ones of a workspace."""

Owner = Literal["mine", "shared", "system"]
Subject = Literal["columns", "menu", "card"]
From = Literal["own", "role", "everybody", "declared"]
"""Whose arrangement holds: one's own, one's role's, everybody's, or the product's."""

Named = Annotated[str, Meta(min_length=1, max_length=100)]
Width = Annotated[int, Meta(ge=40, le=2_000, description="Pixels.")]


class ColumnPlace(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How one column stands in a list."""

    name: Named
    width: Width | None = None
    """Null for the usual one."""
    is_pinned: bool = False
    """Stays in sight while the others scroll."""
    is_hidden: bool = False


Columns = Annotated[tuple[ColumnPlace, ...], Meta(max_length=COLUMNS_MOST)]


class Question(Struct, frozen=True, omit_defaults=True):
    """What a folder asks of its section, and how it shows the answer."""

    filters: dict[str, Any] = {}
    order: str = ""
    """Empty for the usual order."""
    columns: tuple[ColumnPlace, ...] = ()
    """Empty for those that one sees without a folder."""


class Folder(Struct, frozen=True, kw_only=True):
    """A saved question to a section."""

    id: int = 0
    """0 for a folder that the product declares."""
    declared: str = ""
    """`section.name` of a folder that the product declares."""
    section: str
    name: str
    """Of a declared folder: in English; `ru` has it in Russian."""
    ru: str = ""
    question: Question
    owner: Owner
    is_pinned: bool
    """Stands in the header line of whoever asks."""
    position: int | None
    """Among the folders of its section, as whoever asks has put it; None for its usual place."""
    created_at: int = 0
    created_by: str = ""


class Counted(Struct, frozen=True):
    """How many rows a folder held at an instant."""

    rows: int
    """At most `counting.MOST`."""
    is_more: bool
    """There are more than that."""
    at: int


class MenuGroup(Struct, frozen=True, forbid_unknown_fields=True):
    """One group of the main menu with its items in order."""

    name: Named
    items: Annotated[tuple[Named, ...], Meta(max_length=200)] = ()


class Menu(Struct, frozen=True, forbid_unknown_fields=True):
    """How somebody arranged the main menu."""

    groups: Annotated[tuple[MenuGroup, ...], Meta(max_length=50)] = ()
    hidden: Annotated[tuple[Named, ...], Meta(max_length=200)] = ()
    """Items that do not stand in the menu; they are still found by search."""


class Card(Struct, frozen=True, forbid_unknown_fields=True):
    """How somebody arranged the blocks of a client's card."""

    blocks: Annotated[tuple[Named, ...], Meta(max_length=100)] = ()
    hidden: Annotated[tuple[Named, ...], Meta(max_length=100)] = ()


class PersonHit(Struct, frozen=True, kw_only=True):
    """A person whom a search found."""

    id: str
    name: str
    """Empty where nobody told it; covered for who may not see personal data, as the rest."""
    identifiers: tuple[tuple[str, str], ...]
    """(kind, value) of a few that name a person."""
    is_known: bool


class OrderHit(Struct, frozen=True, kw_only=True):
    """An order whose number begins so."""

    number: str
    stage: str
    status: str
    """As the shop itself calls it."""
    ordered_at: int
    net: str
    """Decimal text."""
    currency: str
    profile: str | None


class ProductHit(Struct, frozen=True, kw_only=True):
    """A product by words of its name, brand, article, id or barcode."""

    id: str
    name: str
    sku: str
    price: str | None
    """Decimal text."""
    currency: str
    picture: str


class PlaceHit(Struct, frozen=True, kw_only=True):
    """A list or a page of the console."""

    name: str
    kind: Literal["section", "page"]
    en: str
    ru: str


class Hits(Struct, frozen=True, kw_only=True):
    """What a search found. A part is null where it may not be seen, or could not be searched in time."""

    people: list[PersonHit] | None
    orders: list[OrderHit] | None
    products: list[ProductHit] | None
    places: list[PlaceHit]


class NoFolder(NotFound):
    """There is no such folder in this workspace, or it is somebody else's own."""


class FolderTaken(Conflict):
    """A folder of this section has this name already. Choose another one."""


class FoldersFull(Conflict):
    """There are as many folders as there can be. Delete one that nobody needs."""


class Nobody(Forbidden):
    """A token has nothing of its own in the console. Sign in as a user."""
