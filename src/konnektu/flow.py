"""The product on one screen: every stage of the way from a client's request to the history.

    clients ─► collect ─► inbox ─► WRITER: decode → deduplicate → identity → profiles ─► hand-over ─► sink ─► event store

The writer's stages see one transaction and hand each other frozen records; nobody calls the next stage,
`apply` composes them.
"""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from konnektu.access import api as access
from konnektu.collect import api as collect
from konnektu.core.records import Decision, Event, Resolved
from konnektu.identity import api as identity
from konnektu.log import api as log
from konnektu.privacy import api as privacy
from konnektu.profiles import api as profiles
from konnektu.storage.api import Connection, Storage, WorkspaceRecord


class Stage(Struct, frozen=True):
    """One stage: who reads what, writes what, how much at once, and what it does with bad data."""

    name: str
    process: str
    """Role whose process runs it."""
    reads: str
    writes: str
    batch: str
    """Setting that says how much it takes at once."""
    bad_data: str


STAGES = (
    Stage("collect", "collect", "requests", "inbox.block", "collect_buffer_bytes", "whole request refused, or kept for decode"),
    Stage("decode", "belt", "inbox.block", "events in memory", "belt_block_events", "quarantine, with a reason"),
    Stage("deduplicate", "belt", "events, seen", "seen", "belt_block_events", "same id, other content: quarantine"),
    Stage("identity", "belt", "events, identifier, person", "identifier, person, alias, decision", "belt_block_events", "recorded refusal"),
    Stage("profiles", "belt", "resolved events, profile, consent", "profile, consent, tag, refusal", "belt_block_events", "value kept out, event kept"),
    Stage("hand-over", "belt", "stamps", "applied", "belt_block_events", "none: all of it or nothing"),
    Stage("sink", "deliver", "applied, inbox.block, decision", "event store: fact, decision", "sink_batch_events", "none: counted before it is sealed"),
)  # fmt: skip
"""In the order of the flow; `konnektu flow` prints it with the lag of each."""
