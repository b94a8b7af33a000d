"""The front door of transfers: places, scheduled imports, what they saw and took."""

from konnektu.transfers.model import (
    Entry,
    HttpsPlace,
    Place,
    S3Place,
    ScheduledImport,
    Secret,
    SeenFile,
    Settings,
    SftpPlace,
)
from konnektu.transfers.places.sftp import fingerprint
from konnektu.transfers.register import (
    accept,
    add_place,
    add_scheduled,
    all_scheduled,
    change_place,
    change_scheduled,
    delete_place,
    delete_scheduled,
    find_place,
    find_scheduled,
    places,
    run_now,
    seen_files,
)
from konnektu.transfers.trying import try_place, try_scheduled

__all__ = [
    "Entry",
    "HttpsPlace",
    "Place",
    "S3Place",
    "ScheduledImport",
    "Secret",
    "SeenFile",
    "Settings",
    "SftpPlace",
    "accept",
    "add_place",
    "add_scheduled",
    "all_scheduled",
    "change_place",
    "change_scheduled",
    "delete_place",
    "delete_scheduled",
    "find_place",
    "find_scheduled",
    "fingerprint",
    "places",
    "run_now",
    "seen_files",
    "try_place",
    "try_scheduled",
]
