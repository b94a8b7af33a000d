"""Problems: what is broken and waits for a person. In: whoever knows of it says so. Out: one list.

Raising twice changes nothing but when it was last seen; what is solved is gone. Keys are names of what is
broken, as `writer.stopped` or `feed:17`; the same key is raised and solved by the same code.
"""

from contextlib import suppress

from konnektu.core.errors import Retry
from konnektu.jobs import store
from konnektu.jobs.model import Problem, Severity, Words
from konnektu.storage.api import Db, WorkspaceRecord


def raise_problem(
    control: Db, workspace: WorkspaceRecord | int | None, key: str, severity: Severity, *, what: Words,
    to_do: Words, link: str = "", now: int,
) -> None:  # fmt: skip
    """Say that something is broken in a workspace, or in the installation where it is None.

    Says nothing where PostgreSQL is away: whoever knows will say it again.
    """
    with suppress(Retry), control.transaction() as db:
        store.raise_problem(db, _number(workspace), key, severity, what=what, to_do=to_do, link=link, now=now)


def solve_problem(control: Db, workspace: WorkspaceRecord | int | None, key: str) -> bool:
    """Say that it is mended; whether it was broken. Says nothing where PostgreSQL is away."""
    with suppress(Retry), control.transaction() as db:
        return store.solve_problem(db, _number(workspace), key)
    return False


def problems(control: Db, workspace: WorkspaceRecord | None = None) -> list[Problem]:
    """What is broken in a workspace and in the installation, the worst first; without one: everywhere."""
    with control.read() as db:
        return store.problems(db, workspace.id if workspace else None)


def _number(workspace: WorkspaceRecord | int | None) -> int | None:
    return workspace.id if isinstance(workspace, WorkspaceRecord) else workspace
