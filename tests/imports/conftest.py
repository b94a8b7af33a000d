from pathlib import Path

import pytest

from konnektu.storage.api import Storage, WorkspaceRecord
from tests.imports.support import Place


@pytest.fixture
def place(storage: Storage, workspace: WorkspaceRecord, tmp_path: Path) -> Place:
    return Place(storage, workspace, tmp_path)
