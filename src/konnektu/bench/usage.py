"""Who used the processors: CPU seconds by process, because two cores carry the whole installation."""

from collections.abc import Callable, Mapping
from os import getpid
from typing import TypeVar

import psutil  # type: ignore[import-untyped]
from msgspec import Struct

from konnektu.bench.report import timed

Given = TypeVar("Given")


class Usage(Struct, frozen=True):
    """What some work took."""

    seconds: float
    """By the clock on the wall."""
    cpu: Mapping[str, float]
    """CPU seconds by the name of the process; those of its children belong to it."""


def used(work: Callable[[], Given], processes: Mapping[str, int]) -> tuple[Given, Usage]:
    """What the work gives, and what these processes (pids by name) took meanwhile."""
    before = _cpu(processes)
    given, seconds = timed(work)
    after = _cpu(processes)
    return given, Usage(seconds, {name: after[name] - before[name] for name in processes})


def own_cpu() -> float:
    """CPU seconds of this process so far."""
    return _seconds(psutil.Process())


def _cpu(processes: Mapping[str, int]) -> dict[str, float]:
    return {name: _with_children(psutil.Process(pid)) for name, pid in processes.items()}


def _with_children(process: psutil.Process) -> float:
    """A process with its living children and those it has waited for; this one without, whose children are others."""
    if process.pid == getpid():
        return _seconds(process)
    times = process.cpu_times()
    ended = times.children_user + times.children_system
    living = sum(_seconds(child) for child in process.children(recursive=True))
    return _seconds(process) + float(ended) + living


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
