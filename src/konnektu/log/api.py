"""The front door of the log."""

from konnektu.log import keeping, store
from konnektu.log.blocks import count_events, decode_block, encode_block
from konnektu.log.dedup import Deduplication
from konnektu.log.erasing import erase_from_history, erase_from_inbox
from konnektu.log.history import everything, of_atoms, page
from konnektu.log.inbox import NewBlock, append, append_blocks, ensure_partitions
from konnektu.log.lag import Lag, lag, last_by_source, oldest_waiting
from konnektu.log.model import (
    ERASED,
    NOBODY,
    REJECTED,
    REPEATED,
    Applied,
    Entry,
    Place,
    Quarantined,
    Stamps,
    Waiting,
)
from konnektu.log.quarantine import discard, quarantine, quarantine_counts, replay
from konnektu.log.quarantine import keep as keep_rejected
from konnektu.log.reading import place, position_of, wait_applied
from konnektu.log.sealing import seal, tail
from konnektu.log.seen import Judged as Seen
from konnektu.log.store import LOG_CHANNEL, erase_quarantine

__all__ = [
    "ERASED",
    "LOG_CHANNEL",
    "NOBODY",
    "REJECTED",
    "REPEATED",
    "Applied",
    "Deduplication",
    "Entry",
    "Lag",
    "NewBlock",
    "Place",
    "Quarantined",
    "Seen",
    "Stamps",
    "Waiting",
    "append",
    "append_blocks",
    "count_events",
    "decode_block",
    "discard",
    "encode_block",
    "ensure_partitions",
    "erase_from_history",
    "erase_from_inbox",
    "erase_quarantine",
    "everything",
    "keep_rejected",
    "keeping",
    "lag",
    "last_by_source",
    "of_atoms",
    "oldest_waiting",
    "page",
    "place",
    "position_of",
    "quarantine",
    "quarantine_counts",
    "replay",
    "seal",
    "store",
    "tail",
    "wait_applied",
]
