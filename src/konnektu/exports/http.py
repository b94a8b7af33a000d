"""Routes of exports under /api/{workspace}: which lists there are, and any of them as a file.

In: requests. Out: streams. Invariant: an export is audited before its first row leaves; personal columns are covered
unless somebody with exports.personal states a reason, and the number of rows that left then stands in the audit log.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import PathParameter, QueryParameter
from litestar.response import Stream
from msgspec import Struct

from konnektu.access.api import Caller, checked_reason, record_alone, require
from konnektu.core.config import Config
from konnektu.core.errors import Forbidden
from konnektu.exports import api
from konnektu.exports.declared import Asker, List
from konnektu.exports.model import Format
from konnektu.storage.api import Storage

Name = Annotated[str, PathParameter(max_length=100, description="Name of the list.")]
Form = Annotated[Format, QueryParameter(name="format", description="csv opens in Excel by a double click.")]
Reason = Annotated[
    str,
    QueryParameter(
        max_length=500,
        description="Why personal columns are shown whole (needs exports.personal); without it they are covered.",
    ),
]
Language = Annotated[Literal["ru", "en"], QueryParameter(description="Language of the titles.")]


class ColumnView(Struct, frozen=True):
    """One column of a list."""

    name: str
    en: str
    ru: str
    type: str
    is_personal: bool


class ListView(Struct, frozen=True):
    """A list that the caller may export."""

    name: str
    en: str
    ru: str
    columns: list[ColumnView]


@get("/exports", guards=[require("exports.run")], sync_to_thread=True)
def list_exports(
    caller: NamedDependency[Caller], storage: NamedDependency[Storage], now: NamedDependency[int]
) -> list[ListView]:
    """The lists that the caller may export, with their columns."""
    known = api.all_lists(storage, caller.workspace)
    asker = Asker(storage, caller.workspace, now, is_open=False, rights=frozenset(caller.rights))
    seen = [one for one in known.values() if api.may_see(caller, one)]
    return [_view(one.for_asker(asker) if one.for_asker else one) for one in seen]


@get("/exports/{name:str}", guards=[require("exports.run")], sync_to_thread=True)
def export_list(
    name: Name,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    config: NamedDependency[Config],
    now: NamedDependency[int],
    form: Form = "csv",
    language: Language = "ru",
    reason: Reason = "",
) -> Stream:
    """A whole list as a file. Personal columns are shown whole for a stated reason, else covered."""
    wanted = api.find_list(name, storage, caller.workspace)
    if not caller.may(wanted.right):
        raise Forbidden(
            f"This list needs the right {wanted.right}. Ask an administrator of your workspace for it."
        )
    if not api.may_see(caller, wanted):
        raise Forbidden(api.BEYOND)
    stated = _stated(caller, reason)
    detail = {"format": form, "personal": bool(stated), "reason": stated}
    record_alone(storage.control, caller, "list.exported", name, detail, now=now)
    asker = Asker(storage, caller.workspace, now, bool(stated), language, rights=frozenset(caller.rights))
    done = Done()
    stream = api.export(asker, wanted, form, config.data / api.SCRATCH, done)
    if stated:
        stream = _told(stream, done, storage, caller, wanted, now)
    headers = {"content-disposition": f'attachment; filename="{caller.workspace.slug}-{name}.{form}"'}
    return Stream(stream, media_type=api.MEDIA_TYPES[form], headers=headers)


class Done:
    """How many rows are done."""

    rows = 0

    def __call__(self, rows: int) -> None:
        """Take the number as the export tells it."""
        self.rows = rows


def _told(
    stream: Iterator[bytes], done: Done, storage: Storage, caller: Caller, wanted: List, now: int
) -> Iterator[bytes]:
    """The same stream; when it ends, or its reader goes away, the audit log hears how much left."""
    try:
        yield from stream
    finally:
        detail = {"people" if wanted.name == "profiles" else "rows": done.rows}
        record_alone(storage.control, caller, "list.export_ended", wanted.name, detail, now=now)


def _stated(caller: Caller, reason: str) -> str:
    """The reason for showing personal columns; empty where none is stated."""
    if not reason:
        return ""
    if not caller.may("exports.personal"):
        raise Forbidden(
            "This needs the right exports.personal. Ask an administrator of your workspace for it."
        )
    return checked_reason(reason)


def _view(one: List) -> ListView:
    columns = [ColumnView(c.name, c.en, c.ru, c.type, c.is_personal) for c in one.columns]
    return ListView(one.name, one.en, one.ru, columns)


routes = [Router("/api/{workspace:str}", route_handlers=[list_exports, export_list], tags=["exports"])]
