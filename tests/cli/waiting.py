"""Waiting for another process to do what it must, with a limit."""

import time
from collections.abc import Callable

PATIENCE = 60.0
LOOK_EVERY = 0.02


def until(is_so: Callable[[], bool]) -> None:
    """Return when `is_so`; fail after PATIENCE seconds."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(LOOK_EVERY)
