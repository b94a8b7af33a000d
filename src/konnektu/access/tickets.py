"""Tickets: records that a browser carries from one step to the next and can neither read nor change.

In: a record. Out: text that opens to the same record under the installation's key, for one use, until an instant.
"""

import base64
import binascii
from typing import TypeVar

import msgspec
from msgspec import Struct

from konnektu.core.errors import Fatal
from konnektu.core.secrets import seal, unseal

Carried = TypeVar("Carried", bound=Struct)


def sealed(key: bytes, use: str, carried: Struct, *, until: int) -> str:
    """Return a record as a ticket that is good until an instant."""
    plain = msgspec.msgpack.encode((until, carried))
    return base64.urlsafe_b64encode(seal(key, use, plain)).decode()


def opened(key: bytes, use: str, ticket: str, kind: type[Carried], *, now: int) -> Carried | None:
    """Return the record of a ticket; None for one that is over, made for another use, or no ticket at all."""
    try:
        plain = unseal(key, use, base64.urlsafe_b64decode(ticket.encode()))
    except (Fatal, binascii.Error, UnicodeError):
        return None
    until, carried = msgspec.msgpack.decode(plain, type=tuple[int, kind])  # type: ignore[valid-type]
    return carried if now < until else None
