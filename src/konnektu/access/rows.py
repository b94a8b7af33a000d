"""Rights by rows. In: a caller and the rows that somebody may see. Out: the limit, kept with the user or the token.

A limit names, by dimension, the values that are within it; nothing named is no limit. PostgreSQL holds it
(`storage.rows`): a limited caller's record of the workspace opens another door. Sources of data are named by their
public ids outside, and kept by their numbers.
"""

from collections.abc import Mapping, Sequence

import msgspec

from konnektu.access import store
from konnektu.access.audit import record
from konnektu.access.caller import Caller
from konnektu.core.errors import NotFound, Unprocessable
from konnektu.core.ids import internal_id, public_id
from konnektu.storage.api import DIMENSIONS, Connection, Db

MOST_VALUES = 1_000
LONGEST = 1_000
Limit = dict[str, list[str]]
"""Values by dimension, in order."""


def checked_limit(stated: Mapping[str, Sequence[str]]) -> Limit:
    """The limit in order, without repetitions. Raises `Unprocessable` for what cannot be one."""
    unknown = sorted(set(stated) - set(DIMENSIONS))
    if unknown:
        raise Unprocessable(f"Rows cannot be limited by {unknown[0]}; they can by {', '.join(DIMENSIONS)}.")
    limit = {name: sorted({value.strip() for value in stated[name]}) for name in DIMENSIONS if name in stated}
    if any(
        len(values) > MOST_VALUES or any(len(one) > LONGEST for one in values) for values in limit.values()
    ):
        raise Unprocessable(f"A limit holds at most {MOST_VALUES} values of {LONGEST} characters each.")
    if "source" in limit:
        limit["source"] = sorted(_number(value) for value in limit["source"])
    return limit


def _number(public: str) -> str:
    try:
        return str(internal_id(public))
    except NotFound:
        raise Unprocessable(f"A source is named by its id; {public[:100]!r} is none.") from None


def limit_of_user(control: Db, by: Caller, number: int) -> Limit:
    """The limit of a user; empty for none. Raises `NotFound`."""
    with control.read() as conn:
        return _shown(conn, by, _read(store.limit_of_user(conn, by.workspace.id, number)))


def limit_of_token(control: Db, by: Caller, number: int) -> Limit:
    """The limit of a token; empty for none. Raises `NotFound`."""
    with control.read() as conn:
        return _shown(conn, by, _read(store.limit_of_token(conn, by.workspace.id, number)))


def limit_user(
    control: Db, by: Caller, number: int, stated: Mapping[str, Sequence[str]], *, now: int
) -> Limit:
    """Let a user see these rows only, from the next request on. An owner sees everything."""
    limit = checked_limit(stated)
    with control.transaction() as conn:
        user = store.user(conn, by.workspace.id, number)
        if user is None:
            raise NotFound("There is no such user in this workspace.")
        if limit and user.role == "owner":
            raise Unprocessable("An owner sees everything. Give this person another role first.")
        was = _read(store.limit_of_user(conn, by.workspace.id, number))
        store.limit_user(conn, by.workspace.id, number, _written(limit))
        _note(conn, by, "user.limited", user.login, was, limit, now)
        return _shown(conn, by, limit)


def limit_token(
    control: Db, by: Caller, number: int, stated: Mapping[str, Sequence[str]], *, now: int
) -> Limit:
    """Let a token see these rows only, from the next request on."""
    limit = checked_limit(stated)
    with control.transaction() as conn:
        was = _read(store.limit_of_token(conn, by.workspace.id, number))
        name = store.limit_token(conn, by.workspace.id, number, _written(limit))
        if name is None:
            raise NotFound("There is no such token in this workspace.")
        _note(conn, by, "token.limited", name, was, limit, now)
        return _shown(conn, by, limit)


def _shown(conn: Connection, by: Caller, limit: Limit) -> Limit:
    """The limit with sources by their public ids."""
    if "source" not in limit:
        return limit
    wanted = [int(number) for number in limit["source"]]
    found = store.sources_made(conn, by.workspace.id, wanted)
    return {**limit, "source": [public_id(found.get(number, 0), number) for number in wanted]}


def _note(conn: Connection, by: Caller, what: str, about: str, was: Limit, limit: Limit, now: int) -> None:
    record(conn, by, what, about, {"limit": limit, "before": {"limit": was}}, now=now)


def _written(limit: Limit) -> str | None:
    return msgspec.json.encode(limit).decode() if limit else None


def _read(found: tuple[str | None] | None) -> Limit:
    if found is None:
        raise NotFound
    return msgspec.json.decode(found[0], type=Limit) if found[0] else {}
