"""Commands about people who sign in. In: a workspace and a login. Out: what was done, for the log of the machine.

Invariant: each change stands in the workspace's audit log as the command line's.
"""

from msgspec import Struct

from konnektu.access import api as access
from konnektu.cli.answer import Answer, Injected
from konnektu.cli.serve import doors
from konnektu.core.clock import SystemClock
from konnektu.core.errors import NotFound
from konnektu.storage import api as storage_api
from konnektu.storage.api import Storage, WorkspaceRecord


class ResetFactor(Struct, frozen=True):
    """Whose second factor was taken away."""

    workspace: str
    login: str


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
