"""Work behind its owner: in order, one at a time, and whatever fails is told and stops the rest."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from threading import Event, get_ident
from typing import Any

import pytest

from konnektu.storage.api import AT_ONCE, Db, Storage, WorkspaceRecord, writes_behind

PATIENCE = 60.0


class Wrong(BaseException):
    """What a piece of work raises; no handler of plain exceptions may lose it."""


def fail(_: object) -> None:
    raise Wrong


@pytest.fixture
def executor() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as made:
        yield made


def test_pieces_are_done_in_order_while_their_owner_goes_on(executor: Executor) -> None:
    done: list[int] = []
    may_go = Event()
    with writes_behind(executor) as behind:
        behind.do(may_go.wait, PATIENCE)
        for number in range(10):
            behind.do(done.append, number)
        assert done == []
        may_go.set()
        behind.wait()
        assert done == list(range(10))
        behind.do(done.append, 10)
    assert done == list(range(11))


def test_what_is_held_is_done_before_the_next_piece(executor: Executor) -> None:
    done: list[str] = []
    with writes_behind(executor) as behind:
        behind.hold(done.append, "first")
        behind.hold(done.append, "second")
        behind.wait()
        assert done == []
        behind.do(done.append, "third")
        behind.do(done.append, "fourth")
    assert done == ["first", "second", "third", "fourth"]


def given(executor: Executor, *pieces: tuple[Callable[..., object], Any]) -> None:
    """All these pieces, each with its argument, behind an owner that does nothing besides."""
    with writes_behind(executor) as behind:
        for work, argument in pieces:
            behind.do(work, argument)


def test_what_fails_is_raised_and_nothing_follows(executor: Executor) -> None:
    done: list[str] = []
    with pytest.raises(Wrong):
        given(executor, (done.append, "before"), (fail, ""), (done.append, "after"))
    assert done == ["before"]


def test_where_the_owner_fails_what_runs_has_ended(executor: Executor) -> None:
    done: list[str] = []
    has_begun = Event()

    def begin() -> None:
        has_begun.set()
        done.append("begun")

    def owner_fails() -> None:
        with writes_behind(executor) as behind:
            behind.do(begin)
            assert has_begun.wait(PATIENCE)
            raise ValueError("of the owner")

    with pytest.raises(ValueError, match="of the owner"):
        owner_fails()
    assert done == ["begun"]


def test_without_an_executor_each_is_done_at_once() -> None:
    done: list[int] = []
    AT_ONCE.do(lambda: done.append(get_ident()))
    AT_ONCE.wait()
    assert done == [get_ident()]


def test_a_transaction_is_rolled_back_with_what_fails_behind_it(
    storage: Storage, workspace: WorkspaceRecord, executor: Executor
) -> None:
    def write(db: Db) -> None:
        with db.transaction() as own:
            given(executor, (own.execute, "INSERT INTO cutting VALUES (1, 1)"), (fail, ""))

    with pytest.raises(Wrong):
        write(storage.workspace(workspace))
    with storage.workspace(workspace).read() as own:
        assert own.execute("SELECT count(*) FROM cutting").fetchone() == (0,)
