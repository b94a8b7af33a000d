"""Kinds of jobs. In: functions of slices, declared in `<slice>/jobs.py`. Out: each by its name.

    @kind("catalogue.feed", Words("Product feed", "Товарный фид"))
    def read_feed(work: Work, arguments: Mapping[str, Any]) -> Mapping[str, Any] | None:
        ...

Invariant: a job may be killed at any statement and is begun again, so its function must be repeatable.
"""

import importlib
import importlib.util
import threading
import time
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from konnektu.core.clock import Clock
from konnektu.core.config import Config
from konnektu.jobs.model import Arguments, Lock, Place, Stopped, UnknownKind, Words
from konnektu.storage.api import Storage, WorkspaceRecord

TRIES = 10
LOOK_SECONDS = 0.2


class StopSignal(threading.Event):
    """Set as soon as the work must stop: its process ends, somebody cancelled it, or it was taken over."""

    def __init__(self, is_over: Callable[[], bool]) -> None:
        super().__init__()
        self._is_over = is_over

    def is_set(self) -> bool:
        """Whether the work must stop."""
        return super().is_set() or self._is_over()

    def wait(self, timeout: float | None = None) -> bool:
        """Sleep so many seconds, or until the work must stop; whether it must."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while not self.is_set():
            left = LOOK_SECONDS if deadline is None else min(LOOK_SECONDS, deadline - time.monotonic())
            if left <= 0:
                return False
            super().wait(left)
        return True


class Work(Struct, frozen=True, kw_only=True):
    """What a job works with."""

    storage: Storage
    workspace: WorkspaceRecord
    config: Config
    clock: Clock
    job: int
    attempt: int
    """The first is 1. With `job` it names this run and no other."""
    progress: Callable[..., None]
    """progress(done, total=None, note=""); written a few times a second at most, the last one at the end."""
    is_cancelled: Callable[[], bool]
    """Whether a person cancelled the job."""
    stop: StopSignal
    """Whether to stop for whatever reason; also to sleep on."""

    def check(self) -> None:
        """Raise `Stopped` where the work must stop; call it between steps."""
        if self.stop.is_set():
            raise Stopped


Run = Callable[[Work, Mapping[str, Any]], Mapping[str, Any] | None]
OnCancel = Callable[[Work, Mapping[str, Any]], None]


class Kind(Struct, frozen=True, kw_only=True):
    """A declared kind of job."""

    name: str
    title: Words
    run: Run
    arguments: type[Arguments]
    right: str
    """What somebody needs, beside jobs.manage, to let it come by itself."""
    lock: Lock
    place: Place
    tries: int
    on_cancel: OnCancel | None


_declared: dict[str, Kind] = {}


def kind(
    name: str,
    title: Words,
    *,
    arguments: type[Arguments] = Arguments,
    right: str = "jobs.manage",
    lock: Lock = "key",
    place: Place = "anywhere",
    tries: int = TRIES,
    on_cancel: OnCancel | None = None,
) -> Callable[[Run], Run]:
    """Declare a kind of job by the function that does it.

    The function gets the work and the arguments, and returns what is kept as its result. It raises `Retry`
    where the world is broken (tried again up to `tries` times, later each time), `Later` where it is not its
    turn; any other error ends the job as failed. `arguments` is what it takes, checked before it is scheduled;
    `right` is what somebody needs to schedule it. `lock`: "key" lets no two jobs of one key run at once,
    "kind" none of a kind in a workspace. `place` "machine" binds it to the machine that added it (for
    files). `on_cancel` runs where the job ran when it was cancelled, also before its begin.
    """

    def declare(run: Run) -> Run:
        _declared[name] = Kind(
            name=name, title=title, run=run, arguments=arguments, right=right, lock=lock, place=place, tries=tries,
            on_cancel=on_cancel,
        )  # fmt: skip
        return run

    return declare


def kinds() -> Mapping[str, Kind]:
    """Every kind that a slice declares, by name."""
    _load()
    return _declared


def find_kind(name: str) -> Kind:
    """One kind; raises `UnknownKind`."""
    if name not in kinds():
        raise UnknownKind(f"There is no kind of job {name[:100]!r}. Known: {', '.join(sorted(kinds()))}.")
    return _declared[name]


@cache
def _load() -> None:
    spec = importlib.util.find_spec("konnektu")
    roots = spec.submodule_search_locations if spec else None
    for path in sorted(path for root in roots or () for path in Path(root).glob("*/jobs.py")):
        importlib.import_module(f"konnektu.{path.parent.name}.jobs")
