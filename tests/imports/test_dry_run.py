"""A dry run says what the import then does, and writes nothing."""

import itertools

import pytest

from konnektu.belt.writer import Writer
from konnektu.imports import api, chunks, dryrun
from konnektu.log import store as log_store
from konnektu.profiles import api as profiles
from konnektu.storage.api import Storage, WorkspaceRecord
from tests.imports.support import Place


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 3)


def written(storage: Storage, workspace: WorkspaceRecord) -> tuple[int, int]:
    """Apply everything in the inbox; (profiles, known ones)."""
    with storage.inbox.read() as inbox:
        waiting = log_store.pending_blocks(inbox, workspace.id, 10_000)
    Writer(storage, workspace, next(epochs)).apply(waiting, 5_000)
    with storage.workspace(workspace).read() as db:
        return profiles.counts(db)


epochs = itertools.count(1)

FIRST = "ID клиента;Имя;Телефон;Почта\n1;Иван;+79031111111;ivan@shop.ru\n2;Ольга;+79032222222;\n3;Пётр;;petr@shop.ru\n"
SECOND = (
    "Имя;Телефон;Почта\n"
    "Иван;+79031111111;\n"  # known by the phone
    "Анна;+79034444444;anna@shop.ru\n"  # new
    "Анна;+79034444444;\n"  # the person of the row before
    "Новый;12;\n"  # nobody
    "Олег;+79035555555;\n"  # new
    "Олег;;oleg@shop.ru\n"  # new too: nothing joins them yet
    "Олег;+79035555555;oleg@shop.ru\n"  # joins the two
    "рваная;строка\n"
)


def trial(place: Place, job):
    return api.dry_run(place.work("trial"), job)


def test_it_says_what_then_happens(place: Place):
    first = place.upload(FIRST)
    assert trial(place, first).new == 3
    place.start(first)
    place.run(first)
    assert written(place.storage, place.workspace) == (3, 3)

    second = place.upload(SECOND, name="second.csv")
    before = place.appended()
    found = trial(place, second)
    assert (found.new, found.updated, found.merged, found.repeated) == (3, 3, 1, 0)
    assert (found.counts.read, found.counts.accepted, found.counts.rejected) == (8, 6, 2)
    assert found.reasons == {"no_identifier": 1, "ragged": 1}
    assert [(row.number, row.reason) for row in found.errors] == [(5, "no_identifier"), (9, "ragged")]
    assert (found.judged, found.is_whole) == (6, True)
    assert place.appended() == before
    assert trial(place, second) == found

    place.start(second)
    done = place.run(second)
    assert (done.counts.accepted, done.counts.rejected) == (6, 2)
    assert written(place.storage, place.workspace) == (3 + 3 - 1, 5)

    third = place.upload(SECOND, name="second again.csv")
    again = trial(place, third)
    assert (again.new, again.updated, again.merged, again.repeated) == (0, 0, 0, 6)


def test_it_can_stop_after_some_rows(place: Place, monkeypatch):
    job = place.upload(SECOND)
    part = api.dry_run(place.work("trial"), job, rows=4)
    assert (part.counts.read, part.is_whole) == (6, False)
    monkeypatch.setattr(dryrun, "JUDGED_ROWS", 2)
    short = trial(place, job)
    assert (short.counts.read, short.judged, short.is_whole) == (8, 3, True)
