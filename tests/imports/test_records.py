"""Files of related records: a row a record, tried, run, repeated, faulty."""

from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from konnektu.core.errors import Unprocessable
from konnektu.imports import api
from konnektu.imports.api import Column, Mapping
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.belt.support import run_writer, send
from tests.imports.support import Place
from tests.related.facts import fields_of, kind, row

TABLE = (
    "Номер;Имя;Дата рождения;Рост;Телефон\n"
    "C-1;Анна;31.12.2019;1,05;+79031234567\n"
    "C-2;Пётр;2020-01-01;;\n"
    "C-3;Олег;скоро;1;\n"
    ";Яна;;;\n"
)
COLUMNS = (
    Column("Номер", "record", "record_id"),
    Column("Имя", "record", "name"),
    Column("Дата рождения", "record", "born"),
    Column("Рост", "record", "height"),
    Column("Телефон", "attribute", "phone"),
)


@pytest.fixture
def place(storage: Storage, workspace: WorkspaceRecord, tmp_path: Path) -> Place:
    send(storage, workspace, kind(1), origin="system")
    run_writer(storage, workspace)
    return Place(storage, workspace, tmp_path)


def mapped(mapping: Mapping) -> Any:
    """A change of what was proposed for a file."""
    return lambda inspection: structs.replace(inspection, mapping=mapping)


def test_each_row_is_a_record(place: Place) -> None:
    mapping = Mapping("records", COLUMNS, kind="child", constants={"sex": "girl"})
    job = place.upload(TABLE, change=mapped(mapping))
    assert api.dry_run(place.work(), job).reasons == {"wrong_record": 2}
    place.start(job)
    done = place.run(job)
    assert (done.counts.accepted, done.counts.rejected) == (2, 2)
    run_writer(place.storage, place.workspace)
    first = {"name": "Анна", "born": "2019-12-31", "height": "1.05", "sex": "girl"}
    assert fields_of(place.storage, place.workspace, "C-1") == first
    assert row(place.storage, place.workspace, "C-1").profile
    assert row(place.storage, place.workspace, "C-2").profile == 0
    again = place.upload(TABLE, change=mapped(mapping))
    assert api.dry_run(place.work(), again).repeated == 2


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        (Mapping("records", COLUMNS), "kind"),
        (Mapping("records", COLUMNS[1:], kind="child"), "record_id"),
        (Mapping("records", (*COLUMNS[:4], Column("Телефон", "property", "x")), kind="child"), "properties"),
        (Mapping("records", (*COLUMNS[:4], Column("Телефон", "record")), kind="child"), "name"),
        (Mapping("people", COLUMNS), "records"),
    ],
)
def test_what_is_no_mapping_of_records(place: Place, mapping: Mapping, said: str) -> None:
    with pytest.raises(Unprocessable, match=said):
        place.upload(TABLE, change=mapped(mapping))
