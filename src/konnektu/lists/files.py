"""Files that wait for whoever asked for a list. In: the installation's folder. Out: paths."""

from pathlib import Path

from konnektu.core.config import Config
from konnektu.storage.api import WorkspaceRecord

FOLDER = "lists"


def file_path(config: Config, workspace: WorkspaceRecord, number: int) -> Path:
    """Where the file of something asked stands once it is whole."""
    return config.data / FOLDER / str(workspace.id) / str(number)


def drop_file(config: Config, workspace: WorkspaceRecord, number: int) -> None:
    """Remove it, if it is there."""
    file_path(config, workspace, number).unlink(missing_ok=True)
