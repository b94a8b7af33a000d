"""The problems that belts, the way out and the start know of. In: what went wrong. Out: rows of problems.

One function for each, so that a key is raised and solved by the same words.
"""

from collections.abc import Iterable, Mapping

from konnektu.core.clock import HOUR
from konnektu.jobs.api import Words, problems, raise_problem, solve_problem
from konnektu.log import api as log
from konnektu.storage.api import Storage, WorkspaceRecord

WRITER_STOPPED = "writer.stopped"
HISTORY_BEHIND = "event_store.away"
QUARANTINE_GROWING = "quarantine.growing"
PAUSED = "workspace.paused"
MANY_REJECTED = 100
"""So many rejected events within an hour are no accident: a sender changed something."""


def writer_stopped(storage: Storage, workspace: int, reason: str, now: int) -> None:
    """A workspace's writer stopped on an error."""
    raise_problem(
        storage.control, workspace, WRITER_STOPPED, "problem",
        what=Words(
            f"The writer stopped: {reason} Events are kept and wait.",
            f"Писатель остановился: {reason} События сохранены и ждут.",
        ),
        to_do=Words(
            "Look at the log of the role belt; it tries again by itself.",
            "Посмотрите журнал роли belt; попытки продолжаются сами.",
        ),
        now=now,
    )  # fmt: skip


def writer_works(storage: Storage, workspace: int) -> None:
    """A workspace's writer applied what waited."""
    solve_problem(storage.control, workspace, WRITER_STOPPED)


def history_away(storage: Storage, workspace: WorkspaceRecord, reason: str, now: int) -> None:
    """A workspace's log does not reach the event store."""
    raise_problem(
        storage.control, workspace, HISTORY_BEHIND, "problem",
        what=Words(
            f"Events do not reach the event store: {reason}", f"События не доходят до хранилища событий: {reason}"
        ),
        to_do=Words(
            "Bring the event store back within the days that the inbox keeps; it catches up by itself.",
            "Верните хранилище событий, пока входящие ещё хранятся; оно догонит само.",
        ),
        now=now,
    )  # fmt: skip


def history_there(storage: Storage, workspace: WorkspaceRecord) -> None:
    """A workspace's log reaches the event store."""
    solve_problem(storage.control, workspace, HISTORY_BEHIND)


def watch_quarantine(storage: Storage, workspace: WorkspaceRecord, now: int) -> None:
    """Say whether many events were rejected within the last hour."""
    latest = log.rejected_at(storage.workspace(workspace), MANY_REJECTED)
    if latest is None or latest < now - HOUR:
        solve_problem(storage.control, workspace, QUARANTINE_GROWING)
        return
    raise_problem(
        storage.control, workspace, QUARANTINE_GROWING, "warning",
        what=Words(
            f"More than {MANY_REJECTED} events were rejected within an hour.",
            f"За час отклонено больше {MANY_REJECTED} событий.",
        ),
        to_do=Words(
            "Look at the rejected events and their reasons, correct the sender, replay them.",
            "Посмотрите отклонённые события и причины, исправьте отправителя, повторите события.",
        ),
        link="/quarantine", now=now,
    )  # fmt: skip


def paused(
    storage: Storage, workspaces: Iterable[WorkspaceRecord], reasons: Mapping[str, str], now: int
) -> None:
    """Say of each workspace whether it is paused; `reasons` by slug."""
    known = {one.workspace for one in problems(storage.control) if one.key == PAUSED}
    for workspace in workspaces:
        reason = reasons.get(workspace.slug)
        if reason is None:
            if workspace.id in known:
                solve_problem(storage.control, workspace, PAUSED)
            continue
        raise_problem(
            storage.control, workspace, PAUSED, "problem",
            what=Words(f"The workspace is paused: {reason}", f"Проект приостановлен: {reason}"),
            to_do=Words("Mend what the reason names and start again.", "Исправьте причину и запустите снова."),
            now=now,
        )  # fmt: skip
