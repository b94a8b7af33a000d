"""Routes of the console's memory under /api/{workspace}/console: folders, columns, menu, card.

In: requests. Out: views. Invariant: thin; what others see of it is changed by holders of a right, and audited.
"""

from typing import Annotated, Any

from litestar import Request, Router, delete, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, PathParameter, QueryParameter

from konnektu.access.api import Caller, require
from konnektu.console import api, views
from konnektu.console.api import Counts, Person, Question, ShownColumns
from konnektu.storage.api import Storage

Id = Annotated[str, PathParameter(max_length=200, description="Id as the list shows it.")]
Name = Annotated[str, PathParameter(max_length=100, description="Name of the section.")]
Role = Annotated[str, PathParameter(max_length=100, description="Name of the role, or `everybody`.")]
SectionName = Annotated[
    str,
    QueryParameter(max_length=100, description="Folders of this section; of every one where it is empty."),
]
Pinned = Annotated[bool, QueryParameter(description="Only those in the header line.")]
Counting = Annotated[bool, QueryParameter(description="With how many rows each holds.")]
Text = Annotated[
    str,
    QueryParameter(
        min_length=1,
        max_length=200,
        description="An identifier in any writing, the beginning of a name or number, or words.",
    ),
]
Limit = Annotated[int, QueryParameter(ge=1, le=50, description="Most hits of each kind.")]
HITS_USUAL = 8
ARRANGE = [require("settings.manage")]


@get("/folders", guards=[require(None)], sync_to_thread=True)
def list_folders(
    person: NamedDependency[Person],
    counts: NamedDependency[Counts],
    *,
    section: SectionName = "",
    pinned: Pinned = False,
    counted: Counting = False,
) -> list[views.FolderView]:
    """Folders that the caller sees: their own, shared ones and the product's; the pinned ones first."""
    found = [one for one in api.folders(person, section) if one.is_pinned or not pinned]
    rows, columns = counts.of(person, found) if counted else {}, ShownColumns(person)
    return [views.of_folder(one, columns.of(one), rows.get(place)) for place, one in enumerate(found)]


@post("/folders", guards=[require(None)], sync_to_thread=True)
def make_folder(data: JSONBody[views.NewFolder], person: NamedDependency[Person]) -> views.FolderView:
    """Make a folder of one's own, or one that is shared, for which the right console.share is needed."""
    question = Question(data.filters, data.order, data.columns)
    made = api.make(person, data.section, data.name, data.owner, question)
    return views.of_folder(made, ShownColumns(person).of(made))


@put("/folders/{folder:str}", guards=[require(None)], sync_to_thread=True)
def change_folder(
    folder: Id, data: JSONBody[views.FolderChange], person: NamedDependency[Person]
) -> views.FolderView:
    """Give a folder another name, question or owner. Shared ones need the right console.share."""
    question = Question(data.filters, data.order, data.columns)
    changed = api.change(person, folder, data.name, data.owner, question)
    return views.of_folder(changed, ShownColumns(person).of(changed))


@delete("/folders/{folder:str}", status_code=204, guards=[require(None)], sync_to_thread=True)
def delete_folder(folder: Id, person: NamedDependency[Person]) -> None:
    """Delete a folder. Shared ones need the right console.share."""
    api.delete(person, folder)


@put("/folders/{folder:str}/place", status_code=204, guards=[require(None)], sync_to_thread=True)
def place_folder(folder: Id, data: JSONBody[views.FolderPlace], person: NamedDependency[Person]) -> None:
    """Put a folder into the header line or out of it, and among its neighbours; for oneself alone."""
    api.place(person, folder, is_pinned=data.is_pinned, position=data.position)


@get("/columns/{section:str}", guards=[require(None)], sync_to_thread=True)
def get_columns(section: Name, person: NamedDependency[Person]) -> views.ColumnsView:
    """The columns of a section as they hold for the caller."""
    whose, placed = api.columns(person, section)
    return views.ColumnsView(whose, list(placed))


@put("/columns/{section:str}", guards=[require(None)], sync_to_thread=True)
def put_columns(
    section: Name, data: JSONBody[views.ColumnsChange], person: NamedDependency[Person]
) -> views.ColumnsView:
    """Arrange the columns of a section for oneself."""
    api.put_columns(person, section, data.columns)
    whose, placed = api.columns(person, section)
    return views.ColumnsView(whose, list(placed))


@delete("/columns/{section:str}", status_code=200, guards=[require(None)], sync_to_thread=True)
def reset_columns(section: Name, person: NamedDependency[Person]) -> views.ColumnsView:
    """Forget one's own arrangement of a section's columns."""
    api.reset_columns(person, section)
    whose, placed = api.columns(person, section)
    return views.ColumnsView(whose, list(placed))


@put("/columns/{section:str}/roles/{role:str}", status_code=204, guards=ARRANGE, sync_to_thread=True)
def put_columns_of_role(
    section: Name, role: Role, data: JSONBody[views.ColumnsChange], person: NamedDependency[Person]
) -> None:
    """Arrange the columns of a section for those of a role who have not done so themselves."""
    api.put_columns_of_role(person, section, role, data.columns)


@delete("/columns/{section:str}/roles/{role:str}", status_code=204, guards=ARRANGE, sync_to_thread=True)
def reset_columns_of_role(section: Name, role: Role, person: NamedDependency[Person]) -> None:
    """Forget what was arranged for a role."""
    api.reset_columns_of_role(person, section, role)


@get("/menu", guards=[require(None)], sync_to_thread=True)
def get_menu(person: NamedDependency[Person]) -> views.MenuView:
    """The main menu of the caller: groups and what they may open, in order."""
    return views.of_menu(*api.menu(person))


@get("/menu/{role:str}", guards=ARRANGE, sync_to_thread=True)
def get_menu_of_role(role: Role, person: NamedDependency[Person]) -> views.RoleMenuView:
    """The main menu as it was arranged for a role, beside all that there is."""
    return views.of_role_menu(*api.menu_of_role(person, role))


@put("/menu/{role:str}", status_code=204, guards=ARRANGE, sync_to_thread=True)
def put_menu_of_role(role: Role, data: JSONBody[api.Menu], person: NamedDependency[Person]) -> None:
    """Arrange the main menu of a role. What is neither placed nor hidden stands where the product puts it."""
    api.put_menu(person, role, data)


@delete("/menu/{role:str}", status_code=204, guards=ARRANGE, sync_to_thread=True)
def reset_menu_of_role(role: Role, person: NamedDependency[Person]) -> None:
    """Forget what was arranged for a role."""
    api.reset_menu(person, role)


@get("/card", guards=[require("profiles.read")], sync_to_thread=True)
def get_card(person: NamedDependency[Person]) -> views.CardView:
    """The blocks of a client's card for the caller, in order."""
    return views.of_card(*api.card(person))


@get("/card/{role:str}", guards=ARRANGE, sync_to_thread=True)
def get_card_of_role(role: Role, person: NamedDependency[Person]) -> views.RoleCardView:
    """The card as it was arranged for a role, beside all that there is."""
    return views.of_role_card(*api.card_of_role(person, role))


@put("/card/{role:str}", status_code=204, guards=ARRANGE, sync_to_thread=True)
def put_card_of_role(role: Role, data: JSONBody[api.Card], person: NamedDependency[Person]) -> None:
    """Arrange the blocks of a client's card for a role."""
    api.put_card(person, role, data)


@delete("/card/{role:str}", status_code=204, guards=ARRANGE, sync_to_thread=True)
def reset_card_of_role(role: Role, person: NamedDependency[Person]) -> None:
    """Forget what was arranged for a role."""
    api.reset_card(person, role)


@get("/search", guards=[require(None)], sync_to_thread=True)
def search(person: NamedDependency[Person], text: Text, limit: Limit = HITS_USUAL) -> api.Hits:
    """People, orders and products by what somebody types, lists and pages by their words.

    Parts that the caller may not see, or that could not be searched in time, are null.
    """
    return api.search(person, text, limit)


def person_of(
    caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> Person:
    """Return who asks, with the doors."""
    return Person(caller, storage, now)


def counts_of(request: Request[Any, Any, Any]) -> Counts:
    """Return the counts that this process has at hand."""
    counts: Counts = request.app.state.counts
    return counts


routes = [
    Router(
        "/api/{workspace:str}/console",
        route_handlers=[
            list_folders, make_folder, change_folder, delete_folder, place_folder, get_columns, put_columns,
            reset_columns, put_columns_of_role, reset_columns_of_role, get_menu, get_menu_of_role, put_menu_of_role,
            reset_menu_of_role, get_card, get_card_of_role, put_card_of_role, reset_card_of_role,
        ],
        dependencies={
            "person": Provide(person_of, sync_to_thread=False),
            "counts": Provide(counts_of, sync_to_thread=False),
        },
        tags=["console"],
    ),
    Router(
        "/api/{workspace:str}",
        route_handlers=[search],
        dependencies={"person": Provide(person_of, sync_to_thread=False)},
        tags=["console"],
    ),
]  # fmt: skip
