"""The front door of the log."""

from konnektu.log.blocks import count_events, decode_block, encode_block
from konnektu.log.inbox import NewBlock, append, append_blocks, ensure_partitions
from konnektu.log.model import ERASED, NOBODY, REJECTED, REPEATED, Applied, Entry, Place, Quarantined, Stamps
from konnektu.log.quarantine import discard, quarantine, quarantine_counts, replay
from konnektu.log.reading import place, wait_applied

__all__ = [
    "ERASED",
    "NOBODY",
    "REJECTED",
    "REPEATED",
    "Applied",
    "Entry",
    "NewBlock",
    "Place",
    "Quarantined",
    "Stamps",
    "append",
    "append_blocks",
    "count_events",
    "decode_block",
    "discard",
    "encode_block",
    "ensure_partitions",
    "place",
    "quarantine",
    "quarantine_counts",
    "replay",
    "wait_applied",
]
