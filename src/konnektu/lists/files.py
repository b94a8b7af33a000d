"""Files that wait for whoever asked for a list. In: the data folder. Out: paths."""

import shutil
from collections.abc import Collection
from pathlib import Path

from konnektu.core.config import Config
from konnektu.lists.shown import people_path
from konnektu.storage.api import WorkspaceRecord

FOLDER = "lists"


def file_path(config: Config, workspace: WorkspaceRecord, number: int) -> Path:
    """Where the file of something asked stands once it is whole."""
    return config.data / FOLDER / str(workspace.id) / str(number)


def drop_file(config: Config, workspace: WorkspaceRecord, number: int) -> None:
    """Remove it, if it is there."""
    path = file_path(config, workspace, number)
    path.unlink(missing_ok=True)
    people_path(path).unlink(missing_ok=True)


def sweep(config: Config, workspace: WorkspaceRecord, kept: Collection[int]) -> None:
    """Remove files, and what making them left, of everything that is not kept."""
    folder = file_path(config, workspace, 0).parent
    for path in folder.iterdir() if folder.exists() else ():
        number = path.name.partition(".")[0]
        if number.isdigit() and int(number) not in kept:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
