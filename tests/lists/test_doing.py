"""What is asked of a whole list is done under the rights of whoever asked, to the rows of the question, once."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from konnektu.access.api import Caller, Passwords, caller_of_owner, change_user, create_user, system_caller
from konnektu.belt import deliver
from konnektu.core.clock import MovableClock
from konnektu.core.config import Config
from konnektu.core.errors import Forbidden
from konnektu.core.section import sections
from konnektu.jobs import api as jobs
from konnektu.jobs.kinds import StopSignal
from konnektu.lists import asking, doing
from konnektu.lists.api import (
    Desk,
    Erased,
    Exporting,
    NoWork,
    Question,
    Tagging,
    ask,
    asked,
    forget,
    open_file,
)
from konnektu.lists.files import file_path
from konnektu.lists.rows import pages
from konnektu.lists.shown import people_path
from konnektu.privacy import api as privacy
from konnektu.storage.api import Asker, Storage, WorkspaceRecord
from tests.belt.support import NOW, run_writer
from tests.orders.facts import DAY
from tests.sections.story import PERSONAL, PHONE, tell_everything

pytestmark = pytest.mark.usefixtures("event_store_server")


@pytest.fixture
def desk(storage: Storage, workspace: WorkspaceRecord, tmp_path: Path) -> Any:
    tell_everything(storage, workspace)
    create_user(
        storage.control, Passwords(time_cost=1, memory_kib=64), system_caller(workspace), login="anna",
        password="correct horse battery", role="marketer", now=NOW,
    )  # fmt: skip
    yield Desk(storage, anna(storage, workspace), Config(data=tmp_path), NOW + DAY)
    with storage.control.transaction() as db:
        db.execute("DELETE FROM job WHERE workspace = %s", [workspace.id])


def anna(storage: Storage, workspace: WorkspaceRecord) -> Caller:
    found = caller_of_owner(storage.control, workspace, "anna")
    assert found
    return found


def work(desk: Desk, job: int) -> jobs.Work:
    return jobs.Work(
        storage=desk.storage, workspace=desk.caller.workspace, config=desk.config, clock=MovableClock(desk.now),
        job=job, attempt=1, progress=lambda *_: None, is_cancelled=lambda: False, stop=StopSignal(lambda: False),
    )  # fmt: skip


def keys(desk: Desk, name: str) -> list[str]:
    section = sections()[name]
    asker = Asker(desk.storage, desk.caller.workspace, desk.now, is_open=True)
    return [row.key for page in pages(asker, section, Question()) for row in page]


def exported(desk: Desk, section: str, question: Question, **more: Any) -> list[dict[str, Any]]:
    number = ask(desk, section, question, Exporting(form="jsonl", **more))[0].id
    for _ in range(2):  # a job that is begun again leaves the same file
        told = doing.export(work(desk, 0), number)
    kept, pieces = open_file(desk, number)
    held = b"".join(pieces)
    lines = [msgspec.json.decode(line) for line in held.splitlines()]
    assert (told["rows"], kept.size) == (len(lines), len(held))
    forget(desk, number)
    with pytest.raises(NoWork):
        open_file(desk, number)
    return lines


def test_a_list_is_exported_as_it_is_shown(desk: Desk) -> None:
    every = exported(desk, "orders", Question(), columns=["stage", "number"])
    assert list(every[0]) == ["stage", "number"]
    assert [one["number"] for one in every] == keys(desk, "orders")
    stage = every[0]["stage"]
    some = exported(desk, "orders", Question(filters={"stage": stage}))
    assert len(some) == sum(one["stage"] == stage for one in every)
    chosen = [every[-1]["number"]]
    assert [one["number"] for one in exported(desk, "orders", Question(keys=chosen))] == chosen
    assert exported(desk, "orders", Question(filters={"ordered_at": {"days": 1, "before": 3000}})) == []


def test_personal_columns_are_covered_and_whole_ones_need_a_right(desk: Desk) -> None:
    text = msgspec.json.encode(exported(desk, "people", Question())).decode()
    assert not [secret for secret in PERSONAL if secret in text]
    owner = system_caller(desk.caller.workspace)
    change_user(desk.storage.control, owner, desk.caller.user, role="analyst", now=desk.now)
    analyst = msgspec.structs.replace(desk, caller=anna(desk.storage, desk.caller.workspace))
    with pytest.raises(Forbidden, match=r"exports\.personal"):
        ask(analyst, "people", Question(), Exporting(reason="the report for the bank"))


def test_everybody_in_a_list_is_given_a_tag_and_it_is_taken_again(desk: Desk) -> None:
    people = set(keys(desk, "people"))
    for way, bearing in (("add", people), ("remove", set())):
        number = ask(desk, "people", Question(), Tagging(tag="spring", way=way))[0].id  # type: ignore[arg-type]
        for _ in range(2):
            assert doing.tag(work(desk, 0), number) == {"people": len(people)}
        run_writer(desk.storage, desk.caller.workspace)
        section, asker = (
            sections()["people"],
            Asker(desk.storage, desk.caller.workspace, desk.now, is_open=True),
        )
        found = pages(asker, section, Question(filters={"tag": "spring"}))
        assert {row.key for page in found for row in page} == bearing


def test_whoever_lost_the_right_gets_nothing(desk: Desk) -> None:
    number, job = ask(desk, "orders", Question(), Exporting())
    assert [(one.id, told and told.state) for one, told in asked(desk)] == [(number.id, "waiting")]
    owner = system_caller(desk.caller.workspace)
    change_user(desk.storage.control, owner, desk.caller.user, role="read_only", now=desk.now)
    with pytest.raises(Forbidden):
        doing.export(work(desk, job.id), number.id)


@pytest.fixture
def house(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Keep house in this workspace alone, at an instant."""
    monkeypatch.setattr(deliver, "list_workspaces", lambda _: [desk.caller.workspace])
    return partial(deliver.keep_house, desk.storage, desk.config)


def test_files_are_swept_in_time_whoever_asks_next(desk: Desk, house: Callable[[int], None]) -> None:
    number, _ = ask(desk, "orders", Question(), Exporting(form="jsonl"))
    doing.export(work(desk, 0), number.id)
    path = file_path(desk.config, desk.caller.workspace, number.id)
    left = path.with_name(f"{number.id + 1}.part")  # of a job that died, and was forgotten
    left.write_text("")
    house(number.expires_at - 1)
    assert path.exists() and not left.exists()
    house(number.expires_at)
    assert not path.exists() and asked(desk) == []


def test_an_erasure_takes_the_files_that_may_show_the_person(
    desk: Desk, house: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "OPEN_MOST", 10)

    def done(section: str, *chosen: str) -> int:
        number, job = ask(desk, section, Question(keys=list(chosen)), Exporting(form="jsonl"))
        doing.export(work(desk, job.id), number.id)
        return number.id

    storage, workspace = desk.storage, desk.caller.workspace
    asker = Asker(storage, workspace, desk.now, is_open=True)
    ((person,),) = pages(asker, sections()["people"], Question(filters={"identifier": PHONE}))
    people, products = done("people"), done("products")
    others = done("people", next(one for one in keys(desk, "people") if one != person.key))
    unknown = done("people", person.key)
    people_path(file_path(desk.config, workspace, unknown)).unlink()
    named, _ = ask(desk, "people", Question(filters={"identifier": PHONE}), Exporting())
    waiting, _ = ask(desk, "orders", Question(), Exporting(form="jsonl"))
    privacy.request(storage, workspace, person.key, desk.now, "anna")
    run_writer(storage, workspace)
    for one in (people, unknown):
        with pytest.raises(Erased):
            open_file(desk, one)
    assert b"".join(open_file(desk, others)[1]), "others stand in it"
    house(desk.now)
    assert not file_path(desk.config, workspace, people).exists()
    told = {one.id: one for one, _ in asked(desk)}
    for work_of in (told[people], told[unknown], told[named.id]):
        assert (work_of.gone, work_of.question, work_of.size) == ("erased", Question(), -1)
    assert told[others].gone == ""
    assert people_path(file_path(desk.config, workspace, others)).exists()
    assert not people_path(file_path(desk.config, workspace, people)).exists()
    with pytest.raises(Erased):
        doing.export(work(desk, 0), named.id)
    assert b"".join(open_file(desk, products)[1]), "nobody stands in it"
    doing.export(work(desk, 0), waiting.id)
    text = b"".join(open_file(desk, waiting.id)[1])
    assert text and person.key.encode() not in text
