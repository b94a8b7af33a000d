"""Memory: how much the machine has, and the cycle collector of a process that makes many objects and few cycles."""

import gc
from contextlib import suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]

CONTAINER_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
"""Where Linux says how much memory a container may take, in its newer and its older way."""

OBJECTS = 200_000
"""Objects made, and not gone again, before the collector looks at the young ones; Python's own figure is 700."""
OBJECTS_OF_BATCHES = 2_000_000
"""The same where whole batches are in hand: more than a batch makes, for all its objects go with it."""


def machine_bytes(limits: tuple[str, ...] = CONTAINER_LIMITS) -> int:
    """Bytes of memory that this machine has, or the container may take where that is less."""
    found = [int(psutil.virtual_memory().total)]
    for limit in limits:
        with suppress(OSError, ValueError):  # no container, or one without a limit, which then is a word
            found.append(int(Path(limit).read_text()))
    return min(found)


def spare_cycle_collector(objects: int = OBJECTS) -> None:
    """Let the cycle collector look seldom, and never again at what exists already.

    Call once when a process has started. A batch of the writer makes millions of objects and hardly a
    cycle: with Python's own thresholds the collector took more than half of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(objects, 50, 100)
