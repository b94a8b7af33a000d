"""The way of the facts through the product: its stages, a batch through those of the writer, the log folded anew."""

from konnektu.flow.applying import apply
from konnektu.flow.batch import Applied, Kept
from konnektu.flow.following import BUILT_AT_ONCE, build_members
from konnektu.flow.reading import (
    Replayed,
    entry_reader,
    history,
    options,
    read_entry,
    replayed,
    settled_options,
    stated_sources,
    with_kinds,
)
from konnektu.flow.refolding import refold
from konnektu.flow.stages import STAGES, Stage

__all__ = [
    "BUILT_AT_ONCE",
    "STAGES",
    "Applied",
    "Kept",
    "Replayed",
    "Stage",
    "apply",
    "build_members",
    "entry_reader",
    "history",
    "options",
    "read_entry",
    "refold",
    "replayed",
    "settled_options",
    "stated_sources",
    "with_kinds",
]
