"""Related records as others read them: pages, conditions, one record, a person's, what is covered."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from konnektu.core.errors import BadRequest, Forbidden, NotFound
from konnektu.core.ids import public_id
from konnektu.exports import api as exports
from konnektu.profiles import api as profiles
from konnektu.related import api as related
from konnektu.related import reading
from konnektu.related.model import Key
from konnektu.related.reading import Asked
from konnektu.storage.api import Db, Storage, WorkspaceRecord
from tests.belt.support import NOW, run_writer, send
from tests.orders.facts import profile_of
from tests.related.facts import kind, record

SEXES = ("girl", "boy")


@pytest.fixture
def stocked(storage: Storage, workspace: WorkspaceRecord) -> WorkspaceRecord:
    """Twelve children of two people and of nobody, one of them removed; and a pet of the same name."""
    send(storage, workspace, kind(1), origin="system")
    send(storage, workspace, kind(2, "pet"), origin="system")
    for n in range(12):
        fact = record(
            f"C-{n:02}", n, ("u1", "u2", "")[n % 3], name=f"Anna {n % 4}", born=f"2019-{n + 1:02}-05",
            height=f"{n}.5", spent=n, is_pupil=n % 2, sex=SEXES[n % 2], hobbies=["chess"] * (n % 3 == 0),
        )  # fmt: skip
        send(storage, workspace, fact, origin="api")
    send(storage, workspace, record("C-05", 20, at=5, removed=True), origin="api")
    send(storage, workspace, record("P-1", 21, "u1", kind="pet", name="Anna 1", height=1), origin="api")
    run_writer(storage, workspace)
    return workspace


def ids(db: Db, *where: str, limit: int = 100, **asked: Any) -> list[int]:
    """Numbers of the children that meet conditions, page after page."""
    found: list[int] = []
    after: str | None = ""
    while after is not None:
        items, after = reading.listed(
            db, Asked(kind="child", where=where, **asked), after, limit, is_open=True
        )
        found += [int(one.id.removeprefix("C-")) for one in items]
    return found


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ([], [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11]),
        (["name:eq:Anna  1"], [1, 9]),
        (["sex:eq:GIRL"], [0, 2, 4, 6, 8, 10]),
        (["is_pupil:eq:да"], [1, 3, 7, 9, 11]),
        (["hobbies:eq:chess"], [0, 3, 6, 9]),
        (["height:eq:9,50"], [9]),
        (["spent:eq:10.00"], [10]),
        (["born:eq:05.03.2019"], [2]),
        (["born:ge:2019-09-05"], [8, 9, 10, 11]),
        (["height:ge:9", "height:le:10.5"], [9, 10]),
        (["spent:le:2"], [0, 1, 2]),
        (["spent:ge:2", "sex:eq:girl", "born:le:2019-07-31"], [2, 4, 6]),
        (["name:eq:nobody"], []),
        (["spent:ge:2", "spent:le:9", "height:ge:4", "born:le:2019-09-30"], [4, 6, 7, 8]),
        (["hobbies:eq:chess", "hobbies:eq:ski"], []),
    ],
)
def test_conditions(storage: Storage, stocked: WorkspaceRecord, where: list[str], found: list[int]) -> None:
    db = storage.workspace(stocked)
    assert ids(db, *where) == found
    assert ids(db, *where, limit=2) == found


def test_conditions_that_speak_against_each_other(storage: Storage, stocked: WorkspaceRecord) -> None:
    for where in (["spent:ge:2", "spent:ge:5"], ["sex:eq:boy", "sex:eq:girl"]):
        with pytest.raises(BadRequest):
            ids(storage.workspace(stocked), *where)


def test_ranges_are_found_by_an_index_of_their_field(storage: Storage, stocked: WorkspaceRecord) -> None:
    with storage.workspace(stocked).read() as db:
        found = db.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema()").fetchall()
    made = [text for (text,) in found if "WHERE (kind = 'child'" in text]
    assert len(made) == 3
    assert all(any(f"'{field}'" in text for text in made) for field in ("born", "height", "spent"))


def test_those_that_were_removed_are_apart(storage: Storage, stocked: WorkspaceRecord) -> None:
    assert ids(storage.workspace(stocked), removed=True) == [5]


@pytest.mark.parametrize(
    "where",
    ["nothing", "height:gt:1", "colour:eq:red", "sex:eq:dog", "sex:ge:boy", "born:eq:soon", "name:eq:"],
)
def test_what_is_no_condition(storage: Storage, stocked: WorkspaceRecord, where: str) -> None:
    with pytest.raises(BadRequest):
        ids(storage.workspace(stocked), where)


def test_personal_fields_are_covered_and_not_asked_for(storage: Storage, stocked: WorkspaceRecord) -> None:
    db = storage.workspace(stocked)
    (first, *_), _ = reading.listed(db, Asked(kind="child"), "", 1, is_open=False)
    assert (first.fields["name"], first.fields["born"]) == ("A•••", "•••05")
    asked = Asked(kind="child", where=["name:eq:Anna 1"])
    with pytest.raises(Forbidden):
        reading.listed(db, asked, "", 1, is_open=False)
    one = reading.one(storage, stocked, Key("child", "C-01"), NOW, is_open=False)
    assert "Anna" not in str(one)


def test_one_record_with_its_history(storage: Storage, stocked: WorkspaceRecord) -> None:
    found = reading.one(storage, stocked, Key("child", " C-05 "), NOW, is_open=True)
    assert found.record.is_removed
    assert [one.is_removed for one in found.history] == [True, False]
    assert found.history[1].fields["height"] == 5.5
    assert found.history[1].is_system
    assert all(a.time >= b.time for a, b in pairwise(found.history))
    with pytest.raises(NotFound):
        reading.one(storage, stocked, Key("child", "no such"), NOW, is_open=True)
    with pytest.raises(NotFound):
        reading.listed(storage.workspace(stocked), Asked(kind="nothing"), "", 1, is_open=True)


def test_a_persons_records_and_their_counts(storage: Storage, stocked: WorkspaceRecord) -> None:
    db = storage.workspace(stocked)
    profile = profile_of(storage, stocked, "u1")
    with db.read() as own:
        public = public_id(profiles.profiles(own, [profile])[profile].born, profile)
    found = reading.of_person(db, public, "", "", 4, is_open=True)
    assert found.counts == {"child": 4, "pet": 1}
    assert [one.id for one in found.items] == ["C-00", "C-03", "C-06", "C-09"]
    rest = reading.of_person(db, public, "", found.next or "", 4, is_open=True)
    assert ([one.id for one in rest.items], rest.next) == (["P-1"], None)
    for records, counts in ((related.counts_of, found.counts), (profiles.nothing, {})):
        reader = profiles.Reader(
            storage, stocked, NOW, is_open=True, tellers=profiles.Tellers(records=records)
        )
        assert profiles.view_found(reader, "user_id", "u1").records == counts


@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx"])
def test_a_kind_as_a_file(storage: Storage, stocked: WorkspaceRecord, tmp_path: Path, form: Any) -> None:
    wanted = exports.find_list("records.child", storage, stocked)
    assert (wanted.en, wanted.ru) == ("Children", "Дети")
    for is_open, name in ((True, "Anna 0"), (False, "A•••")):
        asker = exports.Asker(storage, stocked, NOW, is_open=is_open)
        whole = b"".join(exports.export(asker, wanted, form, tmp_path))
        assert whole
        if form != "jsonl":
            continue
        rows = [msgspec.json.decode(line) for line in whole.splitlines()]
        assert [row["id"] for row in rows] == [f"C-{n:02}" for n in range(12) if n != 5]
        assert (rows[0]["fields.name"], rows[0]["fields.height"]) == (name, "0.5")
        assert (rows[0]["fields.is_pupil"], rows[0]["fields.hobbies"]) == (False, "chess")
    with pytest.raises(NotFound):
        exports.find_list("records.child")
