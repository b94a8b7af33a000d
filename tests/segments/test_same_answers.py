"""The real writer beside the reference, over histories drawn at random: no entry, no exit and no instant differs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from konnektu.storage.api import Storage, WorkspaceRecord, create_workspace, drop_workspace
from tests.segments.driving import Driven, Turned
from tests.segments.reference import Beside, reference
from tests.segments.stories import story

FIRST = 104
STORIES = 2
"""In ./check; KONNEKTU_STORIES=200 tells as many, beginning with the number of KONNEKTU_STORY."""


@contextmanager
def fresh(storage: Storage, name: str) -> Iterator[WorkspaceRecord]:
    record = create_workspace(storage, name, name, created_at=1)
    try:
        yield record
    finally:
        drop_workspace(storage, record)


def compared(storage: Storage, seed: int) -> tuple[list[Turned], list[Turned]]:
    """What the writer says of a story, and what the reference does."""
    drawn = Random(seed)
    steps = story(drawn, seed)
    with fresh(storage, f"driven-{seed}") as record, fresh(storage, f"beside-{seed}") as other:
        driven, beside = Driven(storage, record, drawn), Beside(storage, other)
        sent = driven.tell(steps)
        told = beside.tell(sent)
        return driven.turned(), reference(sent, told, beside.events)


def test_entries_and_exits_are_those_of_the_reference(storage: Storage, event_store_server: object) -> None:
    first = int(os.environ.get("KONNEKTU_STORY", FIRST))
    turns = 0
    for seed in range(first, first + int(os.environ.get("KONNEKTU_STORIES", STORIES))):
        live, right = compared(storage, seed)
        assert live == right, f"story {seed}"
        turns += len(right)
    assert turns > 40
