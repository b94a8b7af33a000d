"""Routes of rights by rows. In: requests. Out: views. Invariant: thin; every rule stands behind `access.api`."""

from typing import Annotated

from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter
from msgspec import Meta, Struct

from konnektu.access import api
from konnektu.access.api import Caller, require
from konnektu.core.ids import internal_id
from konnektu.storage.api import Storage

Id = Annotated[str, PathParameter(max_length=100, description="Id as the list shows it.")]
Values = Annotated[list[Annotated[str, Meta(max_length=1000)]], Meta(max_length=1000)]


class RowLimit(Struct, frozen=True):
    """The rows that may be seen: those within every dimension that is named; nothing named is no limit."""

    limit: dict[str, Values]
    """Values by dimension: region, store, brand, source (the number of a source as orders name it)."""


@get("/users/{user:str}/rows", guards=[require("users.manage")], sync_to_thread=True)
def get_rows_of_user(
    user: Id, caller: NamedDependency[Caller], storage: NamedDependency[Storage]
) -> RowLimit:
    """The people and orders that a user may see."""
    return RowLimit(api.limit_of_user(storage.control, caller, internal_id(user)))


@put("/users/{user:str}/rows", guards=[require("users.manage")], sync_to_thread=True)
def limit_rows_of_user(
    data: JSONBody[RowLimit],
    user: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> RowLimit:
    """Let a user see these people and orders only; whatever cannot be limited is closed to them."""
    return RowLimit(api.limit_user(storage.control, caller, internal_id(user), data.limit, now=now))


@get("/tokens/{token:str}/rows", guards=[require("users.manage")], sync_to_thread=True)
def get_rows_of_token(
    token: Id, caller: NamedDependency[Caller], storage: NamedDependency[Storage]
) -> RowLimit:
    """The people and orders that a token may see."""
    return RowLimit(api.limit_of_token(storage.control, caller, internal_id(token)))


@put("/tokens/{token:str}/rows", guards=[require("users.manage")], sync_to_thread=True)
def limit_rows_of_token(
    data: JSONBody[RowLimit],
    token: Id,
    caller: NamedDependency[Caller],
    storage: NamedDependency[Storage],
    now: NamedDependency[int],
) -> RowLimit:
    """Let a token see these people and orders only; whatever cannot be limited is closed to it."""
    return RowLimit(api.limit_token(storage.control, caller, internal_id(token), data.limit, now=now))


routes = [get_rows_of_user, limit_rows_of_user, get_rows_of_token, limit_rows_of_token]
