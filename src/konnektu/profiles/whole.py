"""One person by one statement: whom an identifier leads to, the profile, and what others tell of it.

In: an identifier in normal form. Out: everything that is shown of the person, of one instant, for one trip to the
server: a snapshot of several statements would take a trip for each, one to begin and one to end.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from konnektu.core.records import Identifier
from konnektu.identity import api as identity
from konnektu.profiles import store
from konnektu.profiles.beside import Beside, Teller, beside
from konnektu.profiles.model import ProfileRow, Statement, TagWord
from konnektu.storage.api import Connection

Whole = tuple[identity.Person, ProfileRow, list[TagWord], list[Statement], Beside]

_rows = msgspec.json.Decoder(list[dict[str, Any]]).decode
_COLUMNS = 6
"""Columns of a profile (`store.WHOLE`); the tellers' stand behind them."""


def whole(
    db: Connection, tellers: tuple[Teller, ...], identifier: Identifier
) -> tuple[int | None, Whole | None]:
    """(version of the identity rules in force, everything of the person); nothing of nobody."""
    parameters = {"kind": identifier.kind, "value": identifier.value}
    found = db.execute(_statement(tuple(one.sql for one in tellers)), parameters).fetchone()
    version, body, *rest = found or (None, None)
    if body is None or rest[0] is None:
        return version, None
    row, words, statements = store.opened_whole(rest[:_COLUMNS])
    told = [_told(teller, text) for teller, text in zip(tellers, rest[_COLUMNS:], strict=True)]
    return version, (identity.opened(body), row, words, statements, beside(row.id, told))


def _told(teller: Teller, text: str | None) -> Mapping[int, Any]:
    return teller.told(tuple(row.values()) for row in _rows(text)) if text else {}


@lru_cache(maxsize=64)
def _statement(tellers: tuple[str, ...]) -> bytes:
    """The statement with these tellers' in it; their own parameters become the person that was found."""
    holder, profile = _inner(identity.HOLDER), _inner(store.WHOLE).replace("%(id)s", "who.id")
    asked = [_inner(sql).replace("%(profiles)s::bigint[]", "ARRAY[who.id]") for sql in tellers]
    told = ", ".join(
        f"(SELECT json_agg(told)::text FROM ({sql}) AS told)" if sql else "NULL"  # noqa: S608 - files of statements alone
        for sql in asked
    )
    return (
        f"WITH who AS MATERIALIZED ({holder}) SELECT who.version, who.body, p.*, {told}"  # noqa: S608 - as above
        f" FROM who LEFT JOIN LATERAL ({profile}) AS p ON true"
    ).encode()


def _inner(sql: str) -> str:
    return sql.rstrip().rstrip(";")
