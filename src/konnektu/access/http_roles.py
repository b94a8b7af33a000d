"""Routes of roles and rights. In: requests. Out: views. Invariant: thin; every rule stands behind `access.api`."""

from typing import Annotated

from litestar import delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter

from konnektu.access import api, views_membership
from konnektu.access.api import RIGHTS, Caller, require
from konnektu.core.errors import NotFound
from konnektu.storage.api import Storage

Name = Annotated[str, PathParameter(max_length=100, description="Name of the role.")]
RightName = Annotated[str, PathParameter(max_length=100, description="Name of the right.")]


@get("/rights", guards=[require(None)], sync_to_thread=False)
def list_rights() -> list[views_membership.RightSection]:
    """Every right there is, by section, with its words in both languages."""
    return views_membership.sections_of_rights()


@get("/rights/{right:str}/grantors", guards=[require(None)], sync_to_thread=True)
def list_grantors(
    right: RightName, caller: NamedDependency[Caller], storage: NamedDependency[Storage]
) -> list[views_membership.GrantorView]:
    """Who in the workspace can give a right: whom to ask for it."""
    if right not in RIGHTS:
        raise NotFound("There is no such right.")
    found = api.grantors(storage.control, caller.workspace.id, right)
    is_shown = caller.may("users.manage")
    return [views_membership.GrantorView(one.login if is_shown else "", one.name) for one in found]


@get("/roles", guards=[require("users.manage")], sync_to_thread=True)
def list_roles(
    caller: NamedDependency[Caller], storage: NamedDependency[Storage]
) -> list[views_membership.RoleView]:
    """Roles: the six that every workspace has, and its own, with their rights and how many users have them."""
    return [views_membership.of_role(one) for one in api.roles(storage.control, caller.workspace.id)]


@post("/roles", guards=[require("users.manage")], sync_to_thread=True)
def create_role(
    data: JSONBody[views_membership.NewRole],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views_membership.RoleView:
    """Make a role of rights that the caller holds."""
    made = api.create_role(
        storage.control, caller, name=data.name, title=data.title, rights=data.rights, now=now
    )
    return views_membership.of_role(made)


@patch("/roles/{role:str}", guards=[require("users.manage")], sync_to_thread=True)
def change_role(
    role: Name,
    data: JSONBody[views_membership.RoleChange],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> views_membership.RoleView:
    """Rename a role of the workspace's own or give it other rights; its users are signed out where they change."""
    changed = api.change_role(storage.control, caller, role, title=data.title, rights=data.rights, now=now)
    return views_membership.of_role(changed)


@delete("/roles/{role:str}", guards=[require("users.manage")], sync_to_thread=True)
def remove_role(
    role: Name, caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> None:
    """Remove a role of the workspace's own that nobody has."""
    api.remove_role(storage.control, caller, role, now=now)


routes = [list_rights, list_grantors, list_roles, create_role, change_role, remove_role]
