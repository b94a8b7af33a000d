"""People of a workspace who use the console."""

from msgspec.structs import replace

from konnektu.access.api import ROLES, Actor, Caller, Passwords, create_user, system_caller
from konnektu.console.api import Person
from konnektu.storage.api import Storage, WorkspaceRecord

NOW = 1_760_000_000_000
PASSWORDS = Passwords(time_cost=1, memory_kib=64)


def user(storage: Storage, workspace: WorkspaceRecord, login: str, role: str = "marketer") -> Person:
    """A user of the workspace, as they come to the console."""
    made = create_user(
        storage.control, PASSWORDS, system_caller(workspace), login=login, password="correct horse battery",
        role=role, now=NOW,
    )  # fmt: skip
    caller = Caller(
        workspace=workspace, actor=Actor("user", login), rights=ROLES[role], role=role, user=made.id
    )
    return Person(caller, storage, NOW)


def token(storage: Storage, workspace: WorkspaceRecord, *rights: str) -> Person:
    """A program with these rights."""
    caller = Caller(workspace=workspace, actor=Actor("token", "CRM"), rights=frozenset(rights))  # type: ignore[arg-type]
    return Person(caller, storage, NOW)


def without(person: Person, *rights: str) -> Person:
    """The same person with fewer rights."""
    return replace(person, caller=replace(person.caller, rights=person.caller.rights - {*rights}))


def within(person: Person, row_limit: str) -> Person:
    """The same person before some rows alone."""
    record = replace(person.caller.workspace, row_limit=row_limit)
    return replace(person, caller=replace(person.caller, workspace=record))


def later(person: Person, milliseconds: int) -> Person:
    """The same person after some time."""
    return replace(person, now=person.now + milliseconds)
