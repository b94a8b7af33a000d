"""Commands about people who sign in. In: a workspace and a login. Out: what was done, for the log of the machine.

Invariant: each change stands in the workspace's audit log as the command line's.
"""

from typing import Annotated, Literal

from cyclopts import Parameter
from msgspec import Struct

from konnektu.access import api as access
from konnektu.cli.answer import Answer, Injected, table
from konnektu.cli.serve import doors
from konnektu.cli.world import link
from konnektu.core.clock import SystemClock
from konnektu.core.errors import BadRequest, NotFound
from konnektu.storage import api as storage_api
from konnektu.storage.api import Storage, WorkspaceRecord


class ResetFactor(Struct, frozen=True):
    """Whose second factor was taken away."""

    workspace: str
    login: str


class MadeInvitation(Struct, frozen=True):
    """An invitation as it was made."""

    workspace: str
    login: str
    name: str
    role: str
    link: str
    """Shown once."""
    expires_at: int


class ShownSeats(Struct, frozen=True):
    """How many users a workspace may have, and what is taken."""

    workspace: str
    most: int | None
    """Null for any number."""
    users: int
    invited: int


def invite(workspace: str, login: str, *, name: str, role: str, days: int = 7, context: Injected) -> Answer:
    """Invite a named person. Prints the link, once; hand it over by a way that only they can read.

    Parameters
    ----------
    workspace
        Slug of the workspace.
    login
        What the person will sign in with; need not be an e-mail address.
    name
        Name of the person.
    role
        owner, administrator, marketer, analyst, operator, read_only, or a role of the workspace's own.
    days
        How long the link is good, 30 at most.
    """
    config = context.settings().config
    with doors(config) as storage:
        by, now = access.system_caller(storage_api.find(storage, workspace)), SystemClock().now_ms()
        made = access.invite(storage.control, by, name=name, login=login, role=role, days=days, now=now)
    shown, invited = access.link_of_invitation(link(config), workspace, made.secret), made.invitation
    answer = MadeInvitation(workspace, invited.login, invited.name, role, shown, invited.expires_at)
    return Answer(answer, shown)


def limit_users(
    workspace: str, most: int | None = None, *, none: Annotated[bool, Parameter(negative=())] = False,
    context: Injected,
) -> Answer:  # fmt: skip
    """Show how many users a workspace may have, or change it. Who is there stays, also beyond the limit.

    Parameters
    ----------
    workspace
        Slug of the workspace.
    most
        So many users, invited people included, disabled ones not; left out: nothing changes.
    none
        Any number of users.
    """
    with doors(context.settings().config) as storage:
        by, now = access.system_caller(storage_api.find(storage, workspace)), SystemClock().now_ms()
        if most is None and not none:
            taken = access.seats(storage.control, by.workspace.id, now=now)
        else:
            taken = access.change_limit(storage.control, by, None if none else most, now=now)
    limit = "any number of users" if taken.most is None else f"{taken.most} users at most"
    said = f"{workspace}: {limit}; {taken.users} there, {taken.invited} invited"
    return Answer(ShownSeats(workspace, taken.most, taken.users, taken.invited), said)


class ShownRole(Struct, frozen=True):
    """A role in the list."""

    name: str
    title: str
    users: int
    rights: tuple[str, ...]


def list_roles(workspace: str, *, context: Injected) -> Answer:
    """Show the roles of a workspace with their rights: the six it always has, and its own.

    Parameters
    ----------
    workspace
        Slug of the workspace.
    """
    with doors(context.settings().config) as storage:
        found = access.roles(storage.control, storage_api.find(storage, workspace).id)
    shown = [ShownRole(one.name, one.title, one.users, one.rights) for one in found]
    rows = [(one.name, one.title, str(one.users), ", ".join(one.rights)) for one in shown]
    return Answer(shown, table(("role", "title", "users", "rights"), rows))


class Lifted(Struct, frozen=True):
    """What is heard again."""

    workspace: str
    kind: str
    subject: str


def lift_lockout(workspace: str, *, login: str = "", address: str = "", context: Injected) -> Answer:
    """Hear a login or an address again that waits after failed sign-ins.

    Parameters
    ----------
    workspace
        Slug of the workspace.
    login
        Login of a user.
    address
        IP address, in this workspace and in all workspaces together.
    """
    if bool(login) == bool(address):
        raise BadRequest("Say which: --login or --address.")
    kind: Literal["login", "address"] = "login" if login else "address"
    with doors(context.settings().config) as storage:
        by, now = access.system_caller(storage_api.find(storage, workspace)), SystemClock().now_ms()
        access.lift(storage.control, by, kind, login or address, now=now)
    return Answer(Lifted(workspace, kind, login or address), f"{login or address} is heard again.")


def reset_second_factor(workspace: str, login: str, *, context: Injected) -> Answer:
    """Take a lost second factor from a user. They are signed out, and sign in with the password alone.

    Parameters
    ----------
    workspace
        Slug of the workspace.
    login
        What the person signs in with.
    """
    with doors(context.settings().config) as storage:
        record = storage_api.find(storage, workspace)
        by, now = access.system_caller(record), SystemClock().now_ms()
        access.reset_second_factor(storage.control, by, _user(storage, record, login), now=now)
    return Answer(ResetFactor(workspace, login), f"{login} has no second factor.")


def _user(storage: Storage, workspace: WorkspaceRecord, login: str) -> int:
    found = access.find_user(storage.control, workspace.id, login)
    if found is None:
        raise NotFound(f"There is no user {login} in {workspace.slug}.")
    return found
