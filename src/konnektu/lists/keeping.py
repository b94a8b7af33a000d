"""What was asked of lists goes in time, and with the people whom it shows. In: a workspace. Out: rows and files swept.

A file does not say whom it shows: columns are chosen, values covered. So an erasure takes every file of a list of
people whose rows were read before it was applied; whoever asked is told why. Every step may be repeated.
"""

from konnektu.core.asking import naming
from konnektu.core.config import Config
from konnektu.core.section import Section, sections
from konnektu.lists import store
from konnektu.lists.files import sweep
from konnektu.lists.model import Question, Work
from konnektu.privacy import api as privacy
from konnektu.storage.api import Connection, Storage, WorkspaceRecord


def sweep_old(storage: Storage, workspace: WorkspaceRecord, config: Config, now: int) -> None:
    """Forget what is over its term, tell of what an erasure reached, and remove the files of both."""
    with storage.workspace(workspace).transaction() as db:
        store.forget_old(db, now)
        for work in store.older_than(db, privacy.last_erased(db)):
            if is_reached(work):
                store.note_gone(db, work.id, _left_of(work), "erased")
        kept = store.ids(db)
    sweep(config, workspace, kept)


def is_erased(db: Connection, work: Work) -> bool:
    """Whether somebody was erased since whom it may show."""
    return work.upto < privacy.last_erased(db) and is_reached(work)


def is_reached(work: Work) -> bool:
    """Whether it may show people: a file of a list of people, or a question that names somebody."""
    section = sections().get(work.section)
    if section is None:
        return True
    return (work.size >= 0 and _shows_people(section)) or bool(naming(section, work.question.filters))


def _shows_people(section: Section) -> bool:
    return any(column.is_personal or column.refers == "profiles" for column in section.columns)


def _left_of(work: Work) -> Question:
    """The question without what names somebody."""
    section = sections().get(work.section)
    named = set(naming(section, work.question.filters)) if section else set(work.question.filters)
    return Question(
        filters={name: one for name, one in work.question.filters.items() if name not in named},
        order=work.question.order,
    )
