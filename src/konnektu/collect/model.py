"""In: nothing. Out: the records of collect: why an event is refused, and what decoding depends on.

Decoding is a pure function of a parcel, its place and `Options`; nothing else may influence it, or a
rebuild would read another history than the writer did.
"""

from typing import Literal, NamedTuple

from msgspec import Struct

from konnektu.core.identifiers import DEFAULT_KINDS, Kind
from konnektu.core.records import Identifier

Reason = Literal[
    "unreadable",
    "too_large",
    "too_deep",
    "wrong_type",
    "unknown_type",
    "not_allowed",
    "no_name",
    "no_identifier",
    "wrong_time",
]
"""Why an event cannot be accepted. The log adds `same_id_other_content`."""

FACT_TYPES = frozenset(
    (
        "consent",
        "edit",
        "tag",
        "merge",
        "cut",
        "cut_ready",
        "never",
        "allow",
        "rules",
        "erase",
    ),
)
"""Facts of the platform itself. They come from the console, the API, an import or the system, never from the wire."""

CLIENT_KINDS = frozenset(("web", "mobile", "form"))
"""Kinds of source whose requests come from the person's own device: their address and agent are the person's,
and they are made to wait rather than refused, because such clients do not keep what was refused."""


class Fault(NamedTuple):
    """Why an event was not accepted, and what is wrong where, for a person."""

    reason: Reason
    detail: str


class Options(Struct, frozen=True):
    """What decoding depends on besides the parcel: settings of the workspace and limits of the wire."""

    kinds: tuple[Kind, ...] = DEFAULT_KINDS
    """Kinds of identifiers of the workspace."""
    staff_networks: tuple[str, ...] = ()
    """Addresses and CIDR ranges of the company's own people; their events are marked STAFF."""
    staff: frozenset[Identifier] = frozenset()
    """Identifiers of the company's own people, in normal form."""
    test_sources: frozenset[int] = frozenset()
    """Sources whose events are marked TEST."""
    event_bytes: int = 32 * 1024
    """Largest JSON of one event."""
