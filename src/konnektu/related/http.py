"""Routes of related records under /api/{workspace}: kinds, reading, statements that become facts.

In: requests. Out: views. Invariant: thin; nothing here changes a record or a kind, every statement is appended.
"""

from typing import Annotated

from litestar import Router, delete, get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter, QueryParameter

from konnektu.access.api import After, Author, Caller, Limit, Wait, require
from konnektu.core.paging import LIMIT_USUAL, Page
from konnektu.related import reading, views, writing
from konnektu.related.model import Key, Kind
from konnektu.related.reading import Asked
from konnektu.storage.api import Db, Storage

BODY_MOST = 8 * 1024 * 1024
"""Bytes of a thousand statements."""

Profile = Annotated[
    str,
    PathParameter(max_length=100, description="Id of the profile; a former one leads to the present one."),
]
Name = Annotated[str, PathParameter(max_length=50, description="Name of the kind.")]
KindIs = Annotated[str, QueryParameter(max_length=50, description="Only records of this kind.")]
Id = Annotated[str, QueryParameter(name="id", min_length=1, max_length=200, description="The record's id.")]
Where = Annotated[
    list[str] | None,
    QueryParameter(
        description="Conditions, all of which must hold: field:eq:value, field:ge:value, field:le:value. For a list of"
        " texts eq asks whether the text is in it."
    ),
]
Removed = Annotated[bool, QueryParameter(description="Those that were removed, in place of those there are.")]


@get("/record-kinds", guards=[require("related.read")], sync_to_thread=True)
def list_record_kinds(db: NamedDependency[Db]) -> views.KindsView:
    """The kinds of records that the project has defined, retired ones among them."""
    return reading.kinds(db)


@get("/record-kinds/{kind:str}", guards=[require("related.read")], sync_to_thread=True)
def get_record_kind(kind: Name, db: NamedDependency[Db]) -> Kind:
    """One kind with its fields."""
    return reading.kind(db, kind)


@put("/record-kinds/{kind:str}", status_code=202, guards=[require("related.manage")], sync_to_thread=True)
def change_record_kind(
    kind: Name,
    data: JSONBody[views.KindChange],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.KindAccepted:
    """Make a kind, or change its names and add, rename and retire fields. The type of a field never changes."""
    return writing.change_kind(Author(storage, caller, now, wait), kind, data)


@delete("/record-kinds/{kind:str}", status_code=202, guards=[require("related.manage")], sync_to_thread=True)
def retire_record_kind(
    kind: Name,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.KindAccepted:
    """Let a kind take no more statements. Its records are kept and shown."""
    return writing.retire_kind(Author(storage, caller, now, wait), kind)


@get("/records/{kind:str}", guards=[require("related.read")], sync_to_thread=True)
def list_records(
    kind: Name,
    caller: NamedDependency[Caller],
    db: NamedDependency[Db],
    where: Where = None,
    removed: Removed = False,  # noqa: FBT002 - a query parameter
    after: After = "",
    limit: Limit = LIMIT_USUAL,
) -> Page[views.RecordView]:
    """Records of a kind by id. A condition on a personal field needs the right profiles.personal."""
    asked = Asked(kind=kind, where=where or (), removed=removed)
    return Page(*reading.listed(db, asked, after, limit, is_open=caller.may("profiles.personal")))


@get("/records/{kind:str}/find", guards=[require("related.read")], sync_to_thread=True)
def find_record(
    kind: Name,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    id_: Id,
) -> views.RecordDetail:
    """One record by its id, with what was said of it."""
    is_open = caller.may("profiles.personal")
    return reading.one(storage, caller.workspace, Key(kind, id_), now, is_open=is_open)


@get("/profiles/{profile:str}/records", guards=[require("related.read")], sync_to_thread=True)
def list_records_of_profile(
    profile: Profile,
    caller: NamedDependency[Caller],
    db: NamedDependency[Db],
    kind: KindIs = "",
    after: After = "",
    limit: Limit = LIMIT_USUAL,
) -> views.PersonRecords:
    """The records of a person by kind and id, removed ones among them, and how many there are of each kind."""
    is_open = caller.may("profiles.personal")
    return reading.of_person(db, profile, kind, after, limit, is_open=is_open)


@put(
    "/records",
    status_code=202,
    guards=[require("related.write")],
    sync_to_thread=True,
    request_max_body_size=BODY_MOST,
)
def state_records(
    data: JSONBody[views.RecordsStated],
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
    wait: Wait = 0,
) -> views.RecordsAccepted:
    """Say what is known of up to 1,000 records. Each statement needs only the fields that it knows."""
    return writing.state_records(Author(storage, caller, now, wait), data)


routes = [
    Router(
        "/api/{workspace:str}",
        route_handlers=[
            list_record_kinds,
            get_record_kind,
            change_record_kind,
            retire_record_kind,
            list_records,
            find_record,
            list_records_of_profile,
            state_records,
        ],
        tags=["related records"],
    )
]
