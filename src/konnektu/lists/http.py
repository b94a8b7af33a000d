"""Routes of what is asked of whole lists, under /api/{workspace}/lists.

In: requests. Out: views and one stream. Invariant: thin; everybody sees what they asked themselves.
"""

from typing import Annotated, Literal
from urllib.parse import quote

from litestar import Router, delete, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody, PathParameter
from litestar.response import Stream
from msgspec import Struct

from konnektu.access.api import Caller, require
from konnektu.core.config import Config
from konnektu.core.ids import internal_id, public_id
from konnektu.jobs import api as jobs
from konnektu.lists import api
from konnektu.lists.api import Desk, Exporting, Question, Tagging
from konnektu.lists.model import Gone, Named
from konnektu.storage.api import Storage

Id = Annotated[str, PathParameter(max_length=100, description="Id as the list shows it.")]


class ExportAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """A list to have as a file."""

    section: Named
    question: Question
    export: Exporting


class TagAsked(Struct, frozen=True, forbid_unknown_fields=True):
    """A tag for the people of a list."""

    section: Named
    question: Question
    tag: Tagging


class WorkView(Struct, frozen=True, kw_only=True):
    """Something that was asked of a list, and how far it is."""

    id: str
    section: str
    what: Literal["export", "tag"]
    title: jobs.Words
    state: jobs.State
    done: int
    """Rows so far."""
    error: str
    """What went wrong; empty where nothing did."""
    form: str
    """Of a file: csv, xlsx or jsonl; empty for others."""
    size: int
    """Bytes of the file once it is ready; -1 before, and where there is none."""
    created_at: int
    finished_at: int | None
    expires_at: int
    gone: Gone
    """Why there is no file any more before its term is over. erased: somebody whom it may have shown was erased."""


@post("/exports", status_code=202, guards=[require("exports.run")], sync_to_thread=True)
def ask_list_export(data: JSONBody[ExportAsked], desk: NamedDependency[Desk]) -> WorkView:
    """Have the rows of a list as a file, with the columns and filters as given. A job makes it."""
    return _view(*api.ask(desk, data.section, data.question, data.export))


@post("/tags", status_code=202, guards=[require("profiles.write")], sync_to_thread=True)
def ask_list_tag(data: JSONBody[TagAsked], desk: NamedDependency[Desk]) -> WorkView:
    """Give a tag to everybody in a list of people, or take it from them. A job does it."""
    return _view(*api.ask(desk, data.section, data.question, data.tag))


@get("/asked", guards=[require(None)], sync_to_thread=True)
def list_list_work(desk: NamedDependency[Desk]) -> list[WorkView]:
    """What the caller asked of lists in the last days, the latest first."""
    return [_view(work, job) for work, job in api.asked(desk)]


@delete("/asked/{work:str}", status_code=204, guards=[require(None)], sync_to_thread=True)
def forget_list_work(work: Id, desk: NamedDependency[Desk]) -> None:
    """Cancel what was asked where it is not done, and remove its file."""
    api.forget(desk, internal_id(work))


@get("/asked/{work:str}/file", guards=[require("exports.run")], sync_to_thread=True)
def open_list_file(work: Id, desk: NamedDependency[Desk]) -> Stream:
    """The file, for whoever asked for it."""
    found, pieces = api.open_file(desk, internal_id(work))
    assert isinstance(found.deed, Exporting)  # noqa: S101 - nothing else has a file
    name = f"{desk.caller.workspace.slug}-{found.section}.{found.deed.form}"
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "content-length": str(found.size),
    }
    return Stream(pieces, media_type="application/octet-stream", headers=headers)


def desk_of(
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    config: NamedDependency[Config],
    now: NamedDependency[int],
) -> Desk:
    """Return who asks, with the doors."""
    return Desk(storage, caller, config, now)


def _view(work: api.Work, job: jobs.Job | None) -> WorkView:
    is_export = isinstance(work.deed, Exporting)
    kind = jobs.find_kind("lists.export" if is_export else "lists.tag")
    return WorkView(
        id=public_id(work.created_at, work.id), section=work.section, what="export" if is_export else "tag",
        title=kind.title, state=job.state if job else "waiting", done=job.done if job else 0,
        error=job.error if job else "", form=work.deed.form if isinstance(work.deed, Exporting) else "",
        size=work.size, created_at=work.created_at, finished_at=job.finished_at if job else None,
        expires_at=work.expires_at, gone=work.gone,
    )  # fmt: skip


routes = [
    Router(
        "/api/{workspace:str}/lists",
        route_handlers=[ask_list_export, ask_list_tag, list_list_work, forget_list_work, open_list_file],
        dependencies={"desk": Provide(desk_of, sync_to_thread=False)},
        tags=["lists"],
    )
]
