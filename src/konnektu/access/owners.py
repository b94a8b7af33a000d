"""Who stands behind work that runs by itself. In: the login of a user. Out: the caller they would be at this moment."""

from msgspec.structs import replace

from konnektu.access import logic, store
from konnektu.access.caller import Caller
from konnektu.access.model import Actor
from konnektu.access.roles import rights_of_role
from konnektu.storage.api import Db, WorkspaceRecord


def caller_of_owner(control: Db, workspace: WorkspaceRecord, login: str) -> Caller | None:
    """The user with their rights as they are now; None where there is none who can sign in."""
    with control.transaction() as conn:
        number = store.user_id(conn, workspace.id, logic.normal_login(login))
        user = store.user(conn, workspace.id, number) if number is not None else None
        if user is None or user.state != "active":
            return None
        rights = rights_of_role(conn, workspace.id, user.role)
        limit = store.limit_of_user(conn, workspace.id, user.id)
    seen = replace(workspace, row_limit=(limit[0] if limit else None) or "")
    return Caller(
        workspace=seen, actor=Actor("user", user.login), rights=rights, role=user.role, user=user.id
    )
