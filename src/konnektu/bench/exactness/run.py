"""The whole comparison. In: a seed, how much is to be compared. Out: figures.

Each core has a process with a workspace of its own in a throw-away installation, and batches by turns.
"""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import count
from threading import Event
from typing import Final

from konnektu.bench.exactness.comparing import tallied
from konnektu.bench.exactness.tally import Exactness, Tally
from konnektu.bench.world import open_storage, world
from konnektu.core.config import Config
from konnektu.core.errors import Retry
from konnektu.storage.api import History, Storage, WorkspaceRecord, create_workspace

STARTING_SECONDS: Final = 120
MOST_LIVES: Final = 512
"""Of a batch: more make definitions fewer, fewer make queries many."""
OF_A_LIFE: Final = 2_000
"""A batch has one life for so many comparisons, so that every kind of leaf has its batches."""


def exactness(seed: int, comparisons: int, lives: int = 0) -> Exactness:
    """Compare until all three evaluators gave so many verdicts; batches of so many lives, or as many as fit."""
    jobs = min(multiprocessing.cpu_count(), 8)
    lives = lives or max(4, min(comparisons // OF_A_LIFE, MOST_LIVES))
    whole = Tally()
    with world(with_store=True) as here:
        others = [
            create_workspace(here.storage, f"bench-{job}", "Bench", created_at=job) for job in range(1, jobs)
        ]
        turns = [(record, seed + job, jobs) for job, record in enumerate((here.workspace, *others))]
        share = partial(_share, here.config, -(-comparisons // jobs), lives)
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(jobs, mp_context=context) as pool:
            for tally in pool.map(share, turns):
                whole.joined(tally)
    return whole.told(seed)


def _share(config: Config, comparisons: int, lives: int, turn: tuple[WorkspaceRecord, int, int]) -> Tally:
    record, first, step = turn
    storage = open_storage(config)
    try:
        return tallied(count(first, step), comparisons, _opened(storage, record), lives)
    finally:
        storage.close()


def _opened(storage: Storage, record: WorkspaceRecord) -> History:
    """The event store, which begins in a process of its own. Raises `Retry` where it does not."""
    pause = Event()
    for _ in range(STARTING_SECONDS * 10):
        try:
            return storage.history(record)
        except Retry:
            pause.wait(0.1)
    return storage.history(record)
