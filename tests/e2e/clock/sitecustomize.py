"""The clock of an installation whose time a test moves. In: the file that MOVED_CLOCK names. Out: nothing.

Python imports this by itself in every process that has this folder on its path: what stands in the file, milliseconds,
is added to the machine's time wherever the product asks what time it is.
"""

import os
from pathlib import Path

from konnektu.core.clock import SystemClock

_machine = SystemClock.now_ms
_file = Path(os.environ["MOVED_CLOCK"])


def _moved(clock: SystemClock) -> int:
    """The machine's time and what a test has added to it."""
    return _machine(clock) + int(_file.read_text())


SystemClock.now_ms = _moved  # type: ignore[method-assign, assignment]  # what this file is for
