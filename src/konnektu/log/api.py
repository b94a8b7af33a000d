"""The front door of the log."""

from konnektu.log import keeping, store
from konnektu.log.aging import Changed, Old, carry_out_aged, forget_aged, keep_aged, old_facts
from konnektu.log.blocks import count_events, decode_block, encode_block
from konnektu.log.dedup import Deduplication
from konnektu.log.erasing import erase_from_history, erase_from_inbox
from konnektu.log.facts import FACT_SCHEMA, decision_table
from konnektu.log.history import counts, everything, listed, of_atoms, of_nobody, of_types, page
from konnektu.log.inbox import Inlet, NewBlock, append, append_blocks, ensure_partitions
from konnektu.log.lag import Lag, hourly, is_led, lag, last_by_source, oldest_waiting, waiting_since
from konnektu.log.locks import history_free, history_held
from konnektu.log.model import (
    ERASED,
    NOBODY,
    REJECTED,
    REPEATED,
    UNDERIVED,
    Applied,
    Chosen,
    Derivations,
    Entry,
    Open,
    Place,
    Quarantined,
    Stamps,
    Waiting,
)
from konnektu.log.outlines import Meant, Outline, outlines
from konnektu.log.quarantine import (
    age_quarantine,
    count_waiting,
    discard,
    link_replayed,
    quarantine,
    quarantine_counts,
    rejected_at,
    replay,
    replay_of,
    replay_open,
    replayed_parcel,
    waiting_quarantine,
)
from konnektu.log.quarantine import keep as keep_rejected
from konnektu.log.reading import place, place_in, position_of, wait_applied, wait_sealed
from konnektu.log.rewriting import rewrite_inbox
from konnektu.log.rows import Reading
from konnektu.log.sealing import seal, tail
from konnektu.log.seeking import Condition, Sought, sought
from konnektu.log.seen import HOUR, record_of, split_records
from konnektu.log.seen import LAYOUT as SEEN_LAYOUT
from konnektu.log.seen import Judged as Seen
from konnektu.log.store import LOG_CHANNEL, erase_quarantine

__all__ = [
    "ERASED",
    "FACT_SCHEMA",
    "HOUR",
    "LOG_CHANNEL",
    "NOBODY",
    "REJECTED",
    "REPEATED",
    "SEEN_LAYOUT",
    "UNDERIVED",
    "Applied",
    "Changed",
    "Chosen",
    "Condition",
    "Deduplication",
    "Derivations",
    "Entry",
    "Inlet",
    "Lag",
    "Meant",
    "NewBlock",
    "Old",
    "Open",
    "Outline",
    "Place",
    "Quarantined",
    "Reading",
    "Seen",
    "Sought",
    "Stamps",
    "Waiting",
    "age_quarantine",
    "append",
    "append_blocks",
    "carry_out_aged",
    "count_events",
    "count_waiting",
    "counts",
    "decision_table",
    "decode_block",
    "discard",
    "encode_block",
    "ensure_partitions",
    "erase_from_history",
    "erase_from_inbox",
    "erase_quarantine",
    "everything",
    "forget_aged",
    "history_free",
    "history_held",
    "hourly",
    "is_led",
    "keep_aged",
    "keep_rejected",
    "keeping",
    "lag",
    "last_by_source",
    "link_replayed",
    "listed",
    "of_atoms",
    "of_nobody",
    "of_types",
    "old_facts",
    "oldest_waiting",
    "outlines",
    "page",
    "place",
    "place_in",
    "position_of",
    "quarantine",
    "quarantine_counts",
    "record_of",
    "rejected_at",
    "replay",
    "replay_of",
    "replay_open",
    "replayed_parcel",
    "rewrite_inbox",
    "seal",
    "sought",
    "split_records",
    "store",
    "tail",
    "wait_applied",
    "wait_sealed",
    "waiting_quarantine",
    "waiting_since",
]
