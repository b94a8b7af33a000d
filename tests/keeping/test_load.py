"""A backup made while senders send and a writer writes is of one instant."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from konnektu.belt.deliver import seal_once
from konnektu.belt.writer import Writer
from konnektu.log import api as log
from konnektu.storage.api import History, Storage, WorkspaceRecord
from tests.belt.support import NOW, epoch_of, identify, send, track, waiting
from tests.conftest import SECRET_KEY
from tests.keeping.made import back_up, is_rebuilt_equal, position, restored

pytestmark = pytest.mark.slow


@contextmanager
def under_load(storage: Storage, record: WorkspaceRecord) -> Iterator[None]:
    """People come all the time; what they do is applied and sealed at once."""
    stop, failed = threading.Event(), []

    def sender() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            user = f"u{number % 500}"
            send(
                storage,
                record,
                identify(user, number, email=f"{user}@example.org"),
                *(
                    track("Viewed", number * 100 + n, user=user, anonymous=f"a{number % 700}")
                    for n in range(20)
                ),
                at=NOW + number,
            )

    def writer() -> None:
        one = Writer(storage, record, epoch_of(storage, record))
        while not stop.is_set():
            one.apply(waiting(storage, record)[:20], 200)
            seal_once(storage, record, 500)

    def guarded(work: object) -> None:
        try:
            work()  # type: ignore[operator]
        except Exception as error:  # noqa: BLE001 - the test tells
            failed.append(error)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in (sender, writer)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not failed


def facts(history: History, upto: int) -> list[tuple[int, str, int]]:
    rows = history.rows(
        "SELECT position, message_id, atom FROM fact WHERE position <= {upto:Int64} ORDER BY position",
        {"upto": upto},
    )
    return [(position, message, atom) for position, message, atom in rows]


def test_it_is_of_one_instant(
    storage: Storage, workspace: WorkspaceRecord, history: History, empty_machine: Storage, tmp_path: Path
) -> None:
    with under_load(storage, workspace):
        while position(storage, workspace) < 3_000:
            threading.Event().wait(0.05)
        kept = back_up(storage, workspace, tmp_path)
        while position(storage, workspace) < kept.position + 500:
            threading.Event().wait(0.05)
    record, _, _ = restored(empty_machine, tmp_path, "copy", "", SECRET_KEY, tmp_path / "other")
    there = empty_machine.history(record)
    assert facts(there, kept.position) == facts(history, kept.position)
    found = facts(there, 1 << 40)
    assert [place for place, _, _ in found] == list(range(1, position(empty_machine, record) + 1)), (
        "no hole, no double"
    )
    assert len({message for _, message, _ in found}) == len(found)
    is_rebuilt_equal(empty_machine, record)
    assert log.lag(empty_machine.workspace(record), empty_machine.inbox, record.id).waiting_blocks == 0
