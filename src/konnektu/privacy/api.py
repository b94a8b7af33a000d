"""The front door of privacy."""

from konnektu.privacy.erasing import (
    LATEST,
    buried_orders,
    erase,
    finish_erasures,
    kept_out,
    request,
)
from konnektu.privacy.model import Erasure
from konnektu.privacy.store import erasures, open_erasures

__all__ = [
    "LATEST",
    "Erasure",
    "buried_orders",
    "erase",
    "erasures",
    "finish_erasures",
    "kept_out",
    "open_erasures",
    "request",
]
