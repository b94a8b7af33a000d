"""What was asked of lists goes in time, and with the people whom it shows. In: a workspace. Out: rows and files swept.

An erasure takes the files that show the person and whose rows were read before it was applied, and what asks for
somebody by name; whoever asked is told why. Every step may be repeated.
"""

from konnektu.core.asking import naming
from konnektu.core.config import Config
from konnektu.core.section import sections
from konnektu.lists import store
from konnektu.lists.files import file_path, sweep
from konnektu.lists.model import Question, Work
from konnektu.lists.shown import may_show, shows_people
from konnektu.privacy import api as privacy
from konnektu.storage.api import Connection, Storage, WorkspaceRecord


def sweep_old(storage: Storage, workspace: WorkspaceRecord, config: Config, now: int) -> None:
    """Forget what is over its term, tell of what an erasure reached, and remove the files of both."""
    with storage.workspace(workspace).transaction() as db:
        store.forget_old(db, now)
        for work in store.older_than(db, privacy.last_erased(db)):
            if is_erased(db, config, workspace, work):
                store.note_gone(db, work.id, _left_of(work), "erased")
        kept = store.ids(db)
    sweep(config, workspace, kept)


def is_erased(db: Connection, config: Config, workspace: WorkspaceRecord, work: Work) -> bool:
    """Whether somebody was erased since whom its file may show, or its question names somebody."""
    erased = privacy.erased_after(db, work.upto)
    if not erased:
        return False
    section = sections().get(work.section)
    if section is None or naming(section, work.question.filters):
        return True
    return (
        work.size >= 0 and shows_people(section) and may_show(file_path(config, workspace, work.id), erased)
    )


def _left_of(work: Work) -> Question:
    """The question without what names somebody."""
    section = sections().get(work.section)
    named = set(naming(section, work.question.filters)) if section else set(work.question.filters)
    return Question(
        filters={name: one for name, one in work.question.filters.items() if name not in named},
        order=work.question.order,
    )
