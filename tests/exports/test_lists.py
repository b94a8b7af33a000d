"""Files of the lists that are sections: byte for byte what `golden/` holds, titles and order of rows included."""

from pathlib import Path
from typing import Any

import pytest

from konnektu.exports import api as exports
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import NOW
from tests.sections.story import tell

GOLDEN = Path(__file__).with_name("golden")
TITLES = {
    "profiles": ("Profiles", "Клиенты"),
    "consents": ("Consents", "Согласия"),
    "orders": ("Orders", "Заказы"),
    "order_lines": ("Order lines", "Позиции заказов"),
    "products": ("Products", "Товары"),
    "stores": ("Stores", "Магазины"),
    "quarantine": ("Rejected events", "Отклонённые события"),
    "imports": ("Imports", "Импорты"),
    "audit": ("Audit log", "Журнал действий"),
}


@pytest.fixture
def told(storage: Storage, workspace: WorkspaceRecord) -> WorkspaceRecord:
    tell(storage, workspace)
    return workspace


def exported(asker: exports.Asker, name: str, form: Any, scratch: Path) -> bytes:
    return b"".join(exports.export(asker, exports.find_list(name), form, scratch))


def test_files_are_what_they_were(storage: Storage, told: WorkspaceRecord, tmp_path: Path) -> None:
    for name in TITLES:
        whole = exported(exports.Asker(storage, told, NOW, is_open=True), name, "csv", tmp_path)
        assert whole == (GOLDEN / f"{name}.csv").read_bytes(), name
        covered = exported(exports.Asker(storage, told, NOW, is_open=False), name, "jsonl", tmp_path)
        assert covered == (GOLDEN / f"{name}.jsonl").read_bytes(), name
        assert whole.count(b"\r\n") == covered.count(b"\n") + 1 > 2, name


def test_lists_are_called_as_they_were() -> None:
    assert set(exports.LISTS) >= {*TITLES, "events"}
    assert {name: (exports.LISTS[name].en, exports.LISTS[name].ru) for name in TITLES} == TITLES
