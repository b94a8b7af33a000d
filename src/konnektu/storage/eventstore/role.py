"""In: the settings. Out: the role `store`, running until it is told to stop."""

import os
import threading
from contextlib import suppress
from functools import partial
from pathlib import Path

from konnektu.core.config import Config
from konnektu.core.secrets import installation_key
from konnektu.storage import credentials
from konnektu.storage.eventstore.engine import Limits
from konnektu.storage.eventstore.server import serve
from konnektu.storage.histories import FOLDER

NICENESS = 10
"""A heavy report may take every processor, but only what the other roles leave: people wait for those."""
AUTOGROUP = Path("/proc/self/autogroup")
"""Where Linux groups processes by session, it weighs the groups and not the processes in them; sched(7)."""


def run_store(config: Config, stop: threading.Event) -> None:
    """Answer the ClickHouse protocol on loopback for the embedded event store of this data folder.

    Returns soon after `stop` is set. Raises `Fatal` where another process has the folder open.
    """
    give_way()
    password_of = partial(credentials.event_store_password, installation_key(config))
    limits = Limits(memory_bytes=config.store_memory_bytes, threads=config.store_threads)
    serve(config.data.resolve() / FOLDER, password_of, limits, stop)


def give_way() -> None:
    """Let other processes of the machine have the processors first, with all threads that are yet to be made."""
    os.nice(NICENESS)
    if os.getsid(0) == os.getpid():
        # Other systems and kernels built without groups have no such file.
        with suppress(OSError):
            AUTOGROUP.write_text(str(NICENESS))
