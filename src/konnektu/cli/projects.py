"""Commands that make workspaces, users, sources and tokens. In: words, and a password on standard input. Out: what
was made, with the keys that are shown once.

Invariant: they work beside a running server and without one; a crash between two steps is cured by a repetition.
"""

import select
import sys
from typing import Annotated

from cyclopts import Parameter
from msgspec import Struct

from konnektu.access import api as access
from konnektu.cli.answer import Answer, Injected, table
from konnektu.cli.serve import doors
from konnektu.cli.world import link
from konnektu.core.clock import DAY, SystemClock
from konnektu.core.errors import Conflict
from konnektu.core.ids import public_id
from konnektu.storage import api as storage_api
from konnektu.storage.api import Storage, WorkspaceRecord

PASSWORD_SECONDS = 2.0
"""How long a password is waited for on a standard input that is open and silent."""


class MadeWorkspace(Struct, frozen=True):
    """A workspace as it was made."""

    workspace: str
    link: str
    owner: str
    password: str | None
    """Shown once, where it was made here; null where it was given."""


class MadeUser(Struct, frozen=True):
    """A user as they were made."""

    workspace: str
    login: str
    role: str
    password: str | None
    """Shown once, where it was made here; null where it was given."""


class MadeSource(Struct, frozen=True):
    """A source as it was made."""

    id: str
    workspace: str
    kind: str
    name: str
    write_key: str


class MadeToken(Struct, frozen=True):
    """A token as it was made."""

    id: str
    workspace: str
    name: str
    scopes: tuple[str, ...]
    token: str
    """Shown once."""


class ShownWorkspace(Struct, frozen=True):
    """A workspace in the list."""

    workspace: str
    name: str
    link: str
    timezone: str
    state: str
    reason: str


def create_workspace(
    slug: str, *, owner: str, name: str = "", timezone: str = "Europe/Moscow", context: Injected
) -> Answer:
    """Make a workspace with its owner. The password comes on standard input, or is made and printed once.

    Parameters
    ----------
    slug
        Its part of the link: 3 to 40 letters a-z, digits and hyphens.
    owner
        Login of its first user.
    name
        Name that people see; the slug unless given.
    timezone
        IANA name of the zone its days are counted in.
    """
    storage_api.checked_slug(slug)
    login = access.normal_login(owner)
    password, given = _password()
    config = context.settings().config
    with doors(config, may_make=True) as storage:
        now = SystemClock().now_ms()
        record = _begun(storage, slug, name or slug, timezone, now)
        by = access.system_caller(record)
        access.create_user(
            storage.control, access.Passwords(), by, login=login, password=password, role="owner", now=now
        )
    made = MadeWorkspace(slug, f"{link(config)}/{slug}/", login, None if given else password)
    said = f"{made.link}\nlogin     {login}" + (
        "" if given else f"\npassword  {password}   (shown this once)"
    )
    return Answer(made, said)


def list_workspaces(*, context: Injected) -> Answer:
    """Show every workspace and its link."""
    config = context.settings().config
    with doors(config) as storage:
        records = storage_api.list_workspaces(storage)
    shown = [
        ShownWorkspace(one.slug, one.name, f"{link(config)}/{one.slug}/", one.timezone, one.state, one.reason)
        for one in records
    ]
    rows = [(one.workspace, one.name, one.link, one.state) for one in shown]
    return Answer(shown, table(("workspace", "name", "link", "state"), rows))


def create_user(workspace: str, login: str, *, role: str, context: Injected) -> Answer:
    """Make a user who can sign in. The password comes on standard input, or is made and printed once.

    Parameters
    ----------
    workspace
        Slug of the workspace.
    login
        What the person signs in with.
    role
        owner, administrator, marketer, analyst, operator, read_only, or a role of the workspace's own.
    """
    password, given = _password()
    with doors(context.settings().config) as storage:
        by = access.system_caller(storage_api.find(storage, workspace))
        now = SystemClock().now_ms()
        user = access.create_user(
            storage.control, access.Passwords(), by, login=login, password=password, role=role, now=now
        )
    made = MadeUser(workspace, user.login, user.role, None if given else password)
    return Answer(
        made, f"login     {user.login}" + ("" if given else f"\npassword  {password}   (shown this once)")
    )


def create_source(
    workspace: str, *, kind: access.SourceKind, name: str, test: bool = False, context: Injected
) -> Answer:
    """Make a source of events and print its write key.

    Parameters
    ----------
    workspace
        Slug of the workspace.
    kind
        web, mobile, desktop, server, pos, crm, call_center, form, partner, mailing, chat_bot or import.
    name
        Name that people see, unique in the workspace.
    test
        Its events are marked as a test and left out of counts.
    """
    with doors(context.settings().config) as storage:
        by = access.system_caller(storage_api.find(storage, workspace))
        now = SystemClock().now_ms()
        source = access.create_source(storage.control, by, kind=kind, name=name, is_test=test, now=now)
    number = public_id(source.created_at, source.id)
    return Answer(
        MadeSource(number, workspace, source.kind, source.name, source.write_keys[0]), source.write_keys[0]
    )


def create_token(
    workspace: str,
    *,
    scope: Annotated[list[str], Parameter(negative=())],
    name: str = "command line",
    days: int | None = None,
    context: Injected,
) -> Answer:
    """Make a token of the management API and print it. It is not kept and cannot be shown again.

    Parameters
    ----------
    workspace
        Slug of the workspace.
    scope
        Right that the token holds, such as profiles.read; may be repeated, or several separated by commas; `all`
        is every right.
    name
        What the token is for.
    days
        It ends after so many days; never unless given.
    """
    words = [word.strip() for given in scope for word in given.split(",")]
    scopes = sorted(access.RIGHTS) if words == ["all"] else words
    with doors(context.settings().config) as storage:
        by = access.system_caller(storage_api.find(storage, workspace))
        now = SystemClock().now_ms()
        expires_at = None if days is None else now + days * DAY
        made = access.create_token(
            storage.control, by, name=name, scopes=scopes, now=now, expires_at=expires_at
        )
    number = public_id(made.token.created_at, made.token.id)
    return Answer(MadeToken(number, workspace, name, made.token.scopes, made.secret), made.secret)


def _begun(storage: Storage, slug: str, name: str, timezone: str, now: int) -> WorkspaceRecord:
    """A workspace without users: fresh, or left so by an earlier try that was stopped."""
    try:
        return storage_api.create_workspace(storage, slug, name, created_at=now, timezone=timezone)
    except Conflict:
        record = storage_api.find(storage, slug)
        if access.users(storage.control, record.id, limit=1):
            raise
        return record


def _password() -> tuple[str, bool]:
    """(password, whether it was given): the first line of standard input, else one made here.

    A terminal is not asked, and an input that stays silent counts as empty.
    """
    if sys.stdin is None or sys.stdin.closed or sys.stdin.isatty():
        return access.generated_password(), False
    if not select.select([sys.stdin], [], [], PASSWORD_SECONDS)[0]:
        return access.generated_password(), False
    line = sys.stdin.readline().rstrip("\r\n")
    return (access.checked_password(line), True) if line else (access.generated_password(), False)
