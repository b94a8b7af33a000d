"""What people are told of transfers. In: what is wrong with one. Out: its line in the list of problems."""

from konnektu.jobs import api as jobs
from konnektu.storage.api import Storage, WorkspaceRecord
from konnektu.transfers.model import ScheduledExport, ScheduledImport

KINDS = ("place", "held", "import", "late")

WHAT = {
    "place": jobs.Words(
        "«{name}»: the place cannot be used. {detail}", "«{name}»: место недоступно. {detail}"
    ),
    "held": jobs.Words("«{name}»: files wait. {detail}", "«{name}»: файлы ждут решения. {detail}"),
    "import": jobs.Words("«{name}»: an import failed. {detail}", "«{name}»: импорт не удался. {detail}"),
    "late": jobs.Words("«{name}»: files are late. {detail}", "«{name}»: файлы опаздывают. {detail}"),
}
TO_DO = {
    "place": jobs.Words(
        "Look at the address and the credentials of the place.", "Проверьте адрес и доступ к месту."
    ),
    "held": jobs.Words(
        "Ask whoever makes the files for whole ones, or accept them as they are.",
        "Попросите прислать файлы целиком или примите их как есть.",
    ),
    "import": jobs.Words(
        "Correct the mapping or the file and start the import again.",
        "Исправьте сопоставление или файл и запустите импорт снова.",
    ),
    "late": jobs.Words("Ask whoever makes the files.", "Спросите того, кто готовит файлы."),
}


def tell(storage: Storage, workspace: WorkspaceRecord, plan: ScheduledImport, what: str, detail: str, *,
         is_problem: bool, now: int) -> None:  # fmt: skip
    """Say what is wrong with a scheduled import. `detail` names files and errors, never a secret."""
    said = WHAT[what]
    words = jobs.Words(*(text.format(name=plan.name, detail=detail) for text in (said.en, said.ru)))
    severity: jobs.Severity = "problem" if is_problem else "warning"
    link = f"/transfers/imports/{plan.id}"
    jobs.raise_problem(
        storage.control,
        workspace,
        _key(plan.id, what),
        severity,
        what=words,
        to_do=TO_DO[what],
        link=link,
        now=now,
    )


def solve(storage: Storage, workspace: WorkspaceRecord, number: int, *what: str) -> None:
    """Say that this is well again."""
    for one in what:
        jobs.solve_problem(storage.control, workspace, _key(number, one))


def tell_export(
    storage: Storage,
    workspace: WorkspaceRecord,
    plan: ScheduledExport,
    detail: str,
    *,
    is_problem: bool,
    now: int,
) -> None:
    """Say that a scheduled export does not leave."""
    words = jobs.Words(
        f"«{plan.name}»: the export does not leave. {detail}", f"«{plan.name}»: выгрузка не уходит. {detail}"
    )
    to_do = jobs.Words(
        "Look at its place, its address and the rights of its owner.",
        "Проверьте место, адрес и права владельца.",
    )
    jobs.raise_problem(
        storage.control, workspace, f"transfer.export:{plan.id}", "problem" if is_problem else "warning", what=words,
        to_do=to_do, link=f"/transfers/exports/{plan.id}", now=now,
    )  # fmt: skip


def solve_export(storage: Storage, workspace: WorkspaceRecord, number: int) -> None:
    """Say that a scheduled export leaves again."""
    jobs.solve_problem(storage.control, workspace, f"transfer.export:{number}")


def _key(number: int, what: str) -> str:
    return f"transfer:{number}:{what}"
