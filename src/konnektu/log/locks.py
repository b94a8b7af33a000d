"""Who waits for whom where stored facts are rewritten. In: a workspace. Out: its locks, held while a block lasts.

Erasures and retention read a block's body, change it and write it: one after the other, or one would write what the
other took out. A backup reads the event store for long and without a snapshot: retention waits until it has ended.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from konnektu.log import store
from konnektu.storage.api import Db


@contextmanager
def rewriting(db: Db) -> Iterator[None]:
    """Be the only one to rewrite blocks of the workspace. Raises `Retry` where another takes too long."""
    with db.transaction() as own:
        store.hold_blocks(own)
        yield


@contextmanager
def history_held(db: Db) -> Iterator[None]:
    """Let nothing leave the event store for its age. Raises `Retry` where a run that takes out does not end."""
    with db.transaction() as own:
        store.hold_history(own)
        yield


@contextmanager
def history_free(db: Db) -> Iterator[bool]:
    """Whether nobody holds the history; as long as this lasts nobody will."""
    with db.transaction() as own:
        yield store.may_age_history(own)
