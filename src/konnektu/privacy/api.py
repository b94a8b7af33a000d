"""The front door of privacy."""

from konnektu.privacy.erasing import buried_orders, buried_records, erase, finish_erasures, kept_out, request
from konnektu.privacy.model import Erasure
from konnektu.privacy.store import erasures, open_erasures

__all__ = [
    "Erasure",
    "buried_orders",
    "buried_records",
    "erase",
    "erasures",
    "finish_erasures",
    "kept_out",
    "open_erasures",
    "request",
]
