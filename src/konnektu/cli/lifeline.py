"""A child's side of the supervisor's pipe. In: standard input, open as long as the supervisor lives.
Out: this process and its group end when it closes.
"""

import os
import signal
import sys
import threading

PATIENCE_SECONDS = 10.0
"""How long an orphan may take to end its work before its group is killed."""


def follow_supervisor() -> None:
    """End this process's group when standard input ends, which it does when the supervisor is gone."""
    threading.Thread(target=_watch, name="lifeline", daemon=True).start()


def _watch() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.killpg(os.getpgrp(), signal.SIGTERM)
    threading.Event().wait(PATIENCE_SECONDS)
    os.killpg(os.getpgrp(), signal.SIGKILL)
