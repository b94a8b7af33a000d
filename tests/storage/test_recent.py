"""What is remembered of the control schema is dropped by whatever this process writes, and is old after a moment."""

import pytest

from konnektu.core.errors import Retry
from konnektu.storage.api import Db, Storage
from konnektu.storage.recent import Recent


class Question:
    """A question that counts how often it is asked of the schema."""

    def __init__(self, *answers: str | None) -> None:
        self.left = list(answers)

    def read(self) -> str | None:
        return self.left.pop(0)


@pytest.fixture
def db(storage: Storage) -> Db:
    return storage.control


def test_an_answer_is_read_once(db: Db) -> None:
    recent, question = Recent(db, seconds=3600), Question("first", "second")
    assert [recent.answer("word", question.read) for _ in range(3)] == ["first"] * 3
    assert recent.known("word") == "first"


def test_that_there_is_none_is_asked_again(db: Db) -> None:
    recent, question = Recent(db, seconds=3600), Question(None, "made meanwhile")
    assert recent.answer("word", question.read) is None
    assert recent.answer("word", question.read) == "made meanwhile"


def test_a_write_drops_what_was_known(db: Db) -> None:
    recent, question = Recent(db, seconds=3600), Question("before", "after")
    recent.answer("word", question.read)
    with db.transaction():
        assert recent.known("word") == "before"
    assert recent.known("word") is None
    assert recent.answer("word", question.read) == "after"


def test_a_write_whose_end_is_unknown_drops_it_too(db: Db) -> None:
    recent = Recent(db, seconds=3600)
    recent.answer("word", lambda: "before")
    with pytest.raises(Retry, match="lost"), db.transaction():
        raise Retry("lost amid the commit")
    assert recent.known("word") is None


def test_an_answer_that_a_write_overtook_is_not_believed(db: Db) -> None:
    recent = Recent(db, seconds=3600)

    def read() -> str:
        with db.transaction():
            return "read before the write ended"

    assert recent.answer("word", read) == "read before the write ended"
    assert recent.known("word") is None


def test_an_old_answer_is_not_believed(db: Db) -> None:
    recent = Recent(db, seconds=-1)
    recent.answer("word", lambda: "old")
    assert recent.known("word") is None
