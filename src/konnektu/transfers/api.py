"""The front door of transfers: places, scheduled imports with what they took, scheduled exports."""

from konnektu.transfers.export_register import (
    add_export,
    all_exports,
    change_export,
    delete_export,
    export_now,
    find_export,
    open_file,
)
from konnektu.transfers.model import ScheduledExport, ScheduledImport, SeenFile, ToMail, ToPlace
from konnektu.transfers.place_model import (
    Entry,
    HttpsPlace,
    Place,
    S3Place,
    Secret,
    Settings,
    SftpPlace,
    SqlPlace,
)
from konnektu.transfers.place_register import add_place, change_place, delete_place, find_place, places
from konnektu.transfers.places.sftp import fingerprint
from konnektu.transfers.register import (
    accept,
    add_scheduled,
    all_scheduled,
    change_scheduled,
    delete_scheduled,
    find_scheduled,
    run_now,
    seen_files,
)
from konnektu.transfers.sending import forget_old
from konnektu.transfers.trying import try_place, try_scheduled

__all__ = [
    "Entry",
    "HttpsPlace",
    "Place",
    "S3Place",
    "ScheduledExport",
    "ScheduledImport",
    "Secret",
    "SeenFile",
    "Settings",
    "SftpPlace",
    "SqlPlace",
    "ToMail",
    "ToPlace",
    "accept",
    "add_export",
    "add_place",
    "add_scheduled",
    "all_exports",
    "all_scheduled",
    "change_export",
    "change_place",
    "change_scheduled",
    "delete_export",
    "delete_place",
    "delete_scheduled",
    "export_now",
    "find_export",
    "find_place",
    "find_scheduled",
    "fingerprint",
    "forget_old",
    "open_file",
    "places",
    "run_now",
    "seen_files",
    "try_place",
    "try_scheduled",
]
