"""The front door of privacy."""

from konnektu.privacy.erasing import (
    LATEST,
    buried_orders,
    buried_records,
    carry,
    erase,
    finish_erasures,
    kept_out,
    own_key,
    request,
    tombstone_key,
)
from konnektu.privacy.erasing import USE as SEALED_FOR
from konnektu.privacy.model import Erasure, Gone
from konnektu.privacy.noted import add_notes, add_tombstones, all_notes, notes_folder, read_notes, to_erase
from konnektu.privacy.store import carried_key, erasures, open_erasures

__all__ = [
    "LATEST",
    "SEALED_FOR",
    "Erasure",
    "Gone",
    "add_notes",
    "add_tombstones",
    "all_notes",
    "buried_orders",
    "buried_records",
    "carried_key",
    "carry",
    "erase",
    "erasures",
    "finish_erasures",
    "kept_out",
    "notes_folder",
    "open_erasures",
    "own_key",
    "read_notes",
    "request",
    "to_erase",
    "tombstone_key",
]
