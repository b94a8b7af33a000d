"""Routes of exports under /api/{workspace}: which lists there are, and any of them as a file.

In: requests. Out: streams. Invariant: an export is audited before its first row leaves, and personal columns are
covered without exports.personal.
"""

from typing import Annotated, Literal

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import PathParameter, QueryParameter
from litestar.response import Stream
from msgspec import Struct

from konnektu.access.api import Caller, record_alone, require
from konnektu.core.config import Config
from konnektu.core.errors import Forbidden
from konnektu.exports import api
from konnektu.exports.declared import Asker, List
from konnektu.exports.model import Format
from konnektu.storage.api import Storage

Name = Annotated[str, PathParameter(max_length=100, description="Name of the list.")]
Form = Annotated[Format, QueryParameter(name="format", description="csv opens in Excel by a double click.")]
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
def list_exports(caller: NamedDependency[Caller], storage: NamedDependency[Storage]) -> list[ListView]:
    """The lists that the caller may export, with their columns."""
    known = api.all_lists(storage, caller.workspace)
    return [_view(one) for one in known.values() if caller.may(one.right)]


@get("/exports/{name:str}", guards=[require("exports.run")], sync_to_thread=True)
def export_list(
    name: Name,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    config: NamedDependency[Config],
    now: NamedDependency[int],
    form: Form = "csv",
    language: Language = "ru",
) -> Stream:
    """A whole list as a file."""
    wanted = api.find_list(name, storage, caller.workspace)
    if not caller.may(wanted.right):
        raise Forbidden(
            f"This list needs the right {wanted.right}. Ask an administrator of your workspace for it."
        )
    is_open = caller.may("exports.personal")
    detail = {"format": form, "personal": is_open}
    record_alone(storage.control, caller, "list.exported", name, detail, now=now)
    asker = Asker(storage, caller.workspace, now, is_open, language)
    stream = api.export(asker, wanted, form, config.data / api.SCRATCH)
    headers = {"content-disposition": f'attachment; filename="{caller.workspace.slug}-{name}.{form}"'}
    return Stream(stream, media_type=api.MEDIA_TYPES[form], headers=headers)


def _view(one: List) -> ListView:
    columns = [ColumnView(c.name, c.en, c.ru, c.type, c.is_personal) for c in one.columns]
    return ListView(one.name, one.en, one.ru, columns)


routes = [Router("/api/{workspace:str}", route_handlers=[list_exports, export_list], tags=["exports"])]
