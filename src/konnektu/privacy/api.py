"""The front door of privacy."""

from konnektu.privacy.aging import tried
from konnektu.privacy.aging_noted import add_aged, all_aged
from konnektu.privacy.aging_store import open_run, rules, runs
from konnektu.privacy.erasing import (
    LATEST,
    buried_orders,
    buried_records,
    carry,
    erase,
    fact,
    finish_erasures,
    kept_out,
    own_key,
    request,
    tombstone_key,
)
from konnektu.privacy.erasing import USE as SEALED_FOR
from konnektu.privacy.model import Aged, Cut, Erasure, Gone, Rule, Run
from konnektu.privacy.noted import add_notes, add_tombstones, all_notes, notes_folder, read_notes, to_erase
from konnektu.privacy.retaining import (
    RETENTION,
    HistoryHeld,
    NothingToKeep,
    begin_run,
    due,
    go_on,
    retain,
    to_repeat,
    told_borns,
)
from konnektu.privacy.rules import checked as checked_rules
from konnektu.privacy.rules import fault as rule_fault
from konnektu.privacy.rules import put as put_rules
from konnektu.privacy.rules import said as said_rule
from konnektu.privacy.running import KIND, schedule_retention, tell_ended, watch_retention, working
from konnektu.privacy.store import carried_key, erased_after, erasures, last_erased, open_erasures
from konnektu.privacy.where import Where

__all__ = [
    "KIND",
    "LATEST",
    "RETENTION",
    "SEALED_FOR",
    "Aged",
    "Cut",
    "Erasure",
    "Gone",
    "HistoryHeld",
    "NothingToKeep",
    "Rule",
    "Run",
    "Where",
    "add_aged",
    "add_notes",
    "add_tombstones",
    "all_aged",
    "all_notes",
    "begin_run",
    "buried_orders",
    "buried_records",
    "carried_key",
    "carry",
    "checked_rules",
    "due",
    "erase",
    "erased_after",
    "erasures",
    "fact",
    "finish_erasures",
    "go_on",
    "kept_out",
    "last_erased",
    "notes_folder",
    "open_erasures",
    "open_run",
    "own_key",
    "put_rules",
    "read_notes",
    "request",
    "retain",
    "rule_fault",
    "rules",
    "runs",
    "said_rule",
    "schedule_retention",
    "tell_ended",
    "to_erase",
    "to_repeat",
    "told_borns",
    "tombstone_key",
    "tried",
    "watch_retention",
    "working",
]
