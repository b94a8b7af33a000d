"""A process that runs jobs, for tests that kill it: data folder, URL, key on the command line."""

import signal
import sys
import threading
from pathlib import Path

from konnektu.core.clock import SystemClock
from konnektu.core.config import Config
from konnektu.jobs.api import serve
from konnektu.storage.api import Storage
from tests.jobs import made

if __name__ == "__main__":
    assert made.NAME.en
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    data, url, key = sys.argv[1:]
    serve(Storage(url, key.encode()), Config(data=Path(data), jobs_at_once=2), SystemClock(), stop)
