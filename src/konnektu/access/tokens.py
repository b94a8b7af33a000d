"""In: a caller and the scopes they want for a program. Out: API tokens. Invariant: a token never holds more than
its maker did, and only its hash is kept.
"""

import secrets
from collections.abc import Iterable

from konnektu.access import logic, store
from konnektu.access.audit import record
from konnektu.access.caller import Caller
from konnektu.access.model import NewToken, Token
from konnektu.core.errors import NotFound, Unprocessable
from konnektu.storage.api import Db

PREFIX = "kt_"
"""So that a leaked token is recognised by those who search for leaked tokens."""
RANDOM_BYTES = 32
NAME_MOST = 200


def create_token(
    control: Db, by: Caller, *, name: str, scopes: Iterable[str], now: int, expires_at: int | None = None
) -> NewToken:
    """Make a token with these scopes (rights) and return it with its secret, which is not kept."""
    checked = logic.checked_scopes(list(scopes))
    logic.refuse_to_outgrow(by.rights, checked)
    if expires_at is not None and expires_at <= now:
        raise Unprocessable("The token would be over at once. Give a later end, in milliseconds since 1970.")
    name = _checked_name(name)
    secret = PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
    with control.transaction() as conn:
        number = store.add_token(
            conn,
            by.workspace.id,
            hashed=logic.hashed(secret),
            name=name,
            scopes=checked,
            created_at=now,
            created_by=by.login,
            expires_at=expires_at,
        )
        record(conn, by, "token.created", name, {"scopes": checked}, now=now)
    token = Token(
        id=number,
        name=name,
        scopes=checked,
        created_at=now,
        created_by=by.login,
        expires_at=expires_at,
        used_at=None,
    )
    return NewToken(token, secret)


def tokens(control: Db, workspace: int, *, after: int = 0, limit: int = 1_000) -> list[Token]:
    """Return tokens in the order of their making, from ids above `after`."""
    with control.read() as conn:
        return store.tokens(conn, workspace, after=after, limit=limit)


def revoke(control: Db, by: Caller, number: int, *, now: int) -> None:
    """End a token at once. Raises `NotFound`."""
    with control.transaction() as conn:
        name = store.end_token(conn, by.workspace.id, number)
        if name is None:
            raise NotFound("There is no such token in this workspace.")
        record(conn, by, "token.revoked", name, now=now)


def _checked_name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= NAME_MOST or not name.isprintable():
        raise Unprocessable(f"A token's name has 1 to {NAME_MOST} printable characters.")
    return name
