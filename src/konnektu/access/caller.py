"""In: nothing. Out: the record of who calls. Invariant: a caller belongs to one workspace, its own."""

from msgspec import Struct

from konnektu.access.model import RIGHTS, SYSTEM, Actor, Right, Role
from konnektu.storage.api import WorkspaceRecord


class Caller(Struct, frozen=True, kw_only=True):
    """Who calls, in which workspace, and what they may do there."""

    workspace: WorkspaceRecord
    actor: Actor
    rights: frozenset[Right]
    role: Role | None = None
    """Role of a user; None for a token, which has scopes instead."""
    user: int = 0
    """Id of the user; 0 for a token or the system."""
    csrf: str = ""
    """What a page must repeat with each change; empty where no cookie is involved."""
    session: bytes = b""
    """Hash of the session's cookie; empty where there is none."""

    @property
    def login(self) -> str:
        """Login of a user or name of a token."""
        return self.actor.name

    def may(self, right: Right) -> bool:
        """Whether the caller holds a right."""
        return right in self.rights


def system_caller(workspace: WorkspaceRecord) -> Caller:
    """Return the caller behind the command line: whoever may run commands on the machine may do everything."""
    return Caller(workspace=workspace, actor=SYSTEM, rights=RIGHTS, role="owner")
