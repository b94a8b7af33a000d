"""Doing what was asked of a list. In: a job and its record. Out: a file, or facts in the inbox.

Invariant: a job that is begun again leaves one file, and states the same facts under the same message ids, which are
applied once.
"""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from konnektu.access.api import Caller, caller_of_owner, record_alone
from konnektu.core.folders import private_folder
from konnektu.core.records import Parcel
from konnektu.core.section import Section
from konnektu.exports import api as exports
from konnektu.jobs import api as jobs
from konnektu.lists import store
from konnektu.lists.asking import check_rights
from konnektu.lists.files import file_path
from konnektu.lists.model import Erased, Exporting, NoWork, OwnerLeft, Tagging, Work
from konnektu.lists.rows import pages
from konnektu.lists.shown import Shown
from konnektu.log import api as log
from konnektu.profiles import api as profiles
from konnektu.storage.api import Asker


def export(doing: jobs.Work, number: int) -> Mapping[str, Any]:
    """Make the file. Its result says how many rows it has, and its bytes."""
    work, owner, section = _begun(doing, number)
    assert isinstance(work.deed, Exporting)  # noqa: S101 - the kind of the job says so
    asker = _asker(doing, work, owner, is_open=bool(work.deed.reason))
    done, upto = [0], _applied(doing)

    def progress(rows: int) -> None:
        doing.check()
        done[0] = rows
        doing.progress(rows)

    whole = doing.storage.workspace(doing.workspace)
    shown = Shown(whole, section)
    path = file_path(doing.config, doing.workspace, work.id)
    part = path.with_name(f"{path.name}.part")
    private_folder(path.parent)
    scratch = private_folder(path.parent / f"{work.id}.scratch")
    try:
        with part.open("wb") as file:
            file.writelines(
                exports.export(asker, _list(section, asker, work, shown), work.deed.form, scratch, progress)
            )
            file.flush()
            os.fsync(file.fileno())
        shown.keep(path, upto, _applied(doing))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
        shutil.rmtree(scratch, ignore_errors=True)
    size = path.stat().st_size
    with whole.transaction() as db:
        store.note_size(db, work.id, size, upto)
    detail = {"people" if "people" in section.name else "rows": done[0], "personal": bool(work.deed.reason)}
    record_alone(
        doing.storage.control, owner, "list.export_ended", work.section, detail, now=doing.clock.now_ms()
    )
    return {"rows": done[0], "bytes": size}


def tag(doing: jobs.Work, number: int) -> Mapping[str, Any]:
    """State the tag of everybody in the list. Its result says how many people that were."""
    work, owner, section = _begun(doing, number)
    assert isinstance(work.deed, Tagging)  # noqa: S101 - the kind of the job says so
    asker, people = _asker(doing, work, owner, is_open=False), 0
    for rows in pages(asker, section, work.question):
        doing.check()
        bodies = [_tagged(work, work.deed, row.key) for row in rows]
        parcel = Parcel(0, "console", doing.clock.now_ms(), bodies)
        log.append(doing.storage.inbox, doing.workspace.id, [parcel])
        people += len(rows)
        doing.progress(people)
    return {"people": people}


def _tagged(work: Work, deed: Tagging, person: str) -> bytes:
    change = profiles.Change(message_id=str(uuid5(NAMESPACE_OID, f"{work.created_at} {work.id} {person}")),
                             by=work.login, profile=person)  # fmt: skip
    named = [deed.tag]
    return profiles.retag(change, named if deed.way == "add" else [], named if deed.way == "remove" else [])


def _begun(doing: jobs.Work, number: int) -> tuple[Work, Caller, Section]:
    with doing.storage.workspace(doing.workspace).read() as db:
        work = store.find_work(db, number)
    if work is None:
        raise NoWork
    if work.gone:
        raise Erased
    owner = caller_of_owner(doing.storage.control, doing.workspace, work.login)
    if owner is None:
        raise OwnerLeft
    return work, owner, check_rights(owner, work.section, work.deed)


def _applied(doing: jobs.Work) -> int:
    """Up to where the log is applied before the first row is read."""
    with doing.storage.workspace(doing.workspace).read() as db:
        return log.store.place(db).position


def _asker(doing: jobs.Work, work: Work, owner: Caller, *, is_open: bool) -> Asker:
    """The owner's record of the workspace opens the doors that the owner has."""
    language = work.deed.language if isinstance(work.deed, Exporting) else "ru"
    is_seeking = owner.may("profiles.personal")
    return Asker(
        doing.storage, owner.workspace, doing.clock.now_ms(), is_open, language, is_seeking, frozenset(owner.rights)
    )  # fmt: skip


def _list(section: Section, asker: Asker, work: Work, shown: Shown) -> exports.List:
    """The section as a list with the columns that are asked for, which notes whom its rows show."""
    assert isinstance(work.deed, Exporting)  # noqa: S101 - asked of exports alone
    known = {one.name: one for one in section.columns_of(asker)}
    columns = [known[name] for name in work.deed.columns if name in known] or list(known.values())

    def rows(asker: Asker) -> Iterator[Sequence[Any]]:
        for page in pages(asker, section, work.question, exports.added_among(section, columns)):
            shown.see(page)
            yield from exports.cells(section, columns, page)

    return exports.list_of(section, columns, rows)
