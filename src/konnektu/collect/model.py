"""In: nothing. Out: the records of collect: why an event is refused, and what decoding depends on.

Decoding is a pure function of a parcel, its place and `Options`; nothing else may influence it, or a
rebuild would read another history than the writer did.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from msgspec import Struct

from konnektu.core.identifiers import DEFAULT_KINDS, Kind
from konnektu.core.records import Identifier, Origin

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
"""Why an event cannot be accepted. The writer adds `same_id_other_content`, `breaks_plan` and `unforeseen`."""

STATED_FACTS = frozenset(("consent", "edit", "tag", "note", "order", "product_list", "record"))
"""What is said of a person, or of something of theirs."""
DECIDED_FACTS = frozenset(("merge", "cut", "never", "allow"))
"""What somebody with the right to do so decides about who is one person."""
SYSTEM_FACTS = frozenset((
    "cut_ready", "rules", "erase", "statuses", "order_currency", "marketing_source", "plan", "record_kind",
    "retention", "remainder", "segment", "computed", "rank", "zone", "recognition", "recognised",
))  # fmt: skip
"""What the platform appends itself, after it has asked for the right: each stands alone in its batch."""
FACT_TYPES = STATED_FACTS | DECIDED_FACTS | SYSTEM_FACTS
"""Facts of the platform itself; never from the wire."""

ALLOWED_FACTS: Mapping[Origin, frozenset[str]] = {
    "wire": frozenset(),
    "import": STATED_FACTS,
    "console": STATED_FACTS | DECIDED_FACTS,
    "api": STATED_FACTS | DECIDED_FACTS,
    "system": FACT_TYPES,
}
"""Which of them each door may bring: a file must not decide or erase by being imported."""

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
