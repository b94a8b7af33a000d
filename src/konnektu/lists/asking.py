"""Asking something of a whole list, and what became of it. In: a caller. Out: what they asked, with its job.

Invariant: it is done under the rights that whoever asked holds when it is done, and the audit log hears of it when it
is asked.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from konnektu.access.api import Caller, checked_reason, record_alone
from konnektu.core.asking import wanted
from konnektu.core.clock import DAY
from konnektu.core.config import Config
from konnektu.core.errors import Forbidden, NotFound, Unprocessable
from konnektu.core.section import Section, sections
from konnektu.jobs import api as jobs
from konnektu.lists import store
from konnektu.lists.files import drop_file, file_path
from konnektu.lists.keeping import is_erased, sweep_old
from konnektu.lists.model import (
    DAYS,
    OPEN_MOST,
    Deed,
    Erased,
    Exporting,
    NoFile,
    NotPeople,
    NotYours,
    NoWork,
    Question,
    TooMany,
    Work,
)
from konnektu.log import api as log
from konnektu.profiles import api as profiles
from konnektu.storage.api import Db, Storage

KINDS = {"export": "lists.export", "tag": "lists.tag"}
PEOPLE = frozenset(("people", "visitors", "profiles"))
"""Sections whose rows are people."""
SHOWN_MOST = 50
CHUNK = 256 * 1024


class Desk(Struct, frozen=True):
    """A caller with the doors."""

    storage: Storage
    caller: Caller
    config: Config
    now: int

    @property
    def db(self) -> Db:
        """The door that holds what was asked, by whomever."""
        return self.storage.workspace(self.caller.workspace.whole)


def ask(desk: Desk, section: str, question: Question, deed: Deed) -> tuple[Work, jobs.Job]:
    """Let something be done to the rows of a list. Raises what a question to the list raises, `TooMany`."""
    _check(desk, section, question, deed)
    sweep_old(desk.storage, desk.caller.workspace.whole, desk.config, desk.now)
    caller = desk.caller
    with desk.db.transaction() as db:
        upto = log.store.place(db).position
        number = store.add_work(db, _fresh(desk, section, question, deed, upto))
    kind = KINDS[deed.__struct_config__.tag]  # type: ignore[index]
    job = jobs.defer(
        desk.storage, caller.workspace, kind, str(number), {"work": number}, now=desk.now, by=caller.login
    )
    with desk.db.transaction() as db:
        store.note_job(db, number, job.id)
    record_alone(desk.storage.control, caller, f"list.{kind}", section, _told(question, deed), now=desk.now)
    return _found(desk, number), job


def asked(desk: Desk) -> list[tuple[Work, jobs.Job | None]]:
    """What the caller asked in the last days, the latest first, each with its job."""
    if not desk.caller.user:
        return []
    with desk.db.read() as db:
        found = store.work_of(db, desk.caller.login, SHOWN_MOST)
    kept = [one for one in found if one.expires_at > desk.now]
    return [(one, job_of(desk, one)) for one in kept]


def job_of(desk: Desk, work: Work) -> jobs.Job | None:
    """The job that does it; None where it is not known any more."""
    try:
        return jobs.one(desk.storage.control, desk.caller.workspace, work.job)
    except NotFound:
        return None


def forget(desk: Desk, number: int) -> None:
    """Cancel what was asked where it is not done, and remove its file. Raises `NoWork`."""
    work = _found(desk, number)
    # Where it is done, or its job is not known any more, only the file is left.
    with suppress(jobs.JobEnded, NotFound):
        jobs.cancel(desk.storage.control, desk.caller.workspace, work.job, now=desk.now)
    with desk.db.transaction() as db:
        store.delete_work(db, number)
    drop_file(desk.config, desk.caller.workspace, number)


def open_file(desk: Desk, number: int) -> tuple[Work, Iterator[bytes]]:
    """The file for whoever asked for it, while its term lasts. Raises `NoWork`, `NoFile`, `Erased`, `Forbidden`."""
    work = _found(desk, number)
    with desk.db.read() as db:
        if work.gone or is_erased(db, desk.config, desk.caller.workspace, work):
            raise Erased
    path = file_path(desk.config, desk.caller.workspace, number)
    if work.size < 0 or not path.exists():
        raise NoFile
    check_rights(desk.caller, work.section, work.deed)
    if desk.caller.workspace.row_limit not in ("", work.row_limit):
        raise Forbidden("The file holds rows that you may not see any more. Ask for it again.")
    record_alone(
        desk.storage.control, desk.caller, "file.downloaded", work.section, {"size": work.size}, now=desk.now
    )
    return work, _pieces(path)


def check_rights(caller: Caller, name: str, deed: Deed) -> Section:
    """The section, where somebody may do this to its rows. Raises `NotFound`, `Forbidden`, `NotPeople`."""
    section = sections().get(name)
    if section is None:
        raise NotFound(f"There is no section {name!r}. Sections: {', '.join(sections())}.")
    for right in (section.right, *_rights(deed)):
        if right not in caller.rights:
            raise Forbidden(f"This needs the right {right}. Ask an administrator of your workspace for it.")
    if caller.workspace.row_limit and not section.is_within_rows:
        raise Forbidden("This list needs sight of all rows, and yours is limited to some.")
    if not isinstance(deed, Exporting) and name not in PEOPLE:
        raise NotPeople
    return section


def _rights(deed: Deed) -> Sequence[str]:
    if not isinstance(deed, Exporting):
        return ("profiles.write",)
    return ("exports.run", "exports.personal") if deed.reason else ("exports.run",)


def _check(desk: Desk, name: str, question: Question, deed: Deed) -> None:
    if not desk.caller.user:
        raise NotYours
    section = check_rights(desk.caller, name, deed)
    wanted(section, question.filters, question.order, "", 1)
    if isinstance(deed, Exporting):
        known = {one.name for one in section.columns}
        # A column that the workspace adds may be gone by the time the file is made, and is left out then.
        unknown = {name for name in deed.columns if name not in known and not section.might_add(name)}
        if unknown:
            raise Unprocessable(f"{name} has no column {min(unknown)!r}.")
        if deed.reason:
            checked_reason(deed.reason)
    elif not profiles.tag_names([deed.tag]):
        raise Unprocessable("A tag is text of 1 to 100 characters without blanks around it.")
    waiting = [job for _, job in asked(desk) if job and job.state in {"waiting", "running"}]
    if len(waiting) >= OPEN_MOST:
        raise TooMany


def _fresh(desk: Desk, section: str, question: Question, deed: Deed, upto: int) -> Work:
    return Work(
        id=0, login=desk.caller.login, section=section, question=question, deed=deed, job=0, size=-1,
        row_limit=desk.caller.workspace.row_limit, created_at=desk.now, expires_at=desk.now + DAYS * DAY,
        upto=upto,
    )  # fmt: skip


def _found(desk: Desk, number: int) -> Work:
    with desk.db.read() as db:
        work = store.find_work(db, number)
    if work is None or not desk.caller.user or work.login != desk.caller.login or work.expires_at <= desk.now:
        raise NoWork
    return work


def _told(question: Question, deed: Deed) -> dict[str, object]:
    """What the audit log says: by which filters, never their values."""
    more: dict[str, object] = {"filters": sorted(question.filters), "rows": len(question.keys) or "all"}
    if isinstance(deed, Exporting):
        return {**more, "format": deed.form, "personal": bool(deed.reason), "reason": deed.reason}
    return {**more, "tag": deed.tag, "way": deed.way}


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece
