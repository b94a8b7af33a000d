"""In: the body of an event that was accepted as it came. Out: its type, name and message id, and nothing more.

The sink needs no more of an event whose other columns the writer has handed over. Invariant: the same words
that `decode` gives.
"""

from typing import Final

import msgspec
from msgspec import Struct

from konnektu.collect.payload import name_of


class _Head(Struct, rename="camel"):
    type: str | None = None
    message_id: str | None = None
    event: str | None = None
    name: str | None = None


_head: Final = msgspec.json.Decoder(_Head)


def head(body: bytes) -> tuple[str, str, str] | None:
    """(type, name, message id); None where only decoding tells."""
    try:
        found = _head.decode(body)
    except (ValueError, RecursionError):
        return None
    if not found.message_id:
        return None
    return found.type or "", name_of(found.type or "", found.event, found.name), found.message_id
