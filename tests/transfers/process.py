"""A process that runs jobs and may reach this machine: data folder, URL, key on the command line."""

import signal
import sys
import threading
from pathlib import Path

from konnektu.core.clock import SystemClock
from konnektu.core.config import Config
from konnektu.jobs.api import serve
from konnektu.storage.api import Storage

if __name__ == "__main__":
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    data, url, key = sys.argv[1:]
    config = Config(data=Path(data), jobs_at_once=2, outgoing_networks=("127.0.0.0/8",))
    serve(Storage(url, key.encode()), config, SystemClock(), stop)
