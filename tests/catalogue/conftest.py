"""A workspace to load price lists into."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from konnektu.catalogue import api
from konnektu.catalogue.model import Load
from konnektu.storage.api import Db, Storage, WorkspaceRecord
from tests.catalogue.lists import price_list

NOW = 1_770_000_000_000


def now() -> int:
    return NOW


@pytest.fixture
def db(storage: Storage, workspace: WorkspaceRecord) -> Db:
    return storage.workspace(workspace)


@pytest.fixture
def load(db: Db, tmp_path: Path) -> Callable[..., Load]:
    """Load a price list of these offers."""

    def loaded(body: str, *, scope: Any = "full", is_forced: bool = False, **shape: Any) -> Load:
        path = price_list(tmp_path / "shop.yml", body, **shape)
        return api.load_file(db, path, kind="yml", by="test", now=now, scope=scope, is_forced=is_forced)

    return loaded


@pytest.fixture
def standing(db: Db) -> Callable[[], dict[str, tuple[Any, ...]]]:
    """Everything that stands, to be compared."""

    def rows() -> dict[str, tuple[Any, ...]]:
        with db.read(snapshot=True) as conn:
            return {
                table: tuple(conn.execute(f"SELECT * FROM {table} t ORDER BY t::text").fetchall())
                for table in ("product", "category", "store", "stock", "catalogue_origin")
            }

    return rows
