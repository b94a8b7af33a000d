"""Sources as others state and read them: the API's records, pages, counts of people, files, the profile."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from konnektu.access.api import Author, system_caller
from konnektu.acquisition import api as acquisition
from konnektu.acquisition import reading, writing
from konnektu.acquisition.model import Condition, Stated
from konnektu.core.clock import DAY
from konnektu.core.errors import NotFound, TooLarge, Unprocessable
from konnektu.exports import api as exports
from konnektu.profiles import api as profiles
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.acquisition.facts import visit
from tests.belt.support import NOW, run_writer, send

CPC = "https://shop.ru/?utm_source=yandex&utm_medium=cpc"
PROGRAMME = Stated(name="Friends", kind="partner_programme", parameter="ref", days=30)
PARTNER = Stated(name="Ivan", kind="partner", parent="friends", code="ivan", party="second", until=NOW)


def author_of(storage: Storage, workspace: WorkspaceRecord) -> Author:
    return Author(storage, system_caller(workspace), NOW, 0)


@pytest.fixture
def arrived(storage: Storage, workspace: WorkspaceRecord) -> WorkspaceRecord:
    """Three people: from an advertisement, from a partner, from the one and then the other."""
    ads = Stated(name="Ads", kind="promotion", rules=((Condition("utm_medium", ("cpc",)),),))
    writing.state(author_of(storage, workspace), "ads", ads)
    writing.state(author_of(storage, workspace), "friends", PROGRAMME)
    run_writer(storage, workspace)
    writing.state(author_of(storage, workspace), "ivan", PARTNER)
    send(storage, workspace, visit(1, user="u1", url=CPC, at=1))
    send(storage, workspace, visit(2, user="u2", url="https://shop.ru/?ref=ivan", at=2))
    send(storage, workspace, visit(3, user="u3", url=CPC, at=3))
    send(storage, workspace, visit(4, user="u3", url="https://shop.ru/?ref=ivan", at=4))
    run_writer(storage, workspace)
    return workspace


def test_pages_with_counts_of_people(storage: Storage, arrived: WorkspaceRecord) -> None:
    db = storage.workspace(arrived)
    first = reading.listed(db, "", 2, retired=False)
    assert [(one.key, one.people.first, one.people.last, one.people.any) for one in first.items] == [
        ("ads", 2, 1, 2),
        ("friends", 1, 2, 2),
    ]
    rest = reading.listed(db, first.next or "", 2, retired=False)
    assert [one.key for one in rest.items] == ["ivan"]
    assert rest.next is None
    assert reading.one(db, "ivan").until == NOW
    with pytest.raises(NotFound):
        reading.one(db, "nobody")


def test_a_retired_source_keeps_its_people(storage: Storage, arrived: WorkspaceRecord) -> None:
    writing.retire(author_of(storage, arrived), "ads")
    send(storage, arrived, visit(9, user="u9", url=CPC, at=9))
    run_writer(storage, arrived)
    db = storage.workspace(arrived)
    assert [one.key for one in reading.listed(db, "", 9, retired=False).items] == ["friends", "ivan"]
    assert reading.one(db, "ads").people.any == 2
    writing.state(author_of(storage, arrived), "ads", Stated(name="Again", kind="other"))
    run_writer(storage, arrived)
    assert (reading.one(db, "ads").name, reading.one(db, "ads").people.any) == ("Again", 2)


def test_what_cannot_be_is_refused_before_it_is_appended(storage: Storage, arrived: WorkspaceRecord) -> None:
    by = author_of(storage, arrived)
    with pytest.raises(Unprocessable):
        writing.state(by, "No Key", PROGRAMME)
    with pytest.raises(Unprocessable):
        writing.state(by, "petr", Stated(name="Petr", kind="partner", parent="ads", code="petr"))
    many = tuple((Condition("form", (f"{n}{'x' * 400}",)),) for n in range(100))
    with pytest.raises(TooLarge):
        writing.state(by, "many", Stated(name="Many", kind="other", rules=many))
    with pytest.raises(NotFound):
        writing.retire(by, "nobody")


def test_the_profile_shows_where_it_came_from(storage: Storage, arrived: WorkspaceRecord) -> None:
    for arrivals, keys in ((acquisition.arrivals_of, ["ads", "friends", "ivan"]), (profiles.nothing, [])):
        reader = profiles.Reader(
            storage, arrived, NOW, is_open=True, tellers=profiles.Tellers(arrived=arrivals)
        )
        found = profiles.view_found(reader, "user_id", "u3").sources
        assert [one.key for one in found.marketing] == keys
        assert len(found.technical) == 1
    reader = profiles.Reader(
        storage, arrived, NOW, is_open=True, tellers=profiles.Tellers(arrived=acquisition.arrivals_of)
    )
    found = profiles.view_found(reader, "user_id", "u3").sources
    assert (found.first_marketing, found.last_marketing) == (["ads"], ["friends", "ivan"])
    assert found.first_technical == found.last_technical == found.technical[0].source
    ads, friends, ivan = found.marketing
    assert ads.counts_until is None
    assert friends.counts_until == ivan.counts_until == ivan.last + 30 * DAY


@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx"])
def test_the_list_as_a_file(storage: Storage, arrived: WorkspaceRecord, tmp_path: Path, form: Any) -> None:
    asker = exports.Asker(storage, arrived, NOW, is_open=False)
    whole = b"".join(exports.export(asker, exports.find_list("marketing_sources"), form, tmp_path))
    assert whole
    if form == "jsonl":
        rows = [msgspec.json.decode(line) for line in whole.splitlines()]
        assert [(row["key"], row["any"], row["active"]) for row in rows] == [
            ("ads", 2, True),
            ("friends", 2, True),
            ("ivan", 2, True),
        ]
