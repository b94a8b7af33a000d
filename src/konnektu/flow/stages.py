"""The product on one screen: every stage of the way from a client's request to the history.

clients ─► collect ─► inbox ─► WRITER: decode → deduplicate → identity → profiles → acquisition → orders → related
→ product lists → dictionary → segments ─► hand-over ─► sink ─► event store
"""

from msgspec import Struct


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
    Stage("identity", "belt", "events, identifier, person", "identifier, person, decision", "belt_block_events", "recorded refusal"),
    Stage("profiles", "belt", "resolved events, profile, consent", "profile, consent, tag, refusal", "belt_block_events", "value kept out, event kept"),
    Stage("acquisition", "belt", "resolved events, marketing_source", "marketing_source, arrival", "belt_block_events", "source kept out, rest kept"),
    Stage("orders", "belt", "resolved events, orders", "orders, order_figures", "belt_block_events", "part kept out, rest kept"),
    Stage("related", "belt", "resolved events, record", "record, record_version, record_kind", "belt_block_events", "part kept out, rest kept"),
    Stage("product lists", "belt", "resolved events, product_list", "product_list", "belt_block_events", "part kept out, rest kept"),
    Stage("dictionary", "belt", "events of the batch", "tracking_plan, seen_event, seen_property", "belt_block_events", "what breaks the plan: counted, or quarantine"),
    Stage("segments", "belt", "facts about segments, resolved events, segment_state", "segment, segment_version, segment_edit, segment_state, member, membership", "belt_block_events", "definition kept out, rest kept"),
    Stage("hand-over", "belt", "stamps", "applied", "belt_block_events", "none: all of it or nothing"),
    Stage("sink", "deliver", "applied, inbox.block, decision", "event store: fact, decision", "sink_batch_events", "none: counted before it is sealed"),
)  # fmt: skip
"""In the order of the flow; `konnektu flow` prints it with the lag of each."""
