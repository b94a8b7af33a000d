"""The front door of keeping: backups, restores, and what is kept where."""

from konnektu.keeping.backup import Place, Progress, back_up
from konnektu.keeping.folder import Source, backups, latest, made_at, remove_unfinished, source
from konnektu.keeping.jobs import KIND, backup_folder, schedule_backups, watch_backups
from konnektu.keeping.model import Damaged, Kept, Manifest, NoBackup, OtherKey, Restored, WrongPassphrase
from konnektu.keeping.restore import MIGRATING, OPENING, From, aged_of, notes_of, opened, restore, unfinished
from konnektu.keeping.upgrade import Step, steps

__all__ = [
    "KIND",
    "MIGRATING",
    "OPENING",
    "Damaged",
    "From",
    "Kept",
    "Manifest",
    "NoBackup",
    "OtherKey",
    "Place",
    "Progress",
    "Restored",
    "Source",
    "Step",
    "WrongPassphrase",
    "aged_of",
    "back_up",
    "backup_folder",
    "backups",
    "latest",
    "made_at",
    "notes_of",
    "opened",
    "remove_unfinished",
    "restore",
    "schedule_backups",
    "source",
    "steps",
    "unfinished",
    "watch_backups",
]
